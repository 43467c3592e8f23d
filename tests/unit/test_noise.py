"""Keyed noise: the published known answers of Philox4x32-10, and uniforms inside (0, 1)."""

import pytest

from simulate.model.noise import MASK, child, philox, uniform, uniform_from

KNOWN_ANSWERS = [
    # Random123, kat_vectors: philox4x32 10
    ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((MASK,) * 4, (MASK,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_philox_gives_the_published_known_answers(counter, key, answer):
    assert " ".join(format(word, "08x") for word in philox(*counter, *key)) == answer


def test_uniforms_are_never_0_or_1():
    assert uniform_from(0, 0) == 2.0**-53
    assert uniform_from(MASK, MASK) == 1.0 - 2.0**-53


def test_a_draw_depends_on_every_part_of_its_key():
    draws = {
        uniform(*key)
        for key in [
            (1, 2, 3, 4, 5),
            (2, 2, 3, 4, 5),
            (1, 3, 3, 4, 5),
            (1, 2, 4, 4, 5),
            (1, 2, 3, 5, 5),
            (1, 2, 3, 4, 6),
        ]
    }
    assert len(draws) == 6


def test_an_identity_is_a_signed_64_bit_number():
    identities = [child(-(2**63), name) for name in range(100)]
    assert all(-(2**63) <= identity < 2**63 for identity in identities)
    assert len(set(identities)) == 100
