"""Identities from names: the same name has the same luck wherever it stands in a file."""

from __future__ import annotations

import hashlib

from simulate.model.noise import FIRST_NAMED_PURPOSE, MASK


def name_hash(*parts: str) -> int:
    """A signed 64-bit hash of names; the parts cannot run into each other."""
    digest = hashlib.blake2b("\x00".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def purpose_of(*parts: str) -> int:
    """A 32-bit purpose of draws, outside the range of the numbered ones."""
    return FIRST_NAMED_PURPOSE + (name_hash("purpose", *parts) & MASK) % (MASK + 1 - FIRST_NAMED_PURPOSE)
