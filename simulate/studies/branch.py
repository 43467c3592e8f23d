"""`branch`: the history of one world up to a date, and fresh futures from there, with or without an inject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulate.compile import compile_scenario
from simulate.compiled import Compiled
from simulate.engines.machine import Batch
from simulate.engines.order import MOST_EVENTS
from simulate.engines.record import WorldRecord
from simulate.engines.state import Branch
from simulate.errors import CappedError
from simulate.scenario.loading import INJECTED, Scenario
from simulate.studies.compare import Differences, difference_json, differences_of
from simulate.studies.drawing import drawn
from simulate.studies.progress import Progress, part_of, seen_in_notebooks
from simulate.studies.run import Result, check_means, check_numbers
from simulate.studies.summary import as_json
from simulate.studies.trace import Trace
from simulate.studies.worlds import Engine, run_worlds
from simulate.units import date_of
from simulate.version import __version__


@dataclass(frozen=True, repr=False)
class Branching:
    """One world up to a date, and its futures from there.

    Attributes
    ----------
    base : Result
        The futures; one row of its tables for each, future 0 being the world's own.
    injected : Result or None
        The same futures with the injected events.
    inject : tuple of str
        The injected events.
    own : Trace
        The world as it goes without branching.
    world : int
    at : float
        The date in days from the start.
    """

    base: Result
    injected: Result | None
    inject: tuple[str, ...]
    own: Trace
    world: int
    at: float

    @property
    def compiled(self) -> Compiled:
        """The model with its words."""
        return self.base.compiled

    @property
    def date(self) -> str:
        """The date, with the time of day if it is not midnight."""
        clock = "" if self.at == int(self.at) else f" {24 * (self.at % 1):.1f} h"
        return date_of(self.compiled.labels.start, self.at) + clock

    @property
    def before(self) -> int:
        """How many events lie before the date."""
        return sum(time < self.at for time in self.own.record.events.time)

    @property
    def refused(self) -> int:
        """In how many futures the `when` of an injected event refused it."""
        if self.injected is None:
            return 0
        columns = [policy == INJECTED for policy, _ in self.injected.compiled.labels.placements]
        return int((self.injected.table.refused[:, columns] > 0).any(axis=1).sum())

    @cached_property
    def differences(self) -> Differences:
        """What the inject changes in the same futures; empty without one."""
        if self.injected is None:
            return {}
        return differences_of(self.base, self.injected, self.compiled.labels.outcomes, False)

    def to_json(self) -> dict[str, Any]:
        """The futures as plain values."""
        labels = self.compiled.labels
        plain: dict[str, Any] = {
            "scenario": labels.title,
            "policy": labels.policy,
            "set": dict(self.base.settings),
            "seed": self.base.seed,
            "world": self.world,
            "at": self.date,
            "day": self.at,
            "inject": list(self.inject),
            "futures": self.base.counted,
            "engine": self.base.engine,
            "version": __version__,
            "model_hash": self.compiled.hash,
            "events_before": self.before,
            "outcomes": outcomes_json(self.base),
        }
        if self.injected is not None:
            plain["injected"] = {
                "outcomes": outcomes_json(self.injected),
                "refused": self.refused,
                "differences": {
                    label.name: difference_json(label, self.differences[label.name]) for label in labels.outcomes
                },
            }
        return plain

    def __repr__(self) -> str:
        return f"<Branching of world {self.world} on {self.date}: {self.base.counted:,} futures>"

    def plot(self) -> Any:
        """A picture: the history up to the date, and the fans of the futures."""
        return drawn(self, "trajectories", {"trajectories": "branch.futures_chart"})

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import branching_html

        return branching_html(self)


def outcomes_json(result: Result) -> Mapping[str, Any]:
    """The estimates over futures as plain values."""
    return {
        label.name: as_json(label.kind, result.outcomes[label.name], result.counted)
        for label in result.compiled.labels.outcomes
    }


@seen_in_notebooks
def branch(
    scenario: Scenario,
    world: int,
    at: str | float,
    inject: Sequence[str] = (),
    futures: int = 1000,
    seed: int = 1,
    *,
    engine: Engine = "batch",
    workers: int = 1,
    max_events: int = MOST_EVENTS,
    allow_capped: bool = False,
    progress: Progress | None = None,
) -> Branching:
    """Take one world's history up to a date, to the bit, and run fresh futures from there.

    Draws used from the date on depend on the seed, the world and the future: points of rates later than
    the date, marks, probabilities, choices and new delays. Delays that are pending on the date are drawn
    anew on the condition that they end later; constant ones stay. Future 0 is the world's own.

    Parameters
    ----------
    scenario : Scenario
        With the policies and parameter values to run.
    world : int
        Which world: the same as in any run with this seed.
    at : str or float
        A date, a date with a shift, an offset such as `90 d`, or days from the start.
    inject : sequence of str
        Shocks or actions that happen on the date; their `when` may refuse them.
    futures, seed : int
    engine, workers, max_events, allow_capped, progress
        As for `run`.

    Returns
    -------
    Branching

    Raises
    ------
    UsageError
        If there is no such world, event or date.
    RunError
        If a number means nothing in some future, or too many events happen.

    Examples
    --------
    >>> from simulate import branch, loads
    >>> found = branch(loads('''
    ... scenario: Rulings
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... shocks: {ruling: {rate: 2/yr}, protest: {after: {event: ruling, delay: 10 d}}}
    ... outcomes: {protests: {count: protest}}
    ... '''), world=0, at="2023-01-01", inject=["ruling"], futures=100)
    >>> found.differences["protests"].difference
    1.0
    """
    check_numbers(seed, 1, world)
    check_numbers(seed, futures)
    check_means(workers, max_events)
    day = scenario.day(at)
    inject = [inject] if isinstance(inject, str) else inject
    scenarios = [scenario, scenario.with_injected(*inject, at=day)][: 2 if inject else 1]
    compiled = [compile_scenario(each.resolved()) for each in scenarios]
    record = own_course(compiled[0], int(seed), int(world), max_events, day)
    results = []
    for place, model in enumerate(compiled):
        table = run_worlds(
            model,
            int(seed),
            0,
            int(futures),
            engine=engine,
            workers=workers,
            most_events=max_events,
            allow_capped=allow_capped,
            progress=part_of(progress, place, len(compiled)),
            branch=Branch(int(world), day),
        )
        results.append(Result(model, scenario.name, table, int(seed), engine, scenario.settings))
    injected = results[1] if inject else None
    return Branching(results[0], injected, tuple(inject), Trace(compiled[0], record, int(seed)), int(world), day)


def own_course(compiled: Compiled, seed: int, world: int, most_events: int, at: float) -> WorldRecord:
    """The world as it goes without branching, at least up to a day."""
    record = Batch(compiled, seed, most_events).run(world)
    if record.capped and record.events.time[-1] < at:
        raise CappedError(f"world {world} reached {most_events:,} events, the most allowed; raise --max-events")
    return record
