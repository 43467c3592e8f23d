"""Two mistakes that YAML reports far from their cause: expressions in `{ }` that need quotes."""

from __future__ import annotations

from itertools import pairwise

import yaml

from simulate.errors import Problem
from simulate.scenario.nodes import Mapping, Scalar

OPENING, CLOSING = "([{", ")]}"


def blank_unquoted_bracket(text: str, error: yaml.YAMLError) -> tuple[int, str] | None:
    """Where an expression with an unquoted `[` begins, and the text with 0 in its place.

    None if that is not what the error is about. The text keeps its length, so that every other
    position stays right.
    """
    mark = getattr(error, "problem_mark", None)
    context = str(getattr(error, "context", "") or "")
    if mark is None or "flow mapping" not in context:
        return None
    bracket = text.rfind("[", 0, mark.index + 1)
    if bracket < 0 or "\n" in text[bracket : mark.index]:
        return None
    start = max(text.rfind(": ", 0, bracket), text.rfind("\n", 0, bracket)) + 2
    if start < 2 or not text[start:bracket].strip():
        return None
    end, depth = bracket, 0
    while end < len(text):
        if text[end] in OPENING:
            depth += 1
        elif text[end] in CLOSING:
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and text[end] in ",\n":
            break
        end += 1
    if depth != 0:
        return None
    return start, text[:start] + "0".ljust(end - start) + text[end:]


def split_expression(node: Mapping) -> list[Problem]:
    """Mend a `{ }` in which a comma split an expression into several keys.

    Such an expression has an open bracket, and what follows it are keys without values.
    """
    problems = decimal_commas(node)
    keys = list(node.items)
    for place, key in enumerate(keys):
        value = node.items.get(key)
        if (
            not isinstance(value, Scalar)
            or not isinstance(value.value, str)
            or value.value.count("(") <= value.value.count(")")
        ):
            continue
        tail = []
        for rest in keys[place + 1 :]:
            follower = node.items.get(rest)
            if not isinstance(follower, Scalar) or follower.value is not None:
                break
            tail.append(rest)
        if not tail:
            continue
        whole = f'{key}: "{", ".join([value.value, *tail])}"'
        problems.append(
            value.position.problem(
                (),
                f"a comma inside '{{ }}' splits this expression into several keys; quote it: {whole}",
            )
        )
        for rest in tail:
            del node.items[rest], node.keys[rest]
        value.value = 0
    return problems


def decimal_commas(node: Mapping) -> list[Problem]:
    """Mend a number written with a decimal comma: `{rate: 0,3/yr}` is two keys."""
    keys = list(node.items)
    for key, rest in pairwise(keys):
        value, follower = node.items[key], node.items[rest]
        if not isinstance(value, Scalar) or not isinstance(value.value, int) or not rest[:1].isdigit():
            continue
        if isinstance(follower, Scalar) and follower.value is None:
            value.value = f"{value.value}.{rest}"
            del node.items[rest], node.keys[rest]
            message = f"a comma inside '{{ }}' splits this number; write a decimal point: {key}: {value.value}"
            return [value.position.problem((), message)]
    return []
