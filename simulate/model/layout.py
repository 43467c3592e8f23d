"""The shape of a compiled scenario and of one world that runs it: named tuples of sequences.

An *index* counts from 0 within its own table; -1 means none. A *range* is a pair of sequences, the
`first` index and the index behind the `last`. A *program* is a compiled expression. Times are days
from the scenario's start.
"""

from collections.abc import MutableSequence, Sequence
from typing import NamedTuple

Ints = Sequence[int]
Floats = Sequence[float]
MutableInts = MutableSequence[int]
MutableFloats = MutableSequence[float]


class Code(NamedTuple):
    """Programs: ranges of rows; `rows` lists the `COLUMNS` numbers of each row, one row after the other.

    A row is one operation with up to three operands, each an earlier row of its program, or from
    `constants_from` on a constant, which stand behind the rows of the longest program. `moving` lists,
    for each program, the variables that it reads and that change between events.
    """

    first: Ints
    last: Ints
    rows: Ints
    constant: Floats
    constants_from: int
    stage_set: Ints
    first_moving: Ints
    last_moving: Ints
    moving: Ints


class Variables(NamedTuple):
    """State variables; `rest` and `half_life` are programs, -1 for a variable that holds its value."""

    start: Floats
    low: Floats
    high: Floats
    rest: Ints
    half_life: Ints


class Lifecycles(NamedTuple):
    """Mechanisms and phases; the start stage counts as entered at `since`, under `identity`."""

    start: Ints
    since: Floats
    identity: Ints
    stage_count: Ints


class Transitions(NamedTuple):
    """Moves between stages; `kind` is one of the constants below.

    `sources` is where a transition's row of flags, one for each stage, begins in `Code.stage_set`;
    `endings` where its row of ending events (-1 for none) begins in `ending`.
    """

    lifecycle: Ints
    sources: Ints
    target: Ints
    kind: Ints
    place: Ints
    name: Ints
    when: Ints
    probability: Ints
    first_effect: Ints
    last_effect: Ints
    stage_event: Ints
    named_event: Ints
    endings: Ints
    ending: Ints
    delay: Ints
    first_anniversary: Ints
    last_anniversary: Ints
    notice: Floats
    warn: Floats
    anniversary: Floats
    first_of_event: Ints
    last_of_event: Ints
    on_event: Ints
    first_of_lifecycle: Ints
    last_of_lifecycle: Ints


class Events(NamedTuple):
    """Kinds of events: shocks, actions, and what transitions fire."""

    when: Ints
    probability: Ints
    place: Ints
    first_effect: Ints
    last_effect: Ints
    first_mark: Ints
    last_mark: Ints
    first_reaction: Ints
    last_reaction: Ints


class Effects(NamedTuple):
    """What an event adds to a variable, or sets it to."""

    variable: Ints
    program: Ints
    sets: Ints


class Marks(NamedTuple):
    """Marks, one after the other for each event, each keyed by its own purpose.

    Programs read a mark in its slot, which marks of the same name share.
    """

    distribution: Ints
    purpose: Ints
    slot: Ints


class Distributions(NamedTuple):
    """Distributions with up to three programs as arguments; categorical ones have a table."""

    kind: Ints
    a: Ints
    b: Ints
    c: Ints
    first_row: Ints
    last_row: Ints
    value: Floats
    cumulative: Floats


class Reactions(NamedTuple):
    """Rules by which an event causes others after a delay: responses, and the `after` of an event.

    `placement` numbers what policies place, -1 for everything else.
    """

    place: Ints
    name: Ints
    when: Ints
    probability: Ints
    delay: Ints
    first_option: Ints
    last_option: Ints
    placement: Ints
    of_event: Ints


class Options(NamedTuple):
    """What a reaction chooses from; event -1 is `nothing`, utility -1 a single option."""

    event: Ints
    utility: Ints
    purpose: Ints


class Sources(NamedTuple):
    """What makes events arise by itself: random fields with a rate, and dates.

    A field has a program as `rate`, or, for a rate transition, a `lifecycle` and for each of its stages,
    from `first_hazard` on, a program in `hazard_rate` and a transition in `hazard`. Other sources have
    dates, each with its identity, or a distribution of one date.
    """

    event: Ints
    identity: Ints
    place: Ints
    rate: Ints
    lifecycle: Ints
    first_hazard: Ints
    hazard: Ints
    hazard_rate: Ints
    first_date: Ints
    last_date: Ints
    date: Floats
    date_identity: Ints
    distribution: Ints
    placement: Ints


class Calendar(NamedTuple):
    """True/false names, their values at the start, and every switch in the order of time."""

    start: Ints
    time: Floats
    name: Ints
    value: Ints


