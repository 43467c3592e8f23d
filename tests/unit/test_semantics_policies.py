"""Policies: set, at, after, responses, without, initial, include; and what `when` refuses."""

import pytest

from simulate import loads, run, trace
from simulate.errors import ScenarioError, UsageError

SCENARIO = """
scenario: test
start: 2022-08-01
horizon: 100 d
parameters: {size: 1, wait: 0 d}
state: {x: {start: 0}}
shocks:
  go: {dates: [10 d], effects: {x: size}}
  rare: {when: x > 0, probability: 0, effects: {x: 10}}
actors:
  seoul:
    actions: {act: {}, other: {}}
    responses:
      - {name: anger, on: go, delay: 5 d, do: act}
      - {name: calm, on: go, delay: 6 d, do: other}
mechanisms:
  m: {stages: [a, b, c], start: a, transitions: [{from: a, to: b, on: go}, {from: b, to: c, after: 20 d}]}
outcomes: {x: {value: x}, rares: {count: rare}}
policies:
  larger: {set: {size: 3}}
  early: {at: [{event: rare, on: 2022-08-06 + wait}, {event: rare, on: 2022-08-21 + wait}]}
  later: {set: {wait: 6 d}}
  chained: {at: [{event: rare, after: {event: go, delay: 2 d, probability: 1}}]}
  chanceless: {at: [{event: rare, after: {event: go, probability: 0}}]}
  answer: {responses: [{name: more, on: seoul.act, delay: 1 d, do: seoul.other}]}
  no_rule: {without: [seoul.anger]}
  no_event: {without: [go]}
  no_stage: {without: [m.b]}
  moved: {initial: {m: b, x: 5}}
  both: {include: [larger, early]}
  clash: {set: {size: 4}}
  same: {set: {size: 3}}
"""


@pytest.fixture(scope="module")
def scenario():
    return loads(SCENARIO)


def rows(scenario, *policies):
    """The events of one world under policies, as (day, event)."""
    return [(row["day"], row["event"]) for row in trace(scenario.with_policy(*policies)).rows()]


def result(scenario, *policies):
    """One world under policies, as `--json` prints it."""
    return run(scenario.with_policy(*policies), 1).to_json()


BASELINE = [(10, "go"), (10, "m.b"), (15, "seoul.act"), (16, "seoul.other"), (30, "m.c")]


def test_baseline_is_the_scenario_as_written(scenario):
    """Under no policy, and under the policy of that name."""
    assert rows(scenario) == rows(scenario, "baseline") == BASELINE


def test_set_replaces_a_parameter(scenario):
    """Everything that reads it follows."""
    assert run(scenario.with_policy("larger"), 1).worlds.x[0] == 3.0


def test_a_placement_bypasses_probability_but_not_when(scenario):
    """The first date is refused by `when`, and counted; the second happens although its probability is 0."""
    assert [row for row in rows(scenario, "early") if row[1] == "rare"] == [(20, "rare")]
    assert result(scenario, "early")["refused_placements"] == 1


def test_set_is_applied_before_placements_are_dated(scenario):
    """A parameter that one policy sets moves the dates of another, in whichever order they are named."""
    for policies in (("early", "later"), ("later", "early")):
        assert [row for row in rows(scenario, *policies) if row[1] == "rare"] == [(11, "rare"), (26, "rare")]
        assert result(scenario, *policies)["refused_placements"] == 0


def test_a_placement_may_follow_an_event(scenario):
    """With its delay and its probability; what chance withholds is not refused."""
    assert (12, "rare") in rows(scenario, "chained")
    assert rows(scenario, "chanceless") == BASELINE
    assert result(scenario, "chanceless")["refused_placements"] == 0


def test_placements_come_first_at_their_instant():
    """Policies stand before shocks in the order of one instant."""
    placed = loads("""
scenario: test
start: 2022-08-01
horizon: 10 d
shocks: {first: {dates: [5 d]}, second: {}}
outcomes: {n: {count: first}}
policies: {p: {at: [{event: second, on: 5 d}]}}
""")
    assert rows(placed, "p") == [(5, "second"), (5, "first")]


def test_a_policy_may_add_responses(scenario):
    """In an actor's form, naming actions in full."""
    assert rows(scenario, "answer") == [*BASELINE[:3], (16, "seoul.other"), (16, "seoul.other"), BASELINE[-1]]


def test_without_removes_rules_events_and_stages(scenario):
    """What is named never happens, and nothing that would follow from it."""
    assert rows(scenario, "no_rule") == [row for row in BASELINE if row[1] != "seoul.act"]
    assert rows(scenario, "no_event") == []
    assert rows(scenario, "no_stage") == [row for row in BASELINE if not row[1].startswith("m.")]


def test_initial_sets_start_values_and_stages(scenario):
    """The clocks of the other start stage run from the start."""
    assert rows(scenario, "moved")[:2] == [(10, "go"), (15, "seoul.act")]
    assert (20, "m.c") in rows(scenario, "moved")
    assert run(scenario.with_policy("moved"), 1).worlds.x[0] == 6.0


def test_include_merges_policies_in_order(scenario):
    """The same as naming both."""
    assert rows(scenario, "both") == rows(scenario, "larger", "early")
    assert run(scenario.with_policy("both"), 1).worlds.x[0] == 13.0


def test_two_values_for_one_thing_are_an_error(scenario):
    """Two policies may agree on a value, not differ."""
    assert run(scenario.with_policy("larger", "same"), 1).worlds.x[0] == 3.0
    with pytest.raises(ScenarioError, match=r"policies\.clash\.set\.size: 'size' has two values.*in policy 'larger'"):
        run(scenario.with_policy("larger", "clash"), 1)


def test_an_unknown_policy_is_refused_with_the_nearest_name(scenario):
    """A misspelt name is answered."""
    with pytest.raises(UsageError, match=r"unknown policy 'erly'.*early"):
        scenario.with_policy("erly")


def test_the_worlds_of_a_policy_are_those_of_the_baseline():
    """The same points of the field, under another rate."""
    scenario = loads("""
scenario: test
start: 2022-08-01
horizon: 400 d
parameters: {pace: 0.05/d}
shocks: {go: {rate: pace}}
outcomes: {n: {count: go}}
policies: {faster: {set: {pace: 0.1/d}}}
""")
    slow, fast = run(scenario, 20).worlds.n, run(scenario.with_policy("faster"), 20).worlds.n
    assert (fast >= slow).all()
    assert fast.sum() > 1.5 * slow.sum()
