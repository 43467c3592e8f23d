"""What many worlds measured, as arrays; trajectories of very many worlds are added up as they come."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from simulate.compiled import Compiled
from simulate.engines.faults import explosion
from simulate.engines.history import history_of
from simulate.engines.record import WorldRecord
from simulate.engines.state import CAPPED, Chunk
from simulate.model import observe
from simulate.studies.statistics import Moments, moments

KEPT = 10_000
"""Of worlds of lower numbers every trajectory is kept; quantiles of more worlds are those of these."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Log:
    """Every event of some worlds, as columns.

    Attributes
    ----------
    world, event, identity, parent : array of int, shape (events,)
        The world's number, the index of the event's kind, its identity, and the identity of the event that
        caused it (0 where none did).
    time : array, shape (events,)
        Days from the start.
    marks : array, shape (events, most marks of an event)
        In the order in which the event's marks were declared; NaN beyond.
    """

    world: Ints
    event: Ints
    identity: Ints
    parent: Ints
    time: Floats
    marks: Floats


@dataclass(frozen=True, slots=True)
class WorldTable:
    """What worlds measured: one row for each world, in the order of their numbers.

    Attributes
    ----------
    numbers : array of int, shape (worlds,)
    values : array, shape (worlds, outcomes)
        NaN where a world is left out.
    reached : array of bool, shape (worlds, outcomes)
        For times: whether the event was reached inside its window.
    left_out : array of bool, shape (worlds, outcomes)
    paths : array, shape (worlds kept, trajectories, grid points)
        Of the worlds below number 10,000; NaN where a world does not count.
    moments : Moments
        Of the trajectories of all worlds.
    occupancy : array of int, shape (lifecycles, stages, grid points)
        How many worlds stood in each stage.
    refused : array of int, shape (worlds, placements)
    events : array of int, shape (worlds,)
        How many events happened.
    history : array of int, shape (worlds,)
        A hash of all that happened: equal where two worlds went alike.
    capped : array of bool, shape (worlds,)
    explosion : str
        What filled the first world that reached the limit of events.
    log : Log or None
        Every event, where that was asked for; of one part of a run only.
    """

    numbers: Ints
    values: Floats
    reached: Flags
    left_out: Flags
    paths: Floats
    moments: Moments
    occupancy: Ints
    refused: Ints
    events: Ints
    history: Ints
    capped: Flags
    explosion: str = ""
    log: Log | None = None

    @property
    def keeps_all_paths(self) -> bool:
        """Whether the trajectories of all worlds are here."""
        return len(self.paths) == len(self.numbers)


ROWS = ("numbers", "values", "reached", "left_out", "refused", "events", "history", "capped")
"""What a table has for every world."""


def tabulate_chunk(compiled: Compiled, chunk: Chunk, first: int, explosion: str = "") -> WorldTable:
    """A chunk of the batch engine as a table."""
    size = compiled.model.grid.size
    worlds = len(chunk.events)
    return tabulated(
        compiled,
        first,
        paths=np.asarray(chunk.path).reshape(worlds, -1, size),
        stages=np.asarray(chunk.stages).reshape(worlds, -1, size),
        capped=np.asarray(chunk.state) == CAPPED,
        explosion=explosion,
        values=np.asarray(chunk.value).reshape(worlds, -1),
        reached=np.asarray(chunk.reached, dtype=bool).reshape(worlds, -1),
        left_out=np.asarray(chunk.left_out, dtype=bool).reshape(worlds, -1),
        refused=np.asarray(chunk.refused).reshape(worlds, -1),
        events=np.asarray(chunk.events),
        history=np.asarray(chunk.history),
    )


def tabulate(compiled: Compiled, records: list[WorldRecord], keep_events: bool = False) -> WorldTable:
    """Records of worlds whose numbers follow on each other, of which there is at least one, as a table."""
    size = compiled.model.grid.size
    worlds = len(records)
    capped = [record for record in records if record.capped]
    return tabulated(
        compiled,
        records[0].number,
        paths=np.array([record.paths for record in records], dtype=float).reshape(worlds, -1, size),
        stages=np.array([record.stages for record in records], dtype=np.int64).reshape(worlds, -1, size),
        capped=np.array([record.capped for record in records], dtype=bool),
        explosion=explosion(compiled, capped[0].events) if capped else "",
        log=log_of(records) if keep_events else None,
        values=np.array([record.values for record in records], dtype=float).reshape(worlds, -1),
        reached=np.array([record.reached for record in records], dtype=bool).reshape(worlds, -1),
        left_out=np.array([record.left_out for record in records], dtype=bool).reshape(worlds, -1),
        refused=np.array([record.refused for record in records], dtype=np.int64).reshape(worlds, -1),
        events=np.array([len(record.events) for record in records], dtype=np.int64),
        history=np.array([history_of(record.events) for record in records], dtype=np.int64),
    )


