"""`run`: many worlds of one scenario under one policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simulate.compile import compile_scenario
from simulate.compiled import Compiled
from simulate.engines.order import MOST_EVENTS
from simulate.errors import UsageError
from simulate.model import observe
from simulate.scenario.loading import Scenario
from simulate.studies.drawing import drawn
from simulate.studies.keeping import Keeper, Workers
from simulate.studies.progress import Progress, seen_in_notebooks
from simulate.studies.summary import Summary, as_json, summarise
from simulate.studies.tables import WorldTable
from simulate.studies.worlds import Engine, run_worlds
from simulate.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

PICTURES = {
    "trajectories": "pictures.fan_chart",
    "stages": "pictures.stage_chart",
    "times": "pictures.time_chart",
}
LAST_SEED = 2**64 - 1
LAST_WORLD = 2**32 - 1


@dataclass(frozen=True, repr=False)
class Result:
    """What many worlds of a scenario came to.

    Attributes
    ----------
    compiled : Compiled
        The model that was run, with its words.
    scenario : str
        The scenario's file.
    table : WorldTable
        One row for each world.
    seed : int
    engine : str
    settings : dict
        Parameters that were given other values than the file's, as written.
    """

    compiled: Compiled
    scenario: str
    table: WorldTable
    seed: int
    engine: str
    settings: Mapping[str, str]

    @cached_property
    def outcomes(self) -> dict[str, Summary]:
        """The estimate of every outcome, by name."""
        return summarise(self.compiled, self.table)

    @property
    def worlds(self) -> pd.DataFrame:
        """One row for each world and one column for each outcome; NaN where a world is left out.

        A `first` or `recovery` gives days, with a second column that says whether they were reached. Worlds
        that reached the limit of events have no values, and a column `capped` says which they are.
        """
        import pandas as pd

        columns: dict[str, Any] = {}
        for index, label in enumerate(self.compiled.labels.outcomes):
            if label.kind == "trajectory":
                continue
            columns[label.name] = self.table.values[:, index]
            if self.compiled.model.outcomes.kind[index] in (observe.FIRST, observe.RECOVERY):
                reached = self.table.reached[:, index].astype(float)
                columns[f"{label.name}_reached"] = np.where(self.table.left_out[:, index], np.nan, reached)
        frame = pd.DataFrame(columns, index=pd.Index(self.table.numbers, name="world"))
        if self.table.capped.any():
            frame[self.table.capped] = np.nan
            frame["capped"] = self.table.capped
        return frame

    @property
    def trajectories(self) -> xr.Dataset:
        """Every trajectory of the first 10,000 worlds, with dimensions world and day; NaN where one does not count."""
        import xarray as xr

        grid = self.compiled.model.grid
        outcomes = self.compiled.model.outcomes
        paths = self.table.paths
        coordinates = {"world": self.table.numbers[: len(paths)], "day": np.arange(grid.size) * grid.step}
        data = {
            label.name + "_" * (label.name in coordinates): (
                ("world", "day"),
                paths[:, outcomes.path[index]],
                {"expression": label.text},
            )
            for index, label in enumerate(self.compiled.labels.outcomes)
            if label.kind == "trajectory"
        }
        start = self.compiled.labels.start.date().isoformat()
        dataset = xr.Dataset(data, coords=coordinates, attrs={"start": start})
        dataset["day"].attrs["units"] = f"days since {start}"
        return dataset

    def to_json(self) -> dict[str, Any]:
        """The result as plain values."""
        labels = self.compiled.labels
        worlds = self.counted
        result: dict[str, Any] = {
            "scenario": labels.title,
            "policy": labels.policy,
            "set": dict(self.settings),
            "seed": self.seed,
            "worlds": worlds,
            "engine": self.engine,
            "version": __version__,
            "model_hash": self.compiled.hash,
            "outcomes": {
                label.name: as_json(label.kind, self.outcomes[label.name], worlds) for label in labels.outcomes
            },
        }
        if self.table.capped.any():
            result["capped"] = int(self.table.capped.sum())
        if labels.placements:
            result["refused_placements"] = int(self.table.refused.sum())
        return result

    def __repr__(self) -> str:
        labels = self.compiled.labels
        return f"<Result of '{labels.title}': policy {labels.policy}, {self.counted:,} worlds, seed {self.seed}>"

    @property
    def setting(self) -> str:
        """Policy and settings in words."""
        return self.compiled.labels.policy + self.changed

    @property
    def changed(self) -> str:
        """The settings in words, each behind a comma."""
        return "".join(f", {name}={value}" for name, value in self.settings.items())

    @property
    def counted(self) -> int:
        """How many worlds count: all but those that reached the limit of events."""
        return int((~self.table.capped).sum())

    def plot(self, picture: str = "trajectories") -> Any:
        """A picture: `trajectories` as fans, `stages` of mechanisms and phases over time, or `times` to events.

        Raises
        ------
        UsageError
            If there is no such picture, or the scenario has nothing for it.
        """
        return drawn(self, picture, PICTURES)

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import result_html

        return result_html(self)


def check_numbers(seed: int, worlds: int, first: int = 0) -> None:
    """Refuse seeds and worlds that do not exist."""
    if int(seed) != seed or int(worlds) != worlds or int(first) != first:
        raise UsageError("seeds and worlds are whole numbers")
    if not 0 <= seed <= LAST_SEED:
        raise UsageError(f"seed {seed}: seeds run from 0 to {LAST_SEED}")
    if worlds < 1:
        raise UsageError(f"{worlds} worlds: at least one is needed")
    if not 0 <= first <= first + worlds - 1 <= LAST_WORLD:
        which = f"world {first}" if worlds == 1 else f"{worlds} worlds from world {first}"
        raise UsageError(f"{which}: worlds run from 0 to {LAST_WORLD}")


def check_means(workers: Workers, max_events: int) -> None:
    """Refuse to run with nothing."""
    if (not isinstance(workers, str) and workers < 1) or max_events < 1:
        raise UsageError("workers and max_events are at least 1")


@seen_in_notebooks
def run(
    scenario: Scenario,
    worlds: int = 1000,
    seed: int = 1,
    *,
    engine: Engine = "batch",
    workers: Workers = 1,
    max_events: int = MOST_EVENTS,
    allow_capped: bool = False,
    progress: Progress | None = None,
    folder: Keeper | None = None,
) -> Result:
    """Run worlds 0 to `worlds - 1` of a scenario.

    Parameters
    ----------
    scenario : Scenario
        With the policies and parameter values to run.
    worlds : int
        How many; each is the same under every policy and parameter value.
    seed : int
        Another seed gives other worlds.
    engine : {'batch', 'reference'}
        What runs the worlds: compiled code, or processes in SimPy. Both give the same.
    workers : int or str
        Threads to run in; makes no difference to any world. The reference engine takes processes instead,
        spawned: a script that asks it for more than one must guard its top level with
        ``if __name__ == "__main__":``. Or the address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``.
    max_events : int
        A world that reaches so many events stops.
    allow_capped : bool
        Leave such worlds out, instead of failing.
    progress : callable, optional
        Told how many worlds are done, of how many; in a notebook, without it, a bar below the cell shows so.
    folder : ResultFolder, optional
        Keeps every part as soon as it is run, and gives back what it holds already.

    Returns
    -------
    Result
        The estimate of every outcome, and every world behind it.

    Raises
    ------
    UsageError
        If seed, worlds or another number is none that can be run.
    ScenarioError
        If policies contradict each other, or the scenario is too large.
    RunError
        If a number means nothing in some world, or too many events happen.

    Examples
    --------
    >>> from simulate import loads, run
    >>> result = run(loads('''
    ... scenario: Coin
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... shocks: {ruling: {rate: 2/yr}}
    ... outcomes: {rulings: {count: ruling}}
    ... '''), worlds=100)
    >>> 1.0 < result.outcomes["rulings"].mean < 3.0
    True
    """
    check_numbers(seed, worlds)
    check_means(workers, max_events)
    compiled = compile_scenario(scenario.resolved())
    name = "+".join(scenario.policies) or "baseline"
    if folder is not None:
        folder.begin("run", scenario, [name], int(seed), int(worlds), max_events, engine=engine)
    table = run_worlds(
        compiled,
        int(seed),
        0,
        int(worlds),
        engine=engine,
        workers=workers,
        most_events=max_events,
        allow_capped=allow_capped,
        progress=progress,
        shelf=folder.shelf(name, scenario, compiled) if folder is not None else None,
    )
    return Result(compiled, scenario.name, table, int(seed), engine, scenario.settings)
