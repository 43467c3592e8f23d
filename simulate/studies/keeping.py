"""What a study needs of whoever keeps its worlds, so that a run which was stopped can go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simulate.compiled import Compiled
from simulate.scenario.loading import Scenario
from simulate.studies.tables import WorldTable

Part = tuple[int, int]
"""A range of worlds, the last one outside."""

Workers = int | str
"""How many threads (of the reference engine: processes), or the address of a Dask cluster."""

PARTS = 50
"""Into about so many parts a run is divided."""
SMALLEST_PART: dict[str, int] = {"batch": 50, "reference": 4}
LARGEST_PART = 2000
"""A part is a task for a thread or worker and a chunk of a result folder: what a kill loses at most."""


class Shelf(Protocol):
    """Where the worlds of one series are kept: one model under one policy and one choice of parameters."""

    keeps_events: bool

    @property
    def parts(self) -> list[Part]:
        """The parts that are there already, in the order of their worlds."""
        ...

    @property
    def size(self) -> int | None:
        """How many worlds a new part has; none leaves it to the run."""
        ...

    def take(self, part: Part) -> WorldTable:
        """A part that is there."""
        ...

    def put(self, table: WorldTable) -> None:
        """Keep a new part, before it counts as done."""
        ...


class Keeper(Protocol):
    """Keeps the worlds of a study, series by series; `simulate.ResultFolder` is one."""

    def begin(
        self,
        kind: str,
        scenario: Scenario,
        series: Sequence[str],
        seed: int,
        worlds: int,
        max_events: int,
        *,
        engine: str,
        grows: bool = False,
        nested: bool = False,
        choice: str = "",
        outcomes: Sequence[str] = (),
        precision: float | None = None,
    ) -> None:
        """Get ready for a study of so many worlds in each series, and refuse what belongs to another.

        A study that `grows` may come to more worlds; in a `nested` one the series share them. `choice`
        is a hash of what its series are.
        """
        ...

    def shelf(self, series: str, scenario: Scenario, compiled: Compiled, first: int = 0) -> Shelf:
        """Where one series is kept, whose first world has number `first`."""
        ...


def part_size(engine: str, worlds: int) -> int:
    """How many worlds a part has; no thread or worker changes it."""
    smallest = SMALLEST_PART[engine]
    return min(LARGEST_PART, max(smallest, -(-worlds // PARTS // smallest) * smallest))


def divided(first: int, last: int, size: int, there: list[Part]) -> list[tuple[Part, bool]]:
    """Worlds `first` to `last` in parts, each with whether it is there already; new ones end at multiples of a size."""
    parts: list[tuple[Part, bool]] = []
    at = first
    for begin, end in [*(part for part in there if first <= part[0] and part[1] <= last), (last, last)]:
        while at < begin:
            until = min(begin, at - at % size + size)
            parts.append(((at, until), False))
            at = until
        if end > begin:
            parts.append(((begin, end), True))
            at = end
    return parts
