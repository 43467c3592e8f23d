"""Corners of the semantics that were once wrong, one test each."""

import pytest

from simulate import loads, run, trace
from simulate.compile import compile_scenario
from simulate.engines.reference import Reference
from simulate.errors import RunError, ScenarioError

HEAD = "scenario: test\nstart: 2022-08-01\nhorizon: {} d\n"
END = "outcomes: {n: {value: 1}}\n"


def scenario(body, horizon=100):
    """A scenario of so many days."""
    return loads(HEAD.format(horizon) + body)


def rows(body, horizon=100, policy="baseline"):
    """The events of one world, as (day, event)."""
    return [(row["day"], row["event"]) for row in trace(scenario(body + END, horizon).with_policy(policy)).rows()]


def test_an_event_with_a_rate_has_the_identity_of_its_own_point():
    """Not of the next point that the source looks at: identities differ, and a horizon changes none."""
    body = "shocks: {s: {rate: 0.3/d}}\n" + END
    short, long = ([row["id"] for row in trace(scenario(body, horizon)).rows()] for horizon in (50, 100))
    assert len(set(long)) == len(long)
    assert short == long[: len(short)]


def test_recent_expires_when_it_says():
    """Whatever rounding makes of `t + duration - t`."""
    shock = "shocks: {x: {dates: [22.8 d]}}\n"
    found = run(scenario(shock + "outcomes: {s: {share_of_time: 'recent(x, 1.9 d)'}}\n"), 1).worlds.s[0]
    assert found == pytest.approx(0.019, rel=1e-9)


def test_a_rate_that_rises_when_a_recent_expires_is_bounded_anew():
    """The stretch ends at the expiry."""
    shock = "shocks:\n  x: {dates: [22.8 d]}\n  y: {rate: '0.01/d if recent(x, 1.9 d) else 5/d'}\n"
    assert run(scenario(shock + "outcomes: {n: {count: y}}\n"), 5).worlds.n.min() > 300


def test_a_timed_transition_is_the_only_one_its_lifecycle_makes_at_it():
    """Even if another lifecycle moves at the same event."""
    body = """
mechanisms:
  first: {stages: [x, y], start: x, transitions: [{from: x, to: y, on: second.b}]}
  second: {stages: [a, b, c], start: a, transitions: [{from: a, to: b, after: 5 d}, {from: a, to: c, on: second.b}]}
"""
    assert rows(body) == [(5, "second.b"), (5, "first.y")]


def test_a_warning_does_not_depend_on_the_horizon():
    """It fires before the horizon although the end lies beyond."""
    clock = "{from: a, to: b, at: {anniversary: 11-23, notice: 20 d, warn: 10 d}}"
    body = f"mechanisms: {{m: {{stages: [a, b], start: a, transitions: [{clock}]}}}}\n"
    assert rows(body, 110) == [(104, "m.a.ending")]


def test_a_clock_due_at_day_0_belongs_to_the_first_generation_in_every_world():
    """Before what the instant's events cause, and in its place among them."""
    body = """
actors:
  seoul:
    phases: {p: {stages: [a, b], start: a, since: 2022-01-01, transitions: [{from: a, to: b, after: 10 d}]}}
    actions: {act: {dates: [0 d, 50 d]}, more: {}, again: {}}
    responses: [{on: seoul.act, do: more}, {on: seoul.more, do: again}]
"""
    compiled = compile_scenario(scenario(body + END).resolved())
    engine = Reference(compiled, 1)
    for world in range(3):
        names = [compiled.labels.events[event] for event in engine.run(world).events.event]
        assert names[:4] == ["seoul.p.b", "seoul.act", "seoul.more", "seoul.again"]


