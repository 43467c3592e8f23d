"""Outcomes measured at many points of the parameters, all in the same worlds, with their noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from simulate.compiled import OutcomeLabel
from simulate.errors import UsageError
from simulate.scenario.loading import Scenario
from simulate.studies.compare import under_policy
from simulate.studies.datasets import measured_dataset
from simulate.studies.indices import halved
from simulate.studies.outcomes import measurable, outcomes_of
from simulate.studies.paired import longest, side
from simulate.studies.points import How, Point, choice_of, run_points, where_of
from simulate.studies.priors import Prior, with_rows
from simulate.studies.run import Result
from simulate.studies.tables import Floats, fingerprint

if TYPE_CHECKING:
    import xarray as xr

MOST_BLOCKS = 20
FEWEST_WORLDS = 2


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
    values : array, shape (policies, points, outcomes)
        The estimate from all worlds, of times the restricted mean in days; NaN where no world counts.
    blocks : array, shape (policies, points, outcomes, blocks)
        The same from parts of the worlds, an even number of them, world k in block k modulo that number: what
        the even and the odd blocks have in common is no noise.
    histories : array of str, shape (policies, points)
        Hashes of all that happened and was read in the worlds: equal where two points went alike.
    worlds, seed : int
        The same worlds at every point.
    """

    priors: Mapping[str, Prior]
    points: Floats
    policies: tuple[str, ...]
    labels: tuple[OutcomeLabel, ...]
    values: Floats
    blocks: Floats
    histories: npt.NDArray[np.str_]
    worlds: int
    seed: int
    scenario: str

    @property
    def halves(self) -> Floats:
        """The estimates from the worlds of even and of odd number, shape (policies, points, outcomes, 2)."""
        return halved(self.blocks)

    @property
    def dataset(self) -> xr.Dataset:
        """Every outcome with dimensions policy and point; the parameters are coordinates of the points."""
        return measured_dataset(self)


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
    if worlds < FEWEST_WORLDS:
        raise UsageError(f"{worlds} worlds at each point: take at least {FEWEST_WORLDS}, to tell noise from effect")
    chosen = {name: under_policy(scenario, name) for name in policies}
    labels = measurable(outcomes_of(scenario), outcomes)
    plan = [
        Point(f"{policy}.{place:05d}", where_of(f"{policy} at point {place:,}", told), each, 0, int(worlds))
        for policy, under in chosen.items()
        for place, (each, told) in enumerate(with_rows(under, list(priors), points))
    ]
    if how.folder is not None:
        names = [point.name for point in plan]
        how.folder.begin(
            kind, scenario, names, how.seed, int(worlds), how.max_events, engine=how.engine, choice=choice_of(plan)
        )
    count = min(MOST_BLOCKS, 2 * (int(worlds) // 2))
    rows, histories = [], []
    for result in run_points(plan, how):
        rows.append([estimates(result, label, count) for label in labels])
        histories.append(fingerprint(result.table))
    found = np.array(rows, dtype=float).reshape(len(chosen), len(points), len(labels), 1 + count)
    return Measured(
        priors, points, tuple(chosen), labels, found[..., 0], found[..., 1:],
        np.array(histories).reshape(len(chosen), len(points)), int(worlds), how.seed, scenario.model.scenario,
    )  # fmt: skip


def estimates(result: Result, label: OutcomeLabel, count: int) -> list[float]:
    """An outcome's estimate from all worlds, and from each of so many blocks of them.

    A block's is what its worlds add to the whole one, as far as that is linear; of means it is theirs exactly.
    """
    index = result.compiled.labels.outcomes.index(label)
    counted = ~result.table.capped
    found = side(result.compiled, result.table, index, counted, longest(result.table, counted, index))
    if found.estimate is None:
        return [np.nan] * (1 + count)
    blocks = result.table.numbers[counted] % count
    sizes = np.maximum(np.bincount(blocks, minlength=count), 1)
    added = np.bincount(blocks, weights=found.influence, minlength=count) / sizes
    return [found.estimate, *(found.estimate + added).tolist()]
