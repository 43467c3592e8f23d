"""The value of an expression that reads parameters only, by the same arithmetic as a run."""

from __future__ import annotations

from collections.abc import Mapping

from simulate.model import operations as op
from simulate.model.arithmetic import operate
from simulate.scenario.tree import Tree, postorder
from simulate.units import UNITS

OPERATIONS = {
    "*": op.MULTIPLY,
    "+": op.ADD,
    "-": op.SUBTRACT,
    "/": op.DIVIDE,
    "if": op.SELECT,
    "negative": op.NEGATE,
    "not": op.NOT,
    "**": op.POWER,
    "and": op.AND,
    "or": op.OR,
    "<": op.LESS,
    "<=": op.LESS_EQUAL,
    "==": op.EQUAL,
    "!=": op.UNEQUAL,
    "exp": op.EXP,
    "log": op.LOG,
    "sqrt": op.SQRT,
    "abs": op.ABSOLUTE,
    "min": op.MINIMUM,
    "max": op.MAXIMUM,
    "clip": op.CLIP,
    "logistic": op.LOGISTIC,
    "logit": op.LOGIT,
}
"""Numbers of the operations, by their sign or their function's name."""


def operation_of(node: Tree) -> int:
    """The number of a node's operation."""
    return OPERATIONS[str(node.value) if node.operation == "call" else node.operation]


def constant(tree: Tree, parameters: Mapping[str, float]) -> float:
    """Evaluate a tree of numbers, units and parameters."""
    values: dict[int, float] = {}
    for node in postorder(tree):
        if node.operation == "number":
            assert isinstance(node.value, float)
            values[id(node)] = node.value
        elif node.operation == "unit":
            values[id(node)] = UNITS[str(node.value)]
        elif node.operation == "parameter":
            values[id(node)] = parameters[str(node.value)]
        else:
            operands = [values[id(operand)] for operand in node.operands]
            values[id(node)] = fold(operation_of(node), operands)
    return values[id(tree)]


def fold(operation: int, operands: list[float]) -> float:
    """Apply an operation; `min` and `max` of many are taken two by two from the left."""
    if operation in (op.MINIMUM, op.MAXIMUM):
        value = operands[0]
        for operand in operands[1:]:
            value = operate(operation, value, operand, 0.0)
        return value
    x, y, z = (*operands, 0.0, 0.0, 0.0)[:3]
    return operate(operation, x, y, z)