def test_two_clocks_of_one_stage_have_luck_of_their_own():
    """An `after` and an `at` to the same stage are refused independently."""
    body = """
mechanisms:
  m:
    stages: [a, b]
    start: a
    transitions:
      - {from: a, to: b, after: 10 d, probability: 0.5}
      - {from: a, to: b, at: {anniversary: 08-21}, probability: 0.5}
outcomes: {b: {at_end: m == b}}
"""
    assert run(scenario(body), 1000).outcomes["b"].mean == pytest.approx(0.75, abs=0.06)


def test_the_end_of_a_window_means_just_before_it():
    """`recent` has not expired yet just before the instant at which it will."""
    body = "shocks: {x: {dates: [5 d]}}\noutcomes: {r: {at_end: 'recent(x, 5 d)', by: 10 d}}\n"
    assert run(scenario(body), 1).worlds.r[0] == 1.0


def test_the_grid_lies_below_the_horizon():
    """Whatever rounding makes of `k*step`."""
    result = run(scenario("sample_every: 0.1 d\nstate: {x: {start: 1}}\noutcomes: {x: {trajectory: x}}\n", 1.1), 1)
    assert result.trajectories.day.values.max() < 1.1
    assert not result.trajectories.x.isnull().any()


@pytest.mark.parametrize(
    ("effects", "shown"), [("{x: 1/y, y: 1}", "'1/y' comes to inf"), ("{x: 1/x}", "'1/x' comes to inf")]
)
def test_the_error_shows_the_value_that_was_read(effects, shown):
    """Not what the expression gives after the effects."""
    body = f"state: {{x: {{start: 0}}, y: {{start: 0}}}}\nshocks: {{s: {{dates: [3 d], effects: {effects}}}}}\n"
    with pytest.raises(RunError) as error:
        trace(scenario(body + END))
    assert shown in str(error.value)


def test_an_actor_named_policy_answers_once():
    """No name of an owner is taken."""
    body = "shocks: {go: {dates: [5 d]}}\nactors: {policy: {actions: {act: {}}, responses: [{on: go, do: act}]}}\n"
    assert rows(body) == [(5, "go"), (5, "policy.act")]


def test_without_a_warning_it_never_happens():
    """`without` takes any event."""
    clock = "{from: a, to: b, at: {anniversary: 09-23, notice: 20 d, warn: 10 d}}"
    body = f"mechanisms: {{m: {{stages: [a, b], start: a, transitions: [{clock}]}}}}\n"
    assert rows(body + "policies: {p: {without: [m.a.ending]}}\n", policy="p") == [(53, "m.b")]


def test_the_order_of_placements_changes_no_luck():
    """A placement after an event is keyed by names, not by its position among those of its event."""
    one, two = (
        "{event: x, after: {event: ?, delay: {exponential: {mean: 5 d}}}}".replace("?", event) for event in "ab"
    )
    body = "shocks: {a: {dates: [3 d]}, b: {dates: [4 d]}, x: {}}\npolicies: {p: {at: [%s, %s]}}\n"
    assert sorted(rows(body % (one, two), policy="p")) == sorted(rows(body % (two, one), policy="p"))


def test_a_negative_base_to_a_negative_whole_power_is_bounded():
    """Where the value stays away from zero its bound is finite."""
    body = "state: {x: {start: 0.5, rest: 0, half_life: 20 d}}\nshocks: {s: {rate: 5/d*(x - 2)**-2}}\n"
    assert len(rows(body)) > 50


@pytest.mark.parametrize(
    "body",
    [
        "shocks: {x: {first: 2022-09-01, every: 1 yr}}\n",
        "mechanisms: {m: {stages: [a, b], start: a, transitions: [{from: a, to: b, at: {anniversary: 11-23}}]}}\n",
    ],
)
def test_a_horizon_beyond_the_year_9999_is_no_crash(body):
    """It is an error of our own, which names the horizon."""
    with pytest.raises(ScenarioError, match="horizon: the horizon lies beyond the year 9900"):
        rows("sample_every: 100 yr\n" + body, 3_000_000)
