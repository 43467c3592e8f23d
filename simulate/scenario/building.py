"""From YAML text to nodes: strict, bounded, and going on after the mistakes that can be mended.

Works on the event stream, never on a composed graph: depth, size and aliases are bounded while
reading, and nothing that a file says can construct an object.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import yaml

from simulate.errors import Problem, ScenarioError
from simulate.scenario.nodes import Mapping, Node, Position, Scalar, Sequence, SourceFile
from simulate.scenario.quoting import blank_unquoted_bracket, split_expression
from simulate.scenario.scalars import resolve

DEEPEST = 64
LARGEST = 200_000
"""Nodes in a file at most, aliases expanded."""
MENDS = 50
"""Unquoted brackets that are passed over in one file."""

Event = Any
"""PyYAML's stubs do not know that every event of a file has its marks."""

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Builder:
    """Builds the nodes of one file; `problems` keeps the faults that do not stop it."""

    def __init__(self, file: SourceFile, text: str) -> None:
        self.file = file
        self.events: Iterator[Event] = yaml.parse(text, Loader)
        self.anchors: dict[str, Node | None] = {}
        self.problems: list[Problem] = []

    def position(self, mark: Event) -> Position:
        return Position(self.file, mark.index)

    def stop(self, mark: Event, message: str) -> ScenarioError:
        """A fault after which the rest of the file means nothing."""
        return ScenarioError([*self.problems, self.position(mark).problem((), message)])

    def document(self) -> Node:
        """The one document of the file."""
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self.stop(event.start_mark, "a second document begins here; a scenario file holds one")
                root = self.node(next(self.events), 1)
        if root is None:
            message = "holds only comments; a scenario needs at least scenario, start, horizon and outcomes"
            raise ScenarioError([Position(self.file, 0).problem((), message)])
        return root

    def node(self, event: Event, depth: int) -> Node:
        """The node that begins with an event."""
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        self.guard(event, depth)
        anchor = event.anchor
        if anchor is not None:
            self.anchors[anchor] = None
        if isinstance(event, yaml.MappingStartEvent):
            node: Node = self.mapping(event, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self.sequence(event, depth)
        else:
            node = self.scalar(event)
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def guard(self, event: Event, depth: int) -> None:
        """Refuse tags and endless nesting."""
        if depth > DEEPEST:
            raise self.stop(event.start_mark, f"is nested deeper than {DEEPEST} levels, the most allowed")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self.stop(event.start_mark, f"tag '{tag}': tags are not allowed; write the plain value")

    def alias(self, event: Event) -> Node:
        """The node that an alias repeats."""
        node = self.anchors.get(event.anchor)
        if node is None:
            inside = event.anchor in self.anchors
            what = "stands inside the thing that it repeats" if inside else "has no anchor before it"
            raise self.stop(event.start_mark, f"alias '*{event.anchor}' {what}")
        return node

    def scalar(self, event: Event) -> Scalar:
        """A value; only plain ones are read as numbers or words."""
        quoted = bool(event.style)
        start = event.start_mark.index + (1 if quoted else 0)
        written = self.file.text[start : start + len(event.value)]
        multiline = not quoted and "\n" in self.file.text[event.start_mark.index : event.end_mark.index]
        return Scalar(
            self.position(event.start_mark),
            value=event.value if quoted else resolve(event.value),
            written=start if written == event.value or multiline else None,
        )

    def sequence(self, event: Event, depth: int) -> Sequence:
        """A list."""
        node = Sequence(self.position(event.start_mark))
        while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
            node.items.append(self.node(item, depth + 1))
            self.grow(node, node.items[-1], event)
        return node

    def mapping(self, event: Event, depth: int) -> Mapping:
        """Names and their nodes; every name once."""
        node = Mapping(self.position(event.start_mark))
        alike: dict[str, str] = {}
        while not isinstance(item := next(self.events), yaml.MappingEndEvent):
            key = self.key(item)
            position = self.position(item.start_mark)
            value = self.node(next(self.events), depth + 1)
            self.grow(node, value, event)
            normal = unicodedata.normalize("NFKC", key)
            if normal in alike:
                first = node.keys[alike[normal]].problem((), "").line
                same = "" if alike[normal] == key else ", which is the same after Unicode normalisation"
                message = f"key '{key}' stands twice in one mapping{same}; the first is in line {first}"
                self.problems.append(position.problem((), message))
                continue
            alike[normal] = key
            node.items[key], node.keys[key] = value, position
        if event.flow_style:
            self.problems.extend(split_expression(node))
        return node

    def grow(self, node: Node, part: Node, event: Event) -> None:
        """Count a part of a node; too many make no scenario."""
        node.size += part.size
        if node.size > LARGEST:
            message = f"holds more than {LARGEST:,} values, aliases expanded; that is the most allowed"
            raise self.stop(event.start_mark, message)

    def key(self, event: Event) -> str:
        """The text of a key."""
        if not isinstance(event, yaml.ScalarEvent):
            raise self.stop(event.start_mark, "a key must be a name, not a list, a mapping or an alias")
        self.guard(event, 1)
        if event.value == "<<" and not event.style:
            raise self.stop(event.start_mark, "merge keys ('<<') are not allowed; use extends, or write the keys out")
        return str(event.value)


def build(file: SourceFile) -> tuple[Node, list[Problem]]:
    """The nodes of a file, and the faults that did not stop the reading.

    An expression whose `[` inside `{ }` is not quoted is reported and taken as 0, so that the other
    faults of the file are found too.

    Raises
    ------
    ScenarioError
        If the text is not YAML of the kind that a scenario may use.
    """
    text = file.text
    mended: list[Problem] = []
    for _ in range(MENDS):
        builder = Builder(file, text)
        try:
            root = builder.document()
        except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
            mend = blank_unquoted_bracket(text, error)
            if mend is None:
                raise ScenarioError([*mended, *builder.problems, syntax_problem(file, error)]) from None
            index, text = mend
            mended.append(
                Position(file, index).problem(
                    (), "an expression with '[' inside '{ }' needs quotes: write \"...\" around it"
                )
            )
            continue
        except RecursionError:
            raise ScenarioError([Position(file, 0).problem((), "is nested too deeply")]) from None
        return root, [*mended, *builder.problems]
    raise ScenarioError(mended)


def syntax_problem(file: SourceFile, error: yaml.YAMLError) -> Problem:
    """YAML's own complaint, as one line."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    index = mark.index if mark is not None else getattr(error, "position", 0)
    start = file.text.rfind("\n", 0, index) + 1
    line = file.text[start : file.text.find("\n", start) if "\n" in file.text[start:] else None]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return Position(file, start + line.index("\t")).problem(
            (), "a tab stands in the indentation; YAML wants spaces there"
        )
    if "nesting depth" in str(getattr(error, "problem", "")):
        return Position(file, index).problem((), f"is nested deeper than {DEEPEST} levels, the most allowed")
    context = getattr(error, "context", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    return Position(file, index).problem((), f"not YAML: {problem}" + (f" {context}" if context else ""))
