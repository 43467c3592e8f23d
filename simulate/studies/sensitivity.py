"""`sensitivity`: which parameters drive an outcome, or what a policy changes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simulate.compiled import OutcomeLabel
from simulate.engines.order import MOST_EVENTS
from simulate.errors import UsageError
from simulate.scenario.loading import Scenario
from simulate.scenario.nearest import place_of
from simulate.studies.datasets import indices_dataset
from simulate.studies.design import Measured, measure
from simulate.studies.indices import (
    Effects,
    Interval,
    SobolIndices,
    elementary_effects,
    morris_points,
    saltelli_points,
    sobol_indices,
)
from simulate.studies.keeping import Keeper, Workers
from simulate.studies.points import How, check_runs
from simulate.studies.priors import TAIL, at_shares, priors_of
from simulate.studies.progress import Progress, seen_in_notebooks
from simulate.studies.run import check_means, check_numbers
from simulate.studies.statistics import CONFIDENCE
from simulate.studies.tables import Floats
from simulate.studies.wording import how_many
from simulate.studies.worlds import Engine
from simulate.studies.worth import Worth, worth_of_knowing

if TYPE_CHECKING:
    import xarray as xr

Method = Literal["morris", "sobol"]
POINTS: dict[str, int] = {"morris": 20, "sobol": 256}
"""Trajectories, or base points, unless another number is asked for."""


@dataclass(frozen=True, repr=False)
class Sensitivity:
    """What drives outcomes over the priors of the parameters.

    Attributes
    ----------
    method : {'morris', 'sobol'}
    measured : Measured
        Every point, under the baseline and each policy.
    shares : array, shape (points, parameters)
        The points in the unit cube of the priors.
    """

    method: Method
    measured: Measured
    shares: Floats

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters."""
        return tuple(self.measured.priors)

    @cached_property
    def known_indices(self) -> dict[tuple[str, str | None], SobolIndices]:
        """What was worked out already: resampling takes its time."""
        return {}

    @cached_property
    def known_effects(self) -> dict[tuple[str, str | None], Effects]:
        """The same of elementary effects."""
        return {}

    def explained(self, outcome: str, policy: str | None) -> Floats:
        """What is explained, shape (points, blocks): an outcome, or how a policy changes it in the same worlds."""
        place = place_of([label.name for label in self.measured.labels], outcome)
        values = self.measured.blocks[:, :, place]
        base: Floats = values[0]
        if policy is None:
            return base
        changed: Floats = values[self.measured.policies.index(policy)] - base
        return changed

    def indices(self, outcome: str, policy: str | None = None) -> SobolIndices:
        """Sobol indices of an outcome, or of what a policy changes in it."""
        if (outcome, policy) not in self.known_indices:
            values = defined(self.explained(outcome, policy), outcome)
            self.known_indices[outcome, policy] = sobol_indices(values, len(self.names))
        return self.known_indices[outcome, policy]

    def effects(self, outcome: str, policy: str | None = None) -> Effects:
        """Elementary effects on an outcome, or on what a policy changes in it."""
        if (outcome, policy) not in self.known_effects:
            values = defined(self.explained(outcome, policy), outcome)
            self.known_effects[outcome, policy] = elementary_effects(self.shares, values)
        return self.known_effects[outcome, policy]

    def varies(self, outcome: str, policy: str | None = None) -> bool:
        """Whether Sobol indices can be told: elementary effects always can."""
        return self.method == "morris" or self.indices(outcome, policy).variance > 0.0

    def drivers(self, outcome: str, policy: str | None = None) -> list[tuple[str, Interval]]:
        """Parameters with their total index, or the size of their effect, the strongest first."""
        if self.method == "sobol":
            found = self.indices(outcome, policy).total
        else:
            found = self.effects(outcome, policy).strength
        return sorted(zip(self.names, found, strict=True), key=lambda each: -each[1].estimate)

    @cached_property
    def dead(self) -> tuple[str, ...]:
        """Parameters that change no event and nothing that is read in any world, wherever they alone change."""
        width = len(self.names) + 1
        if self.method == "morris":
            places = np.arange(len(self.shares)).reshape(-1, width)
            before, after = places[:, :-1].ravel(), places[:, 1:].ravel()
        else:
            places = np.arange(len(self.shares)).reshape(-1, width + 1)
            before, after = np.repeat(places[:, 0], len(self.names)), places[:, 1:-1].ravel()
        moved = np.argmax(np.abs(self.shares[after] - self.shares[before]), axis=1)
        changed = (self.measured.histories[:, before] != self.measured.histories[:, after]).any(axis=0)
        return tuple(name for place, name in enumerate(self.names) if not changed[moved == place].any())

    @property
    def dataset(self) -> xr.Dataset:
        """Every index with dimensions outcome, policy and parameter; under a policy it is of what the policy changes.

        Sobol's are `first` and `total`, Morris's `strength`, `mean`, `sd` and `noise`; beside what has an interval
        stand its ends, as in `total_low` and `total_high`. NaN where at some point no world counts.
        """
        return indices_dataset(self)

    def worth(self, outcome: str, least: bool) -> list[Worth]:
        """What knowing each parameter first would be worth to who chooses among the policies, the most first.

        Raises
        ------
        UsageError
            If the design is no sample of the priors, or there is no policy to choose.
        """
        check_worth(self.method, self.measured.policies)
        place = place_of([label.name for label in self.measured.labels], outcome)
        width = len(self.names) + 2
        rows = np.arange(len(self.shares)) % width
        sample = (rows == 0) | (rows == width - 1)
        missing = sample & np.isnan(self.measured.values[:, :, place]).any(axis=0)
        if missing.any():
            raise UsageError(
                f"what knowing a parameter is worth cannot be told: at {int(missing.sum()):,} of {int(sample.sum()):,} "
                f"draws no world counts for '{outcome}'; take more worlds, or an outcome without `given` or `after`"
            )
        return worth_of_knowing(self.names, self.measured.points[sample], self.measured.values[:, sample, place], least)

    def plot(self, outcome: str, policy: str | None = None) -> Any:
        """A picture of what drives one outcome, or what a policy changes in it."""
        defined(self.explained(outcome, policy), outcome)
        if not self.varies(outcome, policy):
            raise UsageError(f"'{outcome}' does not vary over the priors, as far as so many worlds can tell")
        return import_module("simulate.plots.sensitivity").driver_chart(self, outcome, policy)

    def to_json(self) -> dict[str, Any]:
        """The study as plain values."""
        outcomes: dict[str, Any] = {}
        for label in self.measured.labels:
            for policy in (None, *self.measured.policies[1:]):
                name = label.name if policy is None else f"{label.name}, {policy} less baseline"
                outcomes[name] = self.plain(label, policy)
        return {
            "scenario": self.measured.scenario,
            "method": self.method,
            "worlds": self.measured.worlds,
            "seed": self.measured.seed,
            "points": len(self.shares),
            "capped": self.measured.left_out,
            "confidence": CONFIDENCE,
            "parameters": list(self.names),
            "dead": list(self.dead),
            "outcomes": outcomes,
        }

    def plain(self, label: OutcomeLabel, policy: str | None) -> dict[str, Any]:
        """One outcome's part of that."""
        if np.isnan(self.explained(label.name, policy)).any():
            return {"undefined": "at some points no world counts"}
        if self.method == "sobol":
            found = self.indices(label.name, policy)
            if not self.varies(label.name, policy):
                return {"variance": 0.0, "noise": found.noise, "first": None, "total": None}
            return {
                "variance": found.variance,
                "noise": found.noise,
                "first": {name: as_dict(each) for name, each in zip(self.names, found.first, strict=True)},
                "total": {name: as_dict(each) for name, each in zip(self.names, found.total, strict=True)},
            }
        effects = self.effects(label.name, policy)
        rows = zip(self.names, effects.strength, effects.mean, effects.sd, effects.noise, strict=True)
        return {
            name: as_dict(strength) | {"mean": mean, "sd": sd, "noise": noise}
            for name, strength, mean, sd, noise in rows
        }

    def __repr__(self) -> str:
        told = self.measured
        return f"<Sensitivity by {self.method}: {how_many(len(self.names), 'parameter')}, {len(told.points):,} points>"

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import sensitivity_html

        return sensitivity_html(self)


