"""One meaning, two engines: the batch engine, compiled or not, gives what the reference engine gives, to the bit."""

import numpy as np
import pytest
from hypothesis import given
from numba.core import event as numba_event

from simulate import loads, run, trace
from simulate.compile import compile_scenario
from simulate.engines.machine import Batch
from simulate.engines.reference import Reference
from simulate.errors import RunError
from simulate.studies import keeping

from .engines import SHIPPED, bits, compare
from .scenarios import PROFILE, SEEDS, WORLDS, load, scenarios

BUSY = """
scenario: Busy
start: 2022-08-01
horizon: 200 d
sample_every: {grid}
state: {{heat: {{start: 0.5, rest: 0.2, half_life: 20 d, bounds: [0, 3]}}}}
mechanisms: {{pact: {{stages: [kept, broken], start: kept, transitions: [
  {{from: kept, to: broken, rate: 0.02/d*heat}},
  {{from: broken, to: kept, after: {{lognormal: {{median: 9 d, sigma: 1}}}}}}]}}}}
shocks:
  test: {{rate: 0.1/d*(1 + heat), mark: {{exponential: {{mean: 0.2}}}}, effects: {{heat: mark}}}}
  echo: {{after: {{event: test, delay: {{gamma: {{mean: 3 d, sd: 2 d}}}}, probability: 0.5}}}}
outcomes:
  broken: {{ever: pact == broken}}
  tests: {{count: test}}
  kept: {{share_of_time: pact == kept}}
  heat: {{trajectory: heat}}
"""


@PROFILE
@given(scenarios(), WORLDS, SEEDS)
def test_engines_agree_on_drawn_scenarios(scenario, world, seed):
    """Events, times, marks, parents, every state variable and every outcome are the same, to the bit."""
    states = {f"end_of_{name}": {"value": name} for name in scenario["state"]}
    paths = {f"path_of_{name}": {"trajectory": name} for name in scenario["state"]}
    compiled = compile_scenario(load(scenario, outcomes=scenario["outcomes"] | states | paths).resolved())
    for number in (world, world ^ 1, world ^ 2):
        wanted = bits(Reference(compiled, seed).run(number))
        assert bits(Batch(compiled, seed).run(number)) == wanted
        assert bits(Batch(compiled, seed, widening=40.0).run(number)) == wanted
        assert bits(Batch(compiled, seed, plain=True).run(number)) == wanted


@pytest.mark.parametrize("first", range(0, 200, 50))
@pytest.mark.parametrize("name", SHIPPED)
def test_engines_agree_on_shipped_scenarios(name, first):
    """Two hundred worlds of every shipped scenario, event for event."""
    events, different = compare(name, first, first + 50)
    print(f"{name}: {events:,} events of worlds {first} to {first + 49} compared, {len(different)} worlds differ")
    assert events > 50
    assert different == []


def test_threads_and_chunks_make_no_difference(monkeypatch):
    """One thread or three, chunks of 250 or of 7 worlds, alone or among others: the same table."""
    scenario = loads(BUSY.format(grid="10 d"))
    wanted = run(scenario, 300, 5, workers=1)
    monkeypatch.setitem(keeping.SMALLEST_PART, "batch", 7)
    monkeypatch.setattr(keeping, "LARGEST_PART", 7)
    for workers in (1, 3):
        found = run(scenario, 300, 5, workers=workers)
        assert found.to_json() == wanted.to_json()
        for name in ("numbers", "values", "reached", "left_out", "events"):
            np.testing.assert_array_equal(getattr(found.table, name), getattr(wanted.table, name))
    alone = Batch(wanted.compiled, 5).run_chunk(217, 218)
    np.testing.assert_array_equal(alone.value, wanted.table.values[217])


def test_the_grid_moves_no_event():
    """Events and discrete outcomes do not depend on where trajectories are read."""
    coarse, fine = (loads(BUSY.format(grid=grid)) for grid in ("50 d", "0.7 d"))
    for world in range(5):
        one, other = (trace(each, world, 3, engine="batch").record for each in (coarse, fine))
        assert one.events == other.events
    names = ["broken", "tests", "kept"]
    assert run(coarse, 50, 3).worlds[names].equals(run(fine, 50, 3).worlds[names])


def test_another_scenario_compiles_nothing():
    """Compiled code does not depend on the scenario."""
    run(loads(BUSY.format(grid="10 d")), 2)
    compiled = []

    class Listener(numba_event.Listener):
        def on_start(self, event):
            compiled.append(event)

        def on_end(self, event):
            pass

    with numba_event.install_listener("numba:compile", Listener()):
        run(loads(BUSY.format(grid="10 d").replace("0.1/d*(1 + heat)", "0.3/d*exp(-heat)*(count(echo) < 9)")), 2)
    assert compiled == []


def test_a_full_agenda_runs_the_world_again_with_more_room():
    """More pending answers than an agenda has room for at first."""
    crowd = """
scenario: Crowd
start: 2022-08-01
horizon: 400 d
shocks:
  call: {rate: 5/d}
  answer: {after: {event: call, delay: 300 d}}
outcomes: {answers: {count: answer}, calls: {count: call}}
"""
    compiled = compile_scenario(loads(crowd).resolved())
    assert bits(Batch(compiled, 1).run(3)) == bits(Reference(compiled, 1).run(3))
    chunk = Batch(compiled, 1).run_chunk(0, 5)
    assert [float(each) for each in chunk.value[6:8]] == Reference(compiled, 1).run(3).values


FAILING = {
    "a rate that is no number": "shocks: {s: {dates: [5 d]}, t: {rate: '1/d*sqrt(0.5 - count(s))'}}",
    "a rate that is too high": "shocks: {s: {dates: [5 d]}, t: {rate: 2e9/d*count(s)}}",
    "a loop": "shocks: {s: {dates: [5 d]}, t: {after: [{event: s}, {event: t}]}}",
    "a state that overflows": "state: {x: {start: 1}}\nshocks: {s: {rate: 1/d, effects: {x: '=x*1e200'}}}",
    "a half-life": "state: {x: {start: 1, rest: 0, half_life: '1 d*(2 - count(s))'}}\nshocks: {s: {rate: 1/d}}",
    "too many events": "shocks: {s: {rate: 100/d}}",
}


@pytest.mark.parametrize("name", sorted(FAILING))
def test_engines_fail_alike(name):
    """The same message, naming the same expression, world and date."""
    text = f"scenario: Failing\nstart: 2022-08-01\nhorizon: 1 yr\n{FAILING[name]}\noutcomes: {{n: {{count: s}}}}\n"
    messages = []
    for engine in ("batch", "reference"):
        with pytest.raises(RunError) as caught:
            run(loads(text), 3, 2, engine=engine, max_events=20_000)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
