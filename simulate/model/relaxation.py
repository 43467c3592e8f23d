"""How a state variable moves between events: exactly, from an anchor towards its rest."""

import math

from simulate.model.layout import World

NEVER_READ = -1.0
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
    if time == world.read_at[variable]:
        return world.read[variable]
    rest = world.rest[variable]
    value = rest + (start - rest) * math.exp(-LOG_TWO * (elapsed / half_life))
    value = min(max(value, start), rest) if start <= rest else max(min(value, start), rest)
    world.read_at[variable] = time
    world.read[variable] = value
    return value


def rest_of(world: World, variable: int) -> float:
    """Where a variable is going; one that holds stays."""
    return world.rest[variable] if world.half_life[variable] > 0.0 else world.anchor[variable]


def anchor(world: World, variable: int, value: float, time: float) -> None:
    """Let a variable move on from a value at a time."""
    world.anchor[variable] = value
    world.anchored_at[variable] = time
    world.read_at[variable] = NEVER_READ