class Topics(NamedTuple):
    """Who reads what. Topics number variables, lifecycles, events' counts and calendar names in turn.

    For each topic: the variables whose rest or half-life reads it, the sources whose rate does, the
    outcomes whose expression does. `recent` lists, for each program, the (event, duration) it waits on,
    and `expiring`, for each event, the (outcome, duration) after which an outcome must be read again.
    """

    lifecycles: int
    counts: int
    calendar: int
    first_variable: Ints
    last_variable: Ints
    variable: Ints
    first_source: Ints
    last_source: Ints
    source: Ints
    first_outcome: Ints
    last_outcome: Ints
    outcome: Ints
    first_recent: Ints
    last_recent: Ints
    recent_event: Ints
    recent_duration: Floats
    first_expiring: Ints
    last_expiring: Ints
    expiring_outcome: Ints
    expiring_after: Floats


class Outcomes(NamedTuple):
    """What is measured; windows run from `opens` to `closes`, or from the first firing of `after`.

    `of_event` lists, for each event, the outcomes whose window it opens.
    """

    kind: Ints
    program: Ints
    event: Ints
    opens: Floats
    closes: Floats
    after: Ints
    within: Floats
    given: Ints
    target: Floats
    at_least: Floats
    on_grid: Ints
    path: Ints
    first_of_event: Ints
    last_of_event: Ints
    of_event: Ints


class Grid(NamedTuple):
    """Times at which trajectories are read: `k * step`, `size` of them, all before the horizon."""

    step: float
    size: int
    horizon: float


class Model(NamedTuple):
    """A scenario under one policy, with every name resolved to an index."""

    code: Code
    variables: Variables
    lifecycles: Lifecycles
    transitions: Transitions
    events: Events
    effects: Effects
    marks: Marks
    distributions: Distributions
    reactions: Reactions
    options: Options
    sources: Sources
    calendar: Calendar
    topics: Topics
    outcomes: Outcomes
    grid: Grid


# Kinds of transitions.
ON_EVENT = 0
AFTER_DELAY = 1
AT_ANNIVERSARY = 2
AT_RATE = 3


class World(NamedTuple):
    """Everything that changes while one world runs."""

    key: MutableInts
    """Low and high word of the seed, the world."""
    branch_at: MutableFloats
    """From when on draws have the key of a future of their own; infinite in a world that is not branched."""
    future: MutableInts
    """Low and high word of that key."""
    removed: MutableInts
    """Identities of firings that are kept from happening; this list too ends with its own length."""
    anchor: MutableFloats
    anchored_at: MutableFloats
    rest: MutableFloats
    half_life: MutableFloats
    read_at: MutableFloats
    """When a variable's value was worked out last, and what it was."""
    read: MutableFloats
    stage: MutableInts
    entered_at: MutableFloats
    entry: MutableInts
    entries: MutableInts
    fired: MutableInts
    last: MutableFloats
    calendar: MutableInts
    mark: MutableFloats
    register: MutableFloats
    low: MutableFloats
    high: MutableFloats
    range_low: MutableFloats
    """Between which values a variable is taken to move."""
    range_high: MutableFloats
    proposal: MutableFloats
    taken: MutableInts
    taken_count: MutableInts
    changed: MutableInts
    """Topics that the event changed; this list and the next two end with their own length."""
    touched_source: MutableInts
    touched_sources: MutableInts
    touched_outcome: MutableInts
    touched_outcomes: MutableInts
    fault: MutableInts
    """Kind of a fault and the program in which it arose; 0 while there is none."""
    fault_value: MutableFloats


class Field(NamedTuple):
    """The random fields of one world: drawn tiles, a cursor in each band, the point each source considered last.

    A source's `bound` holds while the variables that its rate reads stay in their assumed ranges, which
    take `width` places for each source.
    """

    band_identity: MutableInts
    tile: MutableInts
    tile_identity: MutableInts
    points: MutableInts
    time: MutableFloats
    level: MutableFloats
    number: MutableInts
    cursor_at: MutableFloats
    cursor_tile: MutableInts
    cursor_point: MutableInts
    considered_at: MutableFloats
    considered_band: MutableInts
    considered_tile: MutableInts
    considered_number: MutableInts
    found_level: MutableFloats
    found_identity: MutableInts
    bound: MutableFloats
    assumed_low: MutableFloats
    assumed_high: MutableFloats
    width: int
    widening: MutableFloats
    """By how much bounds are made wider than they need be; 1 but in tests."""


class Measures(NamedTuple):
    """What one world has measured so far; one place for each outcome.

    `state` is one of the constants of `simulate.model.observe`; `baseline` holds what a window began
    with, `total` and `readings` what was added up, `read_at` and `truth` the last reading.
    """

    state: MutableInts
    opened_at: MutableFloats
    closes_at: MutableFloats
    baseline: MutableFloats
    total: MutableFloats
    readings: MutableInts
    read_at: MutableFloats
    truth: MutableFloats
    value: MutableFloats
    reached: MutableInts
    path: MutableFloats
    stages: MutableInts


# Why the rate of a source may have changed.
MOVED = 1
"""A variable that moves between events anyway was moved by one."""
CHANGED = 2
"""Something else changed."""

# Kinds of faults.
NO_FAULT = 0
NOT_FINITE = 1
RATE_TOO_HIGH = 2
NO_BOUND = 3
HALF_LIFE_NOT_POSITIVE = 4
BOUND_BROKEN = 5
BAD_DISTRIBUTION = 6
STATE_OVERFLOWS = 7
