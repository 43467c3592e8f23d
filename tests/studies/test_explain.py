"""`explain` finds the causes that were planted, and nothing else; a firing that is removed leaves the rest alone.

Planted causes must come first in at least 95 % of the worlds in which the outcome came true. Worlds and
seeds were chosen before the first run.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simulate import Scenario, explain, explain_worlds, loads, run
from simulate.compile import compile_scenario
from simulate.engines.machine import Batch
from simulate.engines.record import WorldRecord
from simulate.engines.reference import Reference
from simulate.errors import SimulateError, UsageError
from simulate.studies.causes import History, Link
from simulate.studies.explain import Explanation
from tests.identity.engines import bits
from tests.identity.scenarios import PROFILE, SEEDS, WORLDS, load, number, scenarios, text_of

FEWER = settings(PROFILE, max_examples=15)
HEADING = "scenario: Planted\nstart: 2022-08-01\n"
PLANTED = """
horizon: 2 yr
state:
  noise: {start: 0}
  mood: {start: 0.5, rest: 0.5, half_life: 20 d}
mechanisms:
  pact: {stages: [kept, broken], start: kept, transitions: [{from: kept, to: broken, on: seoul.leave}]}
actors:
  seoul:
    actions: {leave: {}, protest: {effects: {noise: 0.1}}, meet: {effects: {mood: 0.001}}}
    responses:
      - {name: walk_out, on: ruling, delay: {lognormal: {median: 20 d, sigma: 0.5}},
         choose: {leave: 1 + 0*noise + 0.01*(mood - 0.5), protest: 0}}
      - {name: grumble, on: [launch, rain], choose: {protest: 0.5, meet: 0}}
shocks:
  ruling: {rate: 1/yr}
  launch: {rate: 18/yr, effects: {noise: 1}}
  drill: {rate: 12/yr, effects: {mood: 0.001}}
  rain: {rate: 10/yr}
outcomes: {broken: {ever: pact == broken}}
policies: {no_ruling: {without: [ruling]}, no_rule: {without: [seoul.walk_out]}, dry: {without: [rain, seoul.leave]}}
"""
CHAIN = {"ruling", "seoul.leave", "pact.broken"}


def scenario_of(text: str) -> Scenario:
    """A scenario written without its heading."""
    return loads(HEADING + text)


def name_of(found: Explanation, number: int) -> str | None:
    """The kind of an event by its number, None for no event."""
    labels = found.compiled.labels
    return None if number < 0 else labels.events[found.history.record.events.event[number]]


def kinds(found: Explanation) -> list[str]:
    """The kind of every event of the explained world, in order."""
    return [found.compiled.labels.events[event] for event in found.history.record.events.event]


def needed(found: Explanation) -> set[str | None]:
    """The kinds of the firings that are named as necessary."""
    return {name_of(found, each) for each in found.needed}


def necessary(found: Explanation) -> set[str]:
    """The kinds of events and rules that are named as necessary."""
    return {each.name for each in (*found.events, *found.responses) if each.necessary}


def links(history: History, number: int, through: str) -> dict[int, Link]:
    """What had a part in an event through one topic, by the number of the cause."""
    return {link.cause: link for link in history.links(number) if link.through == through}


def shares(found) -> dict[str, float]:
    """The share of worlds in which each kind of event and each rule was necessary."""
    return {each.name: each.share for each in (*found.events, *found.responses)}


# -- planted causes ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def planted():
    """Explanations of the first 15 worlds in which the pact was broken."""
    scenario = scenario_of(PLANTED)
    table = run(scenario, 40).worlds
    return [explain(scenario, "broken", int(world)) for world in table.index[table.broken == 1.0][:15]]


def test_a_planted_cause_comes_first(planted):
    """Ruling, by a rule, an action, the transition: the ruling is named first in at least 95 % of worlds."""
    assert len(planted) == 15
    first = [found.events[0].name == "ruling" and found.events[0].necessary for found in planted]
    assert sum(first) >= 0.95 * len(planted)
    for found in planted:
        assert name_of(found, found.decided) == "seoul.leave"
        parent = found.history.record.events.parent[found.decided]
        assert name_of(found, parent) == "ruling"
        # A later ruling may lead to the same end; but the first event named is the one that did.
        if found.needed:
            assert found.needed[0] == parent
        assert {"ruling", "seoul.leave", "seoul.walk_out"} <= necessary(found)


def test_decoys_are_never_necessary(planted):
    """Frequent events that nothing reads, that are read times 0, or that hardly matter, though they are ancestors."""
    seen = set()
    for found in planted:
        assert needed(found) <= CHAIN
        assert necessary(found) <= CHAIN | {"seoul.walk_out"}
        assert {cause.name for cause in found.events} >= {"ruling", "seoul.leave"}
        seen |= {cause.name for cause in found.events}
    assert {"launch", "drill"} <= seen, "decoys that are read must have been tried"


def test_some_planted_firings_are_necessary_by_themselves(planted):
    """With one ruling in two years or so, the single firing is what it took, in most worlds."""
    alone = [found for found in planted if kinds(found).count("ruling") == 1]
    assert len(alone) >= 3
    for found in alone:
        assert needed(found) | {"pact.broken"} == CHAIN


def test_a_planted_cause_comes_first_over_many_worlds():
    """Without rulings no pact is broken; without any decoy every one still is."""
    found = explain_worlds(scenario_of(PLANTED), "broken", worlds=150)
    assert len(found.examined) == len(found.failing) >= 60
    assert found.events[0].name == "ruling"
    assert found.events[0].share == 1.0
    assert found.events[-1].name == "pact.broken", "what the outcome asks for is no news, and comes last"
    assert {name for name, share in shares(found).items() if share >= 0.05} == CHAIN | {"seoul.walk_out"}
    assert {share for name, share in shares(found).items() if name not in CHAIN | {"seoul.walk_out"}} == {0.0}
    assert found.broke_first == {"ruling": len(found.examined)}


TIPPED = """
horizon: 1 yr
state: {anger: {start: 0, rest: 0, half_life: 30 d}, noise: {start: 0}}
mechanisms: {pact: {stages: [kept, broken], start: kept, transitions: [{from: kept, to: broken, on: seoul.leave}]}}
actors: {seoul: {actions: {leave: {}, protest: {}}, responses: [
  {on: meeting, choose: {leave: 30*anger - 8 + 0*noise, protest: 0}}]}}
