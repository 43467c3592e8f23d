"""Which outcomes are asked for, by their names."""

from __future__ import annotations

from collections.abc import Sequence

from simulate.compile import compile_scenario
from simulate.compiled import OutcomeLabel
from simulate.errors import UsageError
from simulate.scenario.loading import Scenario
from simulate.scenario.nearest import suggestion

Outcomes = tuple[OutcomeLabel, ...]


def outcomes_of(scenario: Scenario) -> Outcomes:
    """All outcomes of a scenario, before any world runs."""
    return compile_scenario(scenario.resolved()).labels.outcomes


def chosen_outcomes(known: Outcomes, names: Sequence[str]) -> Outcomes:
    """The outcomes of these names, in the scenario's order; all if none is named.

    Raises
    ------
    UsageError
        If there is none of a name.
    """
    allowed = [label.name for label in known]
    for name in names:
        if name not in allowed:
            raise UsageError(f"unknown outcome '{name}'{suggestion(name, allowed)}")
    return tuple(label for label in known if not names or label.name in names)


def measurable(known: Outcomes, names: Sequence[str]) -> Outcomes:
    """The same, of outcomes that come to one number; all but trajectories if none is named.

    Raises
    ------
    UsageError
        If there is none of a name, or it is a trajectory.
    """
    chosen = chosen_outcomes(known, names)
    for label in chosen:
        if names and label.kind == "trajectory":
            raise UsageError(f"'{label.name}' is a trajectory; measure a number of it, such as its minimum")
    return tuple(label for label in chosen if label.kind != "trajectory")
