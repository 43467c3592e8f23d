"""A hash of what worlds came to: the same whatever chunks they were written in, and whoever ran them."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from simulate.compiled import Compiled
from simulate.results.parquet import Columns
from simulate.studies.tables import WorldTable


def rows_of(compiled: Compiled, table: WorldTable) -> tuple[Any, Any]:
    """Outcomes and history of each world, and trajectories of each kept world: arrays of shape (worlds, bytes)."""
    columns = Columns(compiled)
    values = np.where(np.isnan(table.values), np.nan, table.values)[:, columns.single]
    paths = np.where(np.isnan(table.paths), np.nan, table.paths)
    parts = [
        table.numbers[:, None],
        values,
        table.reached[:, columns.times],
        table.left_out,
        table.refused,
        table.events[:, None],
        table.history[:, None],
        table.capped[:, None],
    ]
    by_world = paths.reshape(len(paths), paths.shape[1] * paths.shape[2])
    return np.concatenate([as_bytes(part) for part in parts], axis=1), as_bytes(by_world)


def as_bytes(array: Any) -> Any:
    """Rows of an array as rows of bytes."""
    if array.size == 0:
        return np.empty((len(array), 0), dtype=np.uint8)
    return np.ascontiguousarray(array).view(np.uint8).reshape(len(array), -1)


class Digest:
    """Takes in tables of worlds in the order of their numbers."""

    def __init__(self, first: int = 0) -> None:
        self.worlds = hashlib.sha256()
        self.trajectories = hashlib.sha256()
        self.done = first

    def add(self, compiled: Compiled, table: WorldTable) -> None:
        """Take in the next table; one that is taken already, or comes too soon, is passed over."""
        if int(table.numbers[0]) != self.done:
            return
        rows, paths = rows_of(compiled, table)
        self.worlds.update(rows.tobytes())
        self.trajectories.update(paths.tobytes())
        self.done += len(table.numbers)

    def hexdigest(self) -> str:
        """The hash of all that was taken in."""
        return hashlib.sha256(self.worlds.digest() + self.trajectories.digest()).hexdigest()