shocks:
  insult: {rate: 1/yr, effects: {anger: 1}}
  meeting: {first: 2022-08-15, every: 14 d}
  slight: {rate: 20/yr, effects: {anger: 0.0001, noise: 1}}
  rain: {rate: 20/yr}
outcomes: {broken: {ever: pact == broken}}
"""


def test_a_planted_cause_that_acts_by_state_is_found():
    """An insult angers Seoul, which then leaves the next meeting: both are needed, slights that add little are not."""
    scenario = scenario_of(TIPPED)
    table = run(scenario, 80).worlds
    broken = [int(world) for world in table.index[table.broken == 1.0]][:15]
    assert len(broken) == 15
    right = 0
    for world in broken:
        found = explain(scenario, "broken", world)
        named = [cause.name for cause in found.events if cause.necessary]
        assert "slight" not in {*named, *needed(found)}
        assert "rain" not in {cause.name for cause in found.events}
        right += set(named[:2]) == {"insult", "meeting"} and {*named[2:], "pact.broken"} == {
            "seoul.leave",
            "pact.broken",
        }
    assert right >= 0.95 * len(broken)
    many = shares(explain_worlds(scenario, "broken", worlds=60))
    assert min(many[name] for name in ("insult", "meeting", "seoul.leave")) >= 0.95
    assert many["slight"] == 0.0 and "rain" not in many


# -- over-determined outcomes ------------------------------------------------------------------------------

TWO_WAYS = """
horizon: 1 yr
shocks: {ruling: {rate: 9/yr}, launch: {rate: 9/yr}, rain: {rate: 20/yr}}
mechanisms: {pact: {stages: [kept, broken], start: kept, transitions: [
  {from: kept, to: broken, on: [ruling, launch]}]}}
actors: {seoul: {actions: {leave: {}}, responses: [{on: ruling, do: leave, name: a}, {on: launch, do: leave, name: b}]}}
outcomes:
  left: {ever: count(seoul.leave) > 0}
  either: {ever: count(ruling) + count(launch) > 0}
  broken: {ever: pact == broken}
"""


def test_one_of_two_sufficient_causes_is_not_necessary():
    """Where a ruling and a launch each suffice, neither is named, whatever brings the outcome in the end."""
    scenario = scenario_of(TWO_WAYS)
    for world in range(5):
        for outcome in ("either", "broken", "left"):
            found = explain(scenario, outcome, world)
            assert {"ruling", "launch"} <= set(kinds(found))
            assert needed(found) == set()
            assert necessary(found) <= {"pact.broken", "seoul.leave"}


@pytest.mark.parametrize(
    "outcome",
    [
        "either",
        "broken",
        "left",
    ],
)
def test_the_sentence_of_an_over_determined_outcome(outcome):
    """It says that no single cause was necessary, and does not name the very thing that the outcome asks for."""
    found = explain(scenario_of(TWO_WAYS), outcome, 0)
    assert found.sentence().startswith(
        f'"{outcome}" came true in world 0 with {found.name(found.decided)} on {found.date(found.decided)}. '
        "No single cause was necessary: "
    )


@pytest.mark.parametrize("outcome", ["broken", "left"])
def test_a_pair_of_sufficient_causes_is_found(outcome):
    """Many worlds name the two that are necessary only together, of a transition and of an action that it answers."""
    found = explain_worlds(scenario_of(TWO_WAYS), outcome, worlds=40)
    many = shares(found)
    assert many["ruling"] == many["launch"] == 0.0
    assert found.doubtful == found.examined == list(range(40))
    assert [(pair.name, pair.share) for pair in found.pairs] == [("ruling and launch", 1.0)]
    assert found.pairs[0].necessary == tuple(found.doubtful[:20])
    assert "ruling and launch together" in found.sentence()


def test_what_is_sometimes_over_determined_is_told_apart():
    """Where launches are rare, rulings are necessary in the worlds without a launch, and doubtful in the others."""
    scenario = scenario_of(TWO_WAYS.replace("launch: {rate: 9/yr}", "launch: {rate: 0.5/yr}"))
    found = explain_worlds(scenario, "broken", worlds=60)
    engine = Batch(compile_scenario(scenario.resolved()), 1)
    launch = found.compiled.labels.events.index("launch")
    launched = [world for world in found.examined if launch in engine.run(world).events.event]
    assert 10 < len(launched) < 50
    ruling = next(each for each in found.events if each.name == "ruling")
    assert sorted({*found.doubtful, *ruling.necessary}) == found.examined
    assert found.doubtful == launched
    assert [pair.name for pair in found.pairs] == ["ruling and launch"]


# -- by how much -------------------------------------------------------------------------------------------

CHOICE = """
horizon: 100 d
state:
  anger: {start: 0.3, rest: 0.1, half_life: 30 d}
  doubt: {start: 0}
  weight: {start: 2}
actors: {seoul: {actions: {leave: {}, protest: {}}, responses: [
  {on: ruling, delay: 5 d, choose: {leave: 40 + 3*anger*weight - doubt, protest: 0.5*doubt}}]}}
shocks:
  insult: {dates: [10 d, 20 d], effects: {anger: 0.8}}
  calm: {dates: [25 d], effects: {anger: -0.2, doubt: 0.25}}
  ruling: {dates: [40 d]}