def check_worth(method: Method, policies: Sequence[str]) -> None:
    """Refuse to say what knowing a parameter is worth where that cannot be said.

    Raises
    ------
    UsageError
        If the design is no sample of the priors, or there is no policy to choose.
    """
    if method != "sobol":
        raise UsageError("what knowing a parameter is worth takes --method sobol: Morris's points are no sample")
    if not set(policies) - {"baseline"}:
        raise UsageError("what knowing a parameter is worth takes policies to choose from; name some with --policy")


def as_dict(interval: Interval) -> dict[str, float]:
    """An interval as plain values."""
    return {"estimate": interval.estimate, "low": interval.low, "high": interval.high}


def defined(values: Floats, outcome: str) -> Floats:
    """Values at points, which must all be numbers.

    Raises
    ------
    UsageError
        If at some point no world counts.
    """
    missing = int(np.isnan(values).any(axis=1).sum())
    if missing:
        raise UsageError(
            f"'{outcome}' has no value at {missing:,} of {len(values):,} points, where no world, or none in one half "
            "of them, counts; take more worlds, or an outcome without `given` or `after`"
        )
    return values


@seen_in_notebooks
def sensitivity(
    scenario: Scenario,
    outcomes: Sequence[str] = (),
    method: Method = "morris",
    policies: Sequence[str] = (),
    parameters: Sequence[str] = (),
    points: int | None = None,
    worlds: int = 200,
    seed: int = 1,
    *,
    engine: Engine = "batch",
    workers: Workers = 1,
    max_events: int = MOST_EVENTS,
    allow_capped: bool = False,
    progress: Progress | None = None,
    folder: Keeper | None = None,
) -> Sensitivity:
    """Find which parameters drive outcomes over their priors; every point runs in the same worlds.

    Parameters
    ----------
    scenario : Scenario
    outcomes : sequence of str
        All but trajectories if none is named.
    method : {'morris', 'sobol'}
        Screening by elementary effects, cheap enough for hundreds of parameters; or variance shares.
    policies : sequence of str
        Whose effects are explained too, each against the baseline in the same worlds.
    parameters : sequence of str
        Names of parameters or groups; all that have a prior if none is named.
    points : int, optional
        Trajectories (20 by default) or base points (256, a power of two).
    worlds : int
        At every point the same.
    seed, engine, workers, max_events, allow_capped, progress, folder
        As for `run`.

    Returns
    -------
    Sensitivity

    Raises
    ------
    UsageError
        If a name does not exist, or the study would take more than 100,000 runs.
    RunError
        If a number means nothing in some world, or too many events happen.

    Examples
    --------
    >>> from simulate import loads, sensitivity
    >>> coin = loads('''
    ... scenario: Coin
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... parameters:
    ...   pace: {value: 2/yr, range: [1/yr, 3/yr], source: judgement}
    ...   idle: {value: 1, range: [0, 2], source: judgement}
    ... shocks: {ruling: {rate: pace}}
    ... outcomes: {rulings: {count: ruling}}
    ... ''')
    >>> found = sensitivity(coin, worlds=50, points=10)
    >>> found.drivers("rulings")[0][0], found.dead
    ('pace', ('idle',))
    """
    check_numbers(seed, worlds)
    check_means(workers, max_events)
    if method not in POINTS:
        raise UsageError(f"unknown method '{method}'; there are morris and sobol")
    priors = priors_of(scenario, [parameters] if isinstance(parameters, str) else parameters)
    base = POINTS[method] if points is None else int(points)
    if base < 2 or (method == "sobol" and base & (base - 1)):
        raise UsageError(f"{base} points: take 2 or more, for Sobol indices a power of two such as 256")
    policies = [policies] if isinstance(policies, str) else policies
    under = ["baseline", *(name for name in policies if name != "baseline")]
    size = base * (len(priors) + (2 if method == "sobol" else 1)) * len(under)
    check_runs(size, "name the parameters that matter, as `--method morris` finds them, or take fewer points")
    design = saltelli_points if method == "sobol" else morris_points
    shares = design(len(priors), base, int(seed) % 2**32)
    values = at_shares(priors, TAIL + (1.0 - 2.0 * TAIL) * shares if method == "morris" else inside(shares))
    how = How(int(seed), engine, workers, max_events, allow_capped, progress, folder)
    outcomes = [outcomes] if isinstance(outcomes, str) else outcomes
    return Sensitivity(
        method, measure(scenario, priors, values, under, outcomes, int(worlds), how, "sensitivity"), shares
    )


def inside(shares: Floats) -> Floats:
    """Points of the unit cube, none on its faces."""
    within: Floats = np.clip(shares, 2.0**-53, 1.0 - 2.0**-53)
    return within
