"""Outcomes: what each kind measures, over which window, and which worlds it leaves out."""

import math

import pytest

from simulate import loads, run

STORY = """
scenario: test
start: 2022-08-01
horizon: 100 d
sample_every: 1 d
state:
  x: {start: 1, bounds: [0, 2]}
  y: {start: 1, rest: 1, half_life: 10 d}
shocks:
  hit: {dates: [10 d, 30 d], effects: {x: -0.5, y: -0.5}}
  mend: {dates: [25 d], effects: {x: =1}}
  flicker: {dates: [50 d], effects: {z: 1}}
  back: {after: {event: flicker}, effects: {z: =0}}
  never: {when: 0}
mechanisms:
  m: {stages: [a, b], start: a, transitions: [{from: a, to: b, on: hit}, {from: b, to: a, on: mend}]}
"""
STATE = "  z: {start: 0}\n"


def measured(outcome, worlds=1):
    """One outcome of the story, in its first world, as (value, reached)."""
    text = STORY.replace("shocks:\n", f"{STATE}shocks:\n", 1) + f"outcomes: {{o: {outcome}}}\n"
    table = run(loads(text), worlds).worlds
    return table.o[0], (bool(table.o_reached[0]) if "o_reached" in table and table.o_reached[0] >= 0 else None)


VALUES = [
    ("{ever: m == b}", 1),
    ("{ever: m == b, by: 10 d}", 0),
    ("{ever: m == b, from: 25 d, by: 30 d}", 0),
    ("{ever: m == b, from: 24 d, by: 25 d}", 1),
    ("{ever: z > 0}", 1),
    ("{never: x < 0.4}", 1),
    ("{never: x < 0.6}", 0),
    ("{at_end: m == b}", 1),
    ("{at_end: m == b, by: 30 d}", 0),
    ("{at_end: m == b, by: 25 d}", 1),
    ("{share_of_time: m == b}", 0.85),
    ("{share_of_time: m == b, by: 20 d}", 0.5),
    ("{share_of_time: m == b, from: 20 d, by: 30 d}", 0.5),
    ("{share_of_time: m == b, from: 25 d, by: 30 d}", 0),
    ("{share_of_time: 'recent(hit, 5 d)'}", 0.1),
    ("{share_of_time: count(hit) > 1}", 0.7),
    ("{count: hit}", 2),
    ("{count: hit, from: 10 d, by: 30 d}", 1),
    ("{count: hit, from: 10.5 d}", 1),
    ("{count: hit, at_least: 2}", 1),
    ("{count: hit, at_least: 3}", 0),
    ("{count: m.b}", 2),
    ("{value: x}", 0.5),
    ("{value: x, by: 30 d}", 1),
    ("{value: x, by: 25 d}", 0.5),
    ("{mean: x, by: 20 d}", 0.75),
    ("{mean: x, from: 10 d, by: 25 d}", 0.5),
    ("{minimum: x}", 0.5),
    ("{maximum: x, from: 10 d, by: 25 d}", 0.5),
    ("{change: x}", -0.5),
    ("{change: x, from: 10 d, by: 20 d}", -0.5),
    ("{change: x, from: 11 d, by: 25 d}", 0),
    ("{change: x, from: 25 d, by: 30 d}", 0.5),
    ("{change: x, after: hit, within: 15 d}", -0.5),
    ("{change: x, after: hit, within: 16 d}", 0),
    ("{count: hit, after: hit, within: 20 d}", 1),
    ("{count: hit, after: hit, within: 20.5 d}", 2),
    ("{share_of_time: m == b, after: hit, within: 30 d}", 25 / 30),
    ("{value: x, given: m == b}", 0.5),
    ("{ever: count(hit) > 0, by: 20 d, given: m == b}", 1),
]


@pytest.mark.parametrize(("outcome", "value"), VALUES)
def test_what_an_outcome_measures(outcome, value):
    """A value at t includes what happens at t; windows are [from, by); the end means just before it."""
    assert measured(outcome)[0] == pytest.approx(value, rel=1e-12)


