"""What the batch engine does at a task: an event happens, and what follows from it is entered."""

from simulate.engines.history import longer_history
from simulate.engines.order import MOST_AT_ONE_INSTANT, READING
from simulate.engines.state import (
    AT_THIS_INSTANT,
    CAPPED,
    EVENTS,
    GENERATION,
    HISTORY,
    LOG_FULL,
    LOOPING,
    RUNNING,
    STATE,
    Run,
)
from simulate.engines.tasks import (
    ANSWER,
    ARRIVE,
    CLOCK,
    DATE,
    ENTER,
    READ,
    TELL_NAME,
    WARN,
    attend_outcome,
    enter,
    follow,
    going_on,
    next_date,
    wake,
)
from simulate.model import clocks, dynamics, observe, reaction
from simulate.model.arithmetic import INFINITY
from simulate.model.noise import ENDING, NAMED, child


def happen_next(run: Run, slot: int, now: float) -> None:
    """Do the task of a slot that was taken from the agenda."""
    agenda = run.agenda
    run.now.whole[GENERATION] = agenda.generation[slot]
    task, subject, detail = agenda.task[slot], agenda.subject[slot], agenda.detail[slot]
    identity, parent = agenda.identity[slot], agenda.parent[slot]
    transitions = run.model.transitions
    if task == ARRIVE:
        if detail < 0:
            happen(run, run.model.sources.event[subject], identity, -1, now)
        else:
            move(run, detail, identity, -1, now)
    elif task == ANSWER:
        answer(run, slot, now)
    elif task == DATE:
        happen_on_date(run, subject, detail, identity, now)
    elif task == ENTER:
        fire(run, transitions.stage_event[subject], subject, False, identity, parent, now)
    elif task == TELL_NAME:
        tell(run, transitions.named_event[subject], identity, parent, now)
    elif run.world.entries[transitions.lifecycle[subject]] == detail:
        if task == CLOCK:
            move(run, subject, identity, parent, now)
        else:
            stage = run.world.stage[transitions.lifecycle[subject]]
            tell(run, transitions.ending[transitions.endings[subject] + stage], identity, parent, now)


def tell(run: Run, event: int, identity: int, parent: int, now: float) -> None:
    """Let an event without guards happen, which tells of a transition."""
    if not dynamics.removed(run.world, identity):
        fire(run, event, -1, False, identity, parent, now)


def happen(run: Run, event: int, identity: int, parent: int, now: float) -> None:
    """Let an event happen if its guards hold."""
    if dynamics.happens(run.model, run.world, event, identity, now, False) and going_on(run):
        fire(run, event, -1, False, identity, parent, now)


def place(run: Run, event: int, identity: int, parent: int, placement: int, now: float) -> None:
    """Let an event happen that a policy places; its `when` may still refuse it."""
    if dynamics.happens(run.model, run.world, event, identity, now, True):
        if going_on(run):
            fire(run, event, -1, False, identity, parent, now)
    else:
        run.refused[placement] += 1


def move(run: Run, transition: int, identity: int, parent: int, now: float) -> None:
    """Make a transition by clock or rate, which is its own stage event, if its guards hold."""
    if dynamics.allowed(run.model, run.world, transition, identity, now) and going_on(run):
        fire(run, run.model.transitions.stage_event[transition], transition, True, identity, parent, now)


def happen_on_date(run: Run, source: int, row: int, identity: int, now: float) -> None:
    """A source's date has come; its next one is entered."""
    sources = run.model.sources
    if row >= 0 and sources.placement[source] >= 0:
        place(run, sources.event[source], identity, -1, sources.placement[source], now)
    else:
        happen(run, sources.event[source], identity, -1, now)
    next_date(run, source, row + 1 if row >= 0 else sources.first_date[source])


def record(run: Run, event: int, identity: int, parent: int, now: float) -> int:
    """Count an event, and write it down if asked to; one too many ends the world."""
    whole, log = run.now.whole, run.log
    whole[AT_THIS_INSTANT] += 1
    if whole[AT_THIS_INSTANT] > MOST_AT_ONE_INSTANT:
        whole[STATE] = LOOPING
        return -1
    number = whole[EVENTS]
    whole[EVENTS] = number + 1
    whole[HISTORY] = longer_history(whole[HISTORY], event, identity, now)
    if len(log.time) > 0:
        if number == len(log.time):
            whole[STATE] = LOG_FULL
            return -1
        log.time[number] = now
        log.event[number] = event
        log.identity[number] = identity
        log.parent[number] = parent
        dynamics.keep_marks(run.model, run.world, event, log.marks, number * log.width)
    if number + 1 >= run.limits.most_events:
        whole[STATE] = CAPPED
    return number