outcomes: {left: {ever: count(seoul.leave) > 0}}
"""


def test_the_contribution_to_a_utility_is_the_analytic_one():
    """What an event added, faded by its half-life until the choice, times its coefficient in what was chosen."""
    found = explain(scenario_of(CHOICE), "left", 0)
    assert name_of(found, found.decided) == "seoul.leave"
    events = found.history.record.events
    assert events.time[found.decided] == 45.0
    by_anger = links(found.history, found.decided, "anger")
    expected = {10.0: 0.8, 20.0: 0.8, 25.0: -0.2}
    assert {events.time[cause] for cause in by_anger} == set(expected)
    for cause, link in by_anger.items():
        day = events.time[cause]
        assert link.kind == "utility"
        assert link.contribution == pytest.approx(3 * 2 * expected[day] * 2.0 ** (-(45.0 - day) / 30.0), rel=1e-12)
    (by_doubt,) = links(found.history, found.decided, "doubt").values()
    assert by_doubt.contribution == pytest.approx(-0.25, rel=1e-12)
    assert not links(found.history, found.decided, "weight"), "a variable that nobody changed has no part"
    first, *others = found.history.links(found.decided)
    assert (first.through, name_of(found, first.cause)) == ("parent", "ruling")
    sizes = [abs(link.contribution) for link in others]
    assert sizes == sorted(sizes, reverse=True)


RATES = """
horizon: 200 d
state: {{anger: {{start: 0.2, rest: 0, half_life: 40 d}}, held: {{start: 1}}}}
shocks:
  insult: {{dates: [10 d, 30 d], effects: {{anger: 0.5}}}}
  oath: {{dates: [35 d], effects: {{held: 3}}}}
  gate: {{dates: [1 d]}}
  protest: {{rate: {rate}}}
mechanisms: {{pact: {{stages: [kept, broken], start: kept, transitions: [{{from: kept, to: broken, rate: {rate}}}]}}}}
outcomes:
  protest: {{count: protest, at_least: 1, from: 40 d}}
  broken: {{count: pact.broken, at_least: 1, from: 40 d}}
"""
LAWS = {
    "0.02/d*exp(2*anger)": lambda anger, part: 2 * part,
    "0.05/d*(1 + anger)": lambda anger, part: math.log((1 + anger) / (1 + anger - part)),
    "0.05/d*exp(-anger)": lambda anger, part: -part,
}


def faded(day: float, now: float) -> float:
    """What is left of an insult."""
    return 0.5 * 2.0 ** (-(now - day) / 40.0)


@pytest.mark.parametrize("rate", LAWS)
@pytest.mark.parametrize("outcome", ["protest", "broken"])
def test_the_contribution_to_a_log_rate_is_the_analytic_one(rate, outcome):
    """By how much the logarithm of the rate was higher for what was left of an insult, of shocks and transitions."""
    compiled = compile_scenario(scenario_of(RATES.format(rate=rate)).resolved())
    examined = 0
    for world in range(40):
        history = History(compiled, 1, world, 1_000_000)
        decided = history.decided_by(["protest", "broken"].index(outcome))
        if decided < 0:
            continue
        events = history.record.events
        now = events.time[decided]
        anger = 0.2 * 2.0 ** (-now / 40.0) + faded(10.0, now) + faded(30.0, now)
        by_anger = links(history, decided, "anger")
        assert len(by_anger) == 2
        for cause, link in by_anger.items():
            assert link.kind == "rate"
            assert link.contribution == pytest.approx(LAWS[rate](anger, faded(events.time[cause], now)), rel=1e-9)
        examined += 1
    assert examined >= 3


def test_what_makes_a_rate_possible_contributes_without_bound():
    """A rate that would be zero without the cause: the contribution to its logarithm is infinite."""
    found = explain(scenario_of(RATES.format(rate="0.05/d*count(gate)")), "protest", 0)
    (link,) = links(found.history, found.decided, "count of gate").values()
    assert (link.kind, link.contribution) == ("rate", math.inf)
    (gate,) = found.to_json()["ancestors"][-1]["causes"]
    assert gate["contribution"] == "infinite"


def test_a_held_variable_does_not_fade():
    """What an event added to a variable without half-life is there in full."""
    found = explain(scenario_of(RATES.format(rate="0.02/d*held")), "protest", 2)
    (link,) = links(found.history, found.decided, "held").values()
    assert link.contribution == pytest.approx(math.log(4.0), rel=1e-12)


def test_a_condition_contributes_once():
    """A `when` that would fail without the cause contributes 1, whether a date or a rule brought the event."""
    text = """
horizon: 50 d
shocks: {gate: {dates: [1 d]}, ruling: {dates: [5 d], when: count(gate) > 0},
  echo: {after: {event: ruling, delay: 1 d}, when: count(gate) > 0}}
outcomes: {ruling: {ever: count(ruling) > 0}, echo: {ever: count(echo) > 0}}
"""
    for outcome in ("ruling", "echo"):
        found = explain(scenario_of(text), outcome, 0)
        (link,) = links(found.history, found.decided, "count of gate").values()
        assert (link.kind, link.contribution) == ("when", 1.0)


# -- outcomes of every kind --------------------------------------------------------------------------------

NOTICE = """
horizon: 200 d
mechanisms: {pact: {stages: [kept, noticed, ended], start: kept, transitions: [
  {from: kept, to: noticed, on: seoul.notify},
  {from: noticed, to: kept, on: relent},
  {from: noticed, to: ended, after: 60 d}]}}
actors: {seoul: {actions: {notify: {}}, responses: [{name: answer, on: ruling, delay: 3 d, do: notify}]}}
shocks: {ruling: {dates: [10 d, 90 d]}, relent: {dates: [40 d]}, launch: {dates: [20 d, 50 d, 80 d]},
  gong: {dates: [80 d]}, rain: {rate: 0.3/d}}
