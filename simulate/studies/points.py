"""Many models in the same worlds: they are compiled one after the other, while others run."""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from simulate.compile import compile_scenario
from simulate.errors import SimulateError, UsageError
from simulate.scenario.loading import Scenario
from simulate.studies.keeping import LARGEST_PART, Keeper, Shelf, Workers
from simulate.studies.progress import Progress
from simulate.studies.run import Result
from simulate.studies.worlds import Engine, run_worlds

MOST_RUNS = 100_000
"""Points and policies of one study at most."""
MOST_TOLD = 4
"""Parameters of a point that an error names."""
AHEAD = 2
"""So many points for each thread are compiled before they are run."""


@dataclass(frozen=True, slots=True)
class Point:
    """One model to run: a scenario under policies and settings, the name of its series, and its worlds.

    `where` says in words what is special about it.
    """

    name: str
    where: str
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


def check_runs(runs: int, advice: str) -> None:
    """Refuse a study of more points than anybody waits for, before any of them is made.

    Raises
    ------
    UsageError
    """
    if runs > MOST_RUNS:
        raise UsageError(f"{runs:,} runs: at most {MOST_RUNS:,}; {advice}")


def where_of(what: str, values: Mapping[str, object]) -> str:
    """A point in words: what it is, and its values if they are few."""
    if len(values) > MOST_TOLD:
        return what
    shown = {name: f"{value:.6g}" if isinstance(value, float) else value for name, value in values.items()}
    return f"{what}, where {', '.join(f'{name}={value}' for name, value in shown.items())}"


def choice_of(points: Sequence[Point]) -> str:
    """A hash of what the points are, by which a folder knows the study that it belongs to."""
    said = [
        (
            point.name,
            point.first,
            point.last,
            point.scenario.policies,
            sorted(point.scenario.overrides.items()),
            sorted((name, str(value)) for name, value in point.scenario.starts.items()),
        )
        for point in points
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def run_points(points: Sequence[Point], how: How) -> Iterator[Result]:
    """The result of each point, in order.

    Threads take a point each; processes and the workers of a cluster share one point's worlds.

    Raises
    ------
    ScenarioError
        If a point's policies contradict each other, or its model is too large.
    RunError
        If a number means nothing in some world, or too many events happen.
    """
    alone = how.engine == "batch" and isinstance(how.workers, int)
    threads = how.workers if alone and isinstance(how.workers, int) else 1
    told = Told(how.progress, sum(point.last - point.first for point in points))
    pool = ThreadPoolExecutor(threads)
    try:
        pending: deque[Future[Result]] = deque()
        for point in points:
            if len(pending) >= AHEAD * threads:
                yield pending.popleft().result()
            pending.append(pool.submit(prepared(point, how, 1 if alone else how.workers, told)))
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def prepared(point: Point, how: How, workers: Workers, told: Told) -> Callable[[], Result]:
    """Compile a point; what is given back runs it."""
    with naming(point):
        compiled = compile_scenario(point.scenario.resolved())
    shelf: Shelf | None = None
    if how.folder is not None:
        shelf = how.folder.shelf(point.name, point.scenario, compiled, point.first)

    def run() -> Result:
        with naming(point):
            table = run_worlds(
                compiled,
                how.seed,
                point.first,
                point.last,
                engine=how.engine,
                workers=workers,
                most_events=how.max_events,
                allow_capped=how.allow_capped,
                progress=told.part(),
                shelf=shelf,
                size=LARGEST_PART if workers == 1 else None,
                may_be_empty=how.allow_capped,
            )
        return Result(compiled, point.scenario.name, table, how.seed, how.engine, point.scenario.settings)

    return run


@contextmanager
def naming(point: Point) -> Iterator[None]:
    """Have errors say at which point they arose."""
    try:
        yield
    except SimulateError as error:
        error.add_note(f"this was {point.where}")
        raise


class Told:
    """Adds up the progress of points that run side by side."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress = progress
        self.total = total
        self.done = 0
        self.lock = threading.Lock()

    def part(self) -> Progress | None:
        """Progress of one point."""
        if self.progress is None:
            return None
        before = 0

        def tell(done: int, _: int) -> None:
            nonlocal before
            with self.lock:
                self.done += done - before
                before = done
                assert self.progress is not None
                self.progress(self.done, self.total)

        return tell
