"""Between which numbers an expression can lie, whatever happens."""

from __future__ import annotations

from simulate.model.arithmetic import INFINITY
from simulate.model.interval import Interval, operate
from simulate.scenario.constants import constant, operation_of
from simulate.scenario.expression import Expression
from simulate.scenario.resolved import Distribution, Resolved
from simulate.scenario.tree import Tree, postorder
from simulate.units import UNITS

BOUNDED_BELOW = ("lognormal", "exponential", "gamma", "weibull")


class Ranges:
    """Bounds of expressions, with state anywhere inside its bounds and marks anywhere they can be drawn."""

    def __init__(self, resolved: Resolved) -> None:
        self.resolved = resolved
        self.variables = {name: self.of_variable(name) for name in resolved.variables}
        self.indicators: dict[str, Interval] = {}
        for name, expression in resolved.indicators.items():
            self.indicators[name] = self.of(expression, {})

    def of_variable(self, name: str) -> Interval:
        variable = self.resolved.variables[name]
        low = -INFINITY if variable.low is None else constant(variable.low.tree, self.resolved.values)
        high = INFINITY if variable.high is None else constant(variable.high.tree, self.resolved.values)
        return low, high

    def of(self, expression: Expression, marks: dict[str, Interval]) -> Interval:
        """Between which numbers an expression lies; `marks` by name."""
        found: dict[int, Interval] = {}
        for node in postorder(expression.tree):
            found[id(node)] = self.node(node, [found[id(operand)] for operand in node.operands], marks)
        return found[id(expression.tree)]

    def node(self, node: Tree, operands: list[Interval], marks: dict[str, Interval]) -> Interval:
        leaf = self.leaf(node, marks)
        if leaf is not None:
            return leaf
        operation = operation_of(node)
        if node.value in ("min", "max"):
            low, high = operands[0]
            for other in operands[1:]:
                low, high = operate(operation, low, high, *other, 0.0, 0.0)
            return low, high
        x, y, z = (*operands, (0.0, 0.0), (0.0, 0.0), (0.0, 0.0))[:3]
        return operate(operation, *x, *y, *z)

    def leaf(self, node: Tree, marks: dict[str, Interval]) -> Interval | None:
        """The range of a name or a number; None for an operation."""
        name = str(node.value)
        if node.operation == "number":
            assert isinstance(node.value, float)
            return node.value, node.value
        if node.operation == "unit":
            return UNITS[name], UNITS[name]
        if node.operation == "parameter":
            value = self.resolved.values[name]
            return value, value
        if node.operation == "state":
            return self.variables[name]
        if node.operation == "indicator":
            return self.indicators.get(name, (-INFINITY, INFINITY))
        if node.operation in ("stage", "calendar", "recent"):
            return 0.0, 1.0
        if node.operation == "count":
            return 0.0, INFINITY
        if node.operation == "mark":
            return marks.get(name, (-INFINITY, INFINITY))
        return None

    def marks_of(self, event: str) -> dict[str, Interval]:
        """Between which numbers the marks of an event are drawn."""
        return {name: self.drawn(mark) for name, mark in self.resolved.events[event].marks}

    def drawn(self, distribution: Distribution) -> Interval:
        """Between which numbers a distribution draws."""
        if distribution.kind == "categorical":
            values = [value for value, _ in distribution.rows]
            return min(values), max(values)
        arguments = [self.of(argument, {}) for argument in distribution.arguments]
        if distribution.kind in ("constant", "uniform", "triangular"):
            return min(low for low, _ in arguments), max(high for _, high in arguments)
        if distribution.kind == "beta":
            return 0.0, 1.0
        return (0.0 if distribution.kind in BOUNDED_BELOW else -INFINITY), INFINITY
