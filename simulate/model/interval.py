"""Interval arithmetic: between which two numbers an operation's result must lie.

Operands are intervals; a result holds every value that the operation can take on them, NaN apart
(a run judges a NaN where it meets it). Moore, *Interval Analysis* (1966), without outward rounding:
whoever uses a bound widens it.
"""

import math

from simulate.model.arithmetic import (
    INFINITY,
    divide,
    exp,
    is_odd,
    log,
    logistic,
    logit,
    power,
    sqrt,
)
from simulate.model.operations import (
    ABSOLUTE,
    ADD,
    AND,
    CLIP,
    DIVIDE,
    EQUAL,
    EXP,
    LESS,
    LESS_EQUAL,
    LOG,
    LOGISTIC,
    LOGIT,
    MAXIMUM,
    MINIMUM,
    MULTIPLY,
    NEGATE,
    NOT,
    OR,
    POWER,
    SELECT,
    SQRT,
    SUBTRACT,
)

Interval = tuple[float, float]


def product(x: float, y: float) -> float:
    """A corner of a product, where zero times infinity is zero: the limit inside the interval."""
    if x == 0.0 or y == 0.0:
        return 0.0
    return x * y


def hull(a: float, b: float, c: float, d: float) -> Interval:
    """The smallest interval that holds four numbers; everything, if one of them is NaN."""
    if a != a or b != b or c != c or d != d:
        return -INFINITY, INFINITY
    return min(min(a, b), min(c, d)), max(max(a, b), max(c, d))


def multiply(x_low: float, x_high: float, y_low: float, y_high: float) -> Interval:
    """`x * y`."""
    if x_low >= 0.0 and y_low >= 0.0:
        return product(x_low, y_low), product(x_high, y_high)
    return hull(product(x_low, y_low), product(x_low, y_high), product(x_high, y_low), product(x_high, y_high))


def quotient(x_low: float, x_high: float, y_low: float, y_high: float) -> Interval:
    """`x / y`, unbounded when `y` may be 0."""
    if y_low <= 0.0 <= y_high:
        if y_low == 0.0 and y_high > 0.0:
            low = divide(x_low, y_high) if x_low >= 0.0 else -INFINITY
            return low, divide(x_high, y_high) if x_high <= 0.0 else INFINITY
        return -INFINITY, INFINITY
    return hull(divide(x_low, y_low), divide(x_low, y_high), divide(x_high, y_low), divide(x_high, y_high))


def raised(x_low: float, x_high: float, y_low: float, y_high: float) -> Interval:
    """`x ** y`."""
    if x_low >= 0.0:
        if x_low == 0.0 and y_low < 0.0:
            return 0.0, INFINITY
        return hull(power(x_low, y_low), power(x_low, y_high), power(x_high, y_low), power(x_high, y_high))
    if y_low != y_high or y_low - y_low != 0.0 or y_low != math.floor(y_low):
        return -INFINITY, INFINITY
    if y_low < 0.0 and x_high >= 0.0:
        return -INFINITY, INFINITY
    low, high = power(x_low, y_low), power(x_high, y_low)
    if is_odd(y_low) or y_low < 0.0:
        return min(low, high), max(low, high)
    return (0.0 if x_high >= 0.0 else min(low, high)), max(low, high)


def truth(low: float, high: float) -> Interval:
    """An operand as a condition: (0, 0), (1, 1) or undecided."""
    if low > 0.0 or high < 0.0:
        return 1.0, 1.0
    if low == 0.0 and high == 0.0:
        return 0.0, 0.0
    return 0.0, 1.0


def compared(operation: int, x_low: float, x_high: float, y_low: float, y_high: float) -> Interval:
    """A comparison: decided, or between 0 and 1."""
    if operation == LESS:
        never, always = x_low >= y_high, x_high < y_low
    elif operation == LESS_EQUAL:
        never, always = x_low > y_high, x_high <= y_low
    else:
        apart = x_high < y_low or y_high < x_low
        same = x_low == x_high and y_low == y_high and x_low == y_low
        never, always = (apart, same) if operation == EQUAL else (same, apart)
    return (1.0 if always else 0.0), (0.0 if never else 1.0)


def selected(c_low: float, c_high: float, x_low: float, x_high: float, y_low: float, y_high: float) -> Interval:
    """`x if c else y`."""
    least, most = truth(c_low, c_high)
    if least == 1.0:
        return x_low, x_high
    if most == 0.0:
        return y_low, y_high
    return min(x_low, y_low), max(x_high, y_high)


def called(
    operation: int, x_low: float, x_high: float, y_low: float, y_high: float, z_low: float, z_high: float
) -> Interval:
    """The named functions of the scenario language, all but `abs` monotone in each operand."""
    if operation == EXP:
        return exp(x_low), exp(x_high)
    if operation == CLIP:
        return min(max(x_low, y_low), z_low), min(max(x_high, y_high), z_high)
    if operation == LOGISTIC:
        return logistic(x_low), logistic(x_high)
    if operation == MINIMUM:
        return min(x_low, y_low), min(x_high, y_high)
    if operation == MAXIMUM:
        return max(x_low, y_low), max(x_high, y_high)
    if operation == ABSOLUTE:
        if x_low <= 0.0 <= x_high:
            return 0.0, max(-x_low, x_high)
        return min(abs(x_low), abs(x_high)), max(abs(x_low), abs(x_high))
    if operation == LOG:
        return log(max(x_low, 0.0)), log(max(x_high, 0.0))
    if operation == SQRT:
        return sqrt(max(x_low, 0.0)), sqrt(max(x_high, 0.0))
    if operation == LOGIT:
        return logit(min(max(x_low, 0.0), 1.0)), logit(max(min(x_high, 1.0), 0.0))
    return -INFINITY, INFINITY


def arithmetic(operation: int, x_low: float, x_high: float, y_low: float, y_high: float) -> Interval:
    """Sums, products, powers and the logical operations."""
    if operation == MULTIPLY:
        return multiply(x_low, x_high, y_low, y_high)
    if operation == ADD:
        return x_low + y_low, x_high + y_high
    if operation == SUBTRACT:
        return x_low - y_high, x_high - y_low
    if operation == DIVIDE:
        return quotient(x_low, x_high, y_low, y_high)
    if operation == NEGATE:
        return -x_high, -x_low
    if operation == POWER:
        return raised(x_low, x_high, y_low, y_high)
    least, most = truth(x_low, x_high)
    if operation == NOT:
        return 1.0 - most, 1.0 - least
    other_least, other_most = truth(y_low, y_high)
    if operation == AND:
        return least * other_least, most * other_most
    return max(least, other_least), max(most, other_most)


def operate(
    operation: int, x_low: float, x_high: float, y_low: float, y_high: float, z_low: float, z_high: float
) -> Interval:
    """Bound one operation: the twin of `simulate.model.arithmetic.operate`."""
    if operation == SELECT:
        low, high = selected(x_low, x_high, y_low, y_high, z_low, z_high)
    elif operation >= EXP:
        low, high = called(operation, x_low, x_high, y_low, y_high, z_low, z_high)
    elif operation >= LESS:
        low, high = compared(operation, x_low, x_high, y_low, y_high)
    elif MULTIPLY <= operation <= OR:
        low, high = arithmetic(operation, x_low, x_high, y_low, y_high)
    else:
        low, high = -INFINITY, INFINITY
    if low != low or high != high:
        return -INFINITY, INFINITY
    return low, high
