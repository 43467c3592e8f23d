"""Where compiled code is kept: a folder named by all that it was compiled from."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

PACKAGE = Path(__file__).parents[1]
COMPILED_FROM = ("model", "engines")


def cache_folder() -> Path:
    """The folder for code compiled from these sources, where they stand, by this numba and this Python.

    It lies under `SIMULATE_CACHE_DIR`, else under `XDG_CACHE_HOME`, else under `~/.cache`. Numba by itself
    looks at one source file only, and would run old code after an edit in another.
    """
    digest = hashlib.sha256(f"{version('numba')} {version('llvmlite')} {sys.version} {PACKAGE}".encode())
    digest.update(sources())
    own = os.environ.get("SIMULATE_CACHE_DIR")
    shared = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(own or os.path.join(shared, "simulate-scenarios")) / digest.hexdigest()[:16]


def sources() -> bytes:
    """All sources of rules and engines."""
    paths = (path for part in COMPILED_FROM for path in sorted((PACKAGE / part).glob("*.py")))
    return b"".join(path.name.encode() + b"\0" + path.read_bytes() for path in paths)


@cache
def digest_of_rules() -> str:
    """A short hash of the sources of rules and engines: equal where they give the same worlds."""
    return hashlib.sha256(sources()).hexdigest()[:16]


def usable(folder: Path) -> bool:
    """Whether compiled code can be kept in a folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix=".probe"):
            pass
    except OSError:
        return False
    return True


def is_kept(folder: Path) -> bool:
    """Whether compiled code lies in a folder."""
    return any(folder.rglob("*.nbc"))
