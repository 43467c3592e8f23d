"""Lifecycles: at most one transition for each event, clocks, anniversaries, re-entry, named transitions, warnings."""

import itertools

import pytest

from simulate import loads, run, trace

HEAD = "scenario: test\nstart: 2022-08-01\nhorizon: 800 d\n"
END = "\noutcomes: {n: {value: 1}}\n"


def rows(body, world=0):
    """The events of one world, as (day, event)."""
    return [(row["day"], row["event"]) for row in trace(loads(HEAD + body + END), world).rows()]


def machine(transitions, shocks, more="", stages="[a, b, c]"):
    """A mechanism `m` that starts in `a`."""
    return f"mechanisms: {{m: {{stages: {stages}, start: a, transitions: {transitions}}}}}\nshocks: {shocks}\n{more}"


def test_an_event_moves_a_lifecycle_at_most_once():
    """From the stage before the event; what becomes possible by it waits for the next one."""
    body = machine("[{from: a, to: b, on: go}, {from: b, to: c, on: go}]", "{go: {dates: [5 d, 9 d]}}")
    assert rows(body) == [(5, "go"), (5, "m.b"), (9, "go"), (9, "m.c")]


def test_the_first_declared_transition_whose_guards_hold_is_taken():
    """A refused one gives way to the next."""
    body = machine("[{from: a, to: b, on: go, when: 0}, {from: [b, a], to: c, on: go}]", "{go: {dates: [5 d]}}")
    assert rows(body) == [(5, "go"), (5, "m.c")]


def test_guards_of_a_transition_are_read_after_the_effects():
    """The state that the trigger leaves decides, its count included."""
    body = machine(
        "[{from: a, to: b, on: go, when: x == 1 and count(go) == 1}]",
        "{go: {dates: [5 d], effects: {x: 1}}}",
        "state: {x: {start: 0}}",
    )
    assert rows(body) == [(5, "go"), (5, "m.b")]


def test_every_lifecycle_chooses_on_the_stages_before_the_event():
    """Two lifecycles that guard on each other both move."""
    body = """
shocks: {go: {dates: [5 d]}}
mechanisms:
  m: {stages: [a, b], start: a, transitions: [{from: a, to: b, on: go, when: n == a}]}
  n: {stages: [a, b], start: a, transitions: [{from: a, to: b, on: go, when: m == a}]}
"""
    assert rows(body) == [(5, "go"), (5, "m.b"), (5, "n.b")]


def test_a_clock_is_its_own_stage_event():
    """A timed transition is recorded once, under its stage; nothing else announces it."""
    assert rows(machine("[{from: a, to: b, after: 30 d}]", "{}")) == [(30, "m.b")]


def test_a_rate_transition_is_its_own_stage_event():
    """It leaves the stage once, and its field falls silent."""
    story = rows(machine("[{from: a, to: b, rate: 0.1/d}]", "{}"))
    assert [event for _, event in story] == ["m.b"]


def test_the_start_stage_fires_no_event():
    """Rules that wait for it are not triggered at the start."""
    body = machine("[{from: a, to: b, on: go}, {from: b, to: a, on: go}]", "{go: {dates: [5 d]}}")
    assert (0, "m.a") not in rows(body)


def test_a_clock_is_cancelled_by_leaving_and_drawn_anew_on_return():
    """The delay counts from each entry."""
    body = machine(
        "[{from: a, to: b, on: go}, {from: b, to: a, on: back}, {from: a, to: c, after: 30 d}]",
        "{go: {dates: [10 d]}, back: {dates: [25 d]}}",
    )
    assert rows(body) == [(10, "go"), (10, "m.b"), (25, "back"), (25, "m.a"), (55, "m.c")]


def test_a_delay_is_drawn_once_for_each_entry():
    """Re-entries have their own luck: two waits of one world differ."""
    body = machine("[{from: a, to: b, after: {exponential: {mean: 20 d}}}, {from: b, to: a, after: 1 d}]", "{}")
    days = [day for day, event in rows(body) if event == "m.b"]
    waits = [days[0], *(later - earlier - 1 for earlier, later in itertools.pairwise(days))]
    assert len({round(wait, 9) for wait in waits}) == len(waits) > 10


def test_a_transition_to_the_same_stage_leaves_and_re_enters():
    """The stage event fires and clocks start again."""
    body = machine("[{from: a, to: a, on: go}, {from: a, to: b, after: 30 d}]", "{go: {dates: [20 d]}}")
    assert rows(body) == [(20, "go"), (20, "m.a"), (50, "m.b")]


