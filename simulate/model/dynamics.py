"""What one event does: guards, marks, effects, transitions, and what stirs because of them."""

from simulate.model.evaluate import evaluate, fail, finite, holds
from simulate.model.layout import (
    BAD_DISTRIBUTION,
    CHANGED,
    HALF_LIFE_NOT_POSITIVE,
    MOVED,
    NOT_FINITE,
    STATE_OVERFLOWS,
    Floats,
    Model,
    MutableFloats,
    World,
)
from simulate.model.noise import DELAY, EVENT_PROBABILITY, RULE_PROBABILITY, child, uniform
from simulate.model.quantile import CATEGORICAL, CONSTANT, quantile, valid
from simulate.model.relaxation import anchor, value_at

HALVINGS = 52
"""A uniform has so many bits."""


def draw(world: World, identity: int, purpose: int, time: float) -> float:
    """The uniform of one firing for one purpose, used at `time`."""
    if time < world.branch_at[0]:
        return uniform(world.key[0], world.key[1], world.key[2], identity, purpose)
    return uniform(world.future[0], world.future[1], world.key[2], identity, purpose)


def sample(model: Model, world: World, distribution: int, u: float, time: float) -> float:
    """The quantile of a distribution whose arguments are read at `time`."""
    table = model.distributions
    kind = table.kind[distribution]
    if kind == CATEGORICAL:
        row = table.first_row[distribution]
        while row < table.last_row[distribution] - 1 and u >= table.cumulative[row]:
            row += 1
        return table.value[row]
    a = finite(model, world, table.a[distribution], time)
    b = finite(model, world, table.b[distribution], time) if table.b[distribution] >= 0 else 0.0
    c = finite(model, world, table.c[distribution], time) if table.c[distribution] >= 0 else 0.0
    if not valid(kind, a, b, c):
        fail(world, BAD_DISTRIBUTION, table.a[distribution], a)
        return 0.0
    return quantile(kind, u, a, b, c)


def pending(
    model: Model, world: World, distribution: int, identity: int, since: float, due: float, now: float
) -> float:
    """When a delay that began at `since` ends, after it has been drawn to end at `due`.

    One that is pending when its world branches is drawn anew on the condition that it ends later than
    that; a constant stays.
    """
    branch = world.branch_at[0]
    if not now < branch <= due or model.distributions.kind[distribution] == CONSTANT:
        return due
    # The smallest uniform that gives a later end, by bisection: quantiles rise with the uniform.
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if since + sample(model, world, distribution, middle, now) > branch:
            high = middle
        else:
            low = middle
    u = high + (1.0 - high) * draw(world, identity, DELAY, branch)
    later = since + sample(model, world, distribution, u, now) if u < 1.0 else due
    return later if later > branch else due


def removed(world: World, identity: int) -> bool:
    """Whether a firing is kept from happening."""
    found = False
    for row in range(world.removed[-1]):
        found = found or world.removed[row] == identity
    return found


def chance(model: Model, world: World, program: int, identity: int, purpose: int, time: float) -> bool:
    """Whether a probability comes true; clipped to 0..1, and certain where there is none (-1)."""
    if program < 0:
        return True
    probability = evaluate(model, world, program, time)
    if probability != probability:
        fail(world, NOT_FINITE, program, probability)
    return draw(world, identity, purpose, time) < probability


def draw_marks(model: Model, world: World, event: int, identity: int, time: float) -> None:
    """Draw an event's marks and make them the ones that programs read."""
    marks = model.marks
    for mark in range(model.events.first_mark[event], model.events.last_mark[event]):
        u = draw(world, identity, marks.purpose[mark], time)
        world.mark[marks.slot[mark]] = sample(model, world, marks.distribution[mark], u, time)


def keep_marks(model: Model, world: World, event: int, values: MutableFloats, offset: int) -> None:
    """Keep the marks that an event has just drawn, from `offset` on."""
    first = model.events.first_mark[event]
    for mark in range(first, model.events.last_mark[event]):
        values[offset + mark - first] = world.mark[model.marks.slot[mark]]


def recall_marks(model: Model, world: World, event: int, values: Floats, offset: int) -> None:
    """Make the marks that an event once drew the ones that programs read."""
    first = model.events.first_mark[event]
    for mark in range(first, model.events.last_mark[event]):
        world.mark[model.marks.slot[mark]] = values[offset + mark - first]


def happens(model: Model, world: World, event: int, identity: int, time: float, placed: bool) -> bool:
    """Draw an event's marks and read its guards; one that a policy places skips its probability."""
    if removed(world, identity):
        return False
    draw_marks(model, world, event, identity, time)
    if not holds(model, world, model.events.when[event], time):
        return False
    return placed or chance(model, world, model.events.probability[event], identity, EVENT_PROBABILITY, time)


def touch(model: Model, world: World, topic: int) -> None:
    """Note every source and outcome that reads a topic, each once."""
    topics = model.topics
    why = MOVED if topic < topics.lifecycles and model.variables.rest[topic] >= 0 else CHANGED
    for row in range(topics.first_source[topic], topics.last_source[topic]):
        source = topics.source[row]
        if world.touched_source[source] == 0:
            world.touched_sources[world.touched_sources[-1]] = source
            world.touched_sources[-1] += 1
        world.touched_source[source] = max(world.touched_source[source], why)
    for row in range(topics.first_outcome[topic], topics.last_outcome[topic]):
        outcome = topics.outcome[row]
        if world.touched_outcome[outcome] == 0:
            world.touched_outcome[outcome] = 1
            world.touched_outcomes[world.touched_outcomes[-1]] = outcome
            world.touched_outcomes[-1] += 1


