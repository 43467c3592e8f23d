"""A table of worlds as Parquet files, and back, to the bit. docs/results.md tells what each column holds."""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulate.compiled import Compiled
from simulate.model import observe
from simulate.results.manifest import DAYS, EVENTS, TRAJECTORIES, WORLDS
from simulate.studies.statistics import Moments
from simulate.studies.summary import TIMES
from simulate.studies.tables import KEPT, Floats, Log, WorldTable
from simulate.studies.trace import hexadecimal

OWN = ("world", "events", "history", "capped", "refused")
"""Columns of a chunk's worlds that are no outcome's."""
EXPLOSION = b"explosion"


class Columns:
    """How the columns of a model's files are called."""

    def __init__(self, compiled: Compiled) -> None:
        labels, kinds = compiled.labels, compiled.model.outcomes.kind
        self.compiled = compiled
        self.names = [label.name for label in labels.outcomes]
        self.single = [index for index, kind in enumerate(kinds) if kind != observe.TRAJECTORY]
        self.paths = [index for index, kind in enumerate(kinds) if kind == observe.TRAJECTORY]
        self.times = [index for index, kind in enumerate(kinds) if kind in TIMES]
        taken = {self.names[index] for index in self.single}
        self.own = {name: free(name, taken) for name in OWN}
        self.reached = {index: free(f"{self.names[index]}_reached", taken) for index in self.times}
        self.left_out = {index: free(f"{self.names[index]}_left_out", taken) for index in self.paths}

    @property
    def days(self) -> Floats:
        """The grid."""
        grid = self.compiled.model.grid
        return np.arange(grid.size, dtype=float) * grid.step

    @property
    def stages(self) -> list[tuple[str, int, int]]:
        """Each stage of each lifecycle: its column, and where it stands."""
        labels = self.compiled.labels
        return [
            (f"{lifecycle}.{name}", place, stage)
            for place, (lifecycle, names) in enumerate(zip(labels.lifecycles, labels.stages, strict=True))
            for stage, name in enumerate(names)
        ]


def free(name: str, taken: Iterable[str]) -> str:
    """A column's name that no outcome has."""
    while name in taken:
        name += "_"
    return name


def chunk_files(compiled: Compiled, table: WorldTable) -> dict[str, bytes]:
    """The files of a chunk, by kind."""
    columns = Columns(compiled)
    files = {WORLDS: to_bytes(worlds_of(columns, table)), DAYS: to_bytes(days_of(columns, table))}
    if columns.paths and len(table.paths):
        files[TRAJECTORIES] = to_bytes(trajectories_of(columns, table))
    if table.log is not None:
        files[EVENTS] = to_bytes(events_of(columns, table.log))
    return files


def to_bytes(table: pa.Table) -> bytes:
    """A table as a Parquet file."""
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def worlds_of(columns: Columns, table: WorldTable) -> pa.Table:
    """One row for each world; null where an outcome leaves a world out."""
    own = columns.own
    data: dict[str, pa.Array] = {own["world"]: pa.array(table.numbers)}
    for index in columns.single:
        left_out = table.left_out[:, index]
        data[columns.names[index]] = pa.array(table.values[:, index], mask=left_out)
        if index in columns.reached:
            data[columns.reached[index]] = pa.array(table.reached[:, index], mask=left_out)
    for index in columns.paths:
        data[columns.left_out[index]] = pa.array(table.left_out[:, index])
    data[own["events"]] = pa.array(table.events)
    data[own["history"]] = pa.array(table.history)
    data[own["capped"]] = pa.array(table.capped)
    if placements := table.refused.shape[1]:
        flat = pa.array(table.refused.ravel().astype(np.int64))
        data[own["refused"]] = pa.FixedSizeListArray.from_arrays(flat, placements)
    return pa.table(data).replace_schema_metadata({EXPLOSION: table.explosion.encode()})


def days_of(columns: Columns, table: WorldTable) -> pa.Table:
    """One row for each day of the grid: moments of every trajectory, and how many worlds stood in each stage."""
    data = {"day": columns.days}
    for path, index in enumerate(columns.paths):
        name, known = columns.names[index], table.moments.of(path)
        data |= {f"{name}.count": known.count, f"{name}.mean": known.mean, f"{name}.squares": known.squares}
    for name, place, stage in columns.stages:
        data[f"{name}.worlds"] = table.occupancy[place, stage]
    return pa.table(data)


