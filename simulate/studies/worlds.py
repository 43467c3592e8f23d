"""Many worlds of one model, run wherever there are workers; which makes no difference to any of them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Literal

from simulate.compiled import Compiled
from simulate.engines.state import UNBRANCHED, Branch
from simulate.errors import CappedError, UsageError
from simulate.studies.keeping import SMALLEST_PART, Shelf, Workers, divided, part_size
from simulate.studies.pools import Settings, run_parts
from simulate.studies.progress import Progress
from simulate.studies.tables import Collector, WorldTable

Engine = Literal["batch", "reference"]


def run_worlds(
    compiled: Compiled,
    seed: int,
    first: int,
    last: int,
    *,
    engine: Engine = "batch",
    workers: Workers = 1,
    most_events: int,
    allow_capped: bool = False,
    can_leave_out: bool = True,
    progress: Progress | None = None,
    branch: Branch = UNBRANCHED,
    shelf: Shelf | None = None,
    size: int | None = None,
    may_be_empty: bool = False,
) -> WorldTable:
    """Run worlds `first` to `last`, the last one outside; or so many futures of a world that is branched.

    What lies on the shelf is taken from there, and what is run is put there, in parts of `size` worlds.
    That no world is left is an error unless it `may_be_empty`.

    Raises
    ------
    RunError
        If a number means nothing in some world; of several, in the first.
    CappedError
        If worlds reach `most_events` and `allow_capped` is false, which the message advises to set unless it
        cannot be (`can_leave_out`).
    """
    if engine not in SMALLEST_PART:
        raise UsageError(f"unknown engine '{engine}'; there are batch and reference")
    size = (shelf.size if shelf else None) or size or part_size(engine, last - first)
    plan = divided(first, last, size, shelf.parts if shelf else [])
    missing = [part for part, is_there in plan if not is_there]
    keep_events = shelf is not None and shelf.keeps_events
    collector = Collector(compiled, first, last)
    with closing(
        run_parts(Settings(compiled, engine, seed, most_events, branch, keep_events), missing, workers)
    ) as coming:
        for part, is_there in plan:
            table = shelf.take(part) if shelf and is_there else next(coming)
            if table.capped.any() and not allow_capped:
                collector.add(table)
                raise capped_error(collector.collected(), most_events, can_leave_out)
            if shelf and not is_there:
                shelf.put(table)
            collector.add(replace(table, log=None))
            if progress is not None:
                progress(collector.done, last - first)
    whole = collector.collected()
    if whole.capped.all() and not may_be_empty:
        raise capped_error(whole, most_events, can_leave_out=False)
    return whole


def capped_error(table: WorldTable, most_events: int, can_leave_out: bool) -> CappedError:
    """The error for worlds that reached the limit of events."""
    capped = int(table.capped.sum())
    advice = "mend what feeds it, or raise --max-events"
    if can_leave_out:
        advice = "mend what feeds it, raise --max-events, or leave such worlds out with --allow-capped"
    return CappedError(
        f"{capped} of the {len(table.numbers)} worlds run so far reached {most_events:,} events, the most allowed; "
        f"in the first of them {table.explosion}; {advice}"
    )
