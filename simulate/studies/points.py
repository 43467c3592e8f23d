"""Many models in the same worlds, one after the other: the next is compiled while one runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from simulate.compile import compile_scenario
from simulate.compiled import Compiled
from simulate.scenario.loading import Scenario
from simulate.studies.keeping import Keeper, Workers
from simulate.studies.run import Result
from simulate.studies.worlds import Engine, Progress, part_of, run_worlds


@dataclass(frozen=True, slots=True)
class Point:
    """One model to run: a scenario under policies and settings, the name of its series, and its worlds."""

    name: str
    scenario: Scenario
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class How:
    """How worlds are run, whatever is asked of them."""

    seed: int
    engine: Engine
    workers: Workers
    max_events: int
    allow_capped: bool
    progress: Progress | None
    folder: Keeper | None


def run_points(points: Sequence[Point], how: How) -> Iterator[Result]:
    """The result of each point, in order.

    Raises
    ------
    ScenarioError
        If a point's policies contradict each other, or its model is too large.
    RunError
        If a number means nothing in some world, or too many events happen.
    """
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(compiled, points[0])
        for place, point in enumerate(points):
            model = coming.result()
            if place + 1 < len(points):
                coming = ahead.submit(compiled, points[place + 1])
            table = run_worlds(
                model,
                how.seed,
                point.first,
                point.last,
                engine=how.engine,
                workers=how.workers,
                most_events=how.max_events,
                allow_capped=how.allow_capped,
                progress=part_of(how.progress, place, len(points)),
                shelf=None if how.folder is None else how.folder.shelf(point.name, point.scenario, model, point.first),
            )
            yield Result(model, point.scenario.name, table, how.seed, how.engine, point.scenario.settings)


def compiled(point: Point) -> Compiled:
    """A point's model."""
    return compile_scenario(point.scenario.resolved())
