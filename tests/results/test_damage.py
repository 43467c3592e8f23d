"""No damage goes unseen: whatever a disk or a hand does to a folder, nobody is given other worlds than were written."""

import random
import shutil

import pytest

from simulate import open_result, verify
from simulate.errors import DamageError, UsageError
from simulate.results.files import checksum
from simulate.results.manifest import read_manifest

from .kept import (
    PACT,
    copied,
    is_same,
    keep,
    manifest,
    readable,
    rewrite,
)

MEND = "; delete that file, and the same command as before runs its worlds again"
KINDS = ("worlds", "days", "trajectories", "events")


def harms(size, seed, of_each):
    """Ways to harm a file of so many bytes at random places, each with its name: the last byte is among them."""
    draw = random.Random(seed)
    for length in {0, size - 1, *(draw.randrange(size) for _ in range(of_each))}:
        yield f"cut at {length}", lambda data, length=length: data[:length]
    for place in {0, size - 1, *(draw.randrange(size) for _ in range(of_each))}:
        bit = 1 << draw.randrange(8)
        yield (
            f"bit {bit} of byte {place} flipped",
            lambda data, place=place, bit=bit: data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :],
        )


def refusal(call, *arguments, **more):
    """The message with which a call refuses."""
    with pytest.raises(DamageError) as error:
        call(*arguments, **more)
    return str(error.value)


def damage_in_words(path, first, before, after):
    """What has to be said of a harmed file of a chunk."""
    how = f"it has {len(after):,} bytes, {len(before):,} were written"
    if len(before) == len(after):
        how = "its checksum is not that of what was written"
    return f"{path} (worlds {first} to {first + 4}) is damaged: {how}{MEND}"


@pytest.mark.parametrize("kind", KINDS)
def test_no_harm_to_a_chunk_goes_unseen(sound, kind):
    """It is refused by name, by resuming and by reading, and found by `verify`; the rest of the folder is unchanged."""
    copy = copied(sound)
    path = copy / "baseline" / kind / "0000000005-0000000010.parquet"
    whole = path.read_bytes()
    readers = {"worlds": "worlds", "trajectories": "trajectories", "events": "events"}
    for name, harm in harms(len(whole), KINDS.index(kind), 6):
        path.write_bytes(harm(whole))
        expected = damage_in_words(path, 5, whole, harm(whole))
        assert refusal(open_result(copy).result) == expected, name
        assert refusal(keep, copy, 20) == expected, name
        if kind in readers:
            assert refusal(getattr(open_result(copy), readers[kind])) == expected, name
        assert verify(copy, 0).faults == (expected,), name
    path.write_bytes(whole)
    assert is_same(readable(copy), readable(sound))


def test_verify_as_a_command_names_the_chunk(sound, simulate, home):
    shutil.copytree(sound, home / "out")
    path = home / "out" / "baseline" / "worlds" / "0000000015-0000000020.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    found = simulate("verify out --sample 4")
    told = damage_in_words("out/baseline/worlds/0000000015-0000000020.parquet", 15, whole, whole[:-1])
    assert (found.status, found.stderr) == (1, "")
    assert found.stdout == (f"out: 20 worlds in 3 chunks read, 4 worlds run again\n{told}\nnot as it was written\n")


@pytest.mark.parametrize("name", ["manifest.json", "scenario.yaml"])
def test_no_harm_to_a_manifest_or_scenario_goes_unseen(sound, name):
    """Neither resuming nor opening gives anything; nor does it touch what is there."""
    copy = copied(sound)
    whole = (copy / name).read_bytes()
    for what, harm in harms(len(whole), 3, 12):
        (copy / name).write_bytes(harm(whole))
        with pytest.raises(UsageError) as error:
            open_result(copy).result()
        assert str(error.value).startswith(f"{copy / name} "), what
        with pytest.raises(UsageError):
            keep(copy, 20)
        assert (copy / name).read_bytes() == harm(whole), what


def test_no_bit_of_a_manifest_can_change_unseen(sound):
    """Bits all over it, and cuts; even where it would still say the same, as in 1e-05 and 1E-05."""
    copy = copied(sound)
    path = copy / "manifest.json"
    whole = path.read_bytes()
    assert b"1e-05" in whole
    unseen = []
    for place in sorted({*range(0, len(whole), 7), whole.index(b"e-05"), len(whole) - 1}):
        flipped = [whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :] for bit in range(8)]
        for harmed in (random.Random(place).choice(flipped), flipped[5], whole[:place]):
            path.write_bytes(harmed)
            try:
                read_manifest(copy)
                unseen.append((place, harmed[max(0, place - 5) : place + 5]))
            except UsageError:
                pass
    assert not unseen


def test_a_damaged_manifest_says_so(sound):
    copy = copied(sound)
    (copy / "manifest.json").write_bytes(b"")
    said = f"{copy / 'manifest.json'} is damaged: it is not what was written"
    with pytest.raises(UsageError) as error:
        open_result(copy)
    assert str(error.value) == said
    with pytest.raises(UsageError) as error:
        keep(copy, 20)
    assert str(error.value) == f"{said}; name another folder, or replace it with --force"
    keep(copy, 20, force=True)
    assert is_same(readable(copy), readable(sound))


def test_a_manifest_of_a_later_format(sound):
    copy = copied(sound)
    rewrite(copy, format=2)
    with pytest.raises(UsageError) as error:
        open_result(copy)
    assert str(error.value) == (f"{copy / 'manifest.json'} has format 2; this version of simulate reads format 1")
    rewrite(copy, format=1, unknown=3)
    with pytest.raises(UsageError, match="is damaged"):
        open_result(copy)


def test_a_manifest_or_scenario_that_cannot_be_read(sound):
    copy = copied(sound)
    (copy / "scenario.yaml").unlink()
    assert refusal(open_result(copy).result) == (f"{copy / 'scenario.yaml'} cannot be read: No such file or directory")
    (copy / "manifest.json").unlink()
    (copy / "manifest.json").mkdir()
    with pytest.raises(UsageError) as error:
        open_result(copy)
    assert str(error.value) == f"cannot read {copy / 'manifest.json'}: Is a directory"


def test_a_scenario_that_was_changed_says_so(sound):
    copy = copied(sound)
    (copy / "scenario.yaml").write_text(PACT, encoding="utf-8")
    said = f"{copy / 'scenario.yaml'} is damaged: its checksum is not that of what was written"
    assert refusal(open_result(copy).result) == said
    assert verify(copy).faults == (said,)


def test_a_chunk_that_cannot_be_read(sound):
    copy = copied(sound)
    path = copy / "baseline" / "days" / "0000000000-0000000005.parquet"
    path.unlink()
    path.mkdir()
    assert refusal(open_result(copy).result) == (
        f"{path} (worlds 0 to 4) is damaged: it cannot be read: Is a directory{MEND}"
    )


def test_a_chunk_of_other_worlds(sound):
    """Even if whoever put it there has mended the manifest."""
    copy = copied(sound)
    path, other = (copy / "baseline" / "worlds" / f"{name}.parquet"
                   for name in ("0000000000-0000000005", "0000000005-0000000010"))  # fmt: skip
    shutil.copy(other, path)
    series = manifest(copy)["series"]
    content = path.read_bytes()
    series["baseline"]["chunks"][0]["files"]["worlds"] = {"sha256": checksum(content), "bytes": len(content)}
    rewrite(copy, series=series)
    assert refusal(open_result(copy).result) == (
        f"{path} (worlds 0 to 4) is damaged: it holds no worlds of this scenario (other worlds){MEND}"
    )
