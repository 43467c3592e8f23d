"""Actors written in Python act in a world like its own, and change no draw of anyone else."""

import pytest

from simulate import loads, trace
from simulate.errors import UsageError

SCENARIO = """
scenario: A mediator from outside
start: 2022-08-01
horizon: 2 yr
state: {salience: {start: 0.4, rest: 0, half_life: 60 d}}
mechanisms:
  pact:
    stages: [in_force, notice, lapsed]
    start: in_force
    transitions:
      - {from: in_force, to: notice, on: give_notice}
      - {from: notice, to: lapsed, after: 90 d}
      - {from: notice, to: in_force, on: seoul.take_back}
actors: {seoul: {actions: {take_back: {}}}}
shocks: {give_notice: {dates: [2022-10-01]}, launch: {rate: 10/yr}}
outcomes: {lapses: {ever: pact == lapsed}}
"""


def mediator(stage):
    """Wait for a notice, then two weeks, then have it taken back."""
    yield stage.event("give_notice")
    yield stage.wait(14.0)
    if stage.value("salience") < 0.5 and stage.stage("pact") == "notice":
        yield from stage.act("seoul.take_back")


def test_an_actor_waits_sees_and_acts():
    story = trace(loads(SCENARIO), actors=[mediator])
    events = [(row["date"], row["event"]) for row in story.rows() if row["event"] != "launch"]
    assert events == [
        ("2022-10-01", "give_notice"),
        ("2022-10-01", "pact.notice"),
        ("2022-10-15", "seoul.take_back"),
        ("2022-10-15", "pact.in_force"),
    ]


def test_an_actor_changes_no_luck_of_others():
    alone = [row for row in trace(loads(SCENARIO)).rows() if row["event"] == "launch"]
    observed = [row for row in trace(loads(SCENARIO), actors=[mediator]).rows() if row["event"] == "launch"]
    assert alone == observed and alone


def test_a_name_that_the_scenario_lacks_is_refused():
    def lost(stage):
        yield stage.event("give_notise")

    with pytest.raises(UsageError, match="the scenario has no 'give_notise' among its events: "):
        trace(loads(SCENARIO), actors=[lost])