TIMES = [
    ("{first: m == b}", 10, True),
    ("{first: m == b, from: 4 d}", 6, True),
    ("{first: m == b, from: 20 d}", 0, True),
    ("{first: m == a, from: 10 d}", 15, True),
    ("{first: x > 1}", 100, False),
    ("{first: x > 1, from: 10 d, by: 40 d}", 30, False),
    ("{first: m == a, after: hit, within: 20 d}", 15, True),
    ("{first: m == a, after: hit, within: 10 d}", 10, False),
    ("{recovery: {of: x, after: hit}}", 15, True),
    ("{recovery: {of: x, after: hit, to: 0.5}}", 0, True),
    ("{recovery: {of: x, after: hit}, from: 20 d}", 70, False),
    ("{recovery: {of: x, after: hit}, by: 20 d}", 10, False),
    ("{recovery: {of: y, after: mend}, by: 30 d}", 0, True),
    ("{recovery: {of: y, after: hit, to: 0.75}}", 10, True),
]


@pytest.mark.parametrize(("outcome", "days", "reached"), TIMES)
def test_times_are_days_from_the_windows_start(outcome, days, reached):
    """Censored at the window's end where they are not reached; a recovery from what never fell takes no time."""
    assert measured(outcome) == (pytest.approx(days), reached)


LEFT_OUT = [
    "{value: x, given: m == a}",
    "{ever: x > 0, after: never, within: 5 d}",
    "{ever: x > 0, after: mend, within: 76 d}",
    "{recovery: {of: x, after: never}}",
    "{mean: x, from: 10.2 d, by: 10.8 d}",
]


@pytest.mark.parametrize("outcome", LEFT_OUT)
def test_worlds_to_which_an_outcome_does_not_apply_are_left_out(outcome):
    """No event, a window that the horizon cuts, a condition that does not hold, no reading."""
    assert math.isnan(measured(outcome)[0])


def test_the_number_of_worlds_that_count_is_given():
    """Worlds left out are counted, and not part of the mean."""
    text = """
scenario: test
start: 2022-08-01
horizon: 100 d
shocks: {go: {rate: 0.01/d}}
outcomes:
  given: {value: count(go), given: count(go) > 0}
  after: {count: go, after: go, within: 30 d}
  recovery: {recovery: {of: count(go), after: go}}
  all: {count: go}
"""
    result = run(loads(text), 60)
    table, shown = result.worlds, result.to_json()["outcomes"]
    happened = int((table["all"] > 0).sum())
    assert shown["given"]["worlds"] == happened == 60 - shown["given"]["left_out"]
    assert shown["given"]["mean"] == pytest.approx(table["all"].sum() / happened)
    assert shown["after"]["worlds"] == int(table.after.notna().sum()) < happened
    assert shown["recovery"]["worlds"] == happened


def test_a_window_that_ends_with_the_horizon_is_not_cut():
    """`within` up to the horizon itself counts."""
    assert measured("{change: x, after: mend, within: 75 d}")[0] == 0.0


def test_a_trajectory_is_read_on_the_grid_below_the_horizon():
    """At k*sample_every, including what happens then; outside its window it is empty."""
    text = STORY.replace("shocks:\n", f"{STATE}shocks:\n", 1).replace("sample_every: 1 d", "sample_every: 10 d")
    result = run(loads(text + "outcomes: {o: {trajectory: x}, w: {trajectory: x, from: 10 d, by: 30 d}}\n"), 1)
    assert list(result.trajectories.day.values) == [float(day) for day in range(0, 100, 10)]
    assert list(result.trajectories.o.values[0]) == [1, 0.5, 0.5, *[0.5] * 7]
    window = result.trajectories.w.values[0]
    assert list(window[1:3]) == [0.5, 0.5]
    assert math.isnan(window[0])
    assert all(math.isnan(value) for value in window[3:])


def test_conditions_on_moving_variables_are_read_on_the_grid_and_after_events():
    """Between readings the last one stands."""
    text = STORY.replace("shocks:\n", f"{STATE}shocks:\n", 1).replace("sample_every: 1 d", "sample_every: 7 d")
    result = run(loads(text + "outcomes: {below: {first: y < 0.9}, back: {first: y > 0.75, from: 11 d}}\n"), 1)
    assert list(result.worlds.iloc[0]) == [10.0, 1.0, 10.0, 1.0]