def trajectories_of(columns: Columns, table: WorldTable) -> pa.Table:
    """One row for each world and day; NaN where a world does not count."""
    kept, size = len(table.paths), len(columns.days)
    taken = {columns.names[index] for index in columns.paths}
    data = {
        free("world", taken): np.repeat(table.numbers[:kept], size),
        free("day", taken): np.tile(columns.days, kept),
    }
    for path, index in enumerate(columns.paths):
        data[columns.names[index]] = table.paths[:, path].ravel()
    return pa.table(data)


def events_of(columns: Columns, log: Log) -> pa.Table:
    """One row for each event, as `simulate trace --json` tells them; `mark` lists an event's marks."""
    labels = columns.compiled.labels
    has_mark = ~np.isnan(log.marks)
    ends = np.concatenate([[0], np.cumsum(has_mark.sum(axis=1))]).astype(np.int32)
    names = pa.DictionaryArray.from_arrays(pa.array(log.event.astype(np.int32)), pa.array(labels.events))
    parents = [hexadecimal(parent) if parent else None for parent in log.parent.tolist()]
    return pa.table(
        {
            "world": log.world,
            "id": pa.array([hexadecimal(identity) for identity in log.identity.tolist()]),
            "day": log.time,
            "event": names,
            "mark": pa.ListArray.from_arrays(pa.array(ends), pa.array(log.marks[has_mark])),
            "parent": pa.array(parents, pa.string()),
        }
    )


def read_chunk(compiled: Compiled, first: int, last: int, files: dict[str, bytes]) -> WorldTable:
    """A chunk's files as a table, without its events.

    Raises
    ------
    ValueError
        If they are no chunk of this model.
    """
    columns = Columns(compiled)
    labels, size = compiled.labels, compiled.model.grid.size
    worlds, outcomes = last - first, len(labels.outcomes)
    kept = max(0, min(last, KEPT) - first)
    try:
        read = {kind: pq.read_table(io.BytesIO(content)) for kind, content in files.items() if kind != EVENTS}
        rows, days = read[WORLDS], read[DAYS]
        own = {name: rows[column] for name, column in columns.own.items() if column in rows.column_names}
        values = np.full((worlds, outcomes), np.nan)
        reached = np.zeros((worlds, outcomes), dtype=bool)
        left_out = np.zeros((worlds, outcomes), dtype=bool)
        for index in columns.single:
            column = rows[columns.names[index]]
            values[:, index] = column.to_numpy()
            left_out[:, index] = column.is_null().to_numpy()
            if index in columns.reached:
                reached[:, index] = rows[columns.reached[index]].fill_null(False).to_numpy()
        for index in columns.paths:
            left_out[:, index] = rows[columns.left_out[index]].to_numpy()
        paths = np.empty((kept, len(columns.paths), size))
        moments = [np.empty((len(columns.paths), size)) for _ in range(3)]
        for path, index in enumerate(columns.paths):
            if kept:
                paths[:, path] = read[TRAJECTORIES][columns.names[index]].to_numpy().reshape(kept, size)
            for into, what in zip(moments, ("count", "mean", "squares"), strict=True):
                into[path] = days[f"{columns.names[index]}.{what}"].to_numpy()
        most = max([0, *(len(names) for names in labels.stages)])
        occupancy = np.zeros((len(labels.lifecycles), most, size), dtype=np.int64)
        for name, place, stage in columns.stages:
            occupancy[place, stage] = days[f"{name}.worlds"].to_numpy()
        placements = len(labels.placements)
        refused = np.zeros((worlds, placements), dtype=np.int64)
        if placements:
            refused[:] = own["refused"].combine_chunks().flatten().to_numpy().reshape(worlds, placements)
        numbers = own["world"].to_numpy()
        if not np.array_equal(numbers, np.arange(first, last)):
            raise ValueError("other worlds")
        return WorldTable(
            numbers=numbers,
            values=values,
            reached=reached,
            left_out=left_out,
            paths=paths,
            moments=Moments(*moments),
            occupancy=occupancy,
            refused=refused,
            events=own["events"].to_numpy(),
            history=own["history"].to_numpy(),
            capped=own["capped"].to_numpy(),
            explosion=(rows.schema.metadata or {}).get(EXPLOSION, b"").decode(),
        )
    except (KeyError, pa.ArrowException, OSError) as error:
        raise ValueError(str(error)) from error
