"""What happens at one instant happens in a known order, and each event sees what came before it.

The order is MODEL.md's and the design's: calendar switches, a policy's placements, shocks, actors,
mechanisms, each as written; then, generation by generation, what follows without delay. All exact: no
chance, no tolerance. Each twin is the same scenario with one thing moved, whose story must differ.
"""

import pytest

INSTANT = """
horizon: 20 d
mechanisms:
  pact:
    stages: [kept, frozen, lapsed]
    start: kept
    transitions:
      - {from: kept, to: lapsed, after: 10 d}
      - {from: lapsed, to: frozen, on: echo}
actors:
  seoul:
    phases:
      government:
        stages: [old, new]
        start: old
        transitions: [{from: old, to: new, after: 10 d}]
    actions: {protest: {dates: [10 d], when: exercise}, answer: {}, assure: {}}
    responses: [{on: [seoul.protest, seoul.assure], do: answer}]
  tokyo:
    actions: {reply: {dates: [10 d]}}
calendar: {exercise: {first: 2022-08-11, lasts: 5 d}}
shocks:
  echo: {after: {event: launch, delay: 0 d}}
  ruling: {dates: [10 d], when: exercise}
  launch: {dates: [10 d]}
outcomes: {lapses: {ever: pact == lapsed}}
policies:
  early: {at: [{event: seoul.assure, on: 2022-08-11}]}
"""
TOLD = [
    "seoul.assure",
    "ruling",
    "launch",
    "seoul.government.new",
    "seoul.protest",
    "tokyo.reply",
    "pact.lapsed",
    "echo",
    "seoul.answer",
    "seoul.answer",
    "pact.frozen",
]


def test_places_and_generations(story):
    """Places come first within a generation, whatever the order of sections; effects without delay join the next."""
    assert story(INSTANT, "early") == [(10.0, name) for name in TOLD]


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("first: 2022-08-11, lasts", "first: 2022-08-12, lasts"),
        ("launch: {dates: [10 d]}", "launch: {dates: [10.001 d]}"),
        ("event: launch, delay: 0 d", "event: launch, delay: 0.001 d"),
        ("on: 2022-08-11", "on: 2022-08-12"),
        ("on: [seoul.protest, seoul.assure]", "on: [seoul.protest]"),
    ],
)
def test_places_and_generations_broken(story, written, moved):
    """The twins: something begins later, or an answer is missing, and the story differs."""
    assert written in INSTANT
    assert story(INSTANT.replace(written, moved), "early") != [(10.0, name) for name in TOLD]


EFFECTS = """
horizon: 20 d
state:
  x: {start: 1}
  y: {start: 2}
  seen: {start: 0}
  told: {start: 0}
shocks:
  swap: {dates: [10 d], effects: {x: =y, y: =x}}
  look: {dates: [10 d], effects: {seen: =10*x + y}}
  count_me: {dates: [10 d, 11 d], effects: {told: 10**count(count_me)}}
outcomes:
  x: {value: x}
  y: {value: y}
  seen: {value: seen}
  told: {value: told}
"""


def test_effects_read_the_state_before_their_event(simulated):
    """Two variables swap; the next event at the instant sees it; a count excludes its own event.

    The twins: a `look` written before the swap, and a count that includes its event (10 + 100).
    """
    worlds = simulated(EFFECTS, 1)
    assert [worlds[name].values[0] for name in ("x", "y", "seen", "told")] == [2.0, 1.0, 21.0, 11.0]
    swap = "  swap: {dates: [10 d], effects: {x: =y, y: =x}}\n"
    earlier = simulated(EFFECTS.replace(swap, "").replace("  count_me:", swap + "  count_me:"), 1)
    assert earlier["seen"].values[0] == 12.0
    assert worlds["told"].values[0] != 110.0


CHOOSING = """
horizon: 20 d
state: {anger: {start: 0}}
shocks:
  ruling: {dates: [10 d], effects: {anger: 1}}
  late: {dates: [10 d], effects: {anger: 1}}
mechanisms:
  pact:
    stages: [kept, notice, frozen, lapsed]
    start: kept
    transitions:
      - {from: kept, to: lapsed, on: ruling, when: anger >= 2}
      - {from: kept, to: notice, on: ruling, when: anger >= 1}
      - {from: kept, to: frozen, on: ruling}
      - {from: notice, to: lapsed, on: ruling}
      - {from: notice, to: frozen, after: 5 d}
      - {from: notice, to: lapsed, after: 5 d}
actors:
  seoul:
    actions: {protest: {}}
    responses: [{on: ruling, when: anger >= 2 and pact == notice, do: protest}]
outcomes: {lapses: {ever: pact == lapsed}}
"""
CHOSEN = [
    (10.0, "ruling"),
    (10.0, "late"),
    (10.0, "seoul.protest"),
    (10.0, "pact.notice"),
    (15.0, "pact.frozen"),
]


def test_one_transition_the_first_whose_guard_holds(story):
    """Guards see the effects of their event, `from` the stage before it; one transition for each event.

    A response without delay decides in the next generation, when `late` and the transition are there to see.
    Of two clocks due together the first in place wins and cancels.
    """
    assert story(CHOOSING) == CHOSEN


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("on: ruling, when: anger >= 1", "on: ruling, when: anger >= 2"),
        ("on: ruling, when: anger >= 2}", "on: ruling, when: anger >= 1}"),
        ("late: {dates: [10 d]", "late: {dates: [10.5 d]"),
        ("to: frozen, after: 5 d", "to: frozen, after: 5.5 d"),
    ],
)
def test_one_transition_the_first_whose_guard_holds_broken(story, written, moved):
    """The twins: another guard holds first, the state comes too late, the other clock is due first."""
    assert written in CHOOSING
    assert story(CHOOSING.replace(written, moved)) != CHOSEN


CANCELLING = """
horizon: 20 d
shocks: {ruling: {dates: [10 d]}}
mechanisms:
  pact:
    stages: [kept, notice, lapsed]
    start: kept
    transitions:
      - {from: kept, to: lapsed, after: 10 d}
      - {from: kept, to: notice, on: ruling}
outcomes: {lapses: {ever: pact == lapsed}}
"""


def test_a_shock_cancels_a_clock_due_at_the_same_instant(story):
    """Shocks come before mechanisms; the twin's clock is due a moment earlier."""
    assert story(CANCELLING) == [(10.0, "ruling"), (10.0, "pact.notice")]
    assert story(CANCELLING.replace("after: 10 d", "after: 9.999 d")) == [(9.999, "pact.lapsed"), (10.0, "ruling")]
