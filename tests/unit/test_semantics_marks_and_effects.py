"""Guards, marks and effects: what is read when, and what is applied to what."""

import pytest

from simulate import loads, run, trace

HEAD = "scenario: test\nstart: 2022-08-01\nhorizon: 100 d\nsample_every: 1 d\n"


def rows(body, world=0):
    """The events of one world, as (day, event, mark)."""
    return [(row["day"], row["event"], row["mark"]) for row in trace(loads(HEAD + body), world).rows()]


def values(body, worlds=1):
    """What each outcome comes to in the first world."""
    return run(loads(HEAD + body), worlds).worlds.iloc[0].to_dict()


def test_a_guard_that_fails_records_and_counts_nothing():
    """`when` is read when the event would happen; a refused one leaves no trace."""
    body = """
state: {x: {start: 0}}
shocks:
  early: {dates: [5 d, 15 d], when: x > 0, effects: {x: 10}}
  push: {dates: [10 d], effects: {x: 1}}
outcomes: {n: {count: early}, x: {value: x}}
"""
    assert rows(body) == [(10.0, "push", None), (15.0, "early", None)]
    assert values(body) == {"n": 1.0, "x": 11.0}


def test_a_probability_is_clipped_to_0_and_1():
    """Above one is certain, below zero impossible."""
    body = """
state: {high: {start: 7}, low: {start: -7}}
shocks: {sure: {dates: [1 d], probability: high}, never: {dates: [1 d], probability: low}}
outcomes: {n: {count: sure}}
"""
    for world in range(10):
        assert rows(body, world) == [(1.0, "sure", None)]


def test_an_event_reads_its_own_mark_in_its_guards_and_effects():
    """`mark` in an event's `when`, `probability` and effects is what that firing drew."""
    body = """
state: {x: {start: 0}}
shocks:
  two: {dates: [1 d], mark: 2, when: mark == 2, probability: mark - 1, effects: {x: 10*mark}}
  three: {dates: [2 d], mark: 3, when: mark == 2}
outcomes: {x: {value: x}}
"""
    assert rows(body) == [(1.0, "two", 2.0)]
    assert values(body) == {"x": 20.0}


def test_a_rule_reads_its_triggers_mark_even_after_a_delay():
    """Another firing of the same event in between does not change the mark that a pending rule reads."""
    body = """
state: {x: {start: 0}}
shocks:
  go: {first: 1 d, every: 1 d, mark: {exponential: {mean: 1}}}
  echo: {after: {event: go, delay: 2.5 d, probability: mark > 1}}
actors:
  seoul:
    actions: {act: {mark: 100}}
    responses: [{on: go, delay: 3.25 d, when: mark <= 1, do: act}]
outcomes: {x: {value: x}}
"""
    story = rows(body)
    marks = {day: mark for day, event, mark in story if event == "go" and day < 90}
    echoes = {day - 2.5 for day, event, _ in story if event == "echo"}
    acts = {day - 3.25 for day, event, _ in story if event == "seoul.act"}
    assert len(marks) == 89
    assert {day for day, mark in marks.items() if mark > 1} == {day for day in echoes if day < 90}
    assert {day for day, mark in marks.items() if mark <= 1} == {day for day in acts if day < 90}


def test_a_delay_reads_the_triggers_mark():
    """The delay is read at the trigger, on the trigger's mark and the state after its effects."""
    body = """
state: {x: {start: 0}}
shocks:
  go: {dates: [5 d], mark: 3, effects: {x: 4}}
  change: {dates: [6 d], effects: {x: =50}}
  echo: {after: {event: go, delay: (mark + x)*1 d}}
outcomes: {x: {value: x}}
"""
    assert rows(body)[-1] == (12.0, "echo", None)


def test_utilities_read_the_triggers_mark_at_the_time_of_decision():
    """`mark` in a utility is the trigger's; state is as it stands after the delay."""
    body = """
state: {x: {start: 0}}
shocks:
  go: {dates: [5 d, 20 d], mark: 3}
  push: {dates: [6 d], effects: {x: 1}}
actors:
  seoul:
    actions: {small: {}, large: {mark: 7}}
    responses: [{on: go, delay: 2 d, choose: {small: 0, large: 1000*(mark == 3)*(x - 0.5)}}]
outcomes: {x: {value: x}}
"""
    assert (7.0, "seoul.large", 7.0) in rows(body)


def test_several_marks_are_read_by_name():
    """Each is drawn for itself, and the trace gives them all."""
    body = """
state: {x: {start: 0}}
shocks: {go: {dates: [5 d], marks: {salvo: 2, low: 0.5}, effects: {x: mark.salvo + mark.low}}}
outcomes: {x: {value: x}}
"""
    assert rows(body) == [(5.0, "go", {"salvo": 2.0, "low": 0.5})]
    assert values(body) == {"x": 2.5}


def test_effects_are_read_together_on_the_state_before():
    """Two variables swap; the event's own count is not yet raised."""
    body = """
state: {x: {start: 1}, y: {start: 2}, n: {start: 9}}
shocks: {swap: {dates: [5 d], effects: {x: =y, y: =x, n: =count(swap)}}}
outcomes: {x: {value: x}, y: {value: y}, n: {value: n}}
"""
    assert values(body) == {"x": 2.0, "y": 1.0, "n": 0.0}


@pytest.mark.parametrize(("effect", "after"), [("0.25", 0.75), ("=0.25", 0.25), ("9", 1.0), ("-9", 0.0), ("=-3", 0.0)])
def test_effects_add_or_set_and_are_clamped_to_the_bounds(effect, after):
    """`=` sets, everything else adds; the result stays inside the bounds."""
    body = f"""
state: {{x: {{start: 0.5, bounds: [0, 1]}}}}
shocks: {{hit: {{dates: [5 d], effects: {{x: {effect}}}}}}}
outcomes: {{x: {{value: x}}}}
"""
    assert values(body) == {"x": after}


def test_recent_and_count_include_the_firing_itself_once_it_has_happened():
    """Both are read just before the event in its own guards and effects, and after it by everything else."""
    body = """
state: {x: {start: 0}}
shocks:
  go: {dates: [5 d, 8 d, 30 d], when: "not recent(go, 4 d)", effects: {x: "recent(go, 90 d)"}}
  echo: {after: {event: go}, when: "recent(go, 1 d) and count(go) > 0"}
outcomes: {x: {value: x}, late: {at_end: "recent(go, 70.5 d)"}, past: {at_end: "recent(go, 69.5 d)"}}
"""
    assert [(day, event) for day, event, _ in rows(body)] == [(5, "go"), (5, "echo"), (30, "go"), (30, "echo")]
    assert values(body) == {"x": 1.0, "late": 1.0, "past": 0.0}
