"""Which policy does best: ranks by one outcome, the regret in each world, and what depends on contested readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from simulate.compiled import Compiled, OutcomeLabel
from simulate.errors import UsageError
from simulate.scenario.constants import constant
from simulate.scenario.loading import Scenario
from simulate.studies.compare import Comparison, alternatives, compare
from simulate.studies.outcomes import chosen_outcomes
from simulate.studies.progress import Progress, part_of
from simulate.studies.statistics import Estimate, mean

MOST_READINGS = 16


@dataclass(frozen=True, slots=True)
class Rank:
    """How one policy does in the same worlds as all others.

    Attributes
    ----------
    policy : str
    value : float
        The outcome's mean over worlds; days for times, worlds that do not reach it counted with the window's end.
    regret : Estimate
        By how much it falls short, on average, of whatever policy is best in each world.
    best : float
        The share of worlds in which none does better.
    """

    policy: str
    value: float
    regret: Estimate
    best: float


def rank(comparison: Comparison, outcome: str, least: bool) -> list[Rank]:
    """Policies, the baseline among them, from the one with the least regret on.

    Worlds in which the outcome does not count under every policy are left out.

    Parameters
    ----------
    comparison : Comparison
    outcome : str
        Any but a trajectory.
    least : bool
        Whether less of the outcome is better.

    Raises
    ------
    UsageError
        If there is no such outcome, or no world counts.
    """
    label = rankable(comparison.base.compiled, outcome)
    index = comparison.base.compiled.labels.outcomes.index(label)
    results = {"baseline": comparison.base, **comparison.others}
    values = np.array([result.table.values[:, index] for result in results.values()])
    counted = [~result.table.left_out[:, index] & ~result.table.capped for result in results.values()]
    values = values[:, np.all(counted, axis=0) & ~np.isnan(values).any(axis=0)]
    if not values.size:
        message = f"there is no world in which '{outcome}' counts under all of {', '.join(results)}"
        raise UsageError(f"{message}; compare fewer policies, or more worlds")
    shortfall = values - values.min(axis=0) if least else values.max(axis=0) - values
    ranks = [
        Rank(name, float(values[row].mean()), mean(shortfall[row], 0.0), float((shortfall[row] == 0.0).mean()))
        for row, name in enumerate(results)
    ]
    return sorted(ranks, key=lambda each: each.regret.mean or 0.0)


def rankable(compiled: Compiled, outcome: str) -> OutcomeLabel:
    """The outcome of a name, if policies can be ranked by it.

    Raises
    ------
    UsageError
    """
    (label,) = chosen_outcomes(compiled.labels.outcomes, [outcome])
    if label.kind == "trajectory":
        raise UsageError(f"policies cannot be ranked by the trajectory '{outcome}'; choose an outcome with one value")
    return label


def rank_json(ranks: Sequence[Rank]) -> list[dict[str, Any]]:
    """Ranks as plain values."""
    return [
        {
            "policy": each.policy,
            "value": each.value,
            "regret": each.regret.mean,
            "low": each.regret.low,
            "high": each.regret.high,
            "best": each.best,
        }
        for each in ranks
    ]


@dataclass(frozen=True, slots=True)
class Reading:
    """How policies rank if contested parameters are read in one way."""

    settings: Mapping[str, str]
    ranks: list[Rank]


def contested(scenario: Scenario) -> dict[str, tuple[float, ...]]:
    """Parameters whose very sign, or alternative, is contested, with the values that they may be read as.

    These are parameters whose range spans 0, read at its two ends, and those whose prior is categorical.
    """
    resolved = scenario.resolved()
    found: dict[str, tuple[float, ...]] = {}
    for name, parameter in resolved.parameters.items():
        prior = parameter.prior
        if prior is None or name in scenario.overrides:
            continue
        if prior.kind == "categorical":
            found[name] = tuple(number for number, _ in prior.rows)
        elif prior.kind == "triangular":
            low, high = (constant(prior.arguments[place].tree, resolved.values) for place in (0, 2))
            if low < 0.0 < high:
                found[name] = (low, high)
    return found


def readings(
    scenario: Scenario,
    policies: Sequence[str],
    worlds: int,
    seed: int,
    outcome: str,
    least: bool,
    progress: Progress | None = None,
    **how: Any,
) -> list[Reading]:
    """Rank policies under every combination of the ways to read contested parameters, in the same worlds.

    Parameters that one of the policies sets are left as they are.

    Parameters
    ----------
    scenario, policies, worlds, seed
        As for `compare`; further keywords go there too.
    outcome, least
        As for `rank`.

    Raises
    ------
    UsageError
        If no parameter is contested, or there are more than 16 combinations.
    """
    values = scenario.resolved().values
    settled = {
        name
        for each in alternatives(scenario, policies or scenario.policies).values()
        for name, value in each.resolved().values.items()
        if value != values[name]
    }
    open_questions = {name: ways for name, ways in contested(scenario).items() if name not in settled}
    if not open_questions:
        raise UsageError(
            "no parameter has a range that spans 0 or a categorical prior, so that no reading is contested"
        )
    combinations = list(product(*open_questions.values()))
    if len(combinations) > MOST_READINGS:
        names = ", ".join(open_questions)
        message = f"{names} can be read in {len(combinations)} ways, more than {MOST_READINGS}"
        raise UsageError(f"{message}; settle some of them with --set NAME=VALUE")
    found: list[Reading] = []

    for place, combination in enumerate(combinations):
        part = part_of(progress, place, len(combinations))
        settings = {name: f"{value:.12g}" for name, value in zip(open_questions, combination, strict=True)}
        overrides = {**scenario.overrides, **dict(zip(open_questions, combination, strict=True))}
        varied = replace(scenario, overrides=overrides, settings={**scenario.settings, **settings})
        asked = compare(varied, policies, worlds, seed, outcomes=[outcome], progress=part, **how)
        found.append(Reading(settings, rank(asked, outcome, least)))
    return found
