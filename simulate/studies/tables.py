"""What many worlds measured, as arrays; trajectories of very many worlds are added up as they come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulate.compiled import Compiled
from simulate.engines.faults import explosion
from simulate.engines.history import history_of
from simulate.engines.record import WorldRecord
from simulate.model import observe
from simulate.studies.statistics import Moments, moments

KEPT = 10_000
"""Of so many worlds every trajectory is kept; quantiles of more worlds are those of the first so many."""
BLOCK = 50
"""Trajectories are added up in blocks of so many worlds, so that no chunk or thread changes a sum."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ChunkTable:
    """What a chunk of worlds measured: one row for each world, in the order of their numbers.

    `paths` has shape (worlds, trajectories, grid points), `stages` (worlds, lifecycles, grid points);
    `explosion` says what filled the first world that reached the limit of events.
    """

    values: Floats
    reached: Flags
    left_out: Flags
    paths: Floats
    stages: Ints
    refused: Ints
    events: Ints
    history: Ints
    capped: Flags
    explosion: str = ""


def tabulate(compiled: Compiled, records: list[WorldRecord]) -> ChunkTable:
    """Records of worlds, of which there is at least one, as arrays."""
    size = compiled.model.grid.size
    worlds = len(records)
    capped = [record for record in records if record.capped]
    return ChunkTable(
        values=np.array([record.values for record in records], dtype=float).reshape(worlds, -1),
        reached=np.array([record.reached for record in records], dtype=bool).reshape(worlds, -1),
        left_out=np.array([record.left_out for record in records], dtype=bool).reshape(worlds, -1),
        paths=np.array([record.paths for record in records], dtype=float).reshape(worlds, -1, size),
        stages=np.array([record.stages for record in records], dtype=np.int64).reshape(worlds, -1, size),
        refused=np.array([record.refused for record in records], dtype=np.int64).reshape(worlds, -1),
        events=np.array([len(record.events) for record in records], dtype=np.int64),
        history=np.array([history_of(record.events) for record in records], dtype=np.int64),
        capped=np.array([record.capped for record in records], dtype=bool),
        explosion=explosion(compiled, capped[0].events) if capped else "",
    )


@dataclass(frozen=True, slots=True)
class WorldTable:
    """What many worlds measured: one row for each world.

    Attributes
    ----------
    numbers : array of int, shape (worlds,)
    values : array, shape (worlds, outcomes)
        NaN where a world is left out.
    reached : array of bool, shape (worlds, outcomes)
        For times: whether the event was reached inside its window.
    left_out : array of bool, shape (worlds, outcomes)
    paths : array, shape (worlds kept, trajectories, grid points)
        Of the first 10,000 worlds; NaN where a world does not count.
    moments : Moments or None
        Of the trajectories of all worlds, where not all are kept.
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
    """

    numbers: Ints
    values: Floats
    reached: Flags
    left_out: Flags
    paths: Floats
    moments: Moments | None
    occupancy: Ints
    refused: Ints
    events: Ints
    history: Ints
    capped: Flags
    explosion: str


class Collector:
    """Puts chunks of worlds, given in their order, into one table."""

    def __init__(self, compiled: Compiled, first: int, last: int) -> None:
        labels, grid = compiled.labels, compiled.model.grid
        worlds, outcomes = last - first, len(labels.outcomes)
        trajectories = sum(kind == observe.TRAJECTORY for kind in compiled.model.outcomes.kind)
        shape = (trajectories, grid.size)
        most = max([0, *(len(stages) for stages in labels.stages)])
        self.done = 0
        self.table = WorldTable(
            numbers=np.arange(first, last, dtype=np.int64),
            values=np.empty((worlds, outcomes)),
            reached=np.empty((worlds, outcomes), dtype=bool),
            left_out=np.empty((worlds, outcomes), dtype=bool),
            paths=np.empty((min(worlds, KEPT), *shape)),
            moments=None,
            occupancy=np.zeros((len(labels.lifecycles), most, grid.size), dtype=np.int64),
            refused=np.empty((worlds, len(labels.placements)), dtype=np.int64),
            events=np.empty(worlds, dtype=np.int64),
            history=np.empty(worlds, dtype=np.int64),
            capped=np.empty(worlds, dtype=bool),
            explosion="",
        )
        self.moments = None if worlds <= KEPT else Moments(np.zeros(shape), np.zeros(shape), np.zeros(shape))
        self.explosion = ""

    def add(self, chunk: ChunkTable) -> None:
        """Add the next chunk."""
        table, worlds = self.table, len(chunk.events)
        rows = slice(self.done, self.done + worlds)
        for name in ("values", "reached", "left_out", "refused", "events", "history", "capped"):
            getattr(table, name)[rows] = getattr(chunk, name)
        paths = np.where(chunk.capped[:, None, None], np.nan, chunk.paths)
        kept = max(0, min(worlds, len(table.paths) - self.done))
        table.paths[self.done : self.done + kept] = paths[:kept]
        if self.moments is not None:
            for begin in range(0, worlds, BLOCK):
                self.moments = self.moments.joined(moments(paths[begin : begin + BLOCK]))
        stages = chunk.stages[~chunk.capped]
        for stage in range(table.occupancy.shape[1]):
            table.occupancy[:, stage] += (stages == stage).sum(axis=0)
        self.explosion = self.explosion or chunk.explosion
        self.done += worlds

    def collected(self) -> WorldTable:
        """All that was added so far."""
        table, done = self.table, self.done
        return WorldTable(
            numbers=table.numbers[:done],
            values=table.values[:done],
            reached=table.reached[:done],
            left_out=table.left_out[:done],
            paths=table.paths[:done],
            moments=self.moments,
            occupancy=table.occupancy,
            refused=table.refused[:done],
            events=table.events[:done],
            history=table.history[:done],
            capped=table.capped[:done],
            explosion=self.explosion,
        )


def joined(parts: list[WorldTable]) -> WorldTable:
    """Tables of worlds whose numbers follow on each other as one."""
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("numbers", "values", "reached", "left_out", "refused", "events", "history", "capped")
    }
    whole: Moments | None = None
    if len(columns["numbers"]) > KEPT:
        whole, *others = (moments(part.paths) if part.moments is None else part.moments for part in parts)
        for other in others:
            whole = whole.joined(other)
    return WorldTable(
        **columns,
        paths=np.concatenate([part.paths for part in parts])[:KEPT],
        moments=whole,
        occupancy=np.sum([part.occupancy for part in parts], axis=0),
        explosion=next((part.explosion for part in parts if part.explosion), ""),
    )