outcomes:
  noticed: {ever: pact == noticed}
  quiet: {never: pact == noticed}
  over: {ever: pact == ended}
  early_end: {ever: pact == ended, by: 120 d}
  never_early: {never: pact == ended, by: 120 d}
  kept_at_80: {at_end: pact == kept, by: 80 d}
  ended_at_the_end: {at_end: pact == ended}
  first_notice: {first: pact == noticed}
  first_end: {first: pact == ended, by: 120 d}
  two_launches: {count: launch, at_least: 2}
  four_launches: {count: launch, at_least: 4}
  launches_late: {count: launch, at_least: 1, from: 70 d}
  after_gong: {ever: pact == noticed, after: gong, within: 100 d}
  launches: {count: launch}
  path: {trajectory: count(launch)}
  given: {ever: pact == ended, given: count(launch) > 5}
"""
EXPLAINED = {
    # outcome: did it come true or hold, what decided it and when, the days of the firings it took
    "noticed": (True, "seoul.notify", 13.0, {}),
    "quiet": (False, "seoul.notify", 13.0, {}),
    "over": (True, "pact.ended", 153.0, {90.0: {"ruling"}, 93.0: {"seoul.notify", "pact.noticed"}}),
    "early_end": (False, None, None, {40.0: {"relent", "pact.kept"}}),
    "never_early": (True, None, None, {40.0: {"relent", "pact.kept"}}),
    "kept_at_80": (True, "relent", 40.0, {}),
    "first_notice": (True, "seoul.notify", 13.0, {}),
    "first_end": (False, None, None, {40.0: {"relent", "pact.kept"}}),
    "two_launches": (True, "launch", 50.0, {}),
    "four_launches": (False, None, None, {}),
    "launches_late": (True, "launch", 80.0, {}),
    "after_gong": (True, "seoul.notify", 93.0, {40.0: {"relent", "pact.kept"}, 90.0: {"ruling"}}),
}
"""Of two rulings, the second would have brought the notice had the first not; so neither is necessary for that.

