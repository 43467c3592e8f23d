"""Chunks of a result folder, read with a check that they are what was written."""

from __future__ import annotations

from pathlib import Path

from simulate.compiled import Compiled
from simulate.errors import DamageError
from simulate.results.files import checksum
from simulate.results.manifest import EVENTS, Chunk
from simulate.results.parquet import read_chunk
from simulate.studies.tables import WorldTable


def read_file(folder: Path, series: str, chunk: Chunk, kind: str) -> bytes:
    """One file of a chunk.

    Raises
    ------
    DamageError
        If it is missing, or not what was written.
    """
    path, told = folder / chunk.path(series, kind), chunk.files[kind]
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise damaged(path, chunk, "it is missing") from None
    except OSError as error:
        raise damaged(path, chunk, f"it cannot be read: {error.strerror or error}") from None
    if len(content) != told.bytes:
        raise damaged(path, chunk, f"it has {len(content):,} bytes, {told.bytes:,} were written")
    if checksum(content) != told.sha256:
        raise damaged(path, chunk, "its checksum is not that of what was written")
    return content


def read_checked(folder: Path, series: str, chunk: Chunk, compiled: Compiled) -> WorldTable:
    """A chunk as a table, without its events; all its files are checked.

    Raises
    ------
    DamageError
        If a file is missing, or not what was written.
    """
    files = {kind: read_file(folder, series, chunk, kind) for kind in chunk.files}
    try:
        return read_chunk(compiled, chunk.first, chunk.last, {k: v for k, v in files.items() if k != EVENTS})
    except ValueError as error:
        path = folder / chunk.path(series, next(iter(files)))
        raise damaged(path, chunk, f"it holds no worlds of this scenario ({error})") from None


def damaged(path: Path, chunk: Chunk, how: str) -> DamageError:
    """The error for a chunk that is not what was written."""
    worlds = f"worlds {chunk.first:,} to {chunk.last - 1:,}"
    return DamageError(
        f"{path} ({worlds}) is damaged: {how}; delete that file, and the same command as before runs its worlds again"
    )
