"""Reading a scenario's bytes safely: which file, how much, and in which encoding."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from simulate.errors import Problem, ScenarioError
from simulate.scenario.nodes import SourceFile

LARGEST_FILE = 1_000_000
"""Bytes in one scenario file at most."""


def refuse(name: str, message: str) -> ScenarioError:
    """A file that cannot be read as a whole."""
    return ScenarioError([Problem(name, 1, 1, "", message)])


def read_file(path: Path, name: str) -> SourceFile:
    """Read one scenario file.

    Raises
    ------
    ScenarioError
        If it is not a regular file of at most 1 MB of UTF-8 text.
    """
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise refuse(name, "there is no such file") from None
    except (OSError, ValueError) as error:
        raise refuse(name, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise refuse(name, "is not a regular file; a scenario is a YAML file")
    with os.fdopen(descriptor, "rb") as stream:
        return decode(stream.read(LARGEST_FILE + 1), name)


def read_standard_input() -> SourceFile:
    """Read a scenario from standard input."""
    return decode(sys.stdin.buffer.read(LARGEST_FILE + 1), "<stdin>")


def decode(content: bytes, name: str) -> SourceFile:
    """Text from bytes: UTF-8, with or without a byte order mark, any line ends."""
    if len(content) > LARGEST_FILE:
        raise refuse(name, "is larger than 1 MB (1,000,000 bytes), the most that a scenario file may have")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refuse(name, "is UTF-16 text; save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(name, f"is not UTF-8 text: byte {error.start} is 0x{content[error.start]:02x}") from None
    for index, character in enumerate(text):
        if (character < " " and character not in "\t\n\r") or character == "\x7f":
            line = text.count("\n", 0, index) + 1
            raise refuse(name, f"is not text: line {line} holds the control character U+{ord(character):04X}")
    if not text.strip():
        raise refuse(name, "is empty; a scenario needs at least scenario, start, horizon and outcomes")
    return SourceFile(name, text.replace("\r\n", "\n").replace("\r", "\n"))
