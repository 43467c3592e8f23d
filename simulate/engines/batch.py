"""The batch engine: the order in which one world's events happen, as plain functions that compile.

It holds no rule: it finds what is due next, asks `simulate.model`, and enters what follows into the
agenda. Every function here also runs as plain Python, on lists.
"""

from simulate.engines.agenda import SIZE, clear, take
from simulate.engines.firing import happen_next, start_clocks
from simulate.engines.order import FIRST_GENERATION, OPENING, READING
from simulate.engines.state import (
    AT_THIS_INSTANT,
    CAPPED,
    DONE,
    EVENTS,
    FIRED,
    GENERATION,
    HISTORY,
    NOT_AWAITED,
    POINT,
    RUNNING,
    STATE,
    SWITCH,
    Chunk,
    Run,
)
from simulate.engines.tasks import (
    ARRIVE,
    CLOSE,
    DATE,
    OPEN,
    READ,
    attend_outcome,
    enter,
    going_on,
    next_date,
    wait_for_afterwards,
    wake,
)
from simulate.model import dynamics, field, observe, points, reaction
from simulate.model.arithmetic import INFINITY
from simulate.model.layout import MOVED
from simulate.model.worlds import branch_off, start_world


def run_chunk(run: Run, chunk: Chunk, seed_low: int, seed_high: int, first: int, worlds: int) -> int:
    """Run worlds from `first` on; returns how many were run, all but the last of which ended well."""
    for row in range(worlds):
        state = run_world(run, seed_low, seed_high, first + row)
        keep(run, chunk, row)
        if state not in (DONE, CAPPED):
            return row + 1
    return worlds


def keep(run: Run, chunk: Chunk, row: int) -> None:
    """Copy what a world came to into its chunk."""
    measures = run.measures
    outcomes = len(measures.value)
    for outcome in range(outcomes):
        chunk.value[row * outcomes + outcome] = measures.value[outcome]
        chunk.reached[row * outcomes + outcome] = measures.reached[outcome]
        chunk.left_out[row * outcomes + outcome] = 0 if measures.state[outcome] == observe.CLOSED else 1
    length = len(measures.path)
    for place in range(length):
        chunk.path[row * length + place] = measures.path[place]
    length = len(measures.stages)
    for place in range(length):
        chunk.stages[row * length + place] = measures.stages[place]
    length = len(run.refused)
    for place in range(length):
        chunk.refused[row * length + place] = run.refused[place]
    chunk.events[row] = run.now.whole[EVENTS]
    chunk.history[row] = run.now.whole[HISTORY]
    chunk.state[row] = run.now.whole[STATE]


def run_world(run: Run, seed_low: int, seed_high: int, number: int) -> int:
    """Run one world from the start to the horizon, or one future; returns the state in which it ended."""
    whole = run.now.whole
    branched = run.branch.world
    world = number if branched < 0 else branched
    start_world(run.model, run.world, run.field, run.measures, seed_low, seed_high, world)
    if branched >= 0:
        branch_off(run.world, number, run.branch.at)
    begin(run)
    horizon = run.model.grid.horizon
    while going_on(run):
        instant = earliest(run)
        if instant >= horizon:
            break
        if instant != run.now.instant[0]:
            run.now.instant[0] = instant
            whole[AT_THIS_INSTANT] = 0
        pass_instant(run, instant)
    if whole[STATE] == RUNNING:
        for outcome in range(len(run.model.outcomes.kind)):
            observe.close_window(run.model, run.world, run.measures, outcome)
        if going_on(run):
            whole[STATE] = DONE
    return whole[STATE]


def begin(run: Run) -> None:
    """Enter all that happens by itself, as a world starts."""
    model, looking = run.model, run.looking
    clear(run.agenda)
    for place in range(len(run.now.whole)):
        run.now.whole[place] = 0
    run.now.instant[0] = -1.0
    run.now.whole[GENERATION] = FIRST_GENERATION - 1
    for placement in range(len(run.refused)):
        run.refused[placement] = 0
    looking.queue[-1] = 0
    sources = model.sources
    for source in range(len(sources.event)):
        looking.when[source] = INFINITY
        looking.awaiting[source] = NOT_AWAITED
        if sources.rate[source] >= 0 or sources.lifecycle[source] >= 0:
            look_ahead(run, source, 0.0)
        elif sources.distribution[source] >= 0:
            identity = sources.identity[source]
            when = reaction.due(model, run.world, sources.distribution[source], identity, 0.0)
            enter(run, when, FIRST_GENERATION, sources.place[source], -1, DATE, source, -1, identity)
        else:
            next_date(run, source, sources.first_date[source])
    for lifecycle in range(len(run.world.stage)):
        start_clocks(run, lifecycle, -1, 0.0)
    for outcome in range(len(model.outcomes.kind)):
        if model.outcomes.after[outcome] == 0:
            enter(run, model.outcomes.opens[outcome], OPENING, 1, outcome, OPEN, outcome, 0, 0)


