"""The value of a program in a world at a time, and the bounds of that value over a stretch of time."""

from simulate.model.arithmetic import INFINITY, maximum, minimum, operate
from simulate.model.interval import operate as operate_interval
from simulate.model.layout import NOT_FINITE, Model, World
from simulate.model.operations import (
    CALENDAR,
    CONSTANT,
    COUNT,
    FIRST_OPERATION,
    MARK,
    RECENT,
    STAGE,
    STATE,
)
from simulate.model.relaxation import rest_of, value_at


def leaf(model: Model, world: World, operation: int, a: int, b: int, time: float) -> float:
    """What a name reads; a state variable is read at `time`, everything else as it stands."""
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
    return 0.0


def evaluate(model: Model, world: World, program: int, time: float) -> float:
    """The value of a program at `time`; it may be infinite or NaN, which the caller judges."""
    code = model.code
    register = world.register
    first = code.first[program]
    count = code.last[program] - first
    for row in range(count):
        operation = code.operation[first + row]
        a = code.a[first + row]
        b = code.b[first + row]
        if operation >= FIRST_OPERATION:
            register[row] = operate(operation, register[a], register[b], register[code.c[first + row]])
        elif operation == CONSTANT:
            register[row] = code.constant[a]
        elif operation == RECENT:
            register[row] = 1.0 if time < world.last[a] + register[b] else 0.0
        else:
            register[row] = leaf(model, world, operation, a, b, time)
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


def bound(model: Model, world: World, program: int, start: float, end: float) -> tuple[float, float]:
    """Between which numbers a program stays from `start` to `end` while no event interferes.

    A state variable ranges between its values at both ends (it relaxes monotonically), its rest being
    the value at an infinite end; everything else stands still, which holds until the next event,
    calendar switch or expiry of a `recent`.
    """
    code = model.code
    low = world.low
    high = world.high
    first = code.first[program]
    count = code.last[program] - first
    for row in range(count):
        operation = code.operation[first + row]
        a = code.a[first + row]
        b = code.b[first + row]
        if operation >= FIRST_OPERATION:
            c = code.c[first + row]
            if code.moves[first + row] != 0:
                low[row], high[row] = operate_interval(operation, low[a], high[a], low[b], high[b], low[c], high[c])
            else:
                low[row] = high[row] = operate(operation, low[a], low[b], low[c])
        elif operation == CONSTANT:
            low[row] = high[row] = code.constant[a]
        elif operation == STATE:
            now = value_at(world, a, start)
            later = value_at(world, a, end) if end < INFINITY else rest_of(world, a)
            low[row] = minimum(now, later)
            high[row] = maximum(now, later)
        elif operation == RECENT:
            low[row] = 1.0 if start < world.last[a] + low[b] else 0.0
            high[row] = low[row]
        else:
            low[row] = leaf(model, world, operation, a, b, start)
            high[row] = low[row]
    return low[count - 1], high[count - 1]


def stands_until(model: Model, world: World, program: int, start: float) -> float:
    """When the next `recent` that a program reads expires, infinite if none does."""
    topics = model.topics
    until = INFINITY
    for row in range(topics.first_recent[program], topics.last_recent[program]):
        expiry = world.last[topics.recent_event[row]] + topics.recent_duration[row]
        if start < expiry < until:
            until = expiry
    return until
