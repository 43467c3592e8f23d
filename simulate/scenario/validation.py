"""Nodes checked against the schema: pydantic's complaints as problems with positions and plain words."""

from __future__ import annotations

import difflib
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simulate.errors import Problem
from simulate.scenario.nearest import suggestion
from simulate.scenario.nodes import Mapping, Node, Path, Position, Scalar, Sequence, descend, plain, walk
from simulate.scenario.schema import ScenarioFile
from simulate.scenario.schema.fields import kind_of
from simulate.scenario.schema.parts import Group, Parameter

WANTED = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "list_type": "a list",
    "string_type": "text",
}


PLACEHOLDERS: dict[str, object] = {
    "scenario": "?",
    "start": "0001-01-01",
    "horizon": "1 yr",
    "outcomes": {"missing": {"ever": "1"}},
}
"""What stands for a required key that is missing, while the other faults are looked for."""
ROUNDS = 30
CLOSE = 0.75


class Mended(NamedTuple):
    """A file's model with its broken parts taken out, so that its other faults can be found too.

    `broken` holds the names of what was taken out: that they are missing is no further fault.
    """

    model: ScenarioFile | None
    problems: list[Problem]
    broken: frozenset[str]


def validate(root: Node) -> Mended:
    """Check the form of a file; every fault of it is reported, and mended as well as can be."""
    problems: list[Problem] = []
    broken: set[str] = set()
    for attempt in range(ROUNDS):
        try:
            return Mended(ScenarioFile.model_validate(plain(root)), problems, frozenset(broken))
        except ValidationError as error:
            details = error.errors(include_url=False)
            if attempt == 0:
                problems = [problem_of(root, detail) for detail in details if not is_misspelt(details, detail)]
            for detail in reversed(details):
                mend(root, detail, broken)
    return Mended(None, problems, frozenset(broken))


def is_misspelt(details: list[ErrorDetails], missing: ErrorDetails) -> bool:
    """Whether a missing key is there under a name that is nearly right, which is a fault of its own."""
    if missing["type"] != "missing":
        return False
    *parent, key = missing["loc"]
    return any(
        detail["type"] == "extra_forbidden"
        and list(detail["loc"][:-1]) == parent
        and difflib.get_close_matches(str(detail["loc"][-1]), [str(key)], n=1, cutoff=CLOSE)
        for detail in details
    )


def mend(root: Node, detail: ErrorDetails, broken: set[str]) -> None:
    """Take the cause of one complaint out of the nodes."""
    location = tuple(step for step in detail["loc"] if step != "[key]")
    if detail["type"] == "missing":
        if len(location) == 1 and isinstance(root, Mapping) and location[0] in PLACEHOLDERS:
            root.items[str(location[0])] = node_of(PLACEHOLDERS[str(location[0])], root.position)
            return
        location = location[:-1]
    _, path = descend(root, location)
    if not path:
        return
    parent, _ = descend(root, path[:-1])
    step = path[-1]
    if isinstance(parent, Mapping) and step in parent.items:
        node = parent.items.pop(str(step))
        allowed = keys_of(model_at(ScenarioFile, location[:-1]))
        close = difflib.get_close_matches(str(step), allowed, n=1, cutoff=CLOSE)
        if detail["type"] == "extra_forbidden" and close and close[0] not in parent.items:
            parent.items[close[0]] = node
            parent.keys[close[0]] = parent.keys[str(step)]
        else:
            broken.add(str(step))
    elif isinstance(parent, Sequence) and isinstance(step, int) and step < len(parent.items):
        removed = parent.items.pop(step)
        broken.update(str(node.value) for _, node in walk(removed) if isinstance(node, Scalar))


def node_of(value: object, position: Position) -> Node:
    """Nodes for a value that nobody wrote."""
    if isinstance(value, dict):
        items = {key: node_of(item, position) for key, item in value.items()}
        return Mapping(position, items=items, keys=dict.fromkeys(items, position))
    return Scalar(position, value=str(value))


def problem_of(root: Node, detail: ErrorDetails) -> Problem:
    """One of pydantic's complaints, where it points and in plain words."""
    location = tuple(step for step in detail["loc"] if step != "[key]")
    node, path = descend(root, location)
    kind = detail["type"]
    if kind == "missing":
        return node.position.problem(path, f"missing key '{location[-1]}'")
    if kind == "extra_forbidden":
        parent, _ = descend(root, location[:-1])
        allowed = keys_of(model_at(ScenarioFile, location[:-1]))
        message = f"unknown key '{location[-1]}'{suggestion(str(location[-1]), allowed)}"
        return key_position(parent, node, location[-1]).problem(path, message)
    if kind in WANTED:
        message = f"expected {WANTED[kind]}, got {kind_of(detail['input'])}"
    elif kind in ("too_short", "too_long"):
        message = wrong_length(detail)
    else:
        message = detail["msg"]
    if "[key]" in detail["loc"]:
        parent, _ = descend(root, location[:-1])
        return key_position(parent, node, location[-1]).problem(path, message)
    return node.position.problem(path, message)


def key_position(parent: Node, node: Node, key: object) -> Position:
    """Where a key stands, else where its value does."""
    return parent.keys.get(str(key), node.position) if isinstance(parent, Mapping) else node.position


def wrong_length(detail: ErrorDetails) -> str:
    """A list or mapping with too few or too many entries."""
    context = detail.get("ctx", {})
    least, most = context.get("min_length"), context.get("max_length")
    if least == 1:
        return "is empty; give at least one entry"
    return f"expected {least or most} entries, got {context.get('actual_length')}"


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Every model that a type mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def model_at(model: type[BaseModel], location: Path) -> type[BaseModel]:
    """The model of the mapping that a location leads to."""
    for step in location:
        for name, info in model.model_fields.items():
            if step in (name, info.alias):
                found = models_in(info.annotation)
                if found:
                    model = found[0]
                break
        else:
            model = tagged(model, step)
    return model


def tagged(model: type[BaseModel], step: object) -> type[BaseModel]:
    """A member of a union of forms, named by its tag; any other step stays in the same model."""
    members: dict[str, type[BaseModel]] = {"<group>": Group, "<parameter>": Parameter}
    return members.get(str(step), model)


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys that a mapping of this model may have."""
    return [info.alias or name for name, info in model.model_fields.items()]
