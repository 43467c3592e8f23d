"""Points of fixed random fields: a Poisson random measure of unit density on (time x rate) for each source.

The rate axis is split into bands [0, h), [h, 2h), [2h, 4h), ..., each band into tiles of area 1 along
time. A tile holds Poisson(1) points drawn from its own key, so it is made when needed and nowhere else.
In each band a cursor stands at the first point later than the one that was considered last.
"""

import math

from simulate.model.arithmetic import INFINITY
from simulate.model.layout import Field, World
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
    field.tile_identity[slot] = child(field.band_identity[source * BANDS + band], tile)
    field.points[slot] = 0
    branch = world.branch_at[0]
    if tile < branch * height:
        draw_tile(world, field, slot, floor, height, world.key[0], world.key[1], -1.0, branch)
    if tile + 1 > branch * height:
        draw_tile(world, field, slot, floor, height, world.future[0], world.future[1], branch, INFINITY)
    return slot


def draw_tile(
    world: World,
    field: Field,
    slot: int,
    floor: float,
    height: float,
    key_low: int,
    key_high: int,
    after: float,
    until: float,
) -> None:
    """Draw a tile's points under a key, and keep those later than `after` and up to `until`."""
    tile, identity, number = field.tile[slot], field.tile_identity[slot], world.key[2]
    for point in range(points_in_tile(uniform(key_low, key_high, number, identity, POINTS))):
        along, up = uniform_pair(key_low, key_high, number, identity, FIRST_POINT + point)
        time = (tile + along) / height
        if after < time <= until and field.points[slot] < MOST_POINTS:
            # In a tile that holds points of two keys, each keeps a number of its own.
            own = point if after < tile / height else MOST_POINTS + point
            insert(field, slot, own, time, floor + up * height)


def insert(field: Field, slot: int, number: int, time: float, level: float) -> None:
    """Add a point to those of a tile, which stand in the order of time, then of number."""
    first = slot * MOST_POINTS
    place = first + field.points[slot]
    field.points[slot] += 1
    while place > first and field.time[place - 1] > time:
        field.time[place] = field.time[place - 1]
        field.level[place] = field.level[place - 1]
        field.number[place] = field.number[place - 1]
        place -= 1
    field.time[place] = time
    field.level[place] = level
    field.number[place] = number


def later(field: Field, source: int, time: float, band: int, tile: int, number: int) -> bool:
    """Whether a point comes after the last one considered, in the order (time, band, tile, point)."""
    if time != field.considered_at[source]:
        return time > field.considered_at[source]
    if band != field.considered_band[source]:
        return band > field.considered_band[source]
    if tile != field.considered_tile[source]:
        return tile > field.considered_tile[source]
    return number > field.considered_number[source]


def forget_points(field: Field) -> None:
    """Nothing is drawn and nothing considered yet."""
    for slot in range(len(field.tile)):
        field.tile[slot] = -1
    for place in range(len(field.cursor_at)):
        field.cursor_at[place] = -1.0
        field.cursor_tile[place] = -1
    for source in range(len(field.considered_at)):
        consider_all_until(field, source, 0.0)
        field.considered_band[source] = -1


def consider_all_until(field: Field, source: int, time: float) -> None:
    """Count every point up to and including `time` as considered."""
    field.considered_at[source] = time
    field.considered_band[source] = BANDS


def move_cursor(world: World, field: Field, source: int, band: int, floor: float, height: float) -> None:
    """Move a band's cursor on to the first point later than the last one considered."""
    place = source * BANDS + band
    tile = math.floor(field.considered_at[source] * height)
    point = 0
    if field.cursor_tile[place] >= tile:
        tile, point = field.cursor_tile[place], field.cursor_point[place]
    while True:
        slot = tile_slot(world, field, source, band, tile, floor, height)
        for row in range(slot * MOST_POINTS + point, slot * MOST_POINTS + field.points[slot]):
            if later(field, source, field.time[row], band, tile, field.number[row]):
                field.cursor_at[place] = field.time[row]
                field.cursor_tile[place] = tile
                field.cursor_point[place] = row - slot * MOST_POINTS
                return
        tile += 1
        point = 0


def first_below(
    world: World,
    field: Field,
    source: int,
    band: int,
    floor: float,
    height: float,
    highest: float,
    until: float,
) -> int:
    """The row of a band's first point from its cursor on that lies below `highest` and before `until`; -1 for none."""
    tile = field.cursor_tile[source * BANDS + band]
    point = field.cursor_point[source * BANDS + band]
    while tile < until * height:
        slot = tile_slot(world, field, source, band, tile, floor, height)
        for row in range(slot * MOST_POINTS + point, slot * MOST_POINTS + field.points[slot]):
            if not field.time[row] < until:
                return -1
            if field.level[row] < highest:
                return row
        tile += 1
        point = 0
    return -1


def search(world: World, field: Field, source: int, highest: float, until: float) -> bool:
    """Find the next point below `highest` and before `until`; it becomes the considered one.

    Its time stands in `considered_at`, its level in `found_level`, its identity in `found_identity`.
    """
    considered = field.considered_at[source]
    found = -1
    found_band = 0
    band = 0
    floor = 0.0
    height = FIRST_BAND
    while band < BANDS and floor < highest:
        if field.cursor_at[source * BANDS + band] <= considered:
            move_cursor(world, field, source, band, floor, height)
        if field.cursor_at[source * BANDS + band] < until:
            row = first_below(world, field, source, band, floor, height, highest, until)
            if row >= 0:
                found, found_band, until = row, band, field.time[row]
        band += 1
        floor += height
        height = floor
    if found < 0:
        return False
    slot = found // MOST_POINTS
    field.considered_at[source] = until
    field.considered_band[source] = found_band
    field.considered_tile[source] = field.tile[slot]
    field.considered_number[source] = field.number[found]
    field.found_level[source] = field.level[found]
    field.found_identity[source] = child(field.tile_identity[slot], field.number[found])
    return True
