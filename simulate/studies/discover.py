"""`discover`: in which region of the parameters an outcome comes about, or a policy loses to the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from simulate.engines.order import MOST_EVENTS
from simulate.errors import UsageError
from simulate.scenario.loading import Scenario
from simulate.studies.design import Measured, measure
from simulate.studies.keeping import Keeper, Workers
from simulate.studies.outcomes import measurable, outcomes_of
from simulate.studies.points import How, check_runs
from simulate.studies.prim import Box, Limit, Search, search
from simulate.studies.priors import draw, priors_of
from simulate.studies.progress import Progress, seen_in_notebooks
from simulate.studies.run import check_means, check_numbers
from simulate.studies.sensitivity import defined
from simulate.studies.tables import Floats
from simulate.studies.wording import how_many, title
from simulate.studies.worlds import Engine

if TYPE_CHECKING:
    import xarray as xr

DRAWS = 500
FEWEST_DRAWS = 50


@dataclass(frozen=True, repr=False)
class Discovery:
    """The region in which what is looked for is dense, if there is one.

    Attributes
    ----------
    measured : Measured
        Every draw of the parameters.
    sought : str
        What is looked for, in words.
    hits : array, shape (draws,)
        For each draw the share of worlds in which it is so, or 1 where it is so on average.
    """

    measured: Measured
    sought: str
    hits: Floats

    @cached_property
    def search(self) -> Search:
        """What PRIM found."""
        return search(self.measured.points, self.hits)

    @property
    def is_share(self) -> bool:
        """Whether a draw's hits are a share of worlds, and not yes or no."""
        return bool(((self.hits > 0.0) & (self.hits < 1.0)).any())

    @property
    def box(self) -> Box | None:
        """The region; None where shuffled cases give one as good."""
        return self.search.chosen

    def name(self, limit: Limit) -> str:
        """The parameter of a limit."""
        return tuple(self.measured.priors)[limit.parameter]

    @property
    def dataset(self) -> xr.Dataset:
        """The outcome with dimensions policy and point, one point for each draw; parameters are coordinates."""
        return self.measured.dataset

    def plot(self) -> Any:
        """A picture: the trade-off curve, and the box over the draws."""
        return import_module("simulate.plots.discover").discovery_chart(self)

    def to_json(self) -> dict[str, Any]:
        """The search as plain values."""
        box = self.box
        return {
            "scenario": self.measured.scenario,
            "outcome": self.measured.labels[0].name,
            "sought": self.sought,
            "draws": len(self.hits),
            "capped": self.measured.left_out,
            "worlds": self.measured.worlds,
            "seed": self.measured.seed,
            "share": float(self.hits.mean()),
            "best_by_chance": self.search.by_chance,
            "box": None if box is None else self.plain(box),
            "path": [
                {"coverage": each.coverage, "density": each.density, "support": each.support}
                for each in self.search.path
            ],
        }

    def plain(self, box: Box) -> dict[str, Any]:
        """A box as plain values: times in days, null where a side is free."""
        free = float("inf")
        return {
            "coverage": box.coverage,
            "density": box.density,
            "support": box.support,
            "limits": {
                self.name(limit): {
                    "low": None if limit.low == -free else limit.low,
                    "high": None if limit.high == free else limit.high,
                    "p_value": limit.p_value,
                }
                for limit in box.limits
            },
        }

    def __repr__(self) -> str:
        found = "nothing beyond chance" if self.box is None else how_many(len(self.box.limits), "limit")
        return f"<Discovery of '{self.sought}': {found}, {len(self.hits):,} draws>"

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import discovery_html

        return discovery_html(self)


@seen_in_notebooks
def discover(
    scenario: Scenario,
    outcome: str,
    policy: str | None = None,
    *,
    above: float | None = None,
    below: float | None = None,
    more_is_worse: bool = True,
    parameters: tuple[str, ...] = (),
    draws: int = DRAWS,
    worlds: int = 100,
    seed: int = 1,
    engine: Engine = "batch",
    workers: Workers = 1,
    max_events: int = MOST_EVENTS,
    allow_capped: bool = False,
    progress: Progress | None = None,
    folder: Keeper | None = None,
) -> Discovery:
    """Find the region of the parameters in which an outcome comes about, or a policy loses to the baseline.

    Parameters
    ----------
    scenario : Scenario
    outcome : str
        A probability; or any number with `above` or `below`, or a `policy`.
    policy : str, optional
        Look for draws in which this policy does worse than the baseline in the same worlds.
    above, below : float, optional
        Look for draws in which the outcome's estimate lies there (times in days).
    more_is_worse : bool
        With a policy: whether more of the outcome is worse.
    parameters : tuple of str
        Names of parameters or groups to draw; all that have a prior if none is named.
    draws : int
        Points of a scrambled Sobol sequence over the priors.
    worlds : int
        At every draw the same.
    seed, engine, workers, max_events, allow_capped, progress, folder
        As for `run`.

    Returns
    -------
    Discovery

    Raises
    ------
    UsageError
        If a name does not exist, or it is not said when the outcome fails.
    RunError
        If a number means nothing in some world, or too many events happen.
    """
    check_numbers(seed, worlds)
    check_means(workers, max_events)
    if draws < FEWEST_DRAWS:
        raise UsageError(f"{draws} draws: a region takes {FEWEST_DRAWS} at least to be seen")
    if sum(each is not None for each in (policy, above, below)) > 1:
        raise UsageError("look for one thing: above or below a number, or where a policy loses")
    for limit in (above, below):
        if limit is not None and not math.isfinite(limit):
            raise UsageError(f"look above or below a finite number, not {limit}")
    if policy is None and not more_is_worse:
        raise UsageError("whether more of the outcome is better matters with --policy only")
    if policy == "baseline":
        raise UsageError("the baseline cannot lose to itself; name a policy")
    (label,) = measurable(outcomes_of(scenario), [outcome])
    if policy is None and above is None and below is None and not label.binary:
        raise UsageError(f"'{outcome}' is no probability: say with --above or --below when it fails")
    check_runs(int(draws) * (1 if policy is None else 2), "take fewer draws")
    priors = priors_of(scenario, (parameters,) if isinstance(parameters, str) else parameters)
    points = draw(priors, int(draws), int(seed))
    how = How(int(seed), engine, workers, max_events, allow_capped, progress, folder)
    under = ["baseline"] if policy is None else ["baseline", policy]
    measured = measure(scenario, priors, points, under, [outcome], int(worlds), how, "discover")
    what = title(label)
    values = defined(measured.values[:, :, 0].T, outcome).T
    if policy is not None:
        worse = values[1] > values[0] if more_is_worse else values[1] < values[0]
        direction = "more" if more_is_worse else "less"
        return Discovery(measured, f"{policy} brings {direction} of {what} than the baseline", worse.astype(float))
    if above is not None:
        return Discovery(measured, f"{what} above {above:g}", (values[0] > above).astype(float))
    if below is not None:
        return Discovery(measured, f"{what} below {below:g}", (values[0] < below).astype(float))
    return Discovery(measured, what, values[0])
