"""How policies hold up when the parameters are not known: over draws of the priors, all in the same worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from simulate.engines.order import MOST_EVENTS
from simulate.errors import UsageError
from simulate.scenario.loading import Scenario
from simulate.studies.design import Measured, measure
from simulate.studies.indices import LOW_HIGH, resampled
from simulate.studies.keeping import Keeper, Workers
from simulate.studies.points import How, check_runs
from simulate.studies.priors import draw, priors_of
from simulate.studies.progress import Progress, seen_in_notebooks
from simulate.studies.run import check_means, check_numbers
from simulate.studies.statistics import CONFIDENCE, wilson
from simulate.studies.tables import Flags, Floats
from simulate.studies.worlds import Engine
from simulate.studies.worth import Worth, worth_json, worth_of_knowing

if TYPE_CHECKING:
    import xarray as xr

TAIL = 0.1
DRAWS = 100
FEWEST_DRAWS = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """How one policy does over the draws.

    Attributes
    ----------
    policy : str
    expected, low, high : float
        The outcome's mean over the draws, with its interval (the pigeonhole bootstrap of draws and worlds, Owen
        2007): what so many draws, and so many worlds, leave unknown of it.
    worst_tenth : float
        Its mean over the tenth of draws in which this policy does worst.
    most_regret : float
        How far it falls short, at most, of whichever policy is best in a draw.
    best_in : float
        The share of draws in which none is better.
    """

    policy: str
    expected: float
    low: float
    high: float
    worst_tenth: float
    most_regret: float
    best_in: float


@dataclass(frozen=True, repr=False)
class Robustness:
    """Policies, the baseline among them, over draws of the parameters.

    Attributes
    ----------
    measured : Measured
    outcome : str
    least : bool
        Whether less of the outcome is better.
    """

    measured: Measured
    outcome: str
    least: bool

    @property
    def kept(self) -> Flags:
        """In which draws the outcome is defined under every policy; the others are left out."""
        missing: Flags = np.isnan(self.measured.values[:, :, 0])
        return np.asarray(~missing.any(axis=0))

    @property
    def values(self) -> Floats:
        """The outcome in the draws that are kept, shape (policies, draws)."""
        return self.measured.values[:, self.kept, 0]

    @property
    def idle(self) -> tuple[str, ...]:
        """Policies that change nothing in any world of any draw."""
        base, *others = self.measured.histories
        return tuple(
            policy for policy, each in zip(self.measured.policies[1:], others, strict=True) if (each == base).all()
        )

    @cached_property
    def standings(self) -> list[Standing]:
        """Policies by their largest regret, the least first."""
        blocks = self.measured.blocks[:, self.kept, 0]
        blocks = np.where(np.isnan(blocks), self.values[..., None], blocks)
        found = standings(self.measured.policies, self.values, blocks, self.least)
        if self.measured.labels[0].is_part:
            # Nought in every world of every draw says no more than of as many worlds.
            worlds = float(self.measured.worlds)
            alike = {each.policy: wilson(each.expected * worlds, worlds) for each in found if each.low == each.high}
            found = [
                replace(each, low=alike[each.policy][0], high=alike[each.policy][1]) if each.policy in alike else each
                for each in found
            ]
        return sorted(found, key=lambda each: each.most_regret)

    @property
    def noise(self) -> float | None:
        """How uncertain few worlds leave a difference from the baseline in one draw (root mean square).

        The worst tenth and the largest regret are picked from numbers that are off by so much, and so are likely
        to be too dark by part of it. None if nowhere both halves of the worlds count.
        """
        gaps = self.measured.halves[1:, :, 0] - self.measured.halves[:1, :, 0]
        off = 0.5 * (gaps[..., 0] - gaps[..., 1])
        off = off[~np.isnan(off)]
        return float(np.sqrt((off**2).mean())) if len(off) else None

    def worth(self) -> list[Worth]:
        """What it would be worth to know each parameter before choosing, the most first."""
        points = self.measured.points[self.kept]
        return worth_of_knowing(tuple(self.measured.priors), points, self.values, self.least)

    @property
    def dataset(self) -> xr.Dataset:
        """The outcome with dimensions policy and point, one point for each draw; parameters are coordinates."""
        return self.measured.dataset

    def plot(self) -> Any:
        """A picture: the outcome over the draws, policy by policy."""
        return import_module("simulate.plots.robust").robustness_chart(self)

    def to_json(self) -> dict[str, Any]:
        """The study as plain values."""
        return {
            "scenario": self.measured.scenario,
            "outcome": self.outcome,
            "least": self.least,
            "draws": self.values.shape[1],
            "left_out": int((~self.kept).sum()),
            "capped": self.measured.left_out,
            "worlds": self.measured.worlds,
            "seed": self.measured.seed,
            "noise": self.noise,
            "confidence": CONFIDENCE,
            "no_effect": list(self.idle),
            "policies": {
                each.policy: {
                    "expected": each.expected,
                    "low": each.low,
                    "high": each.high,
                    "worst_tenth": each.worst_tenth,
                    "most_regret": each.most_regret,
                    "best_in": each.best_in,
                }
                for each in self.standings
            },
            "worth": worth_json(self.worth()),
        }

    def __repr__(self) -> str:
        draws = self.values.shape[1]
        return f"<Robustness of {', '.join(self.measured.policies)} by '{self.outcome}': {draws:,} draws>"

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import robustness_html

        return robustness_html(self)


def standings(policies: Sequence[str], values: Floats, blocks: Floats, least: bool) -> list[Standing]:
    """How each policy does over the draws, of which `blocks` tell by parts of the worlds.

    Examples
    --------
    >>> values = np.array([[0.0, 1.0], [0.5, 0.5]])
    >>> first, second = standings(["a", "b"], values, np.stack([values, values], axis=-1), least=True)
    >>> first.most_regret, second.most_regret, first.best_in
    (0.5, 0.5, 0.5)
    """
    costs = values if least else -values
    regret = costs - costs.min(axis=0)
    tail = max(1, round(TAIL * values.shape[1]))
    worst = np.sort(costs, axis=1)[:, -tail:].mean(axis=1) * (1.0 if least else -1.0)
    found = [each.mean(axis=(0, 2)) for each in resampled(blocks.transpose(1, 0, 2))]
    low, high = np.quantile(found, LOW_HIGH, axis=0)
    return [
        Standing(
            policy,
            float(values[place].mean()),
            float(low[place]),
            float(high[place]),
            float(worst[place]),
            float(regret[place].max()),
            float((regret[place] == 0.0).mean()),
        )
        for place, policy in enumerate(policies)
    ]


@seen_in_notebooks
def robustness(
    scenario: Scenario,
    outcome: str,
    policies: Sequence[str] = (),
    *,
    least: bool = True,
    parameters: Sequence[str] = (),
    draws: int = DRAWS,
    worlds: int = 100,
    seed: int = 1,
    engine: Engine = "batch",
    workers: Workers = 1,
    max_events: int = MOST_EVENTS,
    allow_capped: bool = False,
    progress: Progress | None = None,
    folder: Keeper | None = None,
) -> Robustness:
    """Compare policies over draws of the parameters, every draw and policy in the same worlds.

    Parameters
    ----------
    scenario : Scenario
    outcome : str
        By which policies are judged.
    policies : sequence of str
        Besides the baseline; all if none is named.
    least : bool
        Whether less of the outcome is better.
    parameters : sequence of str
        Names of parameters or groups to draw; all that have a prior if none is named.
    draws, worlds : int
        Points of a scrambled Sobol sequence over the priors, and worlds at each.
    seed, engine, workers, max_events, allow_capped, progress, folder
        As for `run`.

    Returns
    -------
    Robustness

    Raises
    ------
    UsageError
        If a name does not exist.
    RunError
        If a number means nothing in some world, or too many events happen.
    """
    check_numbers(seed, worlds)
    check_means(workers, max_events)
    if draws < FEWEST_DRAWS:
        raise UsageError(f"{draws} draws: take {FEWEST_DRAWS} at least")
    policies = [policies] if isinstance(policies, str) else policies
    parameters = [parameters] if isinstance(parameters, str) else parameters
    chosen = list(policies) or list(scenario.model.policies)
    if not chosen:
        raise UsageError("the scenario has no policies to compare; write some under `policies`")
    priors = priors_of(scenario, parameters)
    under = ["baseline", *dict.fromkeys(name for name in chosen if name != "baseline")]
    check_runs(int(draws) * len(under), "take fewer draws, or name fewer policies")
    points = draw(priors, int(draws), int(seed))
    how = How(int(seed), engine, workers, max_events, allow_capped, progress, folder)
    measured = measure(scenario, priors, points, under, [outcome], int(worlds), how, "robustness")
    found = Robustness(measured, outcome, least)
    if found.values.shape[1] == 0:
        raise UsageError(f"'{outcome}' has no value under every policy in any draw: no world counts")
    return found
