"""A hash of all that happened in a world, by which worlds that went alike are known."""

import math
from typing import TYPE_CHECKING

from simulate.model.noise import child

if TYPE_CHECKING:
    from simulate.engines.record import Events

TICKS = 1073741824.0
"""Parts of a day that are told apart, 2**30."""


def longer_history(history: int, event: int, identity: int, time: float) -> int:
    """The hash of a history to which an event is added."""
    return child(child(history, identity), event + 4096 * math.floor(time * TICKS))


def history_of(events: "Events") -> int:
    """The hash of a whole history."""
    history = 0
    for event, identity, time in zip(events.event, events.identity, events.time, strict=True):
        history = longer_history(history, event, identity, time)
    return history
