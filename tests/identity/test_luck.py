"""Same luck, by example: thinning, shifted dates, worker processes, identities that outlive a change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate import loads, run

from .scenarios import PROFILE, SEEDS, WORLDS, load, rows, scenarios

THINNING = """
scenario: thinning
start: 2022-08-01
horizon: 300 d
parameters: {{scale: 1}}
state: {{x: {{start: 0.5, rest: {rest}, half_life: 40 d, bounds: [0, 1]}}}}
calendar: {{window: {{first: 2022-08-20, every: 2 mo, lasts: 20 d}}}}
shocks:
  outside: {{rate: 0.03/d, effects: {{x: {push}}}}}
  point: {{rate: scale*({base}/d + {slope}/d*x)*(2 if window else 1), mark: {{exponential: {{mean: 1}}}}}}
outcomes: {{points: {{count: point}}}}
"""
SHIFTED = """
scenario: shifted
start: 2022-08-01
horizon: 200 d
parameters: {wait: 0 d}
shocks:
  listed: {dates: [2022-08-05 + wait, 2022-09-05 + wait, 2022-10-05], mark: {exponential: {mean: 1}}, probability: 0.7}
  repeated: {first: 2022-08-03 + wait, every: 30 d, mark: {exponential: {mean: 1}}, probability: 0.7}
  placed: {mark: {exponential: {mean: 1}}}
  echo: {after: {event: [listed, repeated, placed], delay: {exponential: {mean: 2 d}}}}
outcomes: {echoes: {count: echo}}
policies:
  place: {at: [{event: placed, on: 2022-08-10 + wait}, {event: placed, on: 2022-09-10 + wait}]}
  later: {include: [place], set: {wait: 7.5 d}}
"""


@PROFILE
@given(WORLDS, SEEDS)
def test_a_shifted_date_keeps_its_luck(world, seed):
    """The k-th date of a route has the same identity, mark and answers, wherever a policy moves it."""
    scenario = loads(SHIFTED)
    before = [row for row in rows(scenario.with_policy("place"), world, seed) if row[1] < 190]
    after = {row[0]: row for row in rows(scenario.with_policy("later"), world, seed)}
    assert len(before) > 4
    for identity, day, event, mark, parent in before:
        unmoved = event == "listed" and day == 65.0
        moved = after[identity]
        assert moved[2:] == (event, mark, parent)
        if event != "echo":
            assert moved[1] == pytest.approx(day if unmoved else day + 7.5)


@PROFILE
@given(scenarios(), st.data())
def test_the_worlds_of_one_seed_are_not_those_of_another(scenario, data):
    """Seed and world fill their own words of the key."""
    seed, other = data.draw(st.lists(SEEDS, min_size=2, max_size=2, unique=True))
    loaded = load(scenario, shocks={**scenario["shocks"], "busy": {"rate": "0.5/d"}})
    drawn = [[row[1] for row in rows(loaded, 3, each) if row[2] == "busy"] for each in (seed, other)]
    assert drawn[0] != drawn[1]


def test_worker_processes_give_the_same_bits():
    """Two spawned processes measure what one process measures."""
    scenario = loads(THINNING.format(rest=0.2, push=0.3, base=0.02, slope=0.05))
    alone, together = (run(scenario, 30, 5, engine="reference", workers=workers).table for workers in (1, 2))
    for name in ("numbers", "values", "reached", "left_out", "paths", "occupancy", "events"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(together, name))


def test_fewer_worlds_are_the_first_of_more():
    """How many worlds are run makes no difference to any of them."""
    scenario = loads(THINNING.format(rest=0.2, push=0.3, base=0.02, slope=0.05))
    few, many = run(scenario, 10, 5).worlds, run(scenario, 30, 5).worlds
    assert few.equals(many.head(10))
