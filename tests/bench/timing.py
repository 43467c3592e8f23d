"""How things are timed: side by side and several times, so that a slow minute slows all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

REPEATS = 5


def clock(action: Callable[[], object]) -> float:
    """Seconds that something takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def side_by_side(*actions: Callable[[], object]) -> list[float]:
    """Median seconds of each, in turn and several times, so that a slow minute slows all of them."""
    taken = [[clock(action) for action in actions] for _ in range(REPEATS)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def row(name: str, measured: str, ratio: str, aim: str) -> None:
    """One row of the table."""
    print(f"| {name} | {measured} | {ratio} | {aim} |", flush=True)