def test_clocks_due_together_the_first_in_place_wins():
    """It cancels the other."""
    body = machine("[{from: a, to: b, after: 30 d}, {from: a, to: c, after: 30 d}]", "{}")
    assert rows(body) == [(30, "m.b")]


def test_effects_of_a_transition_are_those_of_its_stage_event():
    """They are applied when the stage event fires, by event or by clock."""
    scenario = loads(
        HEAD
        + """
state: {x: {start: 0}}
shocks: {go: {dates: [5 d]}}
mechanisms:
  m:
    stages: [a, b, c]
    start: a
    transitions:
      - {from: a, to: b, on: go, effects: {x: 1}}
      - {from: b, to: c, after: 10 d, effects: {x: "=10*x + (m == b)"}}
outcomes: {x: {value: x}, early: {value: x, by: 10 d}}
"""
    )
    assert run(scenario, 1).worlds.iloc[0].to_dict() == {"x": 11.0, "early": 1.0}


def test_a_named_transition_fires_its_name_after_its_stage():
    """`m.NAME` tells one way into a stage from another."""
    body = machine(
        "[{from: a, to: b, on: go, name: agreed}]",
        "{go: {dates: [5 d]}, echo: {after: {event: m.agreed, delay: 1 d}}}",
    )
    assert rows(body) == [(5, "go"), (5, "m.b"), (5, "m.agreed"), (6, "echo")]


@pytest.mark.parametrize(("day", "end"), [("2022-08-25", "2022-11-23"), ("2022-08-26", "2023-11-23")])
def test_an_anniversary_is_the_first_at_least_the_notice_after_entry(day, end):
    """A notice that ends on the very day still counts."""
    body = machine(
        "[{from: a, to: b, on: go}, {from: b, to: c, at: {anniversary: 11-23, notice: 90 d}}]",
        f"{{go: {{dates: [{day}]}}}}",
    )
    assert [row["date"] for row in trace(loads(HEAD + body + END)).rows()] == [day, day, end]


def test_a_warning_comes_so_long_before_the_end_and_goes_with_the_stage():
    """`m.b.ending` fires once for each stay that lasts."""
    moves = "[{from: a, to: b, on: go}, {from: b, to: a, on: back}, "
    moves += "{from: b, to: c, at: {anniversary: 11-23, notice: 60 d, warn: 30 d}}]"
    kept = rows(machine(moves, "{go: {dates: [2022-08-11]}, back: {dates: [2022-10-23]}}"))
    left = rows(machine(moves, "{go: {dates: [2022-08-11]}, back: {dates: [2022-10-25]}}"))
    lapsed = rows(machine(moves, "{go: {dates: [2022-08-11]}, back: {dates: [2022-11-24]}}"))
    assert (84, "m.b.ending") not in kept
    assert (84, "m.b.ending") in left
    assert [event for _, event in lapsed] == ["go", "m.b", "m.b.ending", "m.c", "back"]


def test_clocks_run_from_since():
    """A start stage entered before the start has been lasting since then."""
    body = """
mechanisms:
  m: {stages: [a, b], start: a, since: 2022-07-02, transitions: [{from: a, to: b, after: 50 d}]}
"""
    assert rows(body) == [(20, "m.b")]


def test_phases_are_lifecycles_of_an_actor_or_of_nobody():
    """Their stage events carry the owner's name."""
    body = """
phases: {mood: {stages: [a, b], start: a, transitions: [{from: a, to: b, on: seoul.rule.b}]}}
actors: {seoul: {phases: {rule: {stages: [a, b], start: a, transitions: [{from: a, to: b, after: 9 d}]}}}}
"""
    assert rows(body) == [(9, "seoul.rule.b"), (9, "mood.b")]


def test_a_transition_refused_by_chance_leaves_the_stage_alone():
    """`probability` is read once when the transition would happen."""
    body = machine("[{from: a, to: b, after: 5 d, probability: 0.5}]", "{}")
    moved = [bool(rows(body, world)) for world in range(60)]
    assert 15 < sum(moved) < 45


def test_hazards_of_one_end_share_their_field():
    """The same point moves a lifecycle to one stage, whichever stage it leaves."""
    moves = "[{{from: a, to: b, after: {}}}, {{from: a, to: c, rate: 0.02/d}}, {{from: b, to: c, rate: 0.02/d}}]"
    for world in range(10):
        ends = [rows(machine(moves.format(delay), "{}"), world)[-1] for delay in ("1 d", "9999 d")]
        assert ends[0][1] == ends[1][1] == "m.c"
        if ends[1][0] > 1:
            assert ends[0] == ends[1]
