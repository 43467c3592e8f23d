"""Events with a rate: a source fires at each point of its random field that lies below the rate at its time.

Which points must be looked at follows from a bound of the rate (Lewis and Shedler 1979). Any bound that
holds gives the same events; what is chosen here is how often it must be found anew.
"""

from simulate.model.arithmetic import INFINITY
from simulate.model.evaluate import evaluate, fail, range_over, stands_until, upper_bound, widen_ranges
from simulate.model.layout import BOUND_BROKEN, NO_BOUND, NOT_FINITE, RATE_TOO_HIGH, Field, Model, World
from simulate.model.points import search
from simulate.model.relaxation import rest_of, value_at

HIGHEST_RATE = 1e9
PROMISED_POINTS = 64.0
WASTE = 16.0
SHORTEST_STRETCH = 1e-6
MARGIN = 1.0 + 1e-9
"""Bounds are widened by this, against the rounding of what they bound."""
GENEROUS = 3.0
"""How far above the rate now a bound may lie that leaves variables room to change."""


def program_of(model: Model, world: World, source: int) -> int:
    """The program of a source's rate now, -1 while it has none."""
    lifecycle = model.sources.lifecycle[source]
    if lifecycle < 0:
        return model.sources.rate[source]
    return model.sources.hazard_rate[model.sources.first_hazard[source] + world.stage[lifecycle]]


def rate(model: Model, world: World, program: int, time: float) -> float:
    """A rate per day; below zero counts as zero."""
    value = evaluate(model, world, program, time)
    if value - value != 0.0:
        fail(world, NOT_FINITE, program, value)
    elif value > HIGHEST_RATE:
        fail(world, RATE_TOO_HIGH, program, value)
    return value


def bound(model: Model, world: World, field: Field, program: int, time: float) -> float:
    """What a rate stays below while its variables stay in their ranges and nothing else happens."""
    return upper_bound(model, world, program, time) * MARGIN * field.widening[0]


def moves(model: Model, program: int) -> bool:
    """Whether a program reads a variable that changes between events."""
    return model.code.first_moving[program] < model.code.last_moving[program]


def assume(model: Model, world: World, field: Field, source: int, program: int) -> None:
    """Keep the ranges for which a source's bound was found."""
    first = model.code.first_moving[program]
    for row in range(first, model.code.last_moving[program]):
        variable = model.code.moving[row]
        field.assumed_low[source * field.width + row - first] = world.range_low[variable]
        field.assumed_high[source * field.width + row - first] = world.range_high[variable]


def still_assumed(model: Model, world: World, field: Field, source: int, program: int, now: float) -> bool:
    """Whether every variable stays in the range for which a source's bound was found."""
    first = model.code.first_moving[program]
    for row in range(first, model.code.last_moving[program]):
        variable = model.code.moving[row]
        low = field.assumed_low[source * field.width + row - first]
        high = field.assumed_high[source * field.width + row - first]
        if not (low <= value_at(world, variable, now) <= high and low <= rest_of(world, variable) <= high):
            return False
    return True


def stretch(model: Model, world: World, field: Field, source: int, program: int, start: float, end: float) -> float:
    """Choose how far a bound is used: returns the end of the stretch, and keeps the bound in `field`.

    A stretch is halved while its bound is not finite, or promises many points and is far above the
    rate now. Variables are left room to change, unless that makes the bound too high.
    """
    now = rate(model, world, program, start)
    if not moves(model, program):
        field.bound[source] = now * MARGIN * field.widening[0]
        return end
    range_over(model, world, program, start, INFINITY)
    widen_ranges(model, world, program)
    highest = bound(model, world, field, program, start)
    if not highest <= GENEROUS * now * field.widening[0]:
        while True:
            range_over(model, world, program, start, end)
            highest = bound(model, world, field, program, start)
            wasteful = highest * (end - start) > PROMISED_POINTS and highest > WASTE * now
            unbounded = highest == INFINITY or highest != highest or highest > HIGHEST_RATE * WASTE
            if not (wasteful or unbounded) or world.fault[0] != 0:
                break
            if end - start < SHORTEST_STRETCH:
                if unbounded:
                    fail(world, NO_BOUND, program, now)
                break
            end = start + 0.5 * (end - start)
    assume(model, world, field, source, program)
    field.bound[source] = highest
    return end


def next_candidate(model: Model, world: World, field: Field, source: int, now: float) -> tuple[float, bool]:
    """When to look at a source again, and whether a point of its field lies there.

    It holds until an event or a calendar switch changes what the source's rate reads.
    """
    program = program_of(model, world, source)
    if program < 0:
        return INFINITY, False
    end = min(model.grid.horizon, stands_until(model, world, program, now))
    end = stretch(model, world, field, source, program, now, end)
    if world.fault[0] != 0:
        return now, False
    if search(world, field, source, field.bound[source], end):
        return field.considered_at[source], True
    field.considered_at[source] = end
    field.considered_band[source] = -1
    return end, False


def stands(model: Model, world: World, field: Field, source: int, now: float, until: float, moved: bool) -> bool:
    """Whether the bound found before a change still holds up to `until`, and with it the next candidate.

    `moved` says that nothing but variables that change between events has changed.
    """
    program = program_of(model, world, source)
    if program < 0 or not until < INFINITY or stands_until(model, world, program, now) < until:
        return False
    if not moves(model, program):
        return rate(model, world, program, now) * MARGIN * field.widening[0] <= field.bound[source]
    if moved and still_assumed(model, world, field, source, program, now):
        return True
    range_over(model, world, program, now, INFINITY)
    if not bound(model, world, field, program, now) <= field.bound[source]:
        range_over(model, world, program, now, until)
        if not bound(model, world, field, program, now) <= field.bound[source]:
            return False
    assume(model, world, field, source, program)
    return True


def fires(model: Model, world: World, field: Field, source: int, time: float) -> bool:
    """Whether the considered point of a source lies below its rate just before `time`."""
    program = program_of(model, world, source)
    if program < 0:
        return False
    value = rate(model, world, program, time)
    if value > field.bound[source] and world.fault[0] == 0:
        fail(world, BOUND_BROKEN, program, value)
    return field.found_level[source] < value
