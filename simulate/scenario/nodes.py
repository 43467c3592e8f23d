"""Nodes of a scenario file: YAML's mappings, lists and scalars, each with its position."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from simulate.errors import Problem

Path: TypeAlias = tuple[str | int, ...]
LONGEST_STEP = 60
"""Characters of a key that a message shows."""


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: its name for messages, and its text."""

    name: str
    text: str

    @cached_property
    def line_starts(self) -> list[int]:
        """The index at which each line begins."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file, as the index of a character."""

    file: SourceFile
    index: int

    def problem(self, path: Path, message: str) -> Problem:
        """A problem at this place."""
        line = bisect_right(self.file.line_starts, self.index)
        column = self.index - self.file.line_starts[line - 1] + 1
        return Problem(self.file.name, line, column, dotted(path), message)


@dataclass(slots=True)
class Node:
    """Common part of all nodes: where the node begins, and how many nodes it expands to."""

    position: Position
    size: int = 1


@dataclass(slots=True)
class Scalar(Node):
    """One value: None, a boolean, a number or a text, by the core schema of YAML 1.2.

    `written` is the index at which the text of a one-piece scalar stands in the file, so that places
    inside an expression can be found; None where the file's text differs from the value's.
    """

    value: bool | int | float | str | None = None
    written: int | None = None


@dataclass(slots=True)
class Mapping(Node):
    """Named nodes in the order written; `keys` says where each name stands."""

    items: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Position] = field(default_factory=dict)


@dataclass(slots=True)
class Sequence(Node):
    """A list of nodes."""

    items: list[Node] = field(default_factory=list)


def dotted(path: Path) -> str:
    """A path in words: names joined by dots, places in lists in brackets.

    Examples
    --------
    >>> dotted(("actors", "seoul", "responses", 0, "when"))
    'actors.seoul.responses[0].when'
    """
    text = ""
    for step in path:
        name = step if isinstance(step, int) or len(step) <= LONGEST_STEP else f"{step[:LONGEST_STEP]}..."
        text += f"[{name}]" if isinstance(name, int) else f".{name}" if text else name
    return text


def plain(node: Node) -> object:
    """A node as plain Python values."""
    if isinstance(node, Mapping):
        return {key: plain(item) for key, item in node.items.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


def descend(root: Node, path: Path) -> tuple[Node, Path]:
    """The deepest node on a path, and the part of the path that leads to it; steps that are not there
    are passed over."""
    node = root
    found: Path = ()
    for step in path:
        if isinstance(node, Mapping) and step in node.items:
            node = node.items[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            continue
        found = (*found, step)
    return node, found


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node below and including this one, with its path."""
    yield path, node
    if isinstance(node, Mapping):
        for key, item in node.items.items():
            yield from walk(item, (*path, key))
    elif isinstance(node, Sequence):
        for place, item in enumerate(node.items):
            yield from walk(item, (*path, place))
