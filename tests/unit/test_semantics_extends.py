"""`extends`: maps merge, null removes, scalars and lists replace, rules append or replace by name."""

import pytest

from simulate import load, run, trace
from simulate.errors import ScenarioError

BASE = """
scenario: base
start: 2022-08-01
horizon: 100 d
parameters: {size: 1, other: 2}
state: {x: {start: 0}, y: {start: 0}}
shocks:
  go: {dates: [10 d, 20 d], effects: {x: size, y: other}}
  gone: {dates: [5 d]}
actors:
  seoul:
    actions: {act: {}, other: {}}
    responses: [{name: anger, on: go, delay: 1 d, do: act}]
mechanisms:
  m: {stages: [a, b, c], start: a, transitions: [{name: first, from: a, to: b, on: go}]}
outcomes: {x: {value: x}}
"""


@pytest.fixture
def family(tmp_path):
    """Writes files beside each other and loads `main.yaml`."""

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load(tmp_path / "main.yaml")

    return write


def rows(scenario):
    """The events of one world, as (day, event)."""
    return [(row["day"], row["event"]) for row in trace(scenario).rows()]


def test_a_file_that_adds_nothing_is_its_base(family):
    """Same events, and the same hash of the model."""
    extended = family(base=BASE, main="extends: base.yaml\n")
    (alone,) = [family(main=BASE)]
    assert rows(extended) == rows(alone)
    assert run(extended, 2).compiled.hash == run(alone, 2).compiled.hash


def test_maps_merge_and_scalars_replace(family):
    """Key by key to any depth."""
    scenario = family(
        base=BASE, main="extends: base.yaml\nscenario: mine\nparameters: {size: 5}\nstate: {x: {start: 1}}\n"
    )
    result = run(scenario, 1)
    assert result.to_json()["scenario"] == "mine"
    assert result.worlds.x[0] == 11.0


def test_null_removes_a_key(family):
    """What is removed does not happen."""
    scenario = family(base=BASE, main="extends: base.yaml\nshocks: {gone: null}\n")
    assert rows(scenario)[0] == (10, "go")


def test_null_that_removes_nothing_is_an_error(family):
    """With its position in the file that says it."""
    with pytest.raises(ScenarioError, match=r"main\.yaml:2:10: shocks\.other: has no value"):
        family(base=BASE, main="extends: base.yaml\nshocks: {other: null}\n")


def test_lists_replace(family):
    """Dates are not appended."""
    scenario = family(base=BASE, main="extends: base.yaml\nshocks: {go: {dates: [30 d]}}\n")
    assert [day for day, event in rows(scenario) if event == "go"] == [30]


def test_responses_append_and_the_same_name_replaces(family):
    """A rule of a new name stands beside those of the base, one of an old name in its place."""
    more = "extends: base.yaml\nactors: {seoul: {responses: [{name: calm, on: go, delay: 2 d, do: other}]}}\n"
    assert [event for _, event in rows(family(base=BASE, main=more)) if "seoul" in event] == [
        *("seoul.act", "seoul.other", "seoul.act", "seoul.other")
    ]
    instead = more.replace("calm", "anger")
    assert [event for _, event in rows(family(base=BASE, main=instead)) if "seoul" in event] == ["seoul.other"] * 2


def test_transitions_append_and_the_same_name_replaces(family):
    """As responses do."""
    more = "extends: base.yaml\nmechanisms: {m: {transitions: [{name: second, from: b, to: c, on: go}]}}\n"
    stages = [event for _, event in rows(family(base=BASE, main=more)) if event in ("m.b", "m.c")]
    assert stages == ["m.b", "m.c"]
    instead = more.replace("second, from: b", "first, from: a")
    assert [event for _, event in rows(family(base=BASE, main=instead)) if event in ("m.b", "m.c")] == ["m.c"]


def test_several_files_merge_from_left_to_right_then_the_file_itself(family):
    """The last word wins."""
    files = {"left": "parameters: {size: 5, other: 6}\n", "right": "parameters: {size: 7}\n"}
    scenario = family(base=BASE, main="extends: [base.yaml, left.yaml, right.yaml]\nparameters: {other: 9}\n", **files)
    assert scenario.resolved().values == {"size": 7.0, "other": 9.0}


def test_the_base_comes_first_in_place(family):
    """At one instant the base's shocks fire before those of the file that extends it."""
    main = "extends: base.yaml\nshocks: {also: {dates: [10 d]}, gone: {dates: [10 d]}}\n"
    scenario = family(base=BASE, main=main)
    assert [event for day, event in rows(scenario) if day == 10][:3] == ["go", "gone", "also"]


def test_a_file_may_say_initial_and_without(family):
    """As a policy does, for the scenario as written."""
    main = "extends: base.yaml\ninitial: {m: b, x: 4}\nwithout: [gone, seoul.anger]\n"
    scenario = family(base=BASE, main=main)
    assert rows(scenario) == [(10, "go"), (20, "go")]
    assert run(scenario, 1).worlds.x[0] == 6.0