def settle(world: World) -> None:
    """Forget what was touched, after the engine has seen to it."""
    for row in range(world.touched_sources[-1]):
        world.touched_source[world.touched_sources[row]] = 0
    world.touched_sources[-1] = 0
    for row in range(world.touched_outcomes[-1]):
        world.touched_outcome[world.touched_outcomes[row]] = 0
    world.touched_outcomes[-1] = 0


def refresh(model: Model, world: World, variable: int, time: float) -> None:
    """Read a variable's rest and half-life anew; its anchor moves only if one of them changed."""
    half_life = finite(model, world, model.variables.half_life[variable], time)
    if half_life <= 0.0:
        fail(world, HALF_LIFE_NOT_POSITIVE, model.variables.half_life[variable], half_life)
        return
    low = model.variables.low[variable]
    high = model.variables.high[variable]
    rest = min(max(finite(model, world, model.variables.rest[variable], time), low), high)
    if rest != world.rest[variable] or half_life != world.half_life[variable]:
        anchor(world, variable, value_at(world, variable, time), time)
        world.rest[variable] = rest
        world.half_life[variable] = half_life
        touch(model, world, variable)


def stir(model: Model, world: World, topic: int, time: float) -> None:
    """Let everything that reads a changed topic know: variables are refreshed at once."""
    topics = model.topics
    for row in range(topics.first_variable[topic], topics.last_variable[topic]):
        refresh(model, world, topics.variable[row], time)
    touch(model, world, topic)


def change(world: World, topic: int) -> None:
    """Note a changed topic; who reads it is told when the whole event has been applied."""
    world.changed[world.changed[-1]] = topic
    world.changed[-1] += 1


def affect(model: Model, world: World, first: int, last: int, time: float) -> None:
    """Apply effects together: all are read on the state before any of them changes it."""
    effects = model.effects
    for row in range(first, last):
        world.proposal[row - first] = finite(model, world, effects.program[row], time)
    for row in range(first, last):
        variable = effects.variable[row]
        before = value_at(world, variable, time)
        after = world.proposal[row - first]
        if effects.sets[row] == 0:
            after += before
        after = min(max(after, model.variables.low[variable]), model.variables.high[variable])
        if after - after != 0.0:
            fail(world, STATE_OVERFLOWS, effects.program[row], after)
        if after != before:
            anchor(world, variable, after, time)
            change(world, variable)


def choose_transitions(model: Model, world: World, event: int, own: int, identity: int, time: float) -> None:
    """Find the transition that each lifecycle makes at an event, before any of them is made.

    The lifecycle `own` is moved by the event itself and makes no other; -1 for none.
    """
    transitions = model.transitions
    world.taken_count[0] = 0
    settled = -1
    for row in range(transitions.first_of_event[event], transitions.last_of_event[event]):
        transition = transitions.on_event[row]
        lifecycle = transitions.lifecycle[transition]
        if lifecycle in (own, settled):
            continue
        if allowed(model, world, transition, child(identity, transitions.name[transition]), time):
            world.taken[world.taken_count[0]] = transition
            world.taken_count[0] += 1
            settled = lifecycle


def allowed(model: Model, world: World, transition: int, identity: int, time: float) -> bool:
    """Whether a transition's lifecycle stands in one of its stages and its guards hold."""
    transitions = model.transitions
    stage = world.stage[transitions.lifecycle[transition]]
    if model.code.stage_set[transitions.sources[transition] + stage] == 0 or removed(world, identity):
        return False
    if not holds(model, world, transitions.when[transition], time):
        return False
    return chance(model, world, transitions.probability[transition], identity, RULE_PROBABILITY, time)


def enter(model: Model, world: World, transition: int, identity: int, time: float) -> None:
    """Move a lifecycle to a transition's target; `identity` is that of the stage event."""
    lifecycle = model.transitions.lifecycle[transition]
    world.stage[lifecycle] = model.transitions.target[transition]
    world.entered_at[lifecycle] = time
    world.entry[lifecycle] = identity
    world.entries[lifecycle] += 1
    change(world, model.topics.lifecycles + lifecycle)


def fire(model: Model, world: World, event: int, transition: int, moves: bool, identity: int, time: float) -> None:
    """Do what an event does, once its guards held; `taken` then lists the transitions it brought.

    A `transition` other than -1 says that this is its stage event; `moves`, that the transition is
    made by this event (a clock's or a rate's), not by the one before it.
    """
    if transition >= 0:
        first, last = model.transitions.first_effect[transition], model.transitions.last_effect[transition]
    else:
        first, last = model.events.first_effect[event], model.events.last_effect[event]
    world.changed[-1] = 0
    affect(model, world, first, last, time)
    world.fired[event] += 1
    world.last[event] = time
    change(world, model.topics.counts + event)
    own = model.transitions.lifecycle[transition] if moves else -1
    choose_transitions(model, world, event, own, identity, time)
    if moves:
        enter(model, world, transition, identity, time)
    for row in range(world.taken_count[0]):
        taken = world.taken[row]
        enter(model, world, taken, child(identity, model.transitions.name[taken]), time)
    for row in range(world.changed[-1]):
        stir(model, world, world.changed[row], time)


def switch(model: Model, world: World, row: int, time: float) -> None:
    """Switch a calendar name on or off."""
    name = model.calendar.name[row]
    world.calendar[name] = model.calendar.value[row]
    stir(model, world, model.topics.calendar + name, time)
