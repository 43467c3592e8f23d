"""Where parts of a run are worked on: in this thread, in several, in processes, or on a cluster; always in order."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulate.compiled import Compiled
from simulate.engines.cache import digest_of_rules
from simulate.engines.machine import Batch
from simulate.engines.reference import Reference
from simulate.engines.state import Branch
from simulate.errors import RunError, SimulateError, UsageError
from simulate.studies.keeping import Part
from simulate.studies.tables import WorldTable, tabulate, tabulate_chunk

CONNECTING = 10.0
"""Seconds to wait for a cluster."""
RETRIES = 3
"""How often a part is tried again when the worker that had it dies."""

Tables = Generator[WorldTable, None, None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a worker needs to know to run worlds."""

    compiled: Compiled
    engine: str
    seed: int
    most_events: int
    branch: Branch
    keep_events: bool

    def build(self) -> Batch | Reference:
        """An engine."""
        kind = Batch if self.engine == "batch" else Reference
        return kind(self.compiled, self.seed, self.most_events, branch=self.branch)


def run_part(engine: Batch | Reference, keep_events: bool, first: int, last: int) -> WorldTable:
    """Worlds `first` to `last`, the last one outside."""
    if isinstance(engine, Batch) and not keep_events:
        return tabulate_chunk(engine.compiled, engine.run_chunk(first, last), first)
    return tabulate(engine.compiled, [engine.run(number) for number in range(first, last)], keep_events)


def run_parts(settings: Settings, parts: list[Part], workers: int | str) -> Tables:
    """Parts of a run, in their order: `workers` is a number of threads or processes, or the address of a cluster."""
    if isinstance(workers, str):
        return in_cluster(settings, parts, workers)
    if settings.engine == "batch":
        return in_threads(settings, parts, workers)
    return in_process(settings, parts) if workers == 1 else in_processes(settings, parts, workers)


def in_order(pending: deque[Future[WorldTable]]) -> Tables:
    """Results as they were asked for, each let go as soon as it was given.

    Not by `concurrent.futures.wait`: an interrupt inside it leaves locks held, and then nothing ends.
    """
    while pending:
        yield pending.popleft().result()


def in_threads(settings: Settings, parts: list[Part], workers: int) -> Tables:
    """Parts by the batch engine, which lets other threads run beside it."""
    engine = Batch(settings.compiled, settings.seed, settings.most_events, branch=settings.branch)
    pool = ThreadPoolExecutor(workers)
    explained = False
    try:
        pending = deque(pool.submit(run_part, engine, settings.keep_events, *part) for part in parts)
        for table in in_order(pending):
            if explained or table.explosion or not table.capped.any():
                yield table
            else:
                # It takes the world once more, with every event written down: of the first one alone.
                explained = True
                yield explained_by(engine, table)
    finally:
        engine.interrupt()
        pool.shutdown(wait=True, cancel_futures=True)


def explained_by(engine: Batch, table: WorldTable) -> WorldTable:
    """A table that says what filled its first world that reached the limit of events."""
    return replace(table, explosion=engine.explosion(int(table.numbers[np.argmax(table.capped)])))


def in_process(settings: Settings, parts: list[Part]) -> Tables:
    """Parts by the reference engine, one after the other."""
    engine = settings.build()
    for part in parts:
        yield run_part(engine, settings.keep_events, *part)


def in_processes(settings: Settings, parts: list[Part], workers: int) -> Tables:
    """Parts by the reference engine in processes of their own, always spawned."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, prepare_worker, (settings,))
    try:
        yield from in_order(deque(pool.submit(run_here, *part) for part in parts))
    except BrokenProcessPool:
        message = "a process that ran worlds has died: killed from outside, or out of memory"
        raise RunError(f"{message}; run again, with fewer --workers if memory is short") from None
    except BaseException:
        stop_processes()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def stop_processes() -> None:
    """End the processes at once; left alone, an interpreter that ends waits until their parts are run."""
    for process in multiprocessing.active_children():
        process.terminate()


prepared: list[tuple[Settings, Batch | Reference]] = []
"""The engine of a process that was started to run worlds."""


def prepare_worker(settings: Settings) -> None:
    """Build a process's engine; Ctrl-C reaches every process of a terminal, and only the parent answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepared.append((settings, settings.build()))


def run_here(first: int, last: int) -> WorldTable:
    """Run worlds in a process that was prepared."""
    settings, engine = prepared[0]
    return run_part(engine, settings.keep_events, first, last)


def in_cluster(settings: Settings, parts: list[Part], address: str) -> Tables:
    """Parts by the workers of a Dask cluster; a part whose worker dies is run by another."""
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            f"--workers {address} asks for a cluster, which needs Dask: pip install 'simulate-scenarios[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no cluster answers at '{address}': {one_line(error)}; "
            "give the address that `dask scheduler` prints, such as tcp://10.0.0.1:8786"
        ) from None
    try:
        if not client.scheduler_info()["workers"]:
            raise UsageError(f"the cluster at {address} has no workers; start some with `dask worker {address}`")
        there = client.scatter(settings, broadcast=True, hash=False)
        pending = deque(
            client.submit(run_there, there, digest_of_rules(), *part, pure=False, retries=RETRIES) for part in parts
        )
        yield from in_order(pending)
    except SimulateError:
        raise
    except Exception as error:
        raise RunError(f"the cluster at {address} failed: {one_line(error)}; what was kept is kept") from None
    finally:
        client.close(timeout=CONNECTING)


def one_line(error: Exception) -> str:
    """An error of another's in one line."""
    return " ".join(str(error).split()) or type(error).__name__


engines = threading.local()
"""The last engine that each thread of a cluster's worker built."""


def run_there(settings: Settings, rules: str, first: int, last: int) -> WorldTable:
    """Run worlds on a worker of a cluster.

    Raises
    ------
    RunError
        If the worker would run other rules than those that asked.
    """
    if rules != digest_of_rules():
        raise RunError("a worker of the cluster has another version of simulate; install the same on all machines")
    last_built: tuple[Any, Batch | Reference] | None = getattr(engines, "last", None)
    asked = (settings.compiled.hash, settings.engine, settings.seed, settings.most_events, settings.branch)
    if last_built is None or last_built[0] != asked:
        last_built = engines.last = (asked, settings.build())
    engine = last_built[1]
    table = run_part(engine, settings.keep_events, first, last)
    if isinstance(engine, Batch) and table.capped.any() and not table.explosion:
        return explained_by(engine, table)
    return table
