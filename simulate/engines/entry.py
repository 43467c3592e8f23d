"""The one compiled function that Python calls: it runs a chunk of worlds of any model."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any, cast

import numba
from numba import njit, types
from numba.extending import overload

from simulate.engines import batch
from simulate.engines.cache import cache_folder, is_kept, usable
from simulate.engines.compilation import OPTIONS, Compiler, reader
from simulate.engines.memory import Words
from simulate.engines.state import Chunk, Run

Entry = Callable[[Words, Words, int, int, int, int], int]
SIGNATURE = (types.int64[::1], types.int64[::1], *(types.int64,) * 4)
ONE_AT_A_TIME = threading.Lock()
ENTRY_OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}


def run_chunk(run: Any, chunk: Any, seed_low: int, seed_high: int, first: int, worlds: int) -> Any:
    """Stands for the compiled rules, which are compiled only where no compiled code is kept."""


@overload(run_chunk, jit_options=OPTIONS)
def compile_rules(run: Any, chunk: Any, seed_low: Any, seed_high: Any, first: Any, worlds: Any) -> Any:
    """Compile the scheduler and all rules."""
    compiled, run_of, chunk_of = Compiler().compile(cast(FunctionType, batch.run_chunk)), reader(Run), reader(Chunk)

    def run_compiled(run: Any, chunk: Any, seed_low: Any, seed_high: Any, first: Any, worlds: Any) -> Any:
        return compiled(run_of(run), chunk_of(chunk), seed_low, seed_high, first, worlds)

    return run_compiled


def enter(run: Words, chunk: Words, seed_low: int, seed_high: int, first: int, worlds: int) -> Any:
    """Run a chunk of worlds; returns how many were run."""
    return run_chunk(run, chunk, seed_low, seed_high, first, worlds)


def compiled_entry() -> Entry:
    """The compiled function, from the cache if it is there; compiling takes about half a minute.

    A line on stderr says so. Threads that ask at once wait for the one that compiles.
    """
    with ONE_AT_A_TIME:
        return compile_entry()


@cache
def compile_entry() -> Entry:
    """Compile it, or load it from the cache."""
    folder = cache_folder()
    kept = usable(folder)
    if not (kept and is_kept(folder)):
        once = "once" if kept else f"anew each time, as {folder} cannot be written"
        print(f"simulate: compiling the batch engine ({once}; about half a minute)", file=sys.stderr, flush=True)
    numba.config.CACHE_DIR = str(folder)
    entry: Any = njit(SIGNATURE, cache=kept, **ENTRY_OPTIONS)(enter)
    return entry  # type: ignore[no-any-return]
