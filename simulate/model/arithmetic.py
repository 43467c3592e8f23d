"""Arithmetic that never raises: where Python would, it returns an infinity or a NaN.

Only `math` functions that agree to the bit between Python and compiled code are used. A NaN is
passed on by every operation, so that it reaches the place where a run judges it; an operand that
a condition does not choose is dropped with its NaN.
"""

import math

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
    UNEQUAL,
)

INFINITY = math.inf
NAN = math.nan
LARGEST_EXPONENT = 709.782712893384
"""`exp` of more than this is above the largest double."""


def exp(x: float) -> float:
    """`e**x`, infinite where that passes the largest double."""
    if x > LARGEST_EXPONENT:
        return INFINITY
    return math.exp(x)


def log(x: float) -> float:
    """Natural logarithm: minus infinity at 0, NaN below."""
    if x > 0.0:
        return math.log(x)
    if x == 0.0:
        return -INFINITY
    return NAN


def sqrt(x: float) -> float:
    """Square root, NaN below 0."""
    if x >= 0.0:
        return math.sqrt(x)
    return NAN


def divide(x: float, y: float) -> float:
    """`x / y` as IEEE 754 has it, division by zero included."""
    if y == 0.0:
        if x == 0.0 or x != x:
            return NAN
        return math.copysign(INFINITY, x) * math.copysign(1.0, y)
    return x / y


def is_odd(y: float) -> bool:
    """Whether a whole number is odd."""
    return y % 2.0 != 0.0


def power(x: float, y: float) -> float:
    """`x**y`: NaN for a negative base with a fraction as exponent, infinite on overflow."""
    if x != x or y != y:
        return NAN
    if y == 0.0 or x == 1.0:
        return 1.0
    if x == 0.0:
        return 0.0 if y > 0.0 else INFINITY
    if x == INFINITY or x == -INFINITY or y == INFINITY or y == -INFINITY:
        return math.pow(x, y)
    if x < 0.0 and y != math.floor(y):
        return NAN
    magnitude = y * math.log(abs(x))
    if magnitude > LARGEST_EXPONENT + 1.0:
        return -INFINITY if x < 0.0 and is_odd(y) else INFINITY
    if magnitude > LARGEST_EXPONENT - 1.0:
        # Within a factor e of overflow: `pow` itself may raise, its square root cannot.
        root = math.pow(abs(x), 0.5 * y)
        return -(root * root) if x < 0.0 and is_odd(y) else root * root
    return math.pow(x, y)


def logistic(x: float) -> float:
    """`1 / (1 + exp(-x))`."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    growth = exp(x)
    return growth / (1.0 + growth)


def logit(x: float) -> float:
    """`log(x / (1 - x))`: infinite at 0 and 1, NaN outside."""
    return log(divide(x, 1.0 - x))


def minimum(x: float, y: float) -> float:
    """The smaller one; NaN if either is."""
    if x != x or y != y:
        return NAN
    return x if x <= y else y


def maximum(x: float, y: float) -> float:
    """The larger one; NaN if either is."""
    if x != x or y != y:
        return NAN
    return x if x >= y else y


def clip(x: float, low: float, high: float) -> float:
    """`x` kept between `low` and `high`."""
    return minimum(maximum(x, low), high)


def compare(operation: int, x: float, y: float) -> float:
    """1 where the comparison holds, 0 where not, NaN if either side is NaN."""
    if x != x or y != y:
        return NAN
    if operation == LESS:
        holds = x < y
    elif operation == LESS_EQUAL:
        holds = x <= y
    elif operation == EQUAL:
        holds = x == y
    else:
        holds = x != y
    return 1.0 if holds else 0.0


def combine(operation: int, x: float, y: float) -> float:
    """`and`, `or`: read from the left, so that a decided answer drops what follows."""
    if x != x:
        return NAN
    if operation == AND:
        if x == 0.0:
            return 0.0
    elif x != 0.0:
        return 1.0
    if y != y:
        return NAN
    return 1.0 if y != 0.0 else 0.0


def invert(x: float) -> float:
    """`not`."""
    if x != x:
        return NAN
    return 1.0 if x == 0.0 else 0.0


def select(condition: float, chosen: float, otherwise: float) -> float:
    """`chosen if condition else otherwise`."""
    if condition != condition:
        return NAN
    return chosen if condition != 0.0 else otherwise


def call(operation: int, x: float, y: float, z: float) -> float:
    """The named functions of the scenario language."""
    if operation == EXP:
        return exp(x)
    if operation == CLIP:
        return clip(x, y, z)
    if operation == LOGISTIC:
        return logistic(x)
    if operation == MINIMUM:
        return minimum(x, y)
    if operation == MAXIMUM:
        return maximum(x, y)
    if operation == LOG:
        return log(x)
    if operation == ABSOLUTE:
        return abs(x)
    if operation == SQRT:
        return sqrt(x)
    return logit(x) if operation == LOGIT else NAN


def operate(operation: int, x: float, y: float, z: float) -> float:
    """Apply one operation to its operands; those that it does not take are ignored."""
    if operation == MULTIPLY:
        return x * y
    if operation == ADD:
        return x + y
    if operation == SUBTRACT:
        return x - y
    if operation == DIVIDE:
        return divide(x, y)
    if operation == SELECT:
        return select(x, y, z)
    if operation == NEGATE:
        return -x
    if operation == NOT:
        return invert(x)
    if operation == POWER:
        return power(x, y)
    if operation in (AND, OR):
        return combine(operation, x, y)
    if LESS <= operation <= UNEQUAL:
        return compare(operation, x, y)
    return call(operation, x, y, z)
