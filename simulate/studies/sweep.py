"""`sweep`: parameters and start stages varied over a grid, every point in the same worlds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from simulate.compiled import OutcomeLabel
from simulate.engines.order import MOST_EVENTS
from simulate.errors import UsageError
from simulate.scenario.loading import Scenario
from simulate.scenario.nearest import place_of
from simulate.studies.axes import MOST_POINTS, Axis, axis_of, moved
from simulate.studies.compare import altered, difference_json, differences_of, under_policy
from simulate.studies.datasets import sweep_dataset
from simulate.studies.keeping import Keeper, Workers
from simulate.studies.paired import Difference, PathDifference
from simulate.studies.points import How, Point, choice_of, naming, run_points, where_of
from simulate.studies.progress import Progress, seen_in_notebooks
from simulate.studies.run import Result, check_means, check_numbers
from simulate.studies.statistics import CONFIDENCE
from simulate.studies.summary import Summary, as_json
from simulate.studies.tables import fingerprint
from simulate.studies.worlds import Engine
from simulate.units import unit_attribute

MOST_CORNERS = 16

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """What one point of the grid came to under one policy.

    Attributes
    ----------
    at : dict
        The value of each axis, as written.
    outcomes : dict of Summary
    differences : dict
        How each outcome differs from the same policy without the sweep's change, in the same worlds.
    model : str
        A hash of the model that was run: equal where two points differ in nothing that the model reads.
    altered : int
        In how many worlds any event differs from there.
    counted : int
        Worlds that count here: all but those that reached the limit of events.
    history : str
        A hash of all that happened and was read: equal where two points went alike in every world.
    """

    at: Mapping[str, str]
    outcomes: Mapping[str, Summary]
    differences: Mapping[str, Difference | PathDifference]
    model: str
    altered: int
    counted: int
    history: str


@dataclass(frozen=True, repr=False)
class Sweep:
    """A grid of points, under each policy.

    Attributes
    ----------
    bases : dict of Result
        For each policy, the scenario without the sweep's change.
    axes : tuple of Axis
    points : dict of list of SweepPoint
        For each policy, in the order of the axes, the last one changing fastest.
    """

    bases: Mapping[str, Result]
    axes: tuple[Axis, ...]
    points: Mapping[str, Sequence[SweepPoint]]

    @property
    def labels(self) -> tuple[OutcomeLabel, ...]:
        """The outcomes."""
        return next(iter(self.bases.values())).compiled.labels.outcomes

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(len(axis.values) for axis in self.axes)

    @cached_property
    def dead(self) -> tuple[str, ...]:
        """Axes along which nothing differs in any world: no event, and nothing that is read.

        Of a single axis the base, which may lie elsewhere, is a point too.
        """
        return self.without_effect("history")

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """Those that the model does not read at all."""
        return self.without_effect("model")

    def without_effect(self, what: str) -> tuple[str, ...]:
        """Axes along which a hash stays the same under every policy."""
        return tuple(
            axis.name
            for place, axis in enumerate(self.axes)
            if all(self.alike(policy, place, what) for policy in self.points)
        )

    def alike(self, policy: str, place: int, what: str) -> bool:
        """Whether, under a policy, a hash stays the same along an axis."""
        grid = np.array([getattr(point, what) for point in self.points[policy]]).reshape(self.shape)
        lines = np.moveaxis(grid, place, -1).reshape(-1, self.shape[place])
        if not (lines == lines[:, :1]).all():
            return False
        if len(self.axes) > 1:
            return True
        base = self.bases[policy]
        return bool(lines[0, 0] == (fingerprint(base.table) if what == "history" else base.compiled.hash))

    @property
    def dataset(self) -> xr.Dataset:
        """Every outcome over the grid, with dimensions policy and one for each axis; trajectories also over day.

        Beside an outcome stand `OUTCOME_low` and `OUTCOME_high`, and its `_difference` from the base with
        `_difference_low` and `_difference_high`. A name that is taken already ends with `_`.
        """
        return sweep_dataset(self)

    @property
    def table(self) -> pd.DataFrame:
        """The same as a tidy table: one row for each policy and point, without trajectories."""
        dataset = self.dataset
        return dataset.drop_dims("day", errors="ignore").to_dataframe().reset_index()

    def plot(self, outcome: str) -> Any:
        """A picture of one outcome over the grid: curves with bands, or a heat map.

        Raises
        ------
        UsageError
            If there is no such outcome, or more than two axes.
        """
        place_of([label.name for label in self.labels], outcome)
        return import_module("simulate.plots.sweep").sweep_chart(self, outcome)

    def to_json(self) -> dict[str, Any]:
        """The sweep as plain values."""
        base = next(iter(self.bases.values()))
        plain = base.to_json()
        del plain["outcomes"], plain["policy"]
        plain["confidence"] = CONFIDENCE
        plain["axes"] = {axis.name: list(axis.values) for axis in self.axes}
        plain["dead"] = list(self.dead)
        plain["unread"] = list(self.unread)
        plain["units"] = {axis.name: unit_attribute(axis.dimension) for axis in self.axes if axis.is_parameter}
        plain["policies"] = {
            policy: [
                {
                    "at": dict(point.at),
                    "altered_worlds": point.altered,
                    "outcomes": {
                        label.name: as_json(label.kind, point.outcomes[label.name], point.counted)
                        | {"from_base": difference_json(label, point.differences[label.name])}
                        for label in self.labels
                    },
                }
                for point in points
            ]
            for policy, points in self.points.items()
        }
        return plain

    def __repr__(self) -> str:
        axes = " x ".join(f"{axis.name} ({len(axis.values)})" for axis in self.axes)
        return f"<Sweep over {axes}; {', '.join(self.points)}; {next(iter(self.bases.values())).counted:,} worlds>"

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import sweep_html

        return sweep_html(self)


@seen_in_notebooks
def sweep(
    scenario: Scenario,
    vary: Mapping[str, str | Iterable[object]],
    policies: Sequence[str] = (),
    worlds: int = 1000,
    seed: int = 1,
    *,
    engine: Engine = "batch",
    workers: Workers = 1,
    max_events: int = MOST_EVENTS,
    allow_capped: bool = False,
    progress: Progress | None = None,
    folder: Keeper | None = None,
) -> Sweep:
    """Vary parameters and start stages over a grid; every point runs in the same worlds.

    Parameters
    ----------
    scenario : Scenario
    vary : mapping
        For each parameter, mechanism, phase or state variable (of the latter three the start is varied) its
        values: a list, `'low:high:steps'`, or `'a, b, c'`. Numbers, unlike text, are in days and powers of days:
        10 a year is `10/365.25`, or `'10/yr'`.
    policies : sequence of str
        Under which to do it; `a+b` merges two, none is the baseline.
    worlds, seed, engine, workers, max_events, allow_capped, progress, folder
        As for `run`.

    Returns
    -------
    Sweep

    Raises
    ------
    UsageError
        If a thing to vary, a value or a policy does not exist, or the grid has more than 10,000 points.
    RunError
        If a number means nothing in some world, or too many events happen.

    Examples
    --------
    >>> from simulate import loads, sweep
    >>> coin = loads('''
    ... scenario: Coin
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... parameters: {pace: 2/yr}
    ... shocks: {ruling: {rate: pace}}
    ... outcomes: {rulings: {count: ruling}}
    ... ''')
    >>> found = sweep(coin, {"pace": "0/yr:4/yr:3"}, worlds=100).dataset["rulings"]
    >>> found.dims, bool((found.diff("pace") > 0).all())
    (('policy', 'pace'), True)
    """
    check_numbers(seed, worlds)
    check_means(workers, max_events)
    vary, policies = dict(vary), [policies] if isinstance(policies, str) else policies
    chosen = {name: under_policy(scenario, name) for name in policies}
    chosen = chosen or {"+".join(scenario.policies) or "baseline": scenario}
    if not vary:
        raise UsageError("nothing to vary: give --vary NAME=low:high:steps")
    first, *others = chosen.values()
    axes = tuple(axis_of(first, name, given) for name, given in vary.items())
    for under in others:
        for axis in axes:
            axis_of(under, axis.name, axis.values)
    size = int(np.prod([len(axis.values) for axis in axes]))
    if size * len(chosen) > MOST_POINTS:
        raise UsageError(f"{size * len(chosen):,} points: at most {MOST_POINTS:,} at once")
    grid = list(product(*(range(len(axis.values)) for axis in axes)))
    points = []
    for policy, under in chosen.items():
        points.append(Point(f"{policy}.base", policy, under, 0, int(worlds)))
        points += [
            Point(f"{policy}.{place:05d}", where_of(policy, at_axes(axes, at)), moved(under, axes, at), 0, int(worlds))
            for place, at in enumerate(grid)
        ]
    check_corners(points, [len(axis.values) for axis in axes], len(grid))
    if folder is not None:
        names, choice = [point.name for point in points], choice_of(points)
        folder.begin("sweep", scenario, names, int(seed), int(worlds), max_events, engine=engine, choice=choice)
    results = run_points(points, How(int(seed), engine, workers, max_events, allow_capped, progress, folder))
    bases: dict[str, Result] = {}
    found: dict[str, list[SweepPoint]] = {}
    for policy in chosen:
        bases[policy] = base = next(results)
        found[policy] = [point_of(axes, at, base, other) for at, other in zip(grid, results, strict=False)]
    return Sweep(bases, axes, found)


def check_corners(points: Sequence[Point], sizes: Sequence[int], grid: int) -> None:
    """Refuse values that the scenario cannot have before any world runs: where something is wrong, ends mostly are."""
    corners = np.ravel_multi_index(list(zip(*product(*((0, size - 1) for size in sizes)), strict=True)), sizes)
    for first in range(1, len(points), grid + 1):
        for corner in corners[:MOST_CORNERS]:
            point = points[first + int(corner)]
            with naming(point):
                point.scenario.resolved()


def at_axes(axes: tuple[Axis, ...], at: tuple[int, ...]) -> dict[str, str]:
    """The values of a point, as written."""
    return {axis.name: axis.written[place] for axis, place in zip(axes, at, strict=True)}


def point_of(axes: tuple[Axis, ...], at: tuple[int, ...], base: Result, other: Result) -> SweepPoint:
    """What is kept of one point: its summaries, not its worlds."""
    return SweepPoint(
        at=at_axes(axes, at),
        outcomes=other.outcomes,
        differences=differences_of(base, other, base.compiled.labels.outcomes, False),
        model=other.compiled.hash,
        altered=altered(base.table, other.table),
        counted=other.counted,
        history=fingerprint(other.table),
    )