Had Seoul not relented, the notice would have run out on day 73, and no second one been given. Two of three launches
suffice.
"""


@pytest.mark.parametrize("outcome", EXPLAINED)
def test_every_kind_of_outcome(outcome):
    """What decided it, and without which firings it would have been another, worked out by hand."""
    came_true, decided, day, wanted = EXPLAINED[outcome]
    found = explain(scenario_of(NOTICE), outcome, 3)
    events = found.history.record.events
    assert found.came_true is came_true
    assert name_of(found, found.decided) == decided
    assert found.decided < 0 or events.time[found.decided] == day
    # What comes at the instant of the decision is the decision itself, or what it brought.
    named = {(events.time[each], name_of(found, each)) for each in found.needed if events.time[each] != day}
    assert named == {(day, name) for day, names in wanted.items() for name in names}
    assert not any("rain" in (name_of(found, each) or "") for each in found.necessary)


def test_an_outcome_that_does_not_hold_names_what_kept_it_away():
    """The notice did not run out, as Seoul relented: for want of that, the pact would have ended early."""
    found = explain(scenario_of(NOTICE), "early_end", 3)
    assert found.sentence() == (
        '"early end" did not come true in world 3. But for any one of these it would not be so: '
        "relent (2022-09-10); pact: kept (2022-09-10)."
    )
    assert found.to_json()["decided"] is None


def test_the_sentence_of_what_came_true():
    """One sentence with what decided the outcome, and what it took, from the outside in."""
    found = explain(scenario_of(NOTICE), "over", 3)
    assert found.sentence() == (
        '"over" came true in world 3 with pact: ended on 2023-01-01. But for any one of these it would not be so: '
        "ruling (2022-10-30); seoul notify (2022-11-02); pact: noticed (2022-11-02)."
    )
    # What stands higher up already is told once more below what it also led to.
    assert [line for line in found.lines() if not line.endswith("(above)")] == [
        "2023-01-01 * pact: ended",
        "2022-11-02 *    pact: noticed",
        "2022-11-02 *       seoul notify",
        "2022-10-30 *          ruling",
    ]


def test_the_explanation_as_plain_values():
    """The JSON says the same: identities, dates, what was necessary."""
    found = explain(scenario_of(NOTICE), "over", 3, seed=7)
    plain = found.to_json()
    assert (plain["world"], plain["seed"], plain["outcome"], plain["came_true"]) == (3, 7, "over", True)
    ancestors = [each for each in plain["ancestors"] if each["necessary"]]
    assert [(each["event"], each["day"], each["date"]) for each in ancestors] == [
        ("ruling", 90.0, "2022-10-30"),
        ("seoul.notify", 93.0, "2022-11-02"),
        ("pact.noticed", 93.0, "2022-11-02"),
        ("pact.ended", 153.0, "2023-01-01"),
    ]
    assert sorted(plain["necessary"]) == sorted(each["id"] for each in ancestors)
    assert plain["decided"] == ancestors[-1]["id"]
    assert plain["responses"] == [{"response": "seoul.answer", "necessary": True}]


CAN = (
    "outcomes that happen or not can be explained: noticed, quiet, over, early_end, never_early, kept_at_80, "
    "ended_at_the_end, first_notice, first_end, two_launches, four_launches, launches_late, after_gong, given"
)
MESSAGES = {
    "overt": "unknown outcome 'overt'; did you mean 'over'?",
    "path": f"'path' is a trajectory, which has no cause in one world; {CAN}",
    "launches": f"'launches' is a count, which has no cause in one world; {CAN}",
    "given": "'given' does not count in world 3: its window, or what it is given, never comes",
}


@pytest.mark.parametrize("outcome", MESSAGES)
def test_what_cannot_be_explained_is_refused_whole(outcome):
    """The whole message, which says what can be explained instead."""
    with pytest.raises(UsageError) as caught:
        explain(scenario_of(NOTICE), outcome, 3)
    assert str(caught.value) == MESSAGES[outcome]


def test_nothing_to_explain():
    """An outcome without a world in which it came true, and one that can have no cause."""
    found = explain_worlds(scenario_of(NOTICE), "four_launches", worlds=5)
    assert (found.failing, found.examined, found.doubtful, found.pairs) == ([], [], [], [])
    assert found.sentence() == '"four launches" came true in none of 5 worlds: there is nothing to explain.'
    with pytest.raises(UsageError) as caught:
        explain(scenario_of("horizon: 9 d\nshocks: {s: {rate: 1/d}}\noutcomes: {n: {count: s}}"), "n", 0)
    assert str(caught.value) == (
        "'n' is a count, which has no cause in one world; outcomes that happen or not can be explained: there is none"
    )


@pytest.mark.parametrize(
    ("world", "seed", "message"),
    [
        (-1, 1, "world -1: worlds run from 0 to 4294967295"),
        (2**32, 1, "world 4294967296: worlds run from 0 to 4294967295"),
        (0, -1, "seed -1: seeds run from 0 to 18446744073709551615"),
        (0.5, 1, "seeds and worlds are whole numbers"),
    ],
)
def test_worlds_and_seeds_that_do_not_exist(world, seed, message):
    """The whole message."""
    with pytest.raises(UsageError) as caught:
        explain(scenario_of(NOTICE), "over", world, seed)
    assert str(caught.value) == message


# -- removals ----------------------------------------------------------------------------------------------


def columns(record: WorldRecord) -> list[tuple]:
    """Every event of a world with all that identifies it; its parent by identity."""
    events = record.events
    parents = [events.identity[parent] if parent >= 0 else None for parent in events.parent]
    return list(zip(events.identity, events.time, events.event, events.marks, parents, strict=True))


@FEWER
@given(scenarios(), WORLDS, SEEDS)
def test_a_history_is_the_world_itself(scenario, world, seed):
    """With eyes that keep snapshots, and without any removal, the world is the same to the bit."""
    compiled = compile_scenario(load(scenario).resolved())
    wanted = bits(Batch(compiled, seed).run(world))
    assert bits(History(compiled, seed, world, 1_000_000).record) == wanted
    assert bits(Batch(compiled, seed).run(world, [])) == wanted


@FEWER
@given(scenarios(), WORLDS, SEEDS, st.data())
def test_a_removed_firing_is_gone_in_both_engines_and_nothing_before_it_differs(scenario, world, seed, data):
    """The engines agree to the bit; what came before stays; the firing and its descendants do not happen."""
    compiled = compile_scenario(load(scenario).resolved())
    reference, batch = Reference(compiled, seed), Batch(compiled, seed)
    whole = batch.run(world)
    if not len(whole.events):
        return
    number = data.draw(st.integers(0, len(whole.events) - 1))
    identity = whole.events.identity[number]
    less = batch.run(world, [identity])
    assert bits(reference.run(world, removed=[identity])) == bits(less)
    assert columns(less)[:number] == columns(whole)[:number]
    gone = {number}
    for later in range(number + 1, len(whole.events)):
        if whole.events.parent[later] in gone:
            gone.add(later)
    assert not {whole.events.identity[each] for each in gone} & set(less.events.identity)
    # An engine that has removed something runs the next world whole.
    assert bits(batch.run(world)) == bits(reference.run(world)) == bits(whole)
    chunk = batch.run_chunk(world, world + 1, [identity])
    assert (int(chunk.events[0]), bits_of(chunk.value)) == (len(less.events), bits_of(less.values))
    chunk = batch.run_chunk(world, world + 1)
    assert (int(chunk.events[0]), bits_of(chunk.value)) == (len(whole.events), bits_of(whole.values))


def bits_of(values) -> list[str]:
    """Numbers as text that tells every double from every other."""
    return [float(value).hex() for value in values]


@settings(PROFILE, max_examples=12)
@given(scenarios(), WORLDS, SEEDS, st.data())
def test_two_firings_can_be_removed_at_once(scenario, world, seed, data):
    """Both are gone, in both engines alike, whichever is named first."""
    compiled = compile_scenario(load(scenario).resolved())
    identities = Batch(compiled, seed).run(world).events.identity
    if len(identities) < 2:
        return
    pair = data.draw(st.lists(st.sampled_from(identities), min_size=2, max_size=2, unique=True))
    less = Batch(compiled, seed).run(world, pair)
    assert not set(pair) & set(less.events.identity)
    assert bits(Reference(compiled, seed).run(world, removed=pair)) == bits(less)
    assert bits(Batch(compiled, seed).run(world, pair[::-1])) == bits(less)


SUPPRESSED = """
horizon: 360 d
mechanisms:
  pact:
    stages: [kept, noticed, ended]
    start: kept
    transitions:
      - {from: kept, to: noticed, on: seoul.notify, name: served}
      - {from: noticed, to: ended, after: 60 d}
  treaty:
    stages: [standing, gone]
    start: standing
    transitions: [{from: standing, to: gone, at: {anniversary: 02-01, notice: 90 d, warn: 30 d}}]
  link:
    stages: [up, down]
    start: up
    transitions: [{from: up, to: down, rate: 0.05/d}, {from: down, to: up, after: 500 d}]
actors: {seoul: {actions: {notify: {}, walk: {}}, responses: [{name: answer, on: ruling, delay: 3 d, do: notify}]}}
shocks:
  ruling: {dates: [10 d]}
  echo: {after: {event: ruling, delay: 1 d}}
  someday: {date: {uniform: {low: 5 d, high: 9 d}}}
  rain: {rate: 0.2/d}
  alarm: {after: {event: [treaty.standing.ending, pact.served], delay: 2 d}}
