"""A laboratory for stylised facts: worlds of reset-2022 from other starts, and numbers with intervals.

Every run has seed 1, chosen before the first run, so that two runs are the same worlds and may be compared
world by world. Shares have Wilson's interval, ratios the normal one of their logarithm, all else the normal
one, by what each world adds to the number.
"""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from simulate import Result, Scenario, load, run
from simulate.compile import compile_scenario
from simulate.engines.machine import Batch
from simulate.engines.record import WorldRecord

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "scenarios"
YEAR = 365.25
SEED = 1
TABLE = 1.959964
"""Standard errors either way of a 95 % interval."""


@dataclass(frozen=True)
class Number:
    """A number found in worlds.

    Attributes
    ----------
    value : float
    influence : array, shape (worlds,)
        What each world adds to its error: of mean 0, with the standard error as its sd over the root of
        the number of worlds; empty for a number without error.
    scale : {'plain', 'share', 'ratio'}
        Which interval it has.
    counted : int
        Of a share, the worlds that it is a share of.
    unit : float
        What one world more adds to the influence of a share, 0 of what is none. Differences and ratios of
        shares have the error that they would have if one more world had flipped each way, so that it is never 0.
    """

    value: float
    influence: Any = field(default_factory=lambda: np.zeros(0), repr=False)
    scale: str = "plain"
    counted: int = 0
    unit: float = 0.0

    @cached_property
    def error(self) -> float:
        """The standard error."""
        worlds = max(len(self.influence), 1)
        return math.sqrt(float((self.influence**2).sum()) + 2.0 * self.unit**2) / worlds

    def interval(self, errors: float = TABLE) -> tuple[float, float]:
        """The interval of so many standard errors either way."""
        if self.scale == "share":
            return wilson(self.value, self.counted, errors)
        if self.scale == "ratio":
            if not (0.0 < self.value < math.inf and math.isfinite(self.error)):
                return 0.0, math.inf
            factor = math.exp(errors * self.error / self.value)
            return self.value / factor, self.value * factor
        return self.value - errors * self.error, self.value + errors * self.error

    def __sub__(self, other: Number) -> Number:
        return Number(self.value - other.value, self.influence - other.influence, unit=max(self.unit, other.unit))

    def __truediv__(self, other: Number) -> Number:
        if self.value <= 0.0 or other.value <= 0.0:
            return Number(math.nan if other.value <= 0.0 else 0.0, self.influence, "ratio")
        ratio = self.value / other.value
        apart = self.influence / self.value - other.influence / other.value
        unit = max(self.unit / self.value, other.unit / other.value)
        return Number(ratio, ratio * apart, "ratio", unit=ratio * unit)

    def times(self, factor: float, plus: float = 0.0) -> Number:
        """This times a factor, plus something."""
        return Number(plus + factor * self.value, factor * self.influence, unit=abs(factor) * self.unit)

    def hazard(self) -> Number:
        """The constant hazard, over the same time, that gives this share."""
        stay = max(1.0 - self.value, 1e-12)
        return Number(-math.log(stay), self.influence / stay, unit=self.unit / stay)


