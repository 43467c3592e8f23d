"""Promises that hang on each point of a field keeping its own identity."""

import numpy as np
from hypothesis import given

from simulate import loads
from simulate.compile import compile_scenario
from simulate.engines.reference import Reference

from .scenarios import HORIZON, PROFILE, SEEDS, WORLDS, load, number, rows, scenarios
from .test_luck import THINNING


@PROFILE
@given(scenarios(), WORLDS, SEEDS)
def test_a_run_is_the_start_of_a_run_twice_as_long(scenario, world, seed):
    """Events before the shorter horizon are the same, to the bit."""
    short = rows(load(scenario), world, seed)
    long = rows(load(scenario, horizon=f"{2 * HORIZON} d"), world, seed)
    assert short == [row for row in long if row[1] < HORIZON]


@PROFILE
@given(scenarios(), WORLDS, SEEDS)
def test_bounds_forty_times_too_wide_give_the_same_events(scenario, world, seed):
    """Any bound that holds gives the same events, marks and readings."""
    compiled = compile_scenario(load(scenario).resolved())
    tight, wide = Reference(compiled, seed).run(world), Reference(compiled, seed, widening=40.0).run(world)
    assert tight.events == wide.events
    np.testing.assert_array_equal(tight.paths, wide.paths)
    np.testing.assert_array_equal(tight.values, wide.values)


@PROFILE
@given(scenarios(), WORLDS, SEEDS)
def test_every_firing_has_an_identity_of_its_own(scenario, world, seed):
    """No two events of one world share an identity."""
    identities = [row[0] for row in rows(load(scenario), world, seed)]
    assert len(set(identities)) == len(identities)


@PROFILE
@given(number(0, 1), number(-0.5, 0.5), number(-0.05, 0.1), number(-0.1, 0.1), number(1, 6), WORLDS, SEEDS)
def test_a_point_kept_under_a_rate_is_kept_under_a_higher_one(rest, push, base, slope, scale, world, seed):
    """Without feedback the events of a lower rate are among those of a higher one, marks included."""
    scenario = loads(THINNING.format(rest=rest, push=push, base=base, slope=slope))
    low, high = rows(scenario, world, seed), rows(scenario.with_parameters(scale=scale), world, seed)
    assert set(low) <= set(high)
