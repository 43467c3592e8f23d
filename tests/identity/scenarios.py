"""Whole scenarios drawn by Hypothesis, as plain mappings: every construct of the language, kept small and stable.

Nothing explodes: a response never leads back to its trigger, state stays inside its bounds, and what excites
itself does so with a branching of at most 0.6.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from simulate import Scenario, Trace, loads, trace

Mapping = dict[str, Any]
Row = tuple[Any, ...]

HORIZON = 80
PROFILE = settings(
    deadline=None,
    max_examples=25,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WORLDS = st.integers(0, 2**32 - 1)
SEEDS = st.integers(0, 2**64 - 1)
MOVING = "0.{rest} if pact == kept else 0.{other}"


def number(low: float, high: float) -> st.SearchStrategy[float]:
    """A number with few digits, so that a failing scenario can be read."""
    return st.floats(low, high).map(lambda value: round(value, 3))


@st.composite
def delays(draw: st.DrawFn, ties: bool) -> Any:
    """A delay of any distribution; without ties, one that is never twice the same."""
    mean, spread = draw(number(1, 20)), draw(number(0.1, 0.9))
    drawn: list[Any] = [
        {"uniform": {"low": f"{mean} d", "high": f"{2 * mean} d"}},
        {"normal": {"mean": "30 d", "sd": f"{spread} d"}},
        {"lognormal": {"median": f"{mean} d", "sigma": spread}},
        {"exponential": {"mean": f"{mean} d"}},
        {"gamma": {"mean": f"{mean} d", "sd": f"{spread * mean} d"}},
        {"weibull": {"scale": f"{mean} d", "shape": 1 + spread}},
        {"triangular": {"low": "0 d", "mode": f"{mean} d", "high": f"{3 * mean} d"}},
    ]
    tied: list[Any] = [
        "0 d",
        "5 d",
        {"categorical": {"0 d": 0.5, "7 d": 0.5}},
        {"normal": {"mean": "1 d", "sd": "5 d"}},
    ]
    return draw(st.sampled_from(drawn + tied if ties else drawn))


@st.composite
def marks(draw: st.DrawFn) -> Any:
    """What an event may draw for itself."""
    kinds = [
        {"categorical": {1: 0.6, 2: 0.3, 5: 0.1}},
        {"beta": {"mean": 0.3, "sd": 0.2}},
        {"exponential": {"mean": 1}},
    ]
    return draw(st.sampled_from([None, *kinds]))


@st.composite
def sums(draw: st.DrawFn, variables: list[str]) -> str:
    """A weighted sum with coefficients of both signs; it may be zero, or below zero half of the time."""
    terms = draw(st.lists(st.tuples(number(-0.08, 0.08), st.sampled_from(variables)), max_size=3))
    base = draw(st.one_of(st.just(0.0), number(0, 0.08), number(-0.05, 0)))
    return " + ".join([str(base), *(f"({weight})*{name}" for weight, name in terms)])


@st.composite
def rates(draw: st.DrawFn, variables: list[str]) -> str:
    """A rate that reads state, stages and the calendar, clipped where it falls below zero."""
    total = draw(sums(variables))
    form = draw(
        st.sampled_from(["({})/d", "(({}) + 0.05*window)/d", "({})/d*(2 if pact == kept else 1)", "pace*exp({})"])
    )
    return form.format(total)


@st.composite
def effects(draw: st.DrawFn, variables: list[str], marked: bool) -> Mapping:
    """Additions and settings of a few variables."""
    chosen = draw(st.lists(st.sampled_from(variables), max_size=2, unique=True))
    forms = ["{}", "={}", f"{{}}*(1 - {variables[0]})", "0"] + (["{}*mark"] if marked else [])
    return {name: draw(st.sampled_from(forms)).format(draw(number(-0.5, 0.5))) for name in chosen}


@st.composite
def states(draw: st.DrawFn) -> Mapping:
    """One to four variables that hold or fade."""
    table: Mapping = {}
    for index in range(draw(st.integers(1, 4))):
        variable: Mapping = {"start": draw(number(0, 1)), "bounds": [0, 2]}
        if draw(st.booleans()):
            rest, other = draw(st.integers(0, 9)), draw(st.integers(0, 9))
            variable["rest"] = draw(st.sampled_from([f"0.{rest}", MOVING.format(rest=rest, other=other)]))
            variable["half_life"] = draw(st.sampled_from(["3 d", "20 d", "300 d", "5 d if window else 50 d"]))
        table[f"x{index}"] = variable
    return table


@st.composite
def shocks(draw: st.DrawFn, variables: list[str], ties: bool) -> Mapping:
    """One to six shocks, each with some of the ways in which events arise; causes come before what they cause."""
    table: Mapping = {}
    for index in range(draw(st.integers(1, 6))):
        mark = draw(marks())
        shock: Mapping = {"effects": draw(effects(variables, mark is not None))}
        if mark is not None:
            shock["mark"] = mark
        own = 0.0 if ties else 0.01 * (index + 1)
        for route in draw(
            st.sets(st.sampled_from(["rate", "dates", "every", "date", "after"]), min_size=1, max_size=2)
        ):
            if route == "rate":
                shock["rate"] = draw(rates(variables))
            elif route == "dates":
                days = draw(st.lists(st.integers(0, HORIZON), min_size=1, max_size=4, unique=not ties))
                shock["dates"] = [f"{day + own} d" for day in days]
            elif route == "every":
                period = draw(st.sampled_from(["10 d", "1 mo", "12.5 d"]))
                shock |= {"first": f"{draw(st.integers(0, 30)) + own + 0.2 * (not ties)} d", "every": period}
            elif route == "date":
                shock["date"] = draw(delays(ties))
            elif table:
                cause = {"event": draw(st.sampled_from(list(table))), "probability": draw(number(0, 1))}
                shock["after"] = cause | {"delay": draw(delays(ties))}
        if draw(st.booleans()):
            shock["probability"] = draw(number(0.2, 1))
        if draw(st.booleans()):
            shock["when"] = draw(st.sampled_from(["window or pact == kept", f"{variables[0]} < 0.9"]))
        table[f"s{index}"] = shock
    table["excited"] = {"rate": f"0.03/d + {draw(number(0, 0.04))}/d*heat", "effects": {"heat": 1}}
    return table


@st.composite
def transitions(draw: st.DrawFn, variables: list[str], triggers: list[str], ties: bool) -> list[Mapping]:
    """Moves between three stages by event, clock, anniversary and rate, each at most once."""
    table: list[Mapping] = [
        {"from": ["open", "kept"], "to": "shut", "on": draw(st.sampled_from(triggers)), "probability": 0.7},
        {"from": "open", "to": "kept", "after": draw(delays(ties))},
        {"from": "kept", "to": "shut", "at": {"anniversary": "09-23", "notice": draw(st.sampled_from(["0 d", "9 d"]))}},
        {"from": ["shut", "kept"], "to": "open", "rate": draw(rates(variables))},
        {"from": "kept", "to": "kept", "on": draw(st.sampled_from(triggers)), "name": "renewed"},
    ]
    chosen = [move for move in table if draw(st.booleans())] or table[:2]
    if ties:
        for move in chosen:
            move["effects"] = draw(effects(variables, False))
    return chosen


@st.composite
def responses(
    draw: st.DrawFn, variables: list[str], triggers: list[str], actions: list[str], ties: bool
) -> list[Mapping]:
    """Named rules that do one thing or choose among several."""
    rules = []
    for index in range(draw(st.integers(0, 3))):
        rule: Mapping = {
            "name": f"rule{index}",
            "on": draw(st.lists(st.sampled_from(triggers), min_size=1, unique=True)),
        }
        rule["delay"] = draw(delays(ties))
        if draw(st.booleans()):
            rule["probability"] = draw(number(0, 1))
        if draw(st.booleans()):
            rule["when"] = f"{variables[-1]} < 0.8 or window"
        if draw(st.booleans()):
            rule["do"] = draw(st.sampled_from(actions))
        else:
            options = draw(st.lists(st.sampled_from([*actions, "nothing"]), min_size=1, unique=True))
            rule["choose"] = {option: draw(sums(variables)) for option in options}
        rules.append(rule)
    return rules


@st.composite
def scenarios(draw: st.DrawFn, ties: bool = True) -> Mapping:
    """A whole scenario; without `ties` no two events of one instant depend on their order."""
    state = draw(states())
    variables = list(state)
    table = draw(shocks(variables, ties))
    names = list(table)
    stages = ["open", "kept", "shut"]
    moves = {name: draw(transitions(variables, names, ties)) for name in ("pact", "mood")}
    answers = [*names, "pact.kept", "alpha.mood.shut"]
    return {
        "scenario": "drawn",
        "start": "2022-08-01",
        "horizon": f"{HORIZON} d",
        "sample_every": "7 d",
        "parameters": {"pace": "0.03/d", "wait": "0 d"},
        "state": state | {"heat": {"start": 0, "rest": 0, "half_life": "10 d"}},
        "calendar": {
            "window": [{"first": "2022-07-25", "every": "1 mo", "lasts": draw(st.sampled_from(["7 d", "9.5 d"]))}]
        },
        "shocks": table,
        "actors": {
            "alpha": {
                "phases": {"mood": {"stages": stages, "start": "open", "transitions": moves["mood"]}},
                "actions": {"speak": {"effects": draw(effects(variables, False))}, "leave": {"when": "not window"}},
                "responses": draw(responses(variables, answers, ["speak", "leave"], ties)),
            },
            "beta": {
                "actions": {"reply": {"mark": {"exponential": {"mean": 1}}, "effects": draw(effects(variables, True))}},
                "responses": draw(responses(variables, [*answers, "alpha.speak"], ["reply"], ties)),
            },
        },
        "mechanisms": {"pact": {"stages": stages, "start": "open", "transitions": moves["pact"]}},
        "indicators": {"index": f"0.5*{variables[0]} + 0.5*(pact == kept)"},
        "outcomes": {
            "kept": {"share_of_time": "pact == kept"},
            "low": {"first": f"{variables[0]} < 0.3"},
            "path": {"trajectory": "index"},
            "excited": {"count": "excited", "from": "10 d"},
        },
    }


def text_of(scenario: Mapping) -> str:
    """A scenario as a file would hold it."""
    return str(yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True))


def load(scenario: Mapping, **changes: Any) -> Scenario:
    """A drawn scenario with some of its top-level keys replaced."""
    return loads(text_of(copy.deepcopy(scenario) | changes))


def rows_of(story: Trace) -> list[Row]:
    """Every event with all that identifies it; floats are compared exactly."""
    return [(row["id"], row["day"], row["event"], str(row["mark"]), row["parent"]) for row in story.rows()]


def rows(scenario: Scenario, world: int, seed: int) -> list[Row]:
    """The events of one world."""
    return rows_of(trace(scenario, world, seed))


def without(found: list[Row], event: str) -> Iterator[Row]:
    """Every event but those of one kind."""
    return (row for row in found if row[2] != event)


def shuffled(value: Any, random: Any) -> Any:
    """A copy in which the keys of every mapping stand in another order; lists keep theirs."""
    if isinstance(value, list):
        return [shuffled(item, random) for item in value]
    if not isinstance(value, dict):
        return value
    items = [(key, shuffled(item, random)) for key, item in value.items()]
    random.shuffle(items)
    return dict(items)