def wilson(share: float, worlds: int, errors: float) -> tuple[float, float]:
    """Wilson's score interval, so many standard errors either way; all that is possible without worlds."""
    if worlds == 0:
        return 0.0, 1.0
    spread = errors * errors / worlds
    centre = (share + spread / 2.0) / (1.0 + spread)
    half = math.sqrt(spread * (share * (1.0 - share) + spread / 4.0)) / (1.0 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def share(flags: Any, among: Any = None) -> Number:
    """The share of worlds with a flag, among those that count.

    Examples
    --------
    >>> share(np.array([True, False, True, True]), np.array([True, True, True, False])).value
    0.6666666666666666
    """
    counted = np.ones(len(flags), dtype=bool) if among is None else among
    worlds = int(counted.sum())
    if worlds == 0:
        return Number(math.nan, np.full(len(flags), math.nan), "share")
    value = float(flags[counted].mean())
    unit = 1.0 / float(counted.mean())
    return Number(value, np.where(counted, flags - value, 0.0) * unit, "share", worlds, unit)


def mean(values: Any, weights: Any = None) -> Number:
    """The mean over worlds; with weights, the sum of the values over that of the weights.

    Examples
    --------
    >>> mean(np.array([1.0, 3.0]), np.array([1.0, 1.0])).value
    2.0
    """
    if weights is None:
        value = float(values.mean())
        return Number(value, values - value)
    value = float(values.sum() / weights.sum())
    return Number(value, (values - value * weights) / weights.mean())


class Seen:
    """What was seen in the worlds of one run."""

    def __init__(self, result: Result) -> None:
        self.frame = result.worlds
        self.history = result.table.history
        self.paths = result.trajectories

    def day(self, what: str) -> Any:
        """The first day on which something happened, infinite where it did not."""
        return np.where(self.frame[f"day_{what}_reached"] == 1.0, self.frame[f"day_{what}"], math.inf)

    def within(self, what: str, first: float, days: float) -> Any:
        """Whether something happened for the first time within so many days of a day."""
        return (self.day(what) >= first) & (self.day(what) < first + days)

    def path(self, what: str) -> Any:
        """A trajectory, one row for each world."""
        return self.paths[f"path_{what}"].values

    def at(self, what: str, day: float) -> Any:
        """A trajectory on one day of the grid."""
        return self.paths[f"path_{what}"].sel(day=day).values


class Laboratory:
    """Runs worlds of the scenario from other starts, each only once.

    Parameters
    ----------
    worlds : int
    settings : mapping, optional
        Parameters that have other values than the file's everywhere: a deliberately wrong model.
    brief : bool
        Leave out what is told for the record alone.
    """

    def __init__(self, worlds: int, settings: Mapping[str, object] | None = None, brief: bool = False) -> None:
        self.worlds = worlds
        self.brief = brief
        self.settings = dict(settings or {})
        self.runs: dict[Any, Seen] = {}

    def arrange(
        self,
        *policies: str,
        horizon: float = 400.0,
        step: float = 6.0,
        watch: str | None = None,
        place: tuple[tuple[str, float], ...] = (),
        without: tuple[str, ...] = (),
        **parameters: object,
    ) -> Scenario:
        """The scenario under policies, up to a horizon, with events placed on days and others taken out.

        `watch` names the one trajectory that is read every `step` days, all if it is not given; two underscores
        in a parameter's name stand for a dot.
        """
        settings = self.settings | {name.replace("__", "."): value for name, value in parameters.items()}
        scenario = measured(tuple(sorted(settings.items())))
        model = scenario.model
        outcomes = {
            name: outcome
            for name, outcome in model.outcomes.items()
            if name[:4] == "day_" or (name[:5] == "path_" and watch in (None, name[5:]))
        }
        shown = {"horizon": f"{horizon} d", "sample_every": f"{step} d", "outcomes": outcomes}
        # `with_injected` works the whole scenario out anew for each event, which would take half of the time.
        scenario = replace(scenario, model=model.model_copy(update=shown), injected=place)
        return scenario.with_policy(*policies).without(*without)

    def run(self, *policies: str, worlds: int | None = None, **arrangement: Any) -> Seen:
        """The worlds of an arrangement."""
        key = policies, worlds, tuple(sorted(arrangement.items()))
        if key not in self.runs:
            self.runs[key] = Seen(run(self.arrange(*policies, **arrangement), worlds or self.worlds, SEED))
        return self.runs[key]

    def logs(self, *policies: str, worlds: int, **arrangement: Any) -> tuple[tuple[str, ...], list[WorldRecord]]:
        """Every event of the worlds of an arrangement, and the names of the kinds of events."""
        compiled = compile_scenario(self.arrange(*policies, **arrangement).resolved())
        engine = Batch(compiled, SEED)
        return compiled.labels.events, [engine.run(world) for world in range(worlds)]


@cache
def measured(settings: tuple[tuple[str, object], ...] = ()) -> Scenario:
    """The shipped scenario with what is read of it, under other parameter values.

    Examples
    --------
    >>> measured()
    <Scenario 'Reset 2022, measured' from episodes.yaml: policy baseline>
    """
    if settings:
        return measured().with_parameters(dict(settings))
    with tempfile.TemporaryDirectory() as folder:
        # A file may extend only what lies in its own folder.
        shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
        shutil.copy(HERE / "episodes.yaml", folder)
        return replace(load(Path(folder) / "episodes.yaml"), name="episodes.yaml")
