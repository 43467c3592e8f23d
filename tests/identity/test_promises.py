"""Same luck: what may change without changing a bit of what happens."""

import dataclasses
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulate import loads
from simulate.compile import compile_scenario
from simulate.engines.reference import Reference

from .scenarios import PROFILE, SEEDS, WORLDS, load, marks, rows, scenarios, shuffled, text_of, without

ROUTES = st.sampled_from(
    [{"rate": "0.1/d"}, {"dates": ["0 d", "5 d", "40 d"]}, {"first": "0 d", "every": "5 d"}, {"after": {"event": "s0"}}]
)
UNCHANGING = {
    "empty": {},
    "as_written": {"set": {"pace": "0.03/d"}, "initial": {"pact": "open", "heat": 0}},
    "included": {"include": ["empty", "as_written"]},
    "deaf": {"responses": [{"name": "never", "on": "s0", "when": "0", "do": "beta.reply"}]},
    "refused": {"at": [{"event": "alpha.leave", "after": {"event": "s0", "probability": 0}}]},
}


@PROFILE
@given(scenarios(), st.sampled_from(sorted(UNCHANGING)), WORLDS, SEEDS)
def test_a_policy_that_changes_nothing_changes_no_bit(scenario, policy, world, seed):
    """Events, outcomes and trajectories are those of the baseline."""
    loaded = load(scenario, policies=UNCHANGING)
    records = [
        Reference(compile_scenario(each.resolved()), seed).run(world) for each in (loaded, loaded.with_policy(policy))
    ]
    assert records[0].events.identity == records[1].events.identity
    assert records[0].events.time == records[1].events.time
    np.testing.assert_array_equal(records[0].values, records[1].values)
    np.testing.assert_array_equal(records[0].paths, records[1].paths)


@PROFILE
@given(scenarios(), ROUTES, marks(), st.integers(0, 6), WORLDS, SEEDS)
def test_an_inert_shock_anywhere_changes_no_other_event(scenario, route, mark, place, world, seed):
    """A shock that nothing reads leaves the order and the luck of everything else alone."""
    table = list(scenario["shocks"].items())
    inert = {**route, "probability": 0.8} | ({"mark": mark} if mark else {})
    table.insert(place, ("inert", inert))
    crowded = rows(load(scenario, shocks=dict(table)), world, seed)
    assert list(without(crowded, "inert")) == rows(load(scenario), world, seed)


@PROFILE
@given(scenarios(ties=False), st.randoms(use_true_random=False), WORLDS, SEEDS)
def test_the_order_of_sections_and_keys_changes_nothing_but_ties(scenario, random, world, seed):
    """Shuffling every mapping of a file gives the same events, ties at one instant aside."""
    written, mixed = rows(load(scenario), world, seed), rows(loads(text_of(shuffled(scenario, random))), world, seed)
    assert sorted(written, key=repr) == sorted(mixed, key=repr)


@PROFILE
@given(scenarios(), WORLDS, SEEDS)
def test_names_of_what_draws_nothing_can_be_changed_freely(scenario, world, seed):
    """State, parameters, calendar names, indicators and outcomes have no luck of their own."""
    text = text_of(scenario)
    renamed = text
    for old, new in (("x0", "unrest"), ("pace", "tempo"), ("window", "season"), ("index", "gauge"), ("heat", "fever")):
        renamed = re.sub(rf"\b{old}\b", new, renamed)
    assert rows(loads(renamed), world, seed) == rows(loads(text), world, seed)


@PROFILE
@given(scenarios(), ROUTES, WORLDS, SEEDS)
def test_renaming_changes_the_draws_of_the_renamed_thing_alone(scenario, route, world, seed):
    """A renamed inert shock has other identities, and everything else the same."""
    shocks = scenario["shocks"]
    before = rows(load(scenario, shocks=shocks | {"inert": route}), world, seed)
    after = rows(load(scenario, shocks=shocks | {"renamed": route}), world, seed)
    assert list(without(before, "inert")) == list(without(after, "renamed"))
    ids = [{row[0] for row in found if row[2] == name} for found, name in ((before, "inert"), (after, "renamed"))]
    assert ids[0].isdisjoint(ids[1])


@PROFILE
@given(scenarios(), st.permutations(range(4)), SEEDS)
def test_worlds_in_any_order_and_an_engine_used_again_give_the_same_bits(scenario, order, seed):
    """A world depends on its number alone, not on what its engine ran before."""
    compiled = compile_scenario(load(scenario).resolved())
    used = Reference(compiled, seed)
    again = {world: used.run(world) for world in order}
    for world, record in again.items():
        assert repr(dataclasses.astuple(record)) == repr(dataclasses.astuple(Reference(compiled, seed).run(world)))
