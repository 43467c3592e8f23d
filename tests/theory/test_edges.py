"""Edges of time: day 0 is inside, the horizon outside; windows are [from, by), the grid k*step below the horizon.

All exact: no chance, no tolerance. Each twin moves the edge a little, and its result must differ.
"""

import math

import pytest

HORIZON = """
horizon: 10 d
shocks:
  ruling: {dates: [0 d, 10 d]}
  council: {first: 2022-08-01, every: 5 d}
  echo: {after: {event: ruling, delay: 10 d}}
  uncertain: {date: 10 d}
mechanisms:
  pact:
    stages: [kept, lapsed]
    start: kept
    transitions: [{from: kept, to: lapsed, after: 10 d}]
outcomes: {rulings: {count: ruling}}
"""


def test_day_0_is_inside_and_the_horizon_outside(story):
    """Dates, periods, delays and clocks alike; the twin's horizon is later."""
    first = [(0.0, "ruling"), (0.0, "council"), (5.0, "council")]
    at_the_horizon = ["ruling", "council", "uncertain", "echo", "pact.lapsed"]
    later = story(HORIZON.replace("horizon: 10 d", "horizon: 10.001 d"))
    assert story(HORIZON) == first
    assert later != first
    assert later[:3] == first
    assert sorted(later[3:]) == sorted((10.0, name) for name in at_the_horizon)


GRID = """
horizon: 10 d
sample_every: 2.5 d
state: {level: {start: 0}}
shocks: {ruling: {dates: [0 d, 5 d, 7.4 d], effects: {level: 1}}}
outcomes:
  level: {trajectory: level}
  mean: {mean: level}
  highest_early: {maximum: level, by: 5 d}
  level_early: {value: level, by: 5 d}
"""


def test_the_grid(simulated):
    """Points 0, 2.5, 5, 7.5, each including its own instant; a window's end means just before it.

    The twins: an event moved just behind its grid point, a horizon moved just behind the fifth.
    """
    worlds = simulated(GRID, 1)
    assert worlds.trajectories["day"].values.tolist() == [0.0, 2.5, 5.0, 7.5]
    assert worlds.trajectories["level"].values.tolist() == [[1.0, 1.0, 2.0, 3.0]]
    assert worlds["mean"].values.tolist() == [7.0 / 4.0]
    assert worlds["highest_early"].values.tolist() == [1.0]
    assert worlds["level_early"].values.tolist() == [1.0]
    late = simulated(GRID.replace("5 d, 7.4 d", "5.001 d, 7.4 d"), 1)
    assert late.trajectories["level"].values.tolist() != [[1.0, 1.0, 2.0, 3.0]]
    longer = simulated(GRID.replace("horizon: 10 d", "horizon: 10.001 d"), 1)
    assert longer.trajectories["day"].values.tolist() == [0.0, 2.5, 5.0, 7.5, 10.0]


WINDOWS = """
horizon: 20 d
mechanisms:
  pact:
    stages: [kept, lapsed]
    start: kept
    transitions: [{from: kept, to: lapsed, on: ruling}]
shocks:
  protest: {dates: [4 d, 5 d, 8 d]}
  ruling: {dates: [8 d]}
  march: {dates: [8 d, 11 d, 12 d]}
outcomes:
  protests: {count: protest, from: 5 d, by: 8 d}
  lapses: {ever: pact == lapsed, from: 5 d, by: 8 d}
  lapsed_at_end: {at_end: pact == lapsed, by: 8 d}
  lapses_then: {ever: pact == lapsed, from: 8 d, by: 9 d}
  lapsed_share: {share_of_time: pact == lapsed, from: 6 d, by: 10 d}
  lapsed_first: {first: pact == lapsed, from: 3 d}
  kept_first: {first: pact == kept, from: 8 d, by: 13 d}
  moved: {change: count(protest), from: 5 d, by: 8 d}
  marches: {count: march, after: ruling, within: 4 d}
  marches_cut: {count: march, after: ruling, within: 12.001 d}
  marches_uncut: {count: march, after: ruling, within: 12 d}
"""
MEASURED = {
    "protests": 1.0,
    "lapses": 0.0,
    "lapsed_at_end": 0.0,
    "lapses_then": 1.0,
    "lapsed_share": 0.5,
    "lapsed_first": 5.0,
    "kept_first": 5.0,
    "kept_first_reached": 0.0,
    "moved": 1.0,
    "marches": 2.0,
    "marches_uncut": 3.0,
}


def measured(worlds):
    return {name: worlds.table[name][0] for name in MEASURED}


def test_windows_are_half_open(simulated):
    """What happens at `from` is inside, what happens at `by` is not; a window that the horizon cuts is left out.

    The window of `after: ruling` begins with the ruling's instant, whose march follows the ruling.
    """
    worlds = simulated(WINDOWS, 1)
    assert measured(worlds) == MEASURED
    assert math.isnan(worlds.table["marches_cut"][0])


@pytest.mark.parametrize(
    ("written", "moved", "outcomes"),
    [
        ("by: 8 d", "by: 8.001 d", {"protests", "lapses", "lapsed_at_end", "moved"}),
        ("from: 5 d", "from: 5.001 d", {"protests", "moved"}),
        ("ruling: {dates: [8 d]}", "ruling: {dates: [8.001 d]}", {"lapsed_share", "lapsed_first", "kept_first"}),
        ("within: 4 d", "within: 4.001 d", {"marches"}),
    ],
)
def test_windows_are_half_open_broken(simulated, written, moved, outcomes):
    """The twins: an edge or an event moved by a thousandth of a day changes at least these outcomes."""
    assert written in WINDOWS
    values = measured(simulated(WINDOWS.replace(written, moved), 1))
    assert outcomes <= {name for name in MEASURED if values[name] != MEASURED[name]}


CONDITIONS = """
horizon: 20 d
calendar: {exercise: {first: 2022-08-06, lasts: 3 d}}
shocks:
  ruling: {dates: [10 d]}
  drill: {dates: [4.999 d, 5 d, 7.999 d, 8 d], when: exercise}
  protest: {dates: [10 d, 12.999 d, 13 d], when: "recent(ruling, 3 d)"}
outcomes: {drills: {count: drill}}
"""


def test_calendar_windows_and_recent_are_half_open(story):
    """A calendar window holds its first instant, not its last; so does `recent`. The twin's end a bit later."""
    expected = [(5.0, "drill"), (7.999, "drill"), (10.0, "ruling"), (10.0, "protest"), (12.999, "protest")]
    assert story(CONDITIONS) == expected
    assert story(CONDITIONS.replace("lasts: 3 d", "lasts: 3.001 d")) == [*expected[:2], (8.0, "drill"), *expected[2:]]
    assert story(CONDITIONS.replace("ruling, 3 d", "ruling, 3.001 d")) == [*expected, (13.0, "protest")]
