"""One writer at a time: who holds a result folder, and what becomes of a lock whose holder died."""

from __future__ import annotations

import datetime
import json
import os
import platform
from pathlib import Path

from filelock import FileLock, Timeout

from simulate.errors import OutputError, UsageError

LOCK = ".lock"
HOLDER = ".holder.json"


class Lock:
    """The right to write into a folder; the system takes it from a process that dies."""

    def __init__(self, folder: Path, name: Path, command: str) -> None:
        self.folder = folder
        self.name = name
        self.command = command
        self.held = FileLock(folder / LOCK, timeout=0)

    def acquire(self) -> str:
        """Take it; returns what to say of an earlier holder who never gave it back, empty if there is none.

        Raises
        ------
        UsageError
            If another process has it.
        OutputError
            If no lock can be made.
        """
        try:
            self.held.acquire()
        except Timeout:
            raise UsageError(
                f"{self.name} is being written by {self.holder() or 'another process'}; wait until it ends, "
                "or name another folder"
            ) from None
        except OSError as error:
            raise OutputError(f"cannot lock {self.name}: {error.strerror or error}") from error
        stale = self.holder()
        try:
            (self.folder / HOLDER).write_text(json.dumps(self.me()), encoding="utf-8")
        except OSError as error:
            self.held.release()
            raise OutputError(f"cannot write {self.name / HOLDER}: {error.strerror or error}") from error
        if not stale:
            return ""
        return f"the lock on {self.name} was left by {stale}, which has ended without giving it back; going on"

    def me(self) -> dict[str, object]:
        """Who I am, for others to read."""
        since = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        return {"process": os.getpid(), "machine": platform.node(), "since": since, "command": self.command}

    def holder(self) -> str:
        """Who holds the folder, in words; empty if nobody says so."""
        try:
            said = json.loads((self.folder / HOLDER).read_text(encoding="utf-8"))
            return f"process {said['process']} on {said['machine']} (since {said['since']}: {said['command']})"
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def release(self) -> None:
        """Give it back; the files go first, so that nobody takes a lock on a file that is about to go."""
        self.sweep()
        self.held.release()

    def sweep(self) -> None:
        """Remove the lock's files."""
        for name in (HOLDER, LOCK):
            (self.folder / name).unlink(missing_ok=True)
