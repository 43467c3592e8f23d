"""The dimension of time, followed through an expression.

A dimension is the power of time: 0 for a pure number, 1 for a time, -1 for a rate. A bare 0 fits
anywhere and has the dimension None.
"""

from __future__ import annotations

from simulate.scenario.tokens import ExpressionError
from simulate.scenario.tree import Tree
from simulate.units import dimension_name

Dimension = float | None


def shared(tree: Tree, dimensions: list[Dimension], what: str) -> Dimension:
    """The one dimension that all of these have."""
    known = [dimension for dimension in dimensions if dimension is not None]
    if any(dimension != known[0] for dimension in known):
        names = " and ".join(dimension_name(dimension) for dimension in dict.fromkeys(known))
        raise ExpressionError(f"{what} mixes {names}; {mixed_hint(known)}", tree.place)
    return known[0] if known else None


def mixed_hint(known: list[float]) -> str:
    """How to mend a mixture."""
    if 1.0 in known and 0.0 in known:
        return "a time needs a unit, such as 90 d"
    if -1.0 in known and 0.0 in known:
        return "a rate needs a unit, such as 0.3/yr"
    return "both sides must be of one kind"


def pure(tree: Tree, dimension: Dimension, what: str) -> None:
    """Refuse anything but a pure number."""
    if dimension not in (None, 0.0):
        raise ExpressionError(f"{what} must be a pure number, got {dimension_name(dimension)}", tree.place)


def power(tree: Tree, base: Dimension, exponent: Dimension) -> Dimension:
    """The dimension of `base ** exponent`."""
    pure(tree, exponent, "the exponent of **")
    if base in (None, 0.0):
        return 0.0
    operand = tree.operands[1]
    sign = 1.0
    if operand.operation == "negative":
        sign, operand = -1.0, operand.operands[0]
    if operand.operation != "number" or not isinstance(operand.value, float):
        message = f"{dimension_name(base)} may be raised to a written number only"
        raise ExpressionError(message, tree.place)
    assert base is not None
    return base * sign * operand.value


def of_call(tree: Tree, dimensions: list[Dimension]) -> Dimension:
    """The dimension of a function's value."""
    name = str(tree.value)
    if name == "sqrt":
        return None if dimensions[0] is None else 0.5 * dimensions[0]
    if name in ("abs", "min", "max", "clip"):
        return shared(tree, dimensions, name)
    for dimension in dimensions:
        pure(tree, dimension, f"the argument of {name}")
    return 0.0


def of_operation(tree: Tree, dimensions: list[Dimension]) -> Dimension:
    """The dimension of an operation, from those of its operands."""
    operation = tree.operation
    if operation == "number":
        return None if tree.value == 0.0 else 0.0
    if operation == "unit":
        return 1.0
    if operation in ("+", "-"):
        return shared(tree, dimensions, f"'{operation}'")
    if operation == "negative":
        return dimensions[0]
    if operation == "*":
        return (dimensions[0] or 0.0) + (dimensions[1] or 0.0)
    if operation == "/":
        return (dimensions[0] or 0.0) - (dimensions[1] or 0.0)
    if operation == "**":
        return power(tree, dimensions[0], dimensions[1])
    if operation in ("<", "<=", "==", "!="):
        shared(tree, dimensions, f"'{operation}'")
        return 0.0
    if operation == "if":
        pure(tree, dimensions[0], "a condition")
        return shared(tree, dimensions[1:], "'if'")
    if operation in ("and", "or", "not"):
        for dimension in dimensions:
            pure(tree, dimension, f"what stands beside '{operation}'")
        return 0.0
    return of_call(tree, dimensions)


def mismatch(wanted: float, got: Dimension) -> str | None:
    """Why a whole expression is of the wrong kind, None if it is of the right one."""
    if got is None or got == wanted:
        return None
    given = dimension_name(got)
    if wanted == 1.0:
        hint = "write a unit, such as 60 d" if got == 0.0 else "divide or multiply until one power of time is left"
        return f"must be a time, got {given}; {hint}"
    if wanted == -1.0:
        hints = {0.0: "write it per time, such as 0.3/yr", 1.0: "write how often, such as 0.3/yr, not how long"}
        hint = hints.get(got, "multiply or divide by a time until one 'per time' is left")
        return f"must be a rate (per time), got {given}; {hint}"
    return f"must be a pure number, got {given}; divide by a time or multiply by one, such as x/(1 yr)"
