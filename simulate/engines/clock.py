"""SimPy's environment with a total order of what is due at one instant."""

from __future__ import annotations

from collections.abc import Callable, Generator
from heapq import heappush
from typing import Any

import simpy

from simulate.engines.order import OPENING

Order = tuple[int, ...]
Process = Generator[simpy.Event, Any, None]


class Clock(simpy.Environment):
    """An environment whose events carry an order: (generation, place, parent's number, ...).

    What is scheduled by SimPy itself (the start of a process, an interrupt) comes before all of it.
    """

    # SimPy keeps its queue to itself; these two methods are all that reaches into it.

    def schedule(self, event: simpy.Event, priority: int = 1, delay: float = 0) -> None:
        """Schedule one of SimPy's own events at once."""
        heappush(self._queue, (self._now + delay, (OPENING - 1, priority), next(self._eid), event))  # type: ignore[misc]

    def at(self, time: float, order: Order) -> simpy.Event:
        """An event at an absolute time; absolute, because `now + (time - now)` is not always `time`."""
        event = simpy.Event(self)
        event._ok = True
        event._value = None
        heappush(self._queue, (time, order, next(self._eid), event))  # type: ignore[misc]
        return event

    def call(self, time: float, order: Order, action: Callable[[], None]) -> None:
        """Do something at an absolute time."""
        callbacks = self.at(time, order).callbacks
        assert callbacks is not None
        callbacks.append(lambda _: action())