outcomes: {over: {ever: pact == ended}}
policies: {place: {at: [{event: seoul.walk, on: 20 d}]}}
"""
GONE = {
    # event: what else goes with it
    "pact.ended": {},
    "pact.noticed": {"pact.served": 1, "alarm": 1, "pact.ended": 1},
    "pact.served": {"alarm": 1},
    "treaty.standing.ending": {"alarm": 1},
    "treaty.gone": {},
    "link.down": {},
    "seoul.notify": {"pact.noticed": 1, "pact.served": 1, "alarm": 1, "pact.ended": 1},
    "echo": {},
    "someday": {},
    "seoul.walk": {},
}


@pytest.mark.parametrize("event", GONE)
def test_every_way_of_happening_can_be_suppressed(event):
    """A clock, a rate, an anniversary and its warning, a response, a stage event and its name, dates, a placement.

    What it would have brought is gone with it, a transition is not made, and all else stays. A rate that
    failed at one point goes on: the transition may happen at a later one.
    """
    compiled = compile_scenario(scenario_of(SUPPRESSED).with_policy("place").resolved())
    whole = Batch(compiled, 1).run(0)
    names = [compiled.labels.events[each] for each in whole.events.event]
    number = names.index(event)
    less = Batch(compiled, 1).run(0, [whole.events.identity[number]])
    assert bits(Reference(compiled, 1).run(0, removed=[whole.events.identity[number]])) == bits(less)
    after = [compiled.labels.events[each] for each in less.events.event]
    if event == "link.down":
        assert whole.events.identity[number] not in less.events.identity
        assert after.count("link.down") == 1, "the next point of its field"
        assert less.events.time[after.index("link.down")] > whole.events.time[number]
    else:
        lost = {name: names.count(name) - after.count(name) for name in set(names)}
        assert {name: count for name, count in lost.items() if count} == {event: 1, **GONE[event]}
        assert not set(columns(less)) - set(columns(whole))
    assert less.refused == [int(event == "seoul.walk")]


@pytest.mark.parametrize(
    ("policy", "names"),
    [("no_ruling", ["ruling"]), ("no_rule", ["seoul.walk_out"]), ("dry", ["rain", "seoul.leave"])],
)
def test_removing_a_kind_of_event_or_a_rule_is_a_policy_without_it(policy, names):
    """To the bit, in every world; and the verdict of `explain` is what that policy changes."""
    scenario = scenario_of(PLANTED)
    by_policy = compile_scenario(scenario.with_policy(policy).resolved())
    by_hand = compile_scenario(scenario.without(*names).resolved())
    broken = run(scenario, 8).worlds.broken
    for world in range(8):
        record = Batch(by_policy, 1).run(world)
        assert bits(Batch(by_hand, 1).run(world)) == bits(record)
        if len(names) == 1:
            found = explain(scenario, "broken", world)
            verdicts = {each.name: each.necessary for each in (*found.events, *found.responses)}
            assert verdicts.get(names[0], False) == (record.values[0] != broken[world])


@settings(PROFILE, max_examples=6)
@given(scenarios(), st.integers(0, 1000))
def test_kinds_of_events_that_are_not_asked_about_make_no_difference(scenario, first):
    """Whatever `explain_worlds` leaves out can be removed whole without changing the outcome in any world."""
    loaded = load(scenario, outcomes={"o": {"ever": "pact == shut"}})
    asked = {each.name for each in explain_worlds(loaded, "o", worlds=1).events}
    others = [name for name in loaded.resolved().events if name not in asked]
    wanted = bits_of(Batch(compile_scenario(loaded.resolved()), 1).run_chunk(first, first + 5).value)
    for name in others[:5]:
        removed = Batch(compile_scenario(loaded.without(name).resolved()), 1)
        assert bits_of(removed.run_chunk(first, first + 5).value) == wanted


# The scenarios are large: to make one that fails smaller would take minutes.
@settings(PROFILE, max_examples=15, phases=[Phase.generate])
@given(scenarios(), WORLDS, SEEDS, st.data())
def test_firings_that_are_not_asked_about_make_no_difference(scenario, world, seed, data):
    """Whatever `explain` does not remove in turn has no part in the outcome, in scenarios of every kind."""
    outcomes = {
        "ever": {"ever": "pact == shut"},
        "never": {"never": "alpha.mood == kept", "from": "20 d"},
        "at_end": {"at_end": "pact == kept", "by": "60 d"},
        "count": {"count": "excited", "at_least": 3},
        "first": {"first": "x0 < 0.3"},
    }
    compiled = compile_scenario(load(scenario, outcomes=outcomes).resolved())
    history, engine = History(compiled, seed, world, 1_000_000), Batch(compiled, seed)
    identities, whole = history.record.events.identity, history.record
    for outcome in range(len(outcomes)):
        others = set(range(len(history))) - set(history.suspects(outcome))
        decided = history.decided_by(outcome)
        if decided >= 0:
            # The stage event that follows at once is the decision itself under another name.
            others -= {each for each in others if whole.events.parent[each] == decided}
        others = sorted(others)
        if not others:
            continue
        chosen = data.draw(st.lists(st.sampled_from(others), min_size=1, max_size=4, unique=True))
        for each in chosen:
            chunk = engine.run_chunk(world, world + 1, [identities[each]])
            kind = list(outcomes)[outcome]
            # A `first` is the same if it is reached, though perhaps at another time.
            found = chunk.reached[outcome] if kind == "first" else chunk.value[outcome]
            assert found == (whole.reached[outcome] if kind == "first" else whole.values[outcome]), kind


@st.composite
def climbing(draw: st.DrawFn, moves_by: str):
    """A scenario in which every event only ever makes others likelier: nothing prevents anything.

    So what has no part in an event cannot have kept away what would have prevented it.
    """
    variables = ["x0", "x1", "x2"]
    state = {
        name: draw(st.sampled_from([{"start": 0.1}, {"start": 0.1, "rest": 0, "half_life": "20 d"}]))
        for name in variables
    }
    shocks = {}
    for index in range(draw(st.integers(3, 6))):
        shock = {"effects": {draw(st.sampled_from(variables)): draw(number(0.05, 0.5))}}
        way = draw(st.sampled_from(["rate", "rate", "dates", "after", "read"]))
        if way == "after" and shocks:
            delay = draw(st.sampled_from(["3 d", {"exponential": {"mean": "5 d"}}]))
            shock["after"] = {"event": draw(st.sampled_from(list(shocks))), "delay": delay}
            shock["probability"] = f"0.3 + 0.2*{draw(st.sampled_from(variables))}"
        elif way == "dates":
            shock["dates"] = [f"{draw(st.integers(0, 35))}.{index}1 d"]
            shock["when"] = f"{draw(st.sampled_from(variables))} > {draw(number(0, 0.5))}"
        elif way == "read":
            shock["rate"] = f"0.05/d*min({draw(st.sampled_from(variables))}, 1)"
        else:
            shock["rate"] = "0.1/d"
        shocks[f"s{index}"] = shock
    moves = [{"from": "a", "to": "b", "on": draw(st.sampled_from(list(shocks)))}]
    if moves_by == "a guard":
        moves[0]["when"] = "x0 > 0.3"
    if moves_by == "two steps":
        moves.append({"from": "b", "to": "c", "on": draw(st.sampled_from(list(shocks))), "when": "x1 > 0.1"})
    else:
        moves.append({"from": "b", "to": "b", "rate": "0.03/d*min(x1, 1)", "effects": {"x2": 0.3}})
    return {
        "scenario": "climbing",
        "start": "2022-08-01",
        "horizon": "40 d",
        "state": state,
        "shocks": shocks,
        "mechanisms": {"pact": {"stages": ["a", "b", "c"], "start": "a", "transitions": moves}},
        "outcomes": {
            "moved": {"ever": "pact == c" if moves_by == "two steps" else "pact == b"},
            "counted": {"count": "s0", "at_least": 3},
            "summed": {"ever": "x2 > 0.6"},
        },
    }


@pytest.mark.parametrize(
    ("moves_by", "outcome"),
    [
        ("an event", "moved"),
        ("a guard", "moved"),
        ("two steps", "moved"),
        ("an event", "counted"),
        ("an event", "summed"),
    ],
)
def test_what_is_no_ancestor_is_not_necessary(moves_by, outcome):
    """Where nothing prevents anything, removing what had no part in a decision leaves its outcome as it was."""
    tried = [0]

    @settings(PROFILE, max_examples=40, phases=[Phase.generate])
    @given(climbing(moves_by), st.integers(0, 2**32 - 1))
    def check(scenario, world):
        compiled = compile_scenario(loads(text_of(scenario)).resolved())
        history, engine = History(compiled, 1, world, 1_000_000), Batch(compiled, 1)
        index = list(scenario["outcomes"]).index(outcome)
        decided = history.decided_by(index)
        if decided < 0:
            return
        ancestors = set(history.ancestors(history.roots(index)))
        identities = history.record.events.identity
        for other in sorted(set(range(decided)) - ancestors)[:12]:
            tried[0] += 1
            chunk = engine.run_chunk(world, world + 1, [identities[other]])
            assert chunk.value[index] == history.record.values[index]

    check()
    assert tried[0] >= 10


# -- what a firing can depend on ---------------------------------------------------------------------------

DEPENDENCES = {
    "a delay that reads state": """
