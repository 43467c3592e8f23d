"""Outcomes measured at many points of the parameters, all in the same worlds, with their noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
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
from simulate.studies.tables import Flags, Floats, fingerprint

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
    left_out : int
        Runs that are left out because their world reached the limit of events there, under some policy.
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
    left_out: int = 0

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
    rows = zip(*(with_rows(under, list(priors), points) for under in chosen.values()), strict=True)
    plan = [
        Point(f"{policy}.{place:05d}", where_of(f"{policy} at point {place:,}", told), each, 0, int(worlds))
        for place, row in enumerate(rows)
        for policy, (each, told) in zip(chosen, row, strict=True)
    ]
    if how.folder is not None:
        names = [point.name for point in plan]
        how.folder.begin(
            kind, scenario, names, how.seed, int(worlds), how.max_events, engine=how.engine, choice=choice_of(plan)
        )
    count = min(MOST_BLOCKS, 2 * (int(worlds) // 2))
    found, histories, left_out = [], [], 0
    results = run_points(plan, how)
    for _ in points:
        together = list(islice(results, len(chosen)))
        kept = ~np.any([result.table.capped for result in together], axis=0)
        left_out += int((~kept).sum())
        histories.append([fingerprint(result.table) for result in together])
        found.append(at_point(together, labels, kept, count))
    numbers = np.array(found, dtype=float).transpose(1, 0, 2, 3)
    return Measured(
        priors, points, tuple(chosen), labels, numbers[..., 0], numbers[..., 1:], np.array(histories).T,
        int(worlds), how.seed, scenario.model.scenario, left_out,
    )  # fmt: skip


def at_point(
    results: Sequence[Result], labels: Sequence[OutcomeLabel], kept: Flags, count: int
) -> list[tuple[list[float], ...]]:
    """The estimates of every policy at one point, each from the same worlds, and of times up to the same day."""
    told = []
    for label in labels:
        index = results[0].compiled.labels.outcomes.index(label)
        end = max(longest(result.table, kept, index) for result in results)
        told.append([estimates(result, index, kept, end, count) for result in results])
    return list(zip(*told, strict=True))


def estimates(result: Result, outcome: int, kept: Flags, end: float, count: int) -> list[float]:
    """An outcome's estimate from the worlds `kept`, and from each of so many blocks of them.

    Each half of the worlds has an estimate of its own, none where no world of it counts; a block of it is what its
    worlds add to that, as far as this is linear; of means it is theirs exactly.
    """
    whole = side(result.compiled, result.table, outcome, kept, end).estimate
    blocks = np.full(count, np.nan)
    for half in (0, 1):
        some = kept & (result.table.numbers % 2 == half)
        found = side(result.compiled, result.table, outcome, some, end)
        if found.estimate is not None:
            place = result.table.numbers[some] % count
            sizes = np.maximum(np.bincount(place, minlength=count), 1)
            added = np.bincount(place, weights=found.influence, minlength=count) / sizes
            blocks[half::2] = found.estimate + added[half::2]
    return [np.nan if whole is None else whole, *blocks.tolist()]
