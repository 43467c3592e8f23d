"""Every case file gives its whole message, quickly; every valid one loads, and its explicit form too."""

import time

import pytest
from cases import CASES, cases, messages, recorded

from simulate import loads
from simulate.compile import compile_scenario
from simulate.errors import ScenarioError
from simulate.scenario.explicit import explicit
from simulate.scenario.loading import load

EXPECTED = recorded()


@pytest.mark.parametrize("case", [*cases("invalid"), *cases("warns")])
def test_a_case_gives_its_whole_message(case):
    started = time.perf_counter()
    assert messages(case) == EXPECTED[case]
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize("case", cases("invalid"))
def test_an_invalid_case_is_refused(case, monkeypatch):
    monkeypatch.chdir(CASES)
    with pytest.raises(ScenarioError):
        load(case)


@pytest.mark.parametrize("case", [*cases("valid"), *cases("warns")])
def test_an_explicit_scenario_is_the_same_model(case, monkeypatch):
    monkeypatch.chdir(CASES)
    scenario = load(case)
    again = loads(explicit(scenario))
    assert compile_scenario(again.resolved()).hash == compile_scenario(scenario.resolved()).hash