state: {pace: {start: 1}}
shocks: {calm: {dates: [5 d], effects: {pace: =0.1}}, ruling: {dates: [10 d]},
  protest: {after: {event: ruling, delay: 100 d*pace}}}
outcomes: {o: {ever: count(protest) > 0, by: 50 d}}
""",
    "a clock that reads state": """
state: {pace: {start: 1}}
mechanisms: {pact: {stages: [a, b, c], start: a, transitions: [
  {from: a, to: b, on: ruling}, {from: b, to: c, after: 100 d*pace}]}}
shocks: {calm: {dates: [5 d], effects: {pace: =0.1}}, ruling: {dates: [10 d]}}
outcomes: {o: {ever: pact == c, by: 50 d}}
""",
    "a mark that reads state": """
state: {m: {start: 1}, v: {start: 0}}
shocks: {calm: {dates: [5 d], effects: {m: =1000}},
  ruling: {dates: [10 d], mark: {uniform: {low: m, high: 2*m}}, effects: {v: mark}}}
outcomes: {o: {ever: v > 500}}
""",
    "the stage that a transition leaves": """
mechanisms: {pact: {stages: [a, b, c], start: a, transitions: [
  {from: a, to: b, on: calm}, {from: b, to: c, on: ruling}]}}
shocks: {calm: {dates: [5 d]}, ruling: {dates: [10 d]}}
outcomes: {o: {ever: pact == c}}
""",
    "the stage that a transition leaves, further back": """
mechanisms: {pact: {stages: [a, b, c], start: a, transitions: [
  {from: a, to: b, on: calm}, {from: b, to: c, on: ruling}]}}
shocks: {calm: {dates: [5 d]}, ruling: {dates: [10 d]}, protest: {after: {event: pact.c, delay: 3 d}}}
outcomes: {o: {ever: count(protest) > 0}}
""",
    "the stage that a rate leaves": """
mechanisms: {pact: {stages: [a, b, c], start: a, transitions: [
  {from: a, to: b, on: calm}, {from: b, to: c, rate: 1/d}]}}
shocks: {calm: {dates: [5 d]}, protest: {after: {event: pact.c, delay: 3 d}}}
outcomes: {o: {ever: count(protest) > 0}}
""",
    "a clock from the start beside a rate to the same stage": """
mechanisms: {pact: {stages: [a, b, c], start: a, transitions: [
  {from: a, to: c, after: 30 d, when: count(calm) > 0}, {from: b, to: c, rate: 1/d}]}}
shocks: {calm: {dates: [5 d]}}
outcomes: {o: {ever: pact == c}}
""",
    "a transition declared before the one that was made": """
mechanisms: {pact: {stages: [a, b, c], start: a, transitions: [
  {from: a, to: b, on: ruling, when: count(calm) == 0}, {from: a, to: c, on: ruling}]}}