def fire(run: Run, event: int, transition: int, moves: bool, identity: int, parent: int, now: float) -> None:
    """Record an event, apply it, and enter what follows from it."""
    model, world = run.model, run.world
    number = record(run, event, identity, parent, now)
    if run.now.whole[STATE] != RUNNING:
        return
    for row in range(model.outcomes.first_of_event[event], model.outcomes.last_of_event[event]):
        outcome = model.outcomes.of_event[row]
        if observe.open_after(model, world, run.measures, outcome, now):
            attend_outcome(run, outcome, now, run.measures.closes_at[outcome])
    dynamics.fire(model, world, event, transition, moves, identity, now)
    if not going_on(run):
        return
    for row in range(world.touched_outcomes[-1]):
        observe.read(model, world, run.measures, world.touched_outcomes[row], now)
    wake(run)
    for row in range(world.taken_count[0]):
        taken = world.taken[row]
        caused = child(identity, model.transitions.name[taken])
        follow(run, now, now, model.transitions.place[taken], number, ENTER, taken, 0, caused)
    if transition >= 0:
        settle_in(run, transition, identity, number, now)
    for row in range(model.events.first_reaction[event], model.events.last_reaction[event]):
        await_answer(run, model.reactions.of_event[row], event, identity, number, now)
    topics = model.topics
    for row in range(topics.first_expiring[event], topics.last_expiring[event]):
        enter(run, now + topics.expiring_after[row], READING, 0, -1, READ, topics.expiring_outcome[row], 0, 0)


def settle_in(run: Run, transition: int, identity: int, number: int, now: float) -> None:
    """A stage was entered: its clocks start, and a named transition tells its name."""
    transitions = run.model.transitions
    lifecycle = transitions.lifecycle[transition]
    if run.world.entry[lifecycle] == identity:
        start_clocks(run, lifecycle, number, now)
    if transitions.named_event[transition] >= 0:
        name = child(identity, NAMED)
        follow(run, now, now, transitions.place[transition], number, TELL_NAME, transition, 0, name)


def start_clocks(run: Run, lifecycle: int, parent: int, now: float) -> None:
    """Start every clock of a lifecycle's present stage."""
    model, world = run.model, run.world
    transitions = model.transitions
    entries = world.entries[lifecycle]
    for transition in range(transitions.first_of_lifecycle[lifecycle], transitions.last_of_lifecycle[lifecycle]):
        when = clocks.due(model, world, transition, now)
        if not when < INFINITY:
            continue
        identity = clocks.clock_identity(model, world, transition)
        follow(run, now, when, transitions.place[transition], parent, CLOCK, transition, entries, identity)
        ending = transitions.ending[transitions.endings[transition] + world.stage[lifecycle]]
        warning = when - transitions.warn[transition]
        if ending >= 0 and now <= warning:
            told = child(identity, ENDING)
            follow(run, now, warning, transitions.place[transition], parent, WARN, transition, entries, told)


def await_answer(run: Run, rule: int, event: int, cause: int, number: int, now: float) -> None:
    """Enter a rule's answer to an event, after its delay."""
    reactions = run.model.reactions
    identity = child(cause, reactions.name[rule])
    due = reaction.due(run.model, run.world, reactions.delay[rule], identity, now)
    slot = follow(run, now, due, reactions.place[rule], number, ANSWER, rule, event, identity)
    if slot >= 0:
        dynamics.keep_marks(run.model, run.world, event, run.agenda.marks, slot * run.agenda.width)


def answer(run: Run, slot: int, now: float) -> None:
    """A rule's answer is due: see whether its guards hold, choose, act."""
    model, world, agenda = run.model, run.world, run.agenda
    rule, trigger, offset = agenda.subject[slot], agenda.detail[slot], slot * agenda.width
    identity, parent, placement = agenda.identity[slot], agenda.parent[slot], model.reactions.placement[rule]
    dynamics.recall_marks(model, world, trigger, agenda.marks, offset)
    if not reaction.decides(model, world, rule, identity, now) or not going_on(run):
        return
    event = reaction.choose(model, world, rule, identity, trigger, agenda.marks, offset, now)
    if event == reaction.NOBODY and placement >= 0:
        run.refused[placement] += 1
    if event < 0 or not going_on(run):
        return
    if placement >= 0:
        place(run, event, identity, parent, placement, now)
    else:
        happen(run, event, identity, parent, now)
