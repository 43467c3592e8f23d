"""How a state variable moves between events: exactly, from an anchor towards its rest."""

import math

from simulate.model.layout import World

LOG_TWO = 0.6931471805599453
"""Compiled code turns `pow(2, x)` into another function with other last bits; `exp` agrees."""


def value_at(world: World, variable: int, time: float) -> float:
    """`rest + (x0 - rest) * 2**(-(time - t0) / half_life)`, x0 itself at t0, kept between x0 and rest.

    A half-life of 0 stands for a variable that holds its value.
    """
    start = world.anchor[variable]
    half_life = world.half_life[variable]
    elapsed = time - world.anchored_at[variable]
    if half_life == 0.0 or elapsed <= 0.0:
        return start
    rest = world.rest[variable]
    value = rest + (start - rest) * math.exp(-LOG_TWO * (elapsed / half_life))
    if start <= rest:
        return min(max(value, start), rest)
    return max(min(value, start), rest)