shocks: {calm: {dates: [5 d]}, ruling: {dates: [10 d]}}
outcomes: {o: {ever: pact == c}}
""",
    "what the guard of a transition reads": """
mechanisms: {pact: {stages: [a, b], start: a, transitions: [{from: a, to: b, on: ruling, when: count(calm) > 0}]}}
shocks: {calm: {dates: [2 d]}, ruling: {dates: [5 d]}}
outcomes: {o: {ever: pact == b}}
""",
    "an earlier part of a sum": """
state: {v: {start: 0}}
shocks: {calm: {dates: [2 d], effects: {v: 0.6}}, ruling: {dates: [5 d], effects: {v: 0.6}}}
outcomes: {o: {ever: v > 1}}
""",
    "the first of two that were asked for": """
shocks: {calm: {dates: [2 d, 5 d]}}
outcomes: {o: {count: calm, at_least: 2}}
""",
    "the other half of a condition": """
mechanisms: {pact: {stages: [a, b], start: a, transitions: [{from: a, to: b, on: calm}]}}
shocks: {calm: {dates: [2 d]}, ruling: {dates: [5 d]}}
outcomes: {o: {ever: pact == b and count(ruling) > 0}}
""",
    "what kept away a preventer": """
state: {v: {start: 1}}
shocks: {calm: {dates: [2 d]}, spoil: {dates: [5 d], when: count(calm) == 0, effects: {v: =0}},
  ruling: {dates: [9 d], when: v > 0.5}}
outcomes: {o: {ever: count(ruling) > 0}}
""",
    "what kept the outcome away": """
mechanisms: {pact: {stages: [a, b], start: a, transitions: [{from: a, to: b, on: ruling}]}}
shocks: {calm: {dates: [2 d]}, ruling: {dates: [5 d], when: count(calm) == 0}}
outcomes: {o: {ever: pact == b}}
""",
}


@pytest.mark.parametrize("case", DEPENDENCES)
def test_every_necessary_firing_is_found(case):
    """Without the calm the outcome is another, so that it must be named."""
    scenario = scenario_of("horizon: 100 d" + DEPENDENCES[case])
    compiled = compile_scenario(scenario.resolved())
    whole = Batch(compiled, 1).run(0)
    number = [compiled.labels.events[each] for each in whole.events.event].index("calm")
    assert Batch(compiled, 1).run(0, [whole.events.identity[number]]).values != whole.values
    assert number in explain(scenario, "o", 0).needed


@pytest.mark.parametrize("case", ["a delay that reads state", "a clock that reads state", "a mark that reads state"])
def test_every_necessary_kind_is_found(case):
    """The same over many worlds."""
    found = explain_worlds(scenario_of("horizon: 100 d" + DEPENDENCES[case]), "o", worlds=3)
    assert shares(found).get("calm") == 1.0


def test_the_deciding_event_is_named_as_necessary():
    """Where the event that decided was all it took, the sentence does not say that no firing was necessary."""
    text = "horizon: 100 d\nshocks: {ruling: {dates: [5 d]}}\noutcomes: {o: {ever: count(ruling) > 0}}"
    found = explain(scenario_of(text), "o", 0)
    assert found.needed == [0]
    assert "No single firing was necessary" not in found.sentence()


def test_the_sentence_of_never():
    """A pact that was to hold, and did not: what its title says did not come true."""
    text = """
horizon: 100 d
mechanisms: {pact: {stages: [a, b], start: a, transitions: [{from: a, to: b, on: ruling}]}}
shocks: {ruling: {dates: [5 d]}}
outcomes: {holds: {never: pact == b, about: the pact holds}}
"""
    assert run(scenario_of(text), 1).worlds.holds[0] == 0.0
    assert '"the pact holds" came true' not in explain(scenario_of(text), "holds", 0).sentence()


def test_a_condition_that_holds_as_its_window_opens():
    """It was decided before the window: no event inside it decided, though the condition comes true again there."""
    text = """
horizon: 100 d
mechanisms: {pact: {stages: [a, b], start: a, transitions: [{from: a, to: b, on: x}, {from: b, to: a, on: y}]}}
shocks: {x: {dates: [5 d, 30 d]}, y: {dates: [20 d]}}
outcomes: {o: {ever: pact == b, from: 10 d}}
"""
    found = explain(scenario_of(text), "o", 0)
    events = found.history.record.events
    assert found.decided < 0 or events.time[found.decided] == 5.0


def test_an_uncertain_date_is_not_a_rate():
    """An event that has both arises on its date without reading the rate."""
    text = """
horizon: 100 d
state: {v: {start: 1}}
shocks: {push: {dates: [5 d], effects: {v: 1}},
  ruling: {rate: 0.00001/d*v, date: {uniform: {low: 20 d, high: 30 d}}}}
outcomes: {o: {ever: count(ruling) > 0}}
"""
    found = explain(scenario_of(text), "o", 0)
    assert found.history.route(found.decided).rate == -1


def test_an_injected_event_is_removed_with_its_kind():
    """What is injected happens on a date; without its kind of event it does not."""
    scenario = scenario_of("horizon: 50 d\nshocks: {s: {}}\noutcomes: {o: {ever: count(s) > 0}}")
    assert necessary(explain(scenario.with_injected("s", at=5), "o", 0)) == {"s"}


def test_a_removal_that_explodes_is_no_verdict():
    """Without the calm far too many launches happen, but the ruling does all the same: the calm is not necessary."""
    text = """
horizon: 50 d
shocks:
  calm: {dates: [2 d]}
  ruling: {dates: [9 d], when: count(calm) < 5}
  launch: {rate: 50/d*(count(calm) == 0)*(count(ruling) > 0)}
outcomes: {o: {ever: count(ruling) > 0}}
"""
    try:
        found = explain(scenario_of(text), "o", 0, max_events=500)
    except SimulateError as error:
        assert "500 events" in str(error)
    else:
        assert needed(found) == {"ruling"}