def tabulated(
    compiled: Compiled,
    first: int,
    *,
    paths: Floats,
    stages: Ints,
    capped: Flags,
    explosion: str = "",
    log: Log | None = None,
    **rows: Any,
) -> WorldTable:
    """A table of worlds from `first` on; of capped worlds neither trajectories nor stages count."""
    numbers = first + np.arange(len(capped), dtype=np.int64)
    counted = np.where(capped[:, None, None], np.nan, paths)
    standing = stages[~capped]
    rows["values"] = np.where(rows["left_out"], np.nan, rows["values"])
    rows["reached"] = rows["reached"] & ~rows["left_out"]
    most = max([0, *(len(names) for names in compiled.labels.stages)])
    occupancy = np.zeros((stages.shape[1], most, stages.shape[2]), dtype=np.int64)
    for stage in range(most):
        occupancy[:, stage] = (standing == stage).sum(axis=0)
    return WorldTable(
        numbers=numbers,
        paths=counted[numbers < KEPT],
        moments=moments(counted),
        occupancy=occupancy,
        capped=capped,
        explosion=explosion,
        log=log,
        **rows,
    )


def log_of(records: list[WorldRecord]) -> Log:
    """Every event of some worlds."""
    most = max((len(marks) for record in records for marks in record.events.marks), default=0)
    filled = [[*marks, *[np.nan] * (most - len(marks))] for record in records for marks in record.events.marks]
    return Log(
        world=np.repeat([record.number for record in records], [len(record.events) for record in records]),
        event=np.array([event for record in records for event in record.events.event], dtype=np.int64),
        identity=np.array([each for record in records for each in record.events.identity], dtype=np.int64),
        parent=np.array(
            [
                record.events.identity[parent] if parent >= 0 else 0
                for record in records
                for parent in record.events.parent
            ],
            dtype=np.int64,
        ),
        time=np.array([time for record in records for time in record.events.time], dtype=float),
        marks=np.array(filled, dtype=float).reshape(len(filled), most),
    )


class Collector:
    """Puts tables of worlds, given in the order of their numbers, into one."""

    def __init__(self, compiled: Compiled, first: int, last: int) -> None:
        labels, size = compiled.labels, compiled.model.grid.size
        worlds, outcomes = last - first, len(labels.outcomes)
        trajectories = sum(kind == observe.TRAJECTORY for kind in compiled.model.outcomes.kind)
        kept = max(0, min(last, KEPT) - first)
        most = max([0, *(len(stages) for stages in labels.stages)])
        nothing = np.zeros((trajectories, size))
        self.done = self.done_paths = 0
        self.table = WorldTable(
            numbers=np.arange(first, last, dtype=np.int64),
            values=np.empty((worlds, outcomes)),
            reached=np.empty((worlds, outcomes), dtype=bool),
            left_out=np.empty((worlds, outcomes), dtype=bool),
            paths=np.empty((kept, trajectories, size)),
            moments=Moments(nothing, nothing, nothing),
            occupancy=np.zeros((len(labels.lifecycles), most, size), dtype=np.int64),
            refused=np.empty((worlds, len(labels.placements)), dtype=np.int64),
            events=np.empty(worlds, dtype=np.int64),
            history=np.empty(worlds, dtype=np.int64),
            capped=np.empty(worlds, dtype=bool),
        )

    def add(self, part: WorldTable) -> None:
        """Add the next table."""
        table, worlds = self.table, len(part.numbers)
        for name in ROWS:
            getattr(table, name)[self.done : self.done + worlds] = getattr(part, name)
        table.paths[self.done_paths : self.done_paths + len(part.paths)] = part.paths
        self.done += worlds
        self.done_paths += len(part.paths)
        self.table = replace(
            table,
            moments=table.moments.joined(part.moments),
            occupancy=table.occupancy + part.occupancy,
            explosion=table.explosion or part.explosion,
        )

    def collected(self) -> WorldTable:
        """All that was added so far."""
        rows = {name: getattr(self.table, name)[: self.done] for name in ROWS}
        return replace(self.table, paths=self.table.paths[: self.done_paths], **rows)


def joined(parts: list[WorldTable]) -> WorldTable:
    """Tables of worlds whose numbers follow on each other as one."""
    first, *others = parts
    whole = first.moments
    for other in others:
        whole = whole.joined(other.moments)
    return WorldTable(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in ROWS},  # type: ignore[arg-type]
        paths=np.concatenate([part.paths for part in parts]),
        moments=whole,
        occupancy=np.sum([part.occupancy for part in parts], axis=0),
        explosion=next((part.explosion for part in parts if part.explosion), ""),
    )


def fingerprint(table: WorldTable) -> str:
    """A hash of what happened in every world and what was read of it."""
    numbers = [np.where(np.isnan(part), np.nan, part) for part in (table.values, table.paths)]  # one NaN of many
    parts = (table.history, table.left_out, table.capped, *numbers)
    return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()
