"""A world before anything has happened in it."""

from simulate.model.arithmetic import INFINITY
from simulate.model.evaluate import fail, finite
from simulate.model.layout import HALF_LIFE_NOT_POSITIVE, NO_FAULT, Field, Ints, Measures, Model, World
from simulate.model.noise import MASK, child, signed
from simulate.model.observe import begin
from simulate.model.points import BANDS, MOST_POINTS, SLOTS, forget_points
from simulate.model.relaxation import anchor

MOST_REMOVED = 2
"""So many firings can be kept from happening at once."""
NEVER = -1e300
"""When an event last fired that has not fired yet."""


def longest(first: Ints, last: Ints) -> int:
    """The length of the longest of some ranges, at least 1."""
    return max([1, *(end - start for start, end in zip(first, last, strict=True))])


def allocate_world(model: Model) -> World:
    """Room for one world, to be started with `start_world` as often as wanted."""
    variables = len(model.variables.start)
    lifecycles = len(model.lifecycles.start)
    events = len(model.events.when)
    effects = max(
        longest(model.events.first_effect, model.events.last_effect),
        longest(model.transitions.first_effect, model.transitions.last_effect),
    )
    return World(
        key=[0, 0, 0],
        branch_at=[INFINITY],
        future=[0, 0],
        removed=[0] * (MOST_REMOVED + 1),
        anchor=[0.0] * variables,
        anchored_at=[0.0] * variables,
        rest=[0.0] * variables,
        half_life=[0.0] * variables,
        read_at=[0.0] * variables,
        read=[0.0] * variables,
        stage=[0] * lifecycles,
        entered_at=[0.0] * lifecycles,
        entry=[0] * lifecycles,
        entries=[0] * lifecycles,
        fired=[0] * events,
        last=[NEVER] * events,
        calendar=list(model.calendar.start),
        mark=[0.0] * max([1, *(slot + 1 for slot in model.marks.slot)]),
        register=[0.0] * model.code.constants_from + list(model.code.constant),
        low=[0.0] * model.code.constants_from + list(model.code.constant),
        high=[0.0] * model.code.constants_from + list(model.code.constant),
        range_low=[0.0] * variables,
        range_high=[0.0] * variables,
        proposal=[0.0] * effects,
        taken=[0] * (lifecycles + 1),
        taken_count=[0],
        changed=[0] * (effects + lifecycles + 3),
        touched_source=[0] * len(model.sources.event),
        touched_sources=[0] * (len(model.sources.event) + 1),
        touched_outcome=[0] * len(model.outcomes.kind),
        touched_outcomes=[0] * (len(model.outcomes.kind) + 1),
        fault=[NO_FAULT, -1],
        fault_value=[0.0],
    )


def allocate_field(model: Model, widening: float = 1.0) -> Field:
    """Room for the random fields of one world; `widening` makes every bound so much wider than it need be."""
    sources = len(model.sources.event)
    bands = sources * BANDS
    slots = bands * SLOTS
    width = longest(model.code.first_moving, model.code.last_moving)
    return Field(
        band_identity=[child(identity, band) for identity in model.sources.identity for band in range(BANDS)],
        tile=[0] * slots,
        tile_identity=[0] * slots,
        points=[0] * slots,
        time=[0.0] * (slots * MOST_POINTS),
        level=[0.0] * (slots * MOST_POINTS),
        number=[0] * (slots * MOST_POINTS),
        cursor_at=[0.0] * bands,
        cursor_tile=[0] * bands,
        cursor_point=[0] * bands,
        considered_at=[0.0] * sources,
        considered_band=[0] * sources,
        considered_tile=[0] * sources,
        considered_number=[0] * sources,
        found_level=[0.0] * sources,
        found_identity=[0] * sources,
        bound=[0.0] * sources,
        assumed_low=[0.0] * (sources * width),
        assumed_high=[0.0] * (sources * width),
        width=width,
        widening=[widening],
    )


def allocate_measures(model: Model) -> Measures:
    """Room for what one world measures."""
    outcomes = len(model.outcomes.kind)
    paths = sum(path >= 0 for path in model.outcomes.path)
    return Measures(
        state=[0] * outcomes,
        opened_at=[0.0] * outcomes,
        closes_at=[0.0] * outcomes,
        baseline=[0.0] * outcomes,
        total=[0.0] * outcomes,
        readings=[0] * outcomes,
        read_at=[0.0] * outcomes,
        truth=[0.0] * outcomes,
        value=[0.0] * outcomes,
        reached=[0] * outcomes,
        path=[0.0] * (paths * model.grid.size),
        stages=[0] * (len(model.lifecycles.start) * model.grid.size),
    )


def start_world(
    model: Model, world: World, field: Field, measures: Measures, seed_low: int, seed_high: int, number: int
) -> None:
    """Put a world back to the scenario's start, with the luck of one number under one seed."""
    world.key[0], world.key[1], world.key[2] = seed_low, seed_high, number
    world.branch_at[0] = INFINITY
    world.fault[0], world.fault[1] = NO_FAULT, -1
    world.touched_sources[-1] = world.touched_outcomes[-1] = 0
    for lifecycle in range(len(world.stage)):
        world.stage[lifecycle] = model.lifecycles.start[lifecycle]
        world.entered_at[lifecycle] = model.lifecycles.since[lifecycle]
        world.entry[lifecycle] = model.lifecycles.identity[lifecycle]
        world.entries[lifecycle] = 0
    for event in range(len(world.fired)):
        world.fired[event] = 0
        world.last[event] = NEVER
    for name in range(len(world.calendar)):
        world.calendar[name] = model.calendar.start[name]
    for variable in range(len(world.anchor)):
        anchor(world, variable, model.variables.start[variable], 0.0)
        world.half_life[variable] = 0.0
    for variable in range(len(world.anchor)):
        if model.variables.rest[variable] >= 0:
            start_moving(model, world, variable)
    forget_points(field)
    begin(measures)


def branch_off(world: World, future: int, at: float) -> None:
    """Give a world that has just been put to its start fresh luck from a time on; future 0 is its own.

    Draws from then on depend on the seed, the world and the future.
    """
    if future > 0:
        key = child(signed(world.key[1], world.key[0]), future)
        world.branch_at[0] = at
        world.future[0], world.future[1] = key & MASK, (key >> 32) & MASK


def remove_firings(world: World, firings: Ints) -> None:
    """Keep some firings, at most `MOST_REMOVED`, from happening in a world however often it is started."""
    for row in range(len(firings)):
        world.removed[row] = firings[row]
    world.removed[-1] = len(firings)


def start_moving(model: Model, world: World, variable: int) -> None:
    """The first rest and half-life of a variable that fades."""
    low, high = model.variables.low[variable], model.variables.high[variable]
    rest = finite(model, world, model.variables.rest[variable], 0.0)
    world.rest[variable] = min(max(rest, low), high)
    half_life = finite(model, world, model.variables.half_life[variable], 0.0)
    if half_life <= 0.0:
        fail(world, HALF_LIFE_NOT_POSITIVE, model.variables.half_life[variable], half_life)
    world.half_life[variable] = half_life
