"""Many worlds of one model, in this process or in several; which makes no difference to any of them."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from simulate.compiled import Compiled
from simulate.engines.faults import explosion
from simulate.engines.machine import Batch
from simulate.engines.record import WorldRecord
from simulate.engines.reference import Reference
from simulate.engines.state import CAPPED
from simulate.errors import CappedError, RunError

Progress = Callable[[int, int], None]
Engine = Literal["batch", "reference"]

CHUNKS_PER_WORKER = 16
SMALLEST_CHUNK: dict[str, int] = {"batch": 50, "reference": 4}
LARGEST_CHUNK = 250


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
    paths : array, shape (worlds, trajectories, grid points)
    stages : array of int, shape (worlds, lifecycles, grid points)
    refused : array of int, shape (worlds, placements)
    events : array of int, shape (worlds,)
        How many events happened.
    capped : array of bool, shape (worlds,)
    """

    numbers: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    reached: npt.NDArray[np.bool_]
    left_out: npt.NDArray[np.bool_]
    paths: npt.NDArray[np.float64]
    stages: npt.NDArray[np.uint16]
    refused: npt.NDArray[np.int64]
    events: npt.NDArray[np.int64]
    capped: npt.NDArray[np.bool_]
    explosion: str = ""


def tabulate(compiled: Compiled, records: list[WorldRecord]) -> WorldTable:
    """Records of worlds as arrays."""
    size = compiled.model.grid.size
    worlds = len(records)
    outcomes = len(compiled.labels.outcomes)
    capped = [record for record in records if record.capped]
    return WorldTable(
        numbers=np.array([record.number for record in records], dtype=np.int64),
        values=np.array([record.values for record in records], dtype=float).reshape(worlds, outcomes),
        reached=np.array([record.reached for record in records], dtype=bool).reshape(worlds, outcomes),
        left_out=np.array([record.left_out for record in records], dtype=bool).reshape(worlds, outcomes),
        paths=np.array([record.paths for record in records], dtype=float).reshape(worlds, -1, size),
        stages=np.array([record.stages for record in records], dtype=np.uint16).reshape(worlds, -1, size),
        refused=np.array([record.refused for record in records], dtype=np.int64).reshape(worlds, -1),
        events=np.array([len(record.events) for record in records], dtype=np.int64),
        capped=np.array([record.capped for record in records], dtype=bool),
        explosion=explosion(compiled, capped[0].events) if capped else "",
    )


def join(tables: list[WorldTable]) -> WorldTable:
    """Several tables as one, in the order of world numbers."""
    fields = [name for name in WorldTable.__slots__ if name != "explosion"]
    joined: dict[str, Any] = {name: np.concatenate([getattr(table, name) for table in tables]) for name in fields}
    order = np.argsort(joined["numbers"], kind="stable")
    words = next((table.explosion for table in tables if table.explosion), "")
    return WorldTable(**{name: column[order] for name, column in joined.items()}, explosion=words)


def run_chunk(engine: Reference, first: int, last: int) -> WorldTable:
    """Worlds `first` to `last`, the last one outside; events are let go world by world."""
    return join([tabulate(engine.compiled, [engine.run(number)]) for number in range(first, last)])


def tabulate_chunk(engine: Batch, first: int, last: int) -> WorldTable:
    """Worlds `first` to `last` of the batch engine, the last one outside."""
    chunk = engine.run_chunk(first, last)
    size = engine.model.grid.size
    worlds = last - first
    capped = np.asarray(chunk.state) == CAPPED
    return WorldTable(
        numbers=np.arange(first, last, dtype=np.int64),
        values=np.asarray(chunk.value).reshape(worlds, -1),
        reached=np.asarray(chunk.reached, dtype=bool).reshape(worlds, -1),
        left_out=np.asarray(chunk.left_out, dtype=bool).reshape(worlds, -1),
        paths=np.asarray(chunk.path).reshape(worlds, -1, size),
        stages=np.asarray(chunk.stages, dtype=np.uint16).reshape(worlds, -1, size),
        refused=np.asarray(chunk.refused).reshape(worlds, -1),
        events=np.asarray(chunk.events),
        capped=capped,
        explosion=engine.explosion(first + int(np.argmax(capped))) if np.any(capped) else "",
    )


def chunks(engine: Engine, first: int, last: int, workers: int) -> list[tuple[int, int]]:
    """Ranges of worlds: small enough that progress shows early."""
    size = min(LARGEST_CHUNK, max(SMALLEST_CHUNK[engine], (last - first) // (workers * CHUNKS_PER_WORKER)))
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
    progress: Progress | None = None,
) -> WorldTable:
    """Run worlds `first` to `last`, the last one outside.

    Raises
    ------
    RunError
        If a number means nothing in some world; of several, in the first.
    CappedError
        If worlds reach `most_events` and `allow_capped` is false.
    """
    total = last - first
    tables: list[WorldTable] = []
    done = 0
    parts = chunks(engine, first, last, workers)
    if engine == "batch":
        results = in_threads(compiled, seed, parts, workers, most_events)
    elif workers == 1:
        results = in_process(compiled, seed, parts, most_events)
    else:
        results = in_processes(compiled, seed, parts, workers, most_events)
    with closing(results) as coming:
        for table in coming:
            tables.append(table)
            done += len(table.numbers)
            if table.capped.any() and not allow_capped:
                raise capped_error(tables, most_events)
            if progress is not None:
                progress(done, total)
    joined = join(tables)
    if joined.capped.all():
        raise capped_error(tables, most_events)
    return joined


def capped_error(tables: list[WorldTable], most_events: int) -> CappedError:
    """The error for worlds that reached the limit of events."""
    joined = join(tables)
    capped = int(joined.capped.sum())
    return CappedError(
        f"{capped} of the {len(joined.numbers)} worlds run so far reached {most_events:,} events, the most allowed; "
        f"in the first of them {joined.explosion}; mend what feeds it, raise --max-events, or leave such worlds out "
        "with --allow-capped"
    )


Parts = list[tuple[int, int]]
Tables = Generator[WorldTable, None, None]


def in_threads(compiled: Compiled, seed: int, parts: Parts, workers: int, most_events: int) -> Tables:
    """Chunks of the batch engine, which lets other threads run beside it, in order."""
    engine = Batch(compiled, seed, most_events)
    pool = ThreadPoolExecutor(workers)
    try:
        for future in [pool.submit(tabulate_chunk, engine, begin, end) for begin, end in parts]:
            yield future.result()
    finally:
        engine.interrupt()
        pool.shutdown(wait=True, cancel_futures=True)


def in_process(compiled: Compiled, seed: int, parts: Parts, most_events: int) -> Tables:
    """Chunks of the reference engine, one after the other."""
    engine = Reference(compiled, seed, most_events)
    for begin, end in parts:
        yield run_chunk(engine, begin, end)


def in_processes(compiled: Compiled, seed: int, parts: Parts, workers: int, most_events: int) -> Tables:
    """Chunks of the reference engine in processes of their own, always spawned, in order."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, prepare_worker, (compiled, seed, most_events))
    try:
        # Not `wait`: an interrupt inside it leaves locks held, and then nothing ends.
        for future in [pool.submit(run_here, begin, end) for begin, end in parts]:
            yield future.result()
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


def prepare_worker(compiled: Compiled, seed: int, most_events: int) -> None:
    """Build a process's engine; Ctrl-C reaches every process of a terminal, and only the parent answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    engines.append(Reference(compiled, seed, most_events))


def run_here(first: int, last: int) -> WorldTable:
    """Run worlds in a process that was prepared."""
    return run_chunk(engines[0], first, last)
