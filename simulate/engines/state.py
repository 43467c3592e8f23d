"""Everything that changes while the batch engine runs one world."""

from typing import Any, NamedTuple

import numpy as np

from simulate.engines.agenda import Agenda, allocate_agenda
from simulate.model.arithmetic import INFINITY
from simulate.model.layout import Field, Ints, Measures, Model, MutableFloats, MutableInts, World
from simulate.model.worlds import allocate_field, allocate_measures, allocate_world

# States of a world.
RUNNING = 0
DONE = 1
FAULTY = 2
CAPPED = 3
LOOPING = 4
AGENDA_FULL = 5
LOG_FULL = 6
STOPPED = 7


class Now(NamedTuple):
    """Where a world stands.

    `whole` holds: its state, events so far, the generation that is happening, events at this instant,
    the next calendar switch, the next point of the grid, a hash of all events so far; `instant` the time.
    """

    instant: MutableFloats
    whole: MutableInts


STATE = 0
EVENTS = 1
GENERATION = 2
AT_THIS_INSTANT = 3
SWITCH = 4
POINT = 5
HISTORY = 6


class Looking(NamedTuple):
    """For each source with a rate: when to look at it, whether a point lies there, and why to look anew."""

    when: MutableFloats
    found: MutableInts
    awaiting: MutableInts
    """Why a source must find its next point after the instant: it fired, or its rate may have changed."""
    queue: MutableInts
    """Sources that wait for that; ends with its own length."""


# Beside these stands why a rate may have changed, `MOVED` or `CHANGED` of `simulate.model.layout`.
NOT_AWAITED = -1
FIRED = 0


class Log(NamedTuple):
    """Every event of a world; no room at all where nobody asks for it."""

    time: MutableFloats
    event: MutableInts
    identity: MutableInts
    parent: MutableInts
    marks: MutableFloats
    width: int


class Limits(NamedTuple):
    """How many events a world may have, and a flag (not 0) that stops it from outside."""

    most_events: int
    stop: Ints


class Branch(NamedTuple):
    """The world whose futures are run instead of worlds, and from when on they are its futures; -1 for none."""

    world: int
    at: float


UNBRANCHED = Branch(-1, INFINITY)


class Run(NamedTuple):
    """One world and all that it needs."""

    model: Model
    world: World
    field: Field
    measures: Measures
    agenda: Agenda
    looking: Looking
    now: Now
    log: Log
    refused: MutableInts
    limits: Limits
    branch: Branch


class Chunk(NamedTuple):
    """What a chunk of worlds came to, one row after the other for each world."""

    value: MutableFloats
    reached: MutableInts
    left_out: MutableInts
    path: MutableFloats
    stages: MutableInts
    refused: MutableInts
    events: MutableInts
    history: MutableInts
    state: MutableInts


def most_marks(model: Model) -> int:
    """How many marks an event can have."""
    events = model.events
    return max([0, *(last - first for first, last in zip(events.first_mark, events.last_mark, strict=True))])


def allocate_run(
    model: Model, placements: int, *, slots: int, logged: int, limits: Limits, branch: Branch, widening: float
) -> Run:
    """Room for one world: so many entries in its agenda, so many events in its log."""
    sources = len(model.sources.event)
    width = most_marks(model)
    return Run(
        model=model,
        world=allocate_world(model),
        field=allocate_field(model, widening),
        measures=allocate_measures(model),
        agenda=allocate_agenda(slots, width),
        looking=Looking([0.0] * sources, [0] * sources, [0] * sources, [0] * (sources + 1)),
        now=Now([0.0], [0] * 7),
        log=Log([0.0] * logged, [0] * logged, [0] * logged, [0] * logged, [0.0] * (logged * width), width),
        refused=[0] * placements,
        limits=limits,
        branch=branch,
    )


def zeros(length: int, kind: type[float] | type[int] = float) -> Any:
    """An array of zeros, used as the sequence that plain functions expect."""
    return np.zeros(length, dtype=np.int64 if kind is int else np.float64)


def allocate_chunk(run: Run, worlds: int) -> Chunk:
    """Room for what so many worlds come to."""
    outcomes = len(run.model.outcomes.kind)
    return Chunk(
        value=zeros(worlds * outcomes),
        reached=zeros(worlds * outcomes, int),
        left_out=zeros(worlds * outcomes, int),
        path=zeros(worlds * len(run.measures.path)),
        stages=zeros(worlds * len(run.measures.stages), int),
        refused=zeros(worlds * len(run.refused), int),
        events=zeros(worlds, int),
        history=zeros(worlds, int),
        state=zeros(worlds, int),
    )
