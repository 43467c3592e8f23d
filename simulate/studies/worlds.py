"""Many worlds of one model, in this process or in several; which makes no difference to any of them."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import replace
from typing import Literal

import numpy as np

from simulate.compiled import Compiled
from simulate.engines.machine import Batch
from simulate.engines.reference import Reference
from simulate.engines.state import CAPPED, UNBRANCHED, Branch
from simulate.errors import CappedError, RunError, UsageError
from simulate.studies.tables import BLOCK, ChunkTable, Collector, WorldTable, tabulate

Progress = Callable[[int, int], None]
Engine = Literal["batch", "reference"]

CHUNKS_PER_WORKER = 16
SMALLEST_CHUNK: dict[str, int] = {"batch": 50, "reference": 4}
LARGEST_CHUNK = 250


def run_chunk(engine: Reference, first: int, last: int) -> ChunkTable:
    """Worlds `first` to `last` of the reference engine, the last one outside."""
    return tabulate(engine.compiled, [engine.run(number) for number in range(first, last)])


def tabulate_chunk(engine: Batch, first: int, last: int) -> ChunkTable:
    """Worlds `first` to `last` of the batch engine, the last one outside."""
    chunk = engine.run_chunk(first, last)
    size = engine.model.grid.size
    worlds = last - first
    return ChunkTable(
        values=np.asarray(chunk.value).reshape(worlds, -1),
        reached=np.asarray(chunk.reached, dtype=bool).reshape(worlds, -1),
        left_out=np.asarray(chunk.left_out, dtype=bool).reshape(worlds, -1),
        paths=np.asarray(chunk.path).reshape(worlds, -1, size),
        stages=np.asarray(chunk.stages).reshape(worlds, -1, size),
        refused=np.asarray(chunk.refused).reshape(worlds, -1),
        events=np.asarray(chunk.events),
        history=np.asarray(chunk.history),
        capped=np.asarray(chunk.state) == CAPPED,
    )


def chunks(engine: Engine, first: int, last: int, workers: int) -> list[tuple[int, int]]:
    """Ranges of worlds: small enough that progress shows early."""
    size = min(LARGEST_CHUNK, max(SMALLEST_CHUNK[engine], (last - first) // (workers * CHUNKS_PER_WORKER)))
    if size > BLOCK:
        size -= size % BLOCK
    return [(begin, min(last, begin + size)) for begin in range(first, last, size)]


def run_worlds(
    compiled: Compiled,
    seed: int,
    first: int,
    last: int,
    *,
    engine: Engine = "batch",
    workers: int = 1,
    most_events: int,
    allow_capped: bool = False,
    can_leave_out: bool = True,
    progress: Progress | None = None,
    branch: Branch = UNBRANCHED,
) -> WorldTable:
    """Run worlds `first` to `last`, the last one outside; or so many futures of a world that is branched.

    Raises
    ------
    RunError
        If a number means nothing in some world; of several, in the first.
    CappedError
        If worlds reach `most_events` and `allow_capped` is false, which the message advises to set unless it
        cannot be (`can_leave_out`).
    """
    if engine not in SMALLEST_CHUNK:
        raise UsageError(f"unknown engine '{engine}'; there are batch and reference")
    total = last - first
    collector = Collector(compiled, first, last)
    parts = chunks(engine, first, last, workers)
    if engine == "batch":
        results = in_threads(Batch(compiled, seed, most_events, branch=branch), parts, workers)
    elif workers == 1:
        results = in_process(Reference(compiled, seed, most_events, branch=branch), parts)
    else:
        results = in_processes((compiled, seed, most_events, branch), parts, workers)
    with closing(results) as coming:
        for chunk in coming:
            collector.add(chunk)
            if chunk.capped.any() and not allow_capped:
                raise capped_error(collector.collected(), most_events, can_leave_out)
            if progress is not None:
                progress(collector.done, total)
    table = collector.collected()
    if table.capped.all():
        raise capped_error(table, most_events, can_leave_out=False)
    return table


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


def part_of(progress: Progress | None, place: int, of: int) -> Progress | None:
    """Progress of one of several equal runs that follow each other, the first at place 0."""
    if progress is None:
        return None
    return lambda done, total: progress(place * total + done, of * total)


Parts = list[tuple[int, int]]
Settings = tuple[Compiled, int, int, Branch]
"""What a process needs to build its engine."""
Tables = Generator[ChunkTable, None, None]


def in_order(pending: deque[Future[ChunkTable]]) -> Tables:
    """Results as they were asked for, each let go as soon as it was given.

    Not by `concurrent.futures.wait`: an interrupt inside it leaves locks held, and then nothing ends.
    """
    while pending:
        yield pending.popleft().result()


def in_threads(engine: Batch, parts: Parts, workers: int) -> Tables:
    """Chunks of the batch engine, which lets other threads run beside it, in order."""
    pool = ThreadPoolExecutor(workers)
    explained = False
    try:
        pending = deque(pool.submit(tabulate_chunk, engine, begin, end) for begin, end in parts)
        for (first, _), chunk in zip(parts, in_order(pending), strict=True):
            if explained or not chunk.capped.any():
                yield chunk
            else:
                # It takes the world once more, with every event written down: of the first one alone.
                explained = True
                yield replace(chunk, explosion=engine.explosion(first + int(np.argmax(chunk.capped))))
    finally:
        engine.interrupt()
        pool.shutdown(wait=True, cancel_futures=True)


def in_process(engine: Reference, parts: Parts) -> Tables:
    """Chunks of the reference engine, one after the other."""
    for begin, end in parts:
        yield run_chunk(engine, begin, end)


def in_processes(settings: Settings, parts: Parts, workers: int) -> Tables:
    """Chunks of the reference engine in processes of their own, always spawned, in order."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, prepare_worker, settings)
    try:
        yield from in_order(deque(pool.submit(run_here, begin, end) for begin, end in parts))
    except BrokenProcessPool:
        message = "a process that ran worlds has died: killed from outside, or out of memory"
        raise RunError(f"{message}; run again, with fewer --workers if memory is short") from None
    except BaseException:
        stop_processes()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def stop_processes() -> None:
    """End the processes at once; left alone, an interpreter that ends waits until their chunks are run."""
    for process in multiprocessing.active_children():
        process.terminate()


engines: list[Reference] = []
"""The engine of a process that was started to run worlds."""


def prepare_worker(compiled: Compiled, seed: int, most_events: int, branch: Branch) -> None:
    """Build a process's engine; Ctrl-C reaches every process of a terminal, and only the parent answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    engines.append(Reference(compiled, seed, most_events, branch=branch))


def run_here(first: int, last: int) -> ChunkTable:
    """Run worlds in a process that was prepared."""
    return run_chunk(engines[0], first, last)
