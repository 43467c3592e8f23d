"""The value of a program in a world at a time, and the bounds of that value over a stretch of time."""

from simulate.model.arithmetic import INFINITY, operate
from simulate.model.interval import operate as operate_interval
from simulate.model.layout import NOT_FINITE, Model, World
from simulate.model.operations import (
    CALENDAR,
    COLUMNS,
    COUNT,
    FIRST_OPERATION,
    MARK,
    RECENT,
    STAGE,
    STATE,
)
from simulate.model.relaxation import rest_of, value_at

ROOM = 0.1
"""How much a variable may change, as a share of its scale, before a bound with room for that is found anew."""


def leaf(model: Model, world: World, operation: int, a: int, b: int, time: float) -> float:
    """What a leaf reads; a state variable is read at `time`, everything else as it stands."""
    if operation == STATE:
        return value_at(world, a, time)
    if operation == STAGE:
        return float(model.code.stage_set[b + world.stage[a]])
    if operation == CALENDAR:
        return float(world.calendar[a])
    if operation == COUNT:
        return float(world.fired[a])
    if operation == MARK:
        return world.mark[a]
    return model.code.constant[a]


def evaluate(model: Model, world: World, program: int, time: float) -> float:
    """The value of a program at `time`; it may be infinite or NaN, which the caller judges."""
    rows = model.code.rows
    register = world.register
    first = model.code.first[program]
    count = model.code.last[program] - first
    at = first * COLUMNS
    for row in range(count):
        operation, a, b = rows[at], rows[at + 1], rows[at + 2]
        if operation >= FIRST_OPERATION:
            register[row] = operate(operation, register[a], register[b], register[rows[at + 3]])
        elif operation == RECENT:
            register[row] = 1.0 if time < world.last[a] + register[b] else 0.0
        else:
            register[row] = leaf(model, world, operation, a, b, time)
        at += COLUMNS
    return register[count - 1]


def finite(model: Model, world: World, program: int, time: float) -> float:
    """The value of a program that must be a finite number; anything else is kept as a fault."""
    value = evaluate(model, world, program, time)
    if value - value != 0.0:
        fail(world, NOT_FINITE, program, value)
    return value


def holds(model: Model, world: World, program: int, time: float) -> bool:
    """Whether a condition holds; one that is NaN is kept as a fault. None (-1) always holds."""
    if program < 0:
        return True
    value = evaluate(model, world, program, time)
    if value != value:
        fail(world, NOT_FINITE, program, value)
    return value != 0.0


def fail(world: World, kind: int, program: int, value: float) -> None:
    """Keep the first fault of a world, for the engine to report, with the value that was at fault."""
    if world.fault[0] == 0:
        world.fault[0] = kind
        world.fault[1] = program
        world.fault_value[0] = value


def range_over(model: Model, world: World, program: int, start: float, end: float) -> None:
    """Find between which values each variable that a program reads moves, while no event interferes.

    A variable relaxes monotonically, so these are its values at both ends; at an infinite end its rest.
    """
    for row in range(model.code.first_moving[program], model.code.last_moving[program]):
        variable = model.code.moving[row]
        now = value_at(world, variable, start)
        later = value_at(world, variable, end) if end < INFINITY else rest_of(world, variable)
        world.range_low[variable] = min(now, later)
        world.range_high[variable] = max(now, later)


def widen_ranges(model: Model, world: World, program: int) -> None:
    """Leave the variables that a program reads room to change within their bounds."""
    for row in range(model.code.first_moving[program], model.code.last_moving[program]):
        variable = model.code.moving[row]
        least, most = model.variables.low[variable], model.variables.high[variable]
        low, high = world.range_low[variable], world.range_high[variable]
        room = ROOM * (most - least if most - least < INFINITY else max(abs(low), abs(high)))
        world.range_low[variable] = max(low - room, least)
        world.range_high[variable] = min(high + room, most)


def upper_bound(model: Model, world: World, program: int, time: float) -> float:
    """What a program cannot exceed while its variables stay in their ranges and everything else stands still.

    The latter holds until the next event, calendar switch or expiry of a `recent`.
    """
    rows = model.code.rows
    low = world.low
    high = world.high
    first = model.code.first[program]
    count = model.code.last[program] - first
    at = first * COLUMNS
    for row in range(count):
        operation, a, b, c = rows[at], rows[at + 1], rows[at + 2], rows[at + 3]
        if operation >= FIRST_OPERATION:
            if rows[at + 4] != 0:
                low[row], high[row] = operate_interval(operation, low[a], high[a], low[b], high[b], low[c], high[c])
            else:
                low[row] = high[row] = operate(operation, low[a], low[b], low[c])
        elif operation == STATE and rows[at + 4] != 0:
            low[row], high[row] = world.range_low[a], world.range_high[a]
        elif operation == RECENT:
            low[row] = high[row] = 1.0 if time < world.last[a] + low[b] else 0.0
        else:
            low[row] = high[row] = leaf(model, world, operation, a, b, time)
        at += COLUMNS
    return high[count - 1]


def stands_until(model: Model, world: World, program: int, start: float) -> float:
    """When the next `recent` that a program reads expires, infinite if none does."""
    topics = model.topics
    until = INFINITY
    for row in range(topics.first_recent[program], topics.last_recent[program]):
        expiry = world.last[topics.recent_event[row]] + topics.recent_duration[row]
        if start < expiry < until:
            until = expiry
    return until
