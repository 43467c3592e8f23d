"""The folders of commands that keep no worlds, and single files: written whole, or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulate.errors import OutputError, SimulateError, UsageError
from simulate.results.files import HIDDEN
from simulate.results.lock import HOLDER, LOCK
from simulate.results.manifest import EVERY_KIND, NAME, SCENARIO, read_manifest

KNOWN = (
    *("result", "worlds", "trajectories", "stages", "times"),
    *("story", "events", "lanes"),
    *("comparison", "differences", "tree", "explanation", "branch", "futures", "futures_injected"),
)
"""Names, without their endings, of all that a folder of results holds."""


def refuse_to_overwrite(folder: Path, force: bool) -> None:
    """Refuse a folder that holds something, unless it is an earlier result and may be replaced."""
    if entries(folder) and not force:
        raise UsageError(f"{folder} is not empty; name another folder, or replace it with --force")
    refuse_strangers(folder, force)


def refuse_strangers(folder: Path, force: bool) -> None:
    """Refuse what is no folder; one that holds something, but no result; and to replace what belongs to none.

    Raises
    ------
    UsageError
    """
    held = entries(folder)
    strange = [entry.name for entry in held if not is_ours(entry, added_to(folder))]
    if strange and force:
        raise UsageError(f"{folder} holds '{strange[0]}', which belongs to no result; --force replaces results only")
    if strange and not (folder / NAME).exists():
        raise UsageError(f"{folder} is not empty; name another folder, or replace it with --force")


def entries(folder: Path) -> list[Path]:
    """What a folder holds; nothing if it is not there.

    Raises
    ------
    UsageError
        If it is a file.
    OutputError
        If it cannot be read.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file; name a folder for the results")
        return sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror or error}") from None


def is_ours(entry: Path, added: set[str]) -> bool:
    """Whether a result folder may hold such a thing."""
    if entry.is_dir() and not entry.is_symlink():
        kinds = {each.name for each in entry.iterdir()}
        return entry.name.startswith(HIDDEN) or kinds <= {*EVERY_KIND}
    known = entry.name.partition(".")[0] in KNOWN or entry.name in (NAME, SCENARIO, LOCK, HOLDER)
    return known or entry.name in added or entry.name.startswith(HIDDEN)


def added_to(folder: Path) -> set[str]:
    """The pictures and summaries that a result names as its own."""
    try:
        return set(read_manifest(folder, folder).added)
    except SimulateError:
        return set()


def write_folder(folder: Path, fill: Callable[[Path], Any], force: bool = False) -> None:
    """Fill a new folder beside the final one, then put it in its place.

    Raises
    ------
    UsageError
        If the folder holds something and `force` is false, or something that is no result.
    OutputError
        If it cannot be written; nothing is left half-written and an earlier result stays.
    """
    refuse_to_overwrite(folder, force)
    folder = Path(os.path.abspath(folder))
    scratch: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        scratch.chmod(0o755)
        fill(scratch)
        old = scratch.with_suffix(".old")
        if folder.exists():
            os.replace(folder, old)
        os.replace(scratch, folder)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror or error}") from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)


def write_json(path: Path, plain: object) -> None:
    """Write plain values for people and programs to read."""
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


def write_file(path: Path, text: str) -> None:
    """Write one file whole, or not at all; a device or a pipe is written to as it is.

    Raises
    ------
    OutputError
    """
    scratch: Path | None = None
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8") as stream:
                stream.write(text)
            return
        path = Path(os.path.realpath(path))
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        scratch = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        scratch.chmod(mode)
        os.replace(scratch, path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)
