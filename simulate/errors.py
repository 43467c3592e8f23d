"""Every error that simulate raises on purpose.

A message says where, what was given, what is allowed and what to do, in one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class SimulateError(Exception):
    """Base of all errors that simulate raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault, or one warning, of a scenario file.

    Attributes
    ----------
    file : str
        Name of the file as the user wrote it.
    line, column : int
        Position, both counted from 1.
    path : str
        Dotted path of the thing inside the file, empty for the file itself.
    message : str
        What was given, what is allowed, and the nearest right name.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"

    @property
    def text(self) -> str:
        """The message with the path before it."""
        return f"{self.path}: {self.message}" if self.path else self.message

    def labelled(self, label: str) -> str:
        """The problem with a word before its text that says how grave it is."""
        return f"{self.file}:{self.line}:{self.column}: {label}: {self.text}"


class ScenarioError(SimulateError, ValueError):
    """A scenario, or a file that it is made of, is wrong; `problems` lists every fault at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class UsageError(SimulateError, ValueError):
    """A command or a call was given something that it cannot take."""


class DamageError(UsageError):
    """A stored result is not what was written; the message names the file."""


class RunError(SimulateError, RuntimeError):
    """A run came to a number or a cascade that has no meaning; the message names the cause."""


class CappedError(RunError):
    """Worlds reached the limit of events; the message names what exploded and in how many worlds."""


class OutputError(SimulateError, OSError):
    """A result could not be written; nothing half-written was left behind."""
