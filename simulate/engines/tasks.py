"""What the batch engine enters into its agenda, and when a world ends."""

from simulate.engines.agenda import OVERFLOWED, schedule
from simulate.engines.order import FIRST_GENERATION, OPENING, READING
from simulate.engines.state import AGENDA_FULL, FAULTY, GENERATION, NOT_AWAITED, RUNNING, STATE, STOPPED, Run
from simulate.model import dynamics

# Tasks of the agenda, and what their subject and detail are.
DATE = 0
"""A source and the row of its date, -1 for a date that was drawn."""
ARRIVE = 1
"""A source, and the transition that it makes, if any."""
ENTER = 2
"""A transition that an event brought."""
TELL_NAME = 3
"""A transition."""
CLOCK = 4
"""A transition, and the number of the entry whose clock it is."""
WARN = 5
"""The same."""
ANSWER = 6
"""A rule, and the event that it answers."""
OPEN = 7
CLOSE = 8
READ = 9
"""An outcome each."""


def going_on(run: Run) -> bool:
    """Whether a world still runs; what ends it is noted."""
    whole = run.now.whole
    if whole[STATE] == RUNNING:
        if run.world.fault[0] != 0:
            whole[STATE] = FAULTY
        elif run.agenda.counters[OVERFLOWED] != 0:
            whole[STATE] = AGENDA_FULL
        elif run.limits.stop[0] != 0:
            whole[STATE] = STOPPED
    return whole[STATE] == RUNNING


def enter(
    run: Run, time: float, generation: int, place: int, parent: int, task: int, subject: int, detail: int, identity: int
) -> int:
    """Enter a task into the agenda, unless it lies beyond the horizon; returns its slot, -1 for none."""
    if time >= run.model.grid.horizon:
        return -1
    agenda = run.agenda
    slot = schedule(agenda, time, generation, place, parent)
    agenda.task[slot] = task
    agenda.subject[slot] = subject
    agenda.detail[slot] = detail
    agenda.identity[slot] = identity
    return slot


def follow(
    run: Run, now: float, time: float, place: int, parent: int, task: int, subject: int, detail: int, identity: int
) -> int:
    """Enter what an event brings: in the next generation if it is at once."""
    generation = run.now.whole[GENERATION] + 1 if time <= now else FIRST_GENERATION
    return enter(run, max(time, now), generation, place, parent, task, subject, detail, identity)


def next_date(run: Run, source: int, row: int) -> None:
    """Enter a source's date."""
    sources = run.model.sources
    if row < sources.last_date[source]:
        place, identity = sources.place[source], sources.date_identity[row]
        enter(run, sources.date[row], FIRST_GENERATION, place, -1, DATE, source, row, identity)


def attend_outcome(run: Run, outcome: int, opens: float, closes: float) -> None:
    """Read an open window first at the end of its first instant, and see to its close."""
    enter(run, opens, READING, 0, -1, READ, outcome, 0, 0)
    enter(run, closes, OPENING, 0, outcome, CLOSE, outcome, 0, 0)


def wait_for_afterwards(run: Run, source: int, why: int) -> None:
    """Let a source find its next point when everything has happened at this instant."""
    looking = run.looking
    if looking.awaiting[source] == NOT_AWAITED:
        looking.queue[looking.queue[-1]] = source
        looking.queue[-1] += 1
    looking.awaiting[source] = max(looking.awaiting[source], why)


def wake(run: Run) -> None:
    """See to the sources whose rates read something that has changed."""
    world = run.world
    for row in range(world.touched_sources[-1]):
        source = world.touched_sources[row]
        wait_for_afterwards(run, source, world.touched_source[source])
    dynamics.settle(world)
