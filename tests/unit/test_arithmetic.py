"""Arithmetic never raises, and intervals hold every value that an operation takes."""

import math
import random

from simulate.model import arithmetic, interval, operations

SPECIAL = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -2.0,
    3.0,
    1000.0,
    -1000.0,
    1e308,
    -1e308,
    5e-324,
    math.inf,
    -math.inf,
    math.nan,
]
OPERATIONS = range(operations.FIRST_OPERATION, operations.LOGIT + 1)


def test_no_operation_raises_on_any_operands():
    for operation in OPERATIONS:
        for x in SPECIAL:
            for y in SPECIAL:
                for z in (0.0, 1.0, math.nan):
                    assert isinstance(arithmetic.operate(operation, x, y, z), float)


def test_an_interval_holds_every_value():
    chance = random.Random(1)
    for _ in range(20_000):
        operation = chance.choice(OPERATIONS)
        sides = [sorted(chance.choice([-3, -1, 0, 0.5, 1, 2, 7, chance.gauss(0, 3)]) for _ in "ab") for _ in "xyz"]
        low, high = interval.operate(operation, *map(float, [end for side in sides for end in side]))
        for _ in range(5):
            point = [chance.uniform(*side) for side in sides]
            if operation == operations.CLIP and point[1] > point[2]:
                continue
            value = arithmetic.operate(operation, *point)
            if not math.isnan(value):
                slack = 1e-9 * abs(value) if math.isfinite(value) else 0.0
                assert low - slack <= value <= high + slack, (operation, sides, point, value, low, high)
