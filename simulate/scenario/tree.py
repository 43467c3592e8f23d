"""Trees of expressions, as parsed: names are not yet looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = float | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One node of an expression.

    Attributes
    ----------
    operation : str
        'number', 'unit', 'name', 'in', 'not', 'negative', 'if', a sign, 'and', 'or', or a function's name.
        `>` and `>=` are parsed as `<` and `<=` with their sides exchanged.
    operands : tuple of Tree
        In the order of evaluation; for 'if' the condition comes first.
    value : float, str, tuple of str or None
        A number, a name, or the stages in brackets behind `in`.
    place : int
        Where it stands in the expression's text.
    """

    operation: str
    operands: tuple[Tree, ...] = ()
    value: Value = None
    place: int = 0
    order: tuple[Tree, ...] | None = field(default=None, init=False, repr=False)
    """Its nodes as `postorder` lists them, once it has been asked for them."""


def postorder(root: Tree) -> tuple[Tree, ...]:
    """Every node once, operands before what uses them."""
    if root.order is None:
        object.__setattr__(root, "order", tuple(walk(root)))
    assert root.order is not None
    return root.order


def walk(root: Tree) -> Iterator[Tree]:
    """The same, found out; without recursion, for long sums."""
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if id(node) in seen:
            continue
        if ready:
            seen.add(id(node))
            yield node
        else:
            stack.append((node, True))
            stack.extend((operand, False) for operand in reversed(node.operands))
