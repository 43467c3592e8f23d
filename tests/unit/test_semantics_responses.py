"""Responses: who answers what, when it decides, and what is left to choose from."""

import pytest

from simulate import loads, trace
from simulate.compile import compile_scenario
from simulate.engines.reference import Reference

HEAD = "scenario: test\nstart: 2022-08-01\nhorizon: 100 d\noutcomes: {n: {value: 1}}\n"


def stories(body, worlds=1, policy="baseline"):
    """The events of the first worlds, as (day, event)."""
    compiled = compile_scenario(loads(HEAD + body).with_policy(policy).resolved())
    engine, names = Reference(compiled, 1), compiled.labels.events
    records = [engine.run(world).events for world in range(worlds)]
    return [[(day, names[event]) for day, event in zip(each.time, each.event, strict=True)] for each in records]


def rows(body):
    """The events of one world."""
    return stories(body)[0]


def acts(body, worlds=1, policy="baseline"):
    """What the actors did, world by world."""
    return [[event for _, event in story if "." in event] for story in stories(body, worlds, policy)]


def actor(responses, actions="{p: {}, q: {}}", shocks="{go: {dates: [10 d]}}"):
    """An actor `a` who answers the shock `go`."""
    return f"shocks: {shocks}\nactors: {{a: {{actions: {actions}, responses: {responses}}}}}\n"


def test_a_response_without_delay_follows_at_once():
    """It joins the next generation of the same instant, and its parent is the trigger."""
    story = list(trace(loads(HEAD + actor("[{on: go, do: p}]"))).rows())
    assert [(row["day"], row["event"]) for row in story] == [(10, "go"), (10, "a.p")]
    assert story[1]["parent"] == story[0]["id"]


def test_every_trigger_gets_its_own_answer_however_many_are_pending():
    """A pending answer is neither replaced nor merged."""
    body = actor("[{on: go, delay: 20 d, do: p}]", shocks="{go: {dates: [10 d, 12 d, 12 d]}}")
    assert rows(body)[3:] == [(30, "a.p"), (32, "a.p"), (32, "a.p")]


def test_one_response_may_answer_several_events():
    """`on` takes a list."""
    body = actor("[{on: [go, come], do: p}]", shocks="{go: {dates: [10 d]}, come: {dates: [20 d]}}")
    assert rows(body) == [(10, "go"), (10, "a.p"), (20, "come"), (20, "a.p")]


def test_when_is_read_at_decision_time():
    """After the delay, not at the trigger."""
    shocks = "{go: {dates: [10 d]}, change: {dates: [15 d], effects: {x: 1}}}"
    body = "state: {x: {start: 0}}\n" + actor("[{on: go, delay: 9 d, when: x == 1, do: p}]", shocks=shocks)
    assert rows(body)[-1] == (19, "a.p")
    assert acts(body.replace("delay: 9 d", "delay: 3 d")) == [[]]


def test_a_delay_below_zero_counts_as_zero():
    """A normal delay is cut off at the trigger."""
    body = actor("[{on: go, delay: {normal: {mean: 0 d, sd: 5 d}}, do: p}]")
    days = [story[-1][0] for story in stories(body, 40)]
    assert 5 < days.count(10.0) < 35
    assert min(days) == 10.0


@pytest.mark.parametrize(("probability", "least", "most"), [("0", 0, 0), ("1", 200, 200), ("0.3", 40, 80)])
def test_a_response_happens_with_its_probability(probability, least, most):
    """One draw for each trigger."""
    done = acts(actor(f"[{{on: go, probability: {probability}, do: p}}]"), 200)
    assert least <= sum(map(len, done)) <= most


def test_nothing_is_an_option_only_where_it_is_listed():
    """Without it something is always done."""
    assert acts(actor("[{on: go, choose: {p: -500, q: -600}}]")) == [["a.p"]]
    assert acts(actor("[{on: go, choose: {p: -500, nothing: 0}}]")) == [[]]


def test_choices_are_multinomial_logit():
    """Utilities 0 and log(3) share 1 to 3."""
    done = acts(actor("[{on: go, choose: {p: 0, q: log(3)}}]"), 400)
    assert 70 < done.count(["a.p"]) < 130


def test_an_option_whose_own_when_is_false_is_left_out():
    """The choice is made among the rest; with none left nothing happens."""
    refused = "{p: {when: 0}, q: {}}"
    assert acts(actor("[{on: go, choose: {p: 900, q: 0}}]", refused)) == [["a.q"]]
    assert acts(actor("[{on: go, choose: {p: 900}}]", refused)) == [[]]
    assert acts(actor("[{on: go, choose: {p: 900, q: -900, nothing: 0}}]", refused)) == [[]]


def test_an_option_that_without_names_is_left_out():
    """The same holds for what a policy forbids."""
    body = actor("[{on: go, choose: {p: 900, q: 0}}]") + "policies: {ban: {without: [a.p]}, end: {without: [a.p, a.q]}}"
    assert acts(body, policy="ban") == [["a.q"]]
    assert acts(body, policy="end") == [[]]


def test_an_action_that_its_own_when_refuses_does_not_happen():
    """`do` bypasses no guard."""
    assert acts(actor("[{on: go, do: p}]", "{p: {when: count(go) > 1}, q: {}}")) == [[]]


def test_a_choice_flips_only_if_a_utility_rose_against_another():
    """Raising one option's utility moves worlds towards it and none away from it."""
    low = acts(actor("[{on: go, choose: {p: 0, q: 0, nothing: 0}}]"), 150)
    high = acts(actor("[{on: go, choose: {p: 0.7, q: 0, nothing: 0}}]"), 150)
    assert all(after in (before, ["a.p"]) for before, after in zip(low, high, strict=True))
    assert high.count(["a.p"]) > low.count(["a.p"])


def test_the_choice_made_does_not_depend_on_the_order_of_options():
    """Gumbel noise is keyed by the names of rule and option."""
    one = acts(actor("[{on: go, choose: {p: 0, q: 0, nothing: 0}}]"), 60)
    other = acts(actor("[{on: go, choose: {nothing: 0, q: 0, p: 0}}]"), 60)
    assert one == other


def test_another_owners_action_is_named_in_full():
    """`do` and `choose` may reach beyond the actor."""
    body = (
        actor("[{on: go, do: pact.meet}]")
        + "mechanisms: {pact: {stages: [on_paper], start: on_paper, actions: {meet: {}}}}"
    )
    assert rows(body) == [(10, "go"), (10, "pact.meet")]


def test_events_of_one_instant_fire_by_generation_place_and_parent():
    """Shocks before actors as written, then what follows from them, each generation whole."""
    body = """
actors:
  b: {actions: {act: {dates: [10 d]}, more: {}}, responses: [{on: go, do: more}]}
  a: {actions: {act: {dates: [10 d]}, more: {}}, responses: [{on: go, do: more}, {name: again, on: b.more, do: more}]}
shocks:
  echo: {after: {event: go}}
  go: {dates: [10 d]}
"""
    names = [event for _, event in rows(body)]
    assert names == ["go", "b.act", "a.act", "echo", "b.more", "a.more", "a.more"]
