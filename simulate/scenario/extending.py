"""`extends`: files merged left to right, then the file that names them."""

from __future__ import annotations

import os
from pathlib import Path

from simulate.errors import Problem, ScenarioError
from simulate.scenario.building import build
from simulate.scenario.nodes import Mapping, Node, Scalar, Sequence, SourceFile, walk
from simulate.scenario.reading import read_file

MOST_FILES = 32
APPENDED = ("responses", "transitions")
"""Lists that grow when a file extends another; an entry of the same name replaces."""


class Family:
    """The files that one scenario is made of, each read and merged once."""

    def __init__(self, root: Path | None) -> None:
        self.root = root
        self.seen: set[str] = set()
        self.problems: list[Problem] = []

    def load(self, file: SourceFile, path: Path | None, chain: tuple[str, ...]) -> Node:
        """A file's nodes, merged onto those of the files that it extends."""
        node, problems = build(file)
        self.problems.extend(problems)
        if not isinstance(node, Mapping):
            message = "holds no mapping; a scenario begins with keys such as 'scenario:' and 'start:'"
            raise ScenarioError([*self.problems, node.position.problem((), message)])
        extends = node.items.pop("extends", None)
        merged: Node = Mapping(node.position)
        for entry in entries(extends):
            base = self.base(entry, path, chain)
            if base is not None:
                merged = merge(merged, base)
        return merge(merged, node)

    def base(self, entry: Node, path: Path | None, chain: tuple[str, ...]) -> Node | None:
        """The nodes of one file that is extended; None if it was merged already or cannot be."""
        if path is None or not isinstance(entry, Scalar) or not isinstance(entry.value, str):
            what = "a file's name, or a list of names" if path is not None else "no file on standard input"
            self.problems.append(entry.position.problem(("extends",), f"takes {what}"))
            return None
        target = path.parent / entry.value
        resolved = os.path.realpath(target)
        refusal = self.refusal(entry.value, resolved, path, chain)
        if refusal is not None:
            self.problems.append(entry.position.problem(("extends",), refusal))
            return None
        if resolved in self.seen:
            return None
        self.seen.add(resolved)
        try:
            return self.load(read_file(Path(resolved), os.path.normpath(target)), target, (*chain, resolved))
        except ScenarioError as error:
            self.problems.extend(error.problems)
            return None

    def refusal(self, name: str, resolved: str, path: Path, chain: tuple[str, ...]) -> str | None:
        """Why a file must not be extended, None if it may be."""
        if self.root is None or not Path(resolved).is_relative_to(self.root):
            return f"'{name}' lies outside the folder of the first file, where extended files must be"
        if resolved in chain:
            circle = [Path(step).name for step in [*chain[chain.index(resolved) :], resolved]]
            return f"goes in a circle: {' -> '.join(circle)}"
        if resolved not in self.seen and len(self.seen) >= MOST_FILES - 1:
            return f"makes more than {MOST_FILES} files in one scenario, the most allowed"
        return None if Path(resolved).exists() else f"there is no file '{name}' beside {path.name}"


def entries(extends: Node | None) -> list[Node]:
    """The one or several files that `extends` names."""
    if extends is None:
        return []
    return extends.items if isinstance(extends, Sequence) else [extends]


def rule_name(node: Node) -> object:
    """The `name` of a rule, None if it has none."""
    name = node.items.get("name") if isinstance(node, Mapping) else None
    return name.value if isinstance(name, Scalar) else None


def append(base: Sequence, over: Sequence) -> Sequence:
    """Two lists of rules: those of the same name replaced in place, the others behind."""
    merged = Sequence(over.position, items=list(base.items))
    places = {rule_name(item): place for place, item in enumerate(base.items) if rule_name(item) is not None}
    for item in over.items:
        place = places.get(rule_name(item))
        if place is None:
            merged.items.append(item)
        else:
            merged.items[place] = item
    return merged


def merge(base: Node, over: Node, key: str = "") -> Node:
    """`over` laid upon `base`: maps key by key, null removes, rules append, all else replaces."""
    if isinstance(base, Sequence) and isinstance(over, Sequence) and key in APPENDED:
        return append(base, over)
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    merged = Mapping(over.position, items=dict(base.items), keys=dict(base.keys))
    for name, item in over.items.items():
        old = merged.items.get(name)
        if old is not None and isinstance(item, Scalar) and item.value is None:
            del merged.items[name], merged.keys[name]
        else:
            merged.items[name] = item if old is None else merge(old, item, name)
            merged.keys[name] = over.keys[name]
    return merged


def refuse_empty(root: Node) -> list[Problem]:
    """A problem for each null that removed nothing; the nulls are taken out."""
    problems = []
    for path, node in list(walk(root)):
        if isinstance(node, Mapping):
            for key, item in list(node.items.items()):
                if isinstance(item, Scalar) and item.value is None:
                    message = "has no value, and no extended file has one to remove; write a value or {}"
                    problems.append(node.keys[key].problem((*path, key), message))
                    del node.items[key]
    return problems


def load_family(file: SourceFile, path: Path | None) -> tuple[Node, list[Problem]]:
    """The merged nodes of a scenario and all files that it extends, with the faults met so far.

    Parameters
    ----------
    file : SourceFile
        The first file.
    path : Path or None
        Where it lies; None for standard input, which cannot extend anything.
    """
    resolved = Path(os.path.realpath(path)) if path is not None else None
    family = Family(resolved.parent if resolved is not None else None)
    root = family.load(file, path, (str(resolved),))
    return root, family.problems + refuse_empty(root)
