"""Chance and doubt kept apart: worlds nested in draws of the parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri, stdtrit

from simulate.compile import compile_scenario
from simulate.engines.order import MOST_EVENTS
from simulate.errors import UsageError
from simulate.model import observe
from simulate.scenario.loading import Scenario
from simulate.scenario.nearest import place_of
from simulate.studies.keeping import Keeper, Workers
from simulate.studies.points import How, Point, check_runs, choice_of, run_points, where_of
from simulate.studies.priors import Prior, draw, priors_of, with_rows
from simulate.studies.progress import Progress, seen_in_notebooks
from simulate.studies.run import Result, check_means, check_numbers
from simulate.studies.statistics import CONFIDENCE, Column, Estimate, TimeToEvent, wilson
from simulate.studies.summary import ANY, RANGES, Summary
from simulate.studies.tables import Floats, Ints, joined
from simulate.studies.worlds import Engine, capped_error

FEWEST_WORLDS = 2
"""Worlds of a draw without which chance cannot be told from doubt."""
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Shares:
    """The two parts of an outcome's variance over worlds, as shares of their sum.

    Attributes
    ----------
    parameters, low, high : float or None
        The part of the parameters, with its interval; None where the outcome does not vary.
    chance : float or None
        The rest.
    """

    parameters: float | None
    low: float | None
    high: float | None

    @property
    def chance(self) -> float | None:
        """The part that is left when the parameters are known."""
        return None if self.parameters is None else 1.0 - self.parameters


if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, repr=False)
class Drawn(Result):
    """What worlds came to, each draw of the parameters in worlds of its own.

    Its intervals are about both, chance and doubt about the parameters.

    Attributes
    ----------
    priors : dict of Prior
        What was drawn.
    draws : array, shape (draws, parameters)
    sizes : array of int, shape (draws,)
        Worlds of each draw; the first draw has the first worlds.
    """

    priors: Mapping[str, Prior]
    draws: Floats
    sizes: Ints

    @cached_property
    def outcomes(self) -> dict[str, Summary]:
        """The estimate of every outcome, by name, with intervals about chance and parameters together."""
        plain = Result.outcomes.func(self)  # type: ignore[attr-defined]
        return {
            label.name: self.widened(index, plain[label.name])
            for index, label in enumerate(self.compiled.labels.outcomes)
        }

    def widened(self, outcome: int, plain: Summary) -> Summary:
        """An estimate whose interval knows that worlds of one draw are not independent of each other."""
        if not isinstance(plain, (Estimate, TimeToEvent)) or plain.low is None or plain.high is None:
            return plain
        groups = self.groups(outcome)
        if len(groups) < 2:
            return plain
        everything = np.concatenate(groups)
        means, sizes = np.array([group.mean() for group in groups]), np.array([len(group) for group in groups])
        centre = float(everything.mean())
        # The variance of the mean over draws, as in a cluster sample; never less than that of as many single worlds.
        clustered = float((sizes**2 * (means - centre) ** 2).sum()) / sizes.sum() ** 2 * len(groups) / (len(groups) - 1)
        single = float(everything.var(ddof=1)) / len(everything)
        if single == 0.0:
            return plain
        effect = max(clustered / single, 1.0)
        t = float(stdtrit(len(groups) - 1, 0.5 + CONFIDENCE / 2)) / float(ndtri(0.5 + CONFIDENCE / 2))
        if self.compiled.labels.outcomes[outcome].is_part or isinstance(plain, TimeToEvent):
            share = plain.probability if isinstance(plain, TimeToEvent) else plain.mean
            alone = len(everything) / (effect * t * t)
            low, high = wilson(float(share or 0.0) * alone, alone)
        else:
            assert plain.mean is not None
            half = float(stdtrit(len(groups) - 1, 0.5 + CONFIDENCE / 2)) * (effect * single) ** 0.5
            least, most = RANGES.get(self.compiled.model.outcomes.kind[outcome], ANY)
            low, high = max(plain.mean - half, least), min(plain.mean + half, most)
        return replace(plain, low=low, high=high)

    @property
    def trajectories(self) -> xr.Dataset:
        """As of any result; the coordinate `draw` says which draw of the parameters a world belongs to."""
        dataset = super().trajectories
        draws = np.repeat(np.arange(len(self.sizes)), self.sizes)[: dataset.sizes["world"]]
        return dataset.assign_coords(draw=("world", draws))

    def groups(self, outcome: int) -> list[Column]:
        """The values of an outcome, draw by draw, of the worlds that count; times are 1 where they are reached."""
        table = self.table
        kinds = self.compiled.model.outcomes.kind
        timed = kinds[outcome] in (observe.FIRST, observe.RECOVERY)
        values = table.reached[:, outcome].astype(float) if timed else table.values[:, outcome]
        counted = ~table.capped & ~table.left_out[:, outcome] & ~np.isnan(values)
        ends = np.cumsum(self.sizes)
        parts = [slice(int(end - size), int(end)) for size, end in zip(self.sizes, ends, strict=True)]
        return [values[part][counted[part]] for part in parts if counted[part].any()]

    def means_of_draws(self, outcome: str) -> Floats:
        """The mean of a trajectory in each draw, shape (draws, days); of the draws whose worlds are kept.

        Means of few worlds lie further apart than doubt about the parameters drives them. On each day they are
        drawn together, so that their variance is what is left of it without chance (as in `shares`).
        """
        index = place_of([label.name for label in self.compiled.labels.outcomes], outcome)
        paths = self.table.paths[:, self.compiled.model.outcomes.path[index]]
        ends = [end for end in np.cumsum(self.sizes) if end <= len(paths)]
        parts = np.split(paths, ends)[: len(ends)]
        counted = [part[~np.isnan(part).all(axis=1)] for part in parts]
        return without_chance([part for part in counted if len(part)])

    def shares(self, outcome: str) -> Shares:
        """How much of an outcome's variance over worlds comes from the parameters, and how much from chance.

        One-way analysis of variance with random effects (Searle, Casella and McCulloch 1992, section 3.6); the
        interval is the percentile one of resampled draws.
        """
        index = place_of([label.name for label in self.compiled.labels.outcomes], outcome)
        return variance_shares(self.groups(index))

    def to_json(self) -> dict[str, Any]:
        """The result as plain values."""
        plain = super().to_json()
        plain["draws"] = len(self.draws)
        for label in self.compiled.labels.outcomes:
            if label.kind != "trajectory":
                found = self.shares(label.name)
                plain["outcomes"][label.name]["variance"] = {
                    "parameters": found.parameters,
                    "low": found.low,
                    "high": found.high,
                    "chance": found.chance,
                }
        return plain

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import drawn_html

        return drawn_html(self)


def without_chance(groups: list[Column]) -> Floats:
    """The mean of each group of rows, drawn together by what chance within groups adds to their variance.

    Examples
    --------
    >>> without_chance([np.array([[0.0], [2.0]]), np.array([[0.0], [4.0]])]).ravel()
    array([1.5, 1.5])
    """
    means: Floats = np.array([group.mean(axis=0) for group in groups])
    sizes = np.array([float(len(group)) for group in groups])
    if len(groups) < 2 or sizes.sum() <= len(groups):
        return means
    inside = sum(((group - group.mean(axis=0)) ** 2).sum(axis=0) for group in groups) / (sizes.sum() - len(groups))
    seen = means.var(axis=0, ddof=1)
    between = np.maximum(seen - inside * (1.0 / sizes).mean(), 0.0)
    kept = np.sqrt(np.divide(between, seen, out=np.zeros_like(seen), where=seen > 0.0))
    centre = means.mean(axis=0)
    together: Floats = centre + kept * (means - centre)
    return together


def variance_shares(groups: list[Column]) -> Shares:
    """The share of variance between groups, with an interval from groups resampled.

    Examples
    --------
    >>> variance_shares([np.array([0.0, 0.0]), np.array([1.0, 1.0]), np.array([2.0, 2.0])]).parameters
    1.0
    """
    sizes = np.array([len(group) for group in groups], dtype=float)
    means = np.array([group.mean() for group in groups])
    within = np.array([((group - group.mean()) ** 2).sum() for group in groups])
    if len(groups) < 2 or sizes.sum() <= len(groups):
        return Shares(None, None, None)
    rows = np.arange(len(groups))[None, :]
    estimate = float(between_share(sizes[rows], means[rows], within[rows])[0])
    if np.isnan(estimate):
        return Shares(None, None, None)
    picks = np.random.default_rng(0).integers(0, len(groups), (RESAMPLES, len(groups)))
    found = between_share(sizes[picks], means[picks], within[picks])
    low, high = np.nanquantile(found, [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2])
    return Shares(estimate, min(float(low), estimate), max(float(high), estimate))


def between_share(sizes: Floats, means: Floats, within: Floats) -> Column:
    """The share of variance between groups, for each row of groups: analysis of variance, unbalanced."""
    groups, total = sizes.shape[1], sizes.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (sizes * means).sum(axis=1) / total
        inside = within.sum(axis=1) / (total - groups)
        outside = (sizes * (means - centre[:, None]) ** 2).sum(axis=1) / (groups - 1)
        typical = (total - (sizes**2).sum(axis=1) / total) / (groups - 1)
        between = np.maximum((outside - inside) / typical, 0.0)
        share: Column = between / (between + inside)
    return share


@seen_in_notebooks
def run_drawn(
    scenario: Scenario,
    worlds: int = 1000,
    draws: int | None = None,
    seed: int = 1,
    *,
    parameters: tuple[str, ...] = (),
    engine: Engine = "batch",
    workers: Workers = 1,
    max_events: int = MOST_EVENTS,
    allow_capped: bool = False,
    progress: Progress | None = None,
    folder: Keeper | None = None,
) -> Drawn:
    """Run worlds under draws from the parameters' priors, each draw in worlds of its own.

    Parameters
    ----------
    scenario : Scenario
    worlds : int
        How many in all.
    draws : int, optional
        How many draws of a scrambled Sobol sequence; by default a tenth of the worlds, 200 at most.
    seed : int
        Of worlds and draws.
    parameters : tuple of str
        Names of parameters or groups to draw; all that have a prior if none is named.
    engine, workers, max_events, allow_capped, progress, folder
        As for `run`.

    Returns
    -------
    Drawn

    Raises
    ------
    UsageError
        If no parameter has a prior, or a draw would have fewer than two worlds.
    RunError
        If a number means nothing in some world, or too many events happen.

    Examples
    --------
    >>> from simulate import loads, run_drawn
    >>> coin = loads('''
    ... scenario: Coin
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... parameters: {pace: {value: 2/yr, range: [1/yr, 9/yr], source: judgement}}
    ... shocks: {ruling: {rate: pace}}
    ... outcomes: {rulings: {count: ruling}}
    ... ''')
    >>> 0.2 < run_drawn(coin, worlds=400, draws=40).shares("rulings").parameters < 0.7
    True
    """
    check_numbers(seed, worlds)
    check_means(workers, max_events)
    parameters = (parameters,) if isinstance(parameters, str) else parameters
    count = max(2, min(200, worlds // 10)) if draws is None else int(draws)
    if count < 2 or worlds < FEWEST_WORLDS * count:
        raise UsageError(
            f"{count} draws in {worlds:,} worlds: take at least 2 draws, and {FEWEST_WORLDS} worlds for each"
        )
    check_runs(count, "take fewer draws")
    priors = priors_of(scenario, parameters)
    values = draw(priors, count, int(seed))
    ends = [int(worlds) * place // count for place in range(count + 1)]
    points = [
        Point(f"draw_{place:04d}", where_of(f"draw {place:,}", told), each, ends[place], ends[place + 1])
        for place, (each, told) in enumerate(with_rows(scenario, list(priors), values))
    ]
    if folder is not None:
        names, choice = [point.name for point in points], choice_of(points)
        folder.begin(
            "run", scenario, names, int(seed), int(worlds), max_events, engine=engine, nested=True, choice=choice
        )
    base = compile_scenario(scenario.resolved())
    how = How(int(seed), engine, workers, max_events, allow_capped, progress, folder)
    results = list(run_points(points, how))
    whole = joined([result.table for result in results])
    if whole.capped.all():
        raise capped_error(whole, max_events, can_leave_out=False)
    sizes = np.diff(ends)
    return Drawn(base, scenario.name, whole, int(seed), engine, scenario.settings, priors, values, sizes)