# -- instants ------------------------------------------------------------------------------------------


def earliest(run: Run) -> float:
    """When something is due next."""
    agenda, model = run.agenda, run.model
    time = agenda.time[agenda.heap[0]] if agenda.counters[SIZE] > 0 else INFINITY
    when = run.looking.when
    for source in range(len(when)):
        if when[source] < time:
            time = when[source]
    switch, point = run.now.whole[SWITCH], run.now.whole[POINT]
    if switch < len(model.calendar.time):
        time = min(time, model.calendar.time[switch])
    if point < model.grid.size:
        time = min(time, point * model.grid.step)
    return time


def due(run: Run, now: float, last: int) -> bool:
    """Whether something up to a generation is due now."""
    agenda = run.agenda
    if agenda.counters[SIZE] == 0:
        return False
    slot = agenda.heap[0]
    return agenda.time[slot] <= now and agenda.generation[slot] <= last


def pass_instant(run: Run, now: float) -> None:
    """Let everything happen that is due at an instant."""
    while due(run, now, OPENING) and going_on(run):
        attend_window(run, take(run.agenda), now)
    while going_on(run):
        look(run, now)
        switch_calendar(run, now)
        while due(run, now, READING - 1) and going_on(run):
            happen_next(run, take(run.agenda), now)
        if not going_on(run) or not look_afterwards(run, now):
            break
    while due(run, now, READING) and going_on(run):
        observe.read(run.model, run.world, run.measures, run.agenda.subject[take(run.agenda)], now)
    point = run.now.whole[POINT]
    if going_on(run) and point < run.model.grid.size and point * run.model.grid.step == now:
        observe.read_grid(run.model, run.world, run.measures, point, now)
        run.now.whole[POINT] = point + 1


def attend_window(run: Run, slot: int, now: float) -> None:
    """Open or close a window at its date, before all that happens then."""
    outcome = run.agenda.subject[slot]
    if run.agenda.task[slot] == CLOSE:
        observe.close_window(run.model, run.world, run.measures, outcome)
        return
    outcomes = run.model.outcomes
    closes = outcomes.closes[outcome]
    observe.open_window(run.model, run.world, run.measures, outcome, outcomes.opens[outcome], closes)
    attend_outcome(run, outcome, now, closes)


def switch_calendar(run: Run, now: float) -> None:
    """Switch the calendar names that are due."""
    times = run.model.calendar.time
    while run.now.whole[SWITCH] < len(times) and times[run.now.whole[SWITCH]] <= now:
        dynamics.switch(run.model, run.world, run.now.whole[SWITCH], now)
        run.now.whole[SWITCH] += 1
        world = run.world
        for row in range(world.touched_outcomes[-1]):
            enter(run, now, READING, 0, -1, READ, world.touched_outcomes[row], 0, 0)
        wake(run)


# -- random fields -------------------------------------------------------------------------------------


def look_ahead(run: Run, source: int, now: float) -> None:
    """Find when to look at a source again."""
    when, found = field.next_candidate(run.model, run.world, run.field, source, now)
    run.looking.when[source] = when
    run.looking.found[source] = 1 if found else 0


def look(run: Run, now: float) -> None:
    """Look at all points of this instant, in the order of the sources; those below their rate arrive."""
    looking = run.looking
    for source in range(len(looking.when)):
        while looking.when[source] <= now and going_on(run):
            if looking.found[source] == 1 and field.fires(run.model, run.world, run.field, source, now):
                arrive(run, source, now)
                looking.when[source] = INFINITY
                wait_for_afterwards(run, source, FIRED)
            elif going_on(run):
                look_ahead(run, source, now)


def arrive(run: Run, source: int, now: float) -> None:
    """A point lies below the rate: its event is due now, in its place among all that is."""
    sources = run.model.sources
    lifecycle, turn, transition = sources.lifecycle[source], sources.place[source], -1
    if lifecycle >= 0:
        transition = sources.hazard[sources.first_hazard[source] + run.world.stage[lifecycle]]
        turn = run.model.transitions.place[transition]
    enter(run, now, FIRST_GENERATION, turn, -1, ARRIVE, source, transition, run.field.found_identity[source])


def look_afterwards(run: Run, now: float) -> bool:
    """Find the next points of all sources that wait for it; returns whether one of them is due now."""
    looking = run.looking
    again = False
    for row in range(looking.queue[-1]):
        source = looking.queue[row]
        why = looking.awaiting[source]
        looking.awaiting[source] = NOT_AWAITED
        if field.stands(run.model, run.world, run.field, source, now, looking.when[source], why <= MOVED):
            continue
        if why != FIRED:
            points.consider_all_until(run.field, source, now)
        look_ahead(run, source, now)
        if looking.when[source] <= now:
            again = True
    looking.queue[-1] = 0
    return again
