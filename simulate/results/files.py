"""Files that are there whole, or not at all; every byte that a result folder holds is written here."""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from simulate.errors import OutputError

HERE, EXCHANGE = -100, 2
"""Of Linux's renameat2: paths as they are, and to exchange."""
HIDDEN = ".part-"
"""How the names of files begin that are being written."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file: to a name of its own first, onto the disk, then in one step to its place.

    Raises
    ------
    OutputError
        If it cannot be written; what stood there before stands there still.
    """
    scratch: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=HIDDEN, dir=path.parent)
        scratch = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        scratch.chmod(0o644)
        os.replace(scratch, path)
        sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put a folder's own entries onto the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(folder: Path, fill: Callable[[Path], object]) -> list[str]:
    """Let several files be made elsewhere, then put each in its place in a folder; returns their names.

    Raises
    ------
    OutputError
    """
    try:
        with tempfile.TemporaryDirectory(prefix=HIDDEN, dir=folder) as scratch:
            fill(Path(scratch))
            paths = sorted(Path(scratch).iterdir())
            for made in paths:
                write_whole(folder / made.name, made.read_bytes())
            return [made.name for made in paths]
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write into {folder}: {error.strerror or error}") from error


def exchanged(first: Path, second: Path) -> bool:
    """Exchange two folders in one step, so that neither is ever missing; false where the system cannot."""
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    return bool(swap(HERE, os.fsencode(first), HERE, os.fsencode(second), EXCHANGE) == 0)


def checksum(content: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def leftovers(folder: Path) -> list[Path]:
    """Files that were being written when somebody was killed."""
    return [path for path in folder.rglob(f"{HIDDEN}*") if path.name.startswith(HIDDEN)]
