"""Events with a rate: points of a fixed random field that lie below it.

For each source a world holds a Poisson random measure of unit density on (time x rate). The rate axis
is split into bands [0, h), [h, 2h), [2h, 4h), ..., each band into tiles of area 1 along time. A tile
holds Poisson(1) points drawn from its own key, so it is made when needed and nowhere else. A source
fires at each point whose level lies below the rate at its time (Lewis and Shedler 1979).
"""

import math

from simulate.model.arithmetic import INFINITY
from simulate.model.evaluate import bound, evaluate, fail, stands_until
from simulate.model.layout import (
    BOUND_BROKEN,
    NO_BOUND,
    NOT_FINITE,
    RATE_TOO_HIGH,
    Field,
    Model,
    World,
)
from simulate.model.noise import FIRST_POINT, POINTS, child, uniform, uniform_pair

FIRST_BAND = 2.0**-12
"""Height of the first band, per day; every scenario has the same."""
BANDS = 48
SLOTS = 2
"""Tiles kept of each band."""
MOST_POINTS = 20
"""More points than this in one tile have a probability below 2**-53."""
EMPTY_TILE = 0.36787944117144233
"""exp(-1), the probability of no point."""
HIGHEST_RATE = 1e9
PROMISED_POINTS = 64.0
WASTE = 16.0
SHORTEST_STRETCH = 1e-6
MARGIN = 1.0 + 1e-9
"""Bounds are widened by this, against the rounding of what they bound."""


def points_in_tile(u: float) -> int:
    """Poisson(1) by inversion."""
    points = 0
    probability = EMPTY_TILE
    cumulative = probability
    while u >= cumulative and points < MOST_POINTS:
        points += 1
        probability /= points
        cumulative += probability
    return points


def tile_slot(world: World, field: Field, source: int, band: int, tile: int, floor: float, height: float) -> int:
    """Where a tile of a band is kept, after drawing its points if it is not there yet."""
    slot = (source * BANDS + band) * SLOTS + (tile & 1)
    if field.tile[slot] == tile:
        return slot
    field.tile[slot] = tile
    identity = child(field.band_identity[source * BANDS + band], tile)
    field.tile_identity[slot] = identity
    seed_low, seed_high, number = world.key[0], world.key[1], world.key[2]
    count = points_in_tile(uniform(seed_low, seed_high, number, identity, POINTS))
    field.points[slot] = count
    for point in range(count):
        along, up = uniform_pair(seed_low, seed_high, number, identity, FIRST_POINT + point)
        field.time[slot * MOST_POINTS + point] = (tile + along) / height
        field.level[slot * MOST_POINTS + point] = floor + up * height
    return slot


def later(field: Field, source: int, time: float, band: int, tile: int, point: int) -> bool:
    """Whether a point comes after the last one considered, in the order (time, band, tile, point)."""
    if time != field.considered_at[source]:
        return time > field.considered_at[source]
    if band != field.considered_band[source]:
        return band > field.considered_band[source]
    if tile != field.considered_tile[source]:
        return tile > field.considered_tile[source]
    return point > field.considered_point[source]


def consider_all_until(field: Field, source: int, time: float) -> None:
    """Count every point up to and including `time` as considered."""
    field.considered_at[source] = time
    field.considered_band[source] = BANDS


def search(world: World, field: Field, source: int, highest: float, until: float) -> bool:
    """Find the next point below `highest` and before `until`; it becomes the considered one.

    Its time stands in `considered_at`, its level in `found_level`, its identity in `found_identity`.
    """
    best = until
    best_slot = -1
    best_band = best_tile = best_point = 0
    start = field.considered_at[source]
    band = 0
    floor = 0.0
    height = FIRST_BAND
    while band < BANDS and floor < highest:
        tile = math.floor(start * height)
        while tile / height < best:
            slot = tile_slot(world, field, source, band, tile, floor, height)
            for point in range(field.points[slot]):
                time = field.time[slot * MOST_POINTS + point]
                if (
                    time < best
                    and field.level[slot * MOST_POINTS + point] < highest
                    and later(field, source, time, band, tile, point)
                ):
                    best, best_slot = time, slot
                    best_band, best_tile, best_point = band, tile, point
            tile += 1
        band += 1
        floor += height
        height = floor
    if best_slot < 0:
        return False
    field.considered_at[source] = best
    field.considered_band[source] = best_band
    field.considered_tile[source] = best_tile
    field.considered_point[source] = best_point
    field.found_level[source] = field.level[best_slot * MOST_POINTS + best_point]
    field.found_identity[source] = child(field.tile_identity[best_slot], best_point)
    return True


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


def stretch(model: Model, world: World, field: Field, program: int, start: float, end: float) -> float:
    """Choose how far a bound is used: returns the end of the stretch, and puts the bound in `field`.

    A stretch is halved while its bound is not finite, or promises many points and is far above the
    rate now. Any choice gives the same events.
    """
    now = rate(model, world, program, start)
    if model.code.moving[program] == 0:
        field.highest[0] = now * MARGIN * field.widening[0]
        return end
    while True:
        _, highest = bound(model, world, program, start, end)
        highest *= MARGIN * field.widening[0]
        wasteful = highest * (end - start) > PROMISED_POINTS and highest > WASTE * now
        unbounded = highest == INFINITY or highest != highest or highest > HIGHEST_RATE * WASTE
        if not (wasteful or unbounded) or world.fault[0] != 0:
            break
        if end - start < SHORTEST_STRETCH:
            if unbounded:
                fail(world, NO_BOUND, program, now)
            break
        end = start + 0.5 * (end - start)
    field.highest[0] = highest
    return end


def next_candidate(model: Model, world: World, field: Field, source: int, now: float) -> tuple[float, bool]:
    """When to look at a source again, and whether a point of its field lies there.

    It holds until an event or a calendar switch changes what the source's rate reads.
    """
    program = program_of(model, world, source)
    if program < 0:
        return INFINITY, False
    end = min(model.grid.horizon, stands_until(model, world, program, now))
    end = stretch(model, world, field, program, now, end)
    if world.fault[0] != 0:
        return now, False
    field.bound[source] = field.highest[0]
    if search(world, field, source, field.highest[0], end):
        return field.considered_at[source], True
    field.considered_at[source] = end
    field.considered_band[source] = -1
    return end, False


def stands(model: Model, world: World, field: Field, source: int, now: float, until: float) -> bool:
    """Whether the bound found before a change still holds up to `until`, and with it the next candidate."""
    program = program_of(model, world, source)
    if program < 0 or not until < INFINITY or stands_until(model, world, program, now) < until:
        return False
    if model.code.moving[program] == 0:
        highest = rate(model, world, program, now)
    else:
        _, highest = bound(model, world, program, now, INFINITY)
        if not highest * MARGIN * field.widening[0] <= field.bound[source]:
            _, highest = bound(model, world, program, now, until)
    return highest * MARGIN * field.widening[0] <= field.bound[source]


def fires(model: Model, world: World, field: Field, source: int, time: float) -> bool:
    """Whether the considered point of a source lies below its rate just before `time`."""
    program = program_of(model, world, source)
    if program < 0:
        return False
    value = rate(model, world, program, time)
    if value > field.bound[source] and world.fault[0] == 0:
        fail(world, BOUND_BROKEN, program, value)
    return field.found_level[source] < value
