"""Outcomes measured at many points of the parameters, all in the same worlds, with their noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulate.compiled import OutcomeLabel
from simulate.errors import UsageError
from simulate.scenario.loading import Scenario
from simulate.studies.compare import chosen_outcomes, under_policy
from simulate.studies.paired import longest, side
from simulate.studies.points import How, Point, choice_of, run_points
from simulate.studies.priors import Prior, with_rows
from simulate.studies.run import Result
from simulate.studies.tables import Floats

HALVES = 2


@dataclass(frozen=True)
class Measured:
    """Outcomes at points of the parameters, under several policies.

    Attributes
    ----------
    priors : dict of Prior
        The parameters, in the order of the columns of `points`.
    points : array, shape (points, parameters)
        Times in days.
    policies : tuple of str
    labels : tuple of OutcomeLabel
    halves : array, shape (policies, points, outcomes, 2)
        The estimate from the worlds of even and of odd number: what the two have in common is no noise. Of times
        the restricted mean in days. NaN where no world counts.
    worlds, seed : int
        The same worlds at every point.
    """

    priors: Mapping[str, Prior]
    points: Floats
    policies: tuple[str, ...]
    labels: tuple[OutcomeLabel, ...]
    halves: Floats
    worlds: int
    seed: int
    scenario: str

    @property
    def values(self) -> Floats:
        """The estimates from all worlds, shape (policies, points, outcomes)."""
        means: Floats = self.halves.mean(axis=-1)
        return means


def measure(
    scenario: Scenario,
    priors: Mapping[str, Prior],
    points: Floats,
    policies: Sequence[str],
    outcomes: Sequence[str],
    worlds: int,
    how: How,
    kind: str,
) -> Measured:
    """Run every point under every policy in the same worlds.

    Raises
    ------
    UsageError
        If there is no such policy or outcome, an outcome is a trajectory, or a world is too few.
    """
    if worlds < HALVES:
        raise UsageError(f"{worlds} worlds at each point: take at least {HALVES}, to tell noise from effect")
    chosen = {name: under_policy(scenario, name) for name in policies}
    plan = [
        Point(f"{policy}.{place:05d}", each, 0, int(worlds))
        for policy, under in chosen.items()
        for place, each in enumerate(with_rows(under, list(priors), points))
    ]
    if how.folder is not None:
        names = [point.name for point in plan]
        how.folder.begin(
            kind, scenario, names, how.seed, int(worlds), how.max_events, engine=how.engine, choice=choice_of(plan)
        )
    labels: tuple[OutcomeLabel, ...] = ()
    rows = []
    for result in run_points(plan, how):
        if not labels:
            labels = measurable(result, outcomes)
        rows.append([halves_of(result, label) for label in labels])
    halves = np.array(rows, dtype=float).reshape(len(chosen), len(points), len(labels), HALVES)
    return Measured(priors, points, tuple(chosen), labels, halves, int(worlds), how.seed, scenario.model.scenario)


def measurable(result: Result, outcomes: Sequence[str]) -> tuple[OutcomeLabel, ...]:
    """The labels of the named outcomes; of all but trajectories if none is named."""
    labels = chosen_outcomes(result.compiled, outcomes)
    for label in labels:
        if outcomes and label.kind == "trajectory":
            raise UsageError(f"'{label.name}' is a trajectory; measure a number of it, such as its minimum")
    return tuple(label for label in labels if label.kind != "trajectory")


def halves_of(result: Result, label: OutcomeLabel) -> tuple[float, float]:
    """An outcome's estimate from the worlds of even, and of odd, number."""
    index = result.compiled.labels.outcomes.index(label)
    counted = ~result.table.capped
    end = longest(result.table, counted, index)
    first, second = (
        side(result.compiled, result.table, index, counted & (result.table.numbers % HALVES == half), end).estimate
        for half in range(HALVES)
    )
    return np.nan if first is None else first, np.nan if second is None else second
