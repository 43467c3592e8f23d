"""Indicators that read indicators: their order, and the circles that have none."""

from __future__ import annotations

from simulate.scenario.checking import FAULTY, Checker
from simulate.scenario.expression import Expression
from simulate.scenario.tree import postorder


def reads(expression: Expression, indicators: dict[str, Expression]) -> list[str]:
    """The indicators that an expression reads itself."""
    return [
        str(node.value)
        for node in postorder(expression.tree)
        if node.operation == "indicator" and node.value in indicators
    ]


def indicator_order(checker: Checker, indicators: dict[str, Expression]) -> dict[str, Expression]:
    """Indicators with what they read first; those in a circle are faults and become zero.

    The checker learns which of them move between events.
    """
    ordered: dict[str, Expression] = {}
    open_names: list[str] = []
    stack = [(name, False) for name in reversed(indicators)]
    while stack:
        name, ready = stack.pop()
        if ready:
            open_names.remove(name)
            ordered[name] = indicators[name]
            checker.indicator_moves[name] = moves(checker, indicators[name])
        elif name in open_names:
            circle = [*open_names[open_names.index(name) :], name]
            checker.fault(indicators[name].path, f"indicators read each other in a circle: {' -> '.join(circle)}")
            indicators[name] = Expression(FAULTY, indicators[name].path, "0", None)
        elif name not in ordered:
            open_names.append(name)
            stack.append((name, True))
            stack.extend((other, False) for other in reads(indicators[name], indicators))
    return ordered


def moves(checker: Checker, expression: Expression) -> bool:
    """Whether an expression changes between events."""
    for node in postorder(expression.tree):
        if node.operation == "recent":
            return True
        if node.operation in ("state", "indicator") and checker.moves(str(node.value)):
            return True
    return False
