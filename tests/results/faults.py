"""Faults at every write: the disk is full, or the process is killed, just there."""

import errno
import io
import os
import signal
import tempfile
from pathlib import Path

WRITES = [(os, "mkdir"), (os, "fsync"), (os, "replace"), (tempfile, "mkstemp"), (tempfile, "mkdtemp")]
"""What takes room on a disk; writing into a file itself is patched apart."""
REMOVALS = [(os, "unlink"), (os, "rmdir")]


def full():
    """The error of a full disk."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def kill():
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


class Stream(io.BytesIO):
    """Stands for a file: counts writes; where a fault strikes, half of the bytes have been written."""

    def __init__(self, stream, faults):
        super().__init__()
        self.stream = stream
        self.faults = faults

    def write(self, content):
        if self.faults.is_due("write"):
            self.stream.write(content[: len(content) // 2])
            self.stream.flush()
            self.faults.strike()
        return self.stream.write(content)

    def flush(self):
        if not self.stream.closed:
            self.stream.flush()

    def fileno(self):
        return self.stream.fileno()

    def close(self):
        self.stream.close()
        super().close()


class Faults:
    """Counts what is done to a disk; the `at`th time, or every time from then on if it `lasts`, a fault strikes."""

    def __init__(self, at, fault, lasts=False, removals=False):
        self.at, self.fault, self.lasts = at, fault, lasts
        self.done = []
        self.places = WRITES + REMOVALS * removals
        self.old = {}

    def is_due(self, what):
        self.done.append(what)
        count = len(self.done) - 1
        return count == self.at or (self.lasts and count > self.at >= 0)

    def strike(self):
        raise self.fault() or AssertionError("a fault returned")

    def __enter__(self):
        for module, name in self.places:
            self.old[module, name] = getattr(module, name)
            setattr(module, name, self.counted(name, getattr(module, name)))
        self.old[os, "fdopen"], self.old[Path, "write_text"] = os.fdopen, Path.write_text
        os.fdopen = lambda *given, **more: Stream(self.old[os, "fdopen"](*given, **more), self)
        Path.write_text = lambda path, text, **_: self.write_text(path, text)
        return self

    def __exit__(self, *_):
        for (module, name), old in self.old.items():
            setattr(module, name, old)

    def counted(self, name, call):
        def counting(*given, **more):
            if self.is_due(name):
                self.strike()
            return call(*given, **more)

        return counting

    def write_text(self, path, text):
        with open(path, "wb") as file:
            Stream(file, self).write(text.encode())
