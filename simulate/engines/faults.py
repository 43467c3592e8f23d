"""What went wrong in a world, in words: the expression, the world and the date."""

from __future__ import annotations

from collections import Counter

from simulate.compiled import Compiled
from simulate.engines.record import Events
from simulate.errors import RunError
from simulate.model import layout
from simulate.model.layout import World
from simulate.units import date_of

REASONS = {
    layout.RATE_TOO_HIGH: "is a rate of {value:.3g} per day; at most 1e9 per day are allowed",
    layout.NO_BOUND: "is a rate that cannot be bounded over even a millionth of a day",
    layout.HALF_LIFE_NOT_POSITIVE: "is a half-life of {value:g} d; a half-life must be above zero",
    layout.BOUND_BROKEN: "is a rate of {value:.17g} per day, above the bound that was worked out for it",
    layout.STATE_OVERFLOWS: "takes its variable beyond the largest number, about 1.8e308",
    layout.BAD_DISTRIBUTION: "belongs to a distribution whose arguments describe none (its first is {value:g})",
}


def fault_error(compiled: Compiled, world: World, time: float) -> RunError:
    """The error for a world's first fault."""
    kind, program = world.fault[0], world.fault[1]
    path, text = compiled.labels.programs[program]
    value = world.fault_value[0]
    if kind == layout.NOT_FINITE:
        shown = "is not a number" if value != value else f"comes to {value:g}"
        reason = f"{shown}; a rate, a utility, a condition and a state must be finite numbers"
    else:
        reason = REASONS[kind].format(value=value)
    date = date_of(compiled.labels.start, time)
    return RunError(f"{path}: '{text}' {reason} (world {world.key[2]}, {date})")


def loop_error(compiled: Compiled, events: Events, world: int, most: int) -> RunError:
    """The error for an endless cascade at one instant, naming the events that go round in it."""
    names = compiled.labels.events
    recent = Counter(events.event[-1000:])
    loop = " -> ".join(names[event] for event, _ in sorted(recent.items(), key=lambda item: -item[1])[:6])
    date = date_of(compiled.labels.start, events.time[-1])
    return RunError(
        f"more than {most:,} events at one instant (world {world}, {date}): a loop without delay of {loop}; "
        "give one of these rules a delay or a `when`"
    )


def explosion(compiled: Compiled, events: Events) -> str:
    """What filled a world that reached the limit of events."""
    (event, count), *_ = Counter(events.event).most_common(1)
    return f"'{compiled.labels.events[event]}' happened {count:,} times"
