"""The reference engine: one world in SimPy, each source, rule and clock a process that can be read aloud.

It holds no rule: a process waits, asks `simulate.model`, and fires.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import simpy

from simulate.compiled import Compiled
from simulate.engines.actors import Stage
from simulate.engines.clock import Clock, Process
from simulate.engines.faults import fault_error, loop_error
from simulate.engines.order import (
    AFTERWARDS,
    FIRST_GENERATION,
    LOOKING,
    MOST_AT_ONE_INSTANT,
    MOST_EVENTS,
    OPENING,
)
from simulate.engines.readings import Readings
from simulate.engines.record import Events, WorldRecord
from simulate.engines.state import UNBRANCHED, Branch
from simulate.model import clocks, dynamics, field, observe, points, reaction
from simulate.model.noise import ENDING, MASK, NAMED, child
from simulate.model.worlds import (
    allocate_field,
    allocate_measures,
    allocate_world,
    branch_off,
    remove_firings,
    start_world,
)

Actor: TypeAlias = Callable[[Stage], Process]


class TooManyEvents(Exception):
    """A world reached the limit of events."""


class Reference:
    """Runs worlds of one model, one after the other."""

    def __init__(
        self,
        compiled: Compiled,
        seed: int,
        most_events: int = MOST_EVENTS,
        widening: float = 1.0,
        branch: Branch = UNBRANCHED,
    ) -> None:
        self.compiled = compiled
        self.branch = branch
        self.model = compiled.model
        self.seed = seed
        self.most_events = most_events
        self.world = allocate_world(self.model)
        self.field = allocate_field(self.model, widening)
        self.measures = allocate_measures(self.model)
        self.clock = Clock()
        self.events = Events()
        self.generation = FIRST_GENERATION
        self.turned_at = -1.0
        self.at_this_instant = 0
        self.instant = -1.0
        self.looking: list[simpy.Process | None] = []
        self.refused: list[int] = []
        self.happened: dict[int, list[simpy.Event]] = {}
        self.readings = Readings(self)

    # -- one world ---------------------------------------------------------------------------------

    def run(self, number: int, actors: Iterable[Actor] = (), removed: Sequence[int] = ()) -> WorldRecord:
        """Run one world from the start to the horizon, or one future of the world that is branched.

        Parameters
        ----------
        number : int
            Which world: its luck depends on this number and the seed alone.
        actors : iterable of callables
            Further processes written in Python; see `simulate.engines.actors`.
        removed : sequence of int
            Identities of firings that are kept from happening.
        """
        world = number if self.branch.world < 0 else self.branch.world
        start_world(self.model, self.world, self.field, self.measures, self.seed & MASK, self.seed >> 32, world)
        if self.branch.world >= 0:
            branch_off(self.world, number, self.branch.at)
        remove_firings(self.world, removed)
        self.clock = Clock()
        self.events = Events()
        self.generation, self.turned_at = FIRST_GENERATION, -1.0
        self.instant, self.at_this_instant = -1.0, 0
        self.happened = {}
        self.refused = [0] * len(self.compiled.labels.placements)
        self.check()
        self.start_processes()
        for actor in actors:
            self.clock.process(actor(Stage(self, getattr(actor, "__qualname__", repr(type(actor))))))
        capped = False
        try:
            self.clock.run(until=self.clock.at(self.model.grid.horizon, (OPENING - 2,)))
        except TooManyEvents:
            capped = True
        else:
            self.readings.close_all()
        return WorldRecord(
            number=number,
            events=self.events,
            values=list(self.measures.value),
            reached=list(self.measures.reached),
            left_out=[int(state != observe.CLOSED) for state in self.measures.state],
            paths=list(self.measures.path),
            stages=list(self.measures.stages),
            refused=self.refused,
            capped=capped,
        )

    def start_processes(self) -> None:
        """Everything that acts by itself."""
        sources = self.model.sources
        self.looking = []
        for source in range(len(sources.event)):
            is_field = sources.rate[source] >= 0 or sources.lifecycle[source] >= 0
            process = self.clock.process(self.at_its_rate(source) if is_field else self.on_its_dates(source))
            self.looking.append(process if is_field else None)
        self.clock.process(self.by_the_calendar())
        for lifecycle in range(len(self.world.stage)):
            self.start_clocks(lifecycle, -1)
        self.readings.start()

    def check(self) -> None:
        """Stop at the first number that means nothing."""
        if self.world.fault[0] != 0:
            raise fault_error(self.compiled, self.world, self.now)

    @property
    def now(self) -> float:
        """Days from the start."""
        return float(self.clock.now)

    # -- processes ---------------------------------------------------------------------------------

    def at_its_rate(self, source: int) -> Process:
        """A source with a rate: wait for the next point under a bound, look, and fire if it lies below."""
        while True:
            try:
                when, found = field.next_candidate(self.model, self.world, self.field, source, self.now)
                self.check()
                if when >= self.model.grid.horizon:
                    when = self.model.grid.horizon
                yield self.clock.at(when, (LOOKING, source))
                if found and field.fires(self.model, self.world, self.field, source, self.now):
                    self.clock.process(self.arrive(source, self.field.found_identity[source]))
                    self.check()
                    # What the event does is seen before the next point is looked for.
                    yield self.clock.at(self.now, (AFTERWARDS,))
                self.check()
            except simpy.Interrupt:
                yield from self.see_out(source)

    def see_out(self, source: int) -> Process:
        """What a source's rate reads has changed: see what else happens at this instant, then look anew."""
        points.consider_all_until(self.field, source, self.now)
        while True:
            try:
                yield self.clock.at(self.now, (AFTERWARDS,))
                return
            except simpy.Interrupt:
                continue

    def arrive(self, source: int, identity: int) -> Process:
        """A point lay below the rate: its event is due now, in its place among all that is."""
        sources, transitions = self.model.sources, self.model.transitions
        lifecycle = sources.lifecycle[source]
        if lifecycle < 0:
            yield from self.turn(self.now, sources.place[source], -1, FIRST_GENERATION)
            self.happen(sources.event[source], identity, -1)
        else:
            transition = sources.hazard[sources.first_hazard[source] + self.world.stage[lifecycle]]
            yield from self.turn(self.now, transitions.place[transition], -1, FIRST_GENERATION)
            self.move(transition, identity, -1)

    def on_its_dates(self, source: int) -> Process:
        """A source with known dates, or one that is drawn."""
        sources = self.model.sources
        place = sources.place[source]
        if sources.distribution[source] >= 0:
            identity = sources.identity[source]
            when = reaction.due(self.model, self.world, sources.distribution[source], identity, 0.0)
            self.check()
            yield from self.turn(when, place, -1, FIRST_GENERATION)
            self.happen(sources.event[source], identity, -1)
        for row in range(sources.first_date[source], sources.last_date[source]):
            yield from self.turn(sources.date[row], place, -1, FIRST_GENERATION)
            if sources.placement[source] >= 0:
                self.place(sources.event[source], sources.date_identity[row], -1, sources.placement[source])
            else:
                self.happen(sources.event[source], sources.date_identity[row], -1)

    def by_the_calendar(self) -> Process:
        """Names that are switched at known dates, before anything else at their instant."""
        for row in range(len(self.model.calendar.time)):
            yield self.clock.at(self.model.calendar.time[row], (FIRST_GENERATION, -1))
            dynamics.switch(self.model, self.world, row, self.now)
            outcomes = self.touched()
            if outcomes:
                self.readings.read_at(self.now, outcomes)
            self.check()

    def touched(self) -> list[int]:
        """Wake the sources that read something changed; returns the outcomes that do."""
        world = self.world
        for row in range(world.touched_sources[-1]):
            process = self.looking[world.touched_sources[row]]
            if process is not None and process.is_alive and process is not self.clock.active_process:
                process.interrupt()
        outcomes = [world.touched_outcomes[row] for row in range(world.touched_outcomes[-1])]
        dynamics.settle(world)
        return outcomes

    # -- events ------------------------------------------------------------------------------------

    def turn(self, time: float, place: int, parent: int, generation: int) -> Process:
        """Wait for a time, and there for one's place among all that is due."""
        yield self.clock.at(time, (generation, place, parent))
        self.generation, self.turned_at = generation, self.now

    def next_turn(self, time: float, place: int, parent: int) -> Process:
        """Wait for one's turn because of event `parent`: in the next generation if it is at once."""
        at_once = time <= self.now and self.turned_at == self.now
        generation = self.generation + 1 if at_once else FIRST_GENERATION
        return self.turn(max(time, self.now), place, parent, generation)

    def happen(self, event: int, identity: int, parent: int, placed: bool = False) -> bool:
        """Let an event happen if its guards hold; returns whether it did."""
        happens = dynamics.happens(self.model, self.world, event, identity, self.now, placed)
        self.check()
        if happens:
            self.fire(event, -1, False, identity, parent)
        return happens

    def place(self, event: int, identity: int, parent: int, placement: int) -> None:
        """Let an event happen that a policy places; its `when` may still refuse it."""
        if not self.happen(event, identity, parent, placed=True):
            self.refused[placement] += 1

    def tell(self, event: int, identity: int, parent: int) -> None:
        """Let an event without guards happen, which tells of a transition."""
        if not dynamics.removed(self.world, identity):
            self.fire(event, -1, False, identity, parent)

    def move(self, transition: int, identity: int, parent: int) -> None:
        """Make a transition by clock or rate, which is its own stage event, if its guards hold."""
        allowed = dynamics.allowed(self.model, self.world, transition, identity, self.now)
        self.check()
        if allowed:
            self.fire(self.model.transitions.stage_event[transition], transition, True, identity, parent)

    def fire(self, event: int, transition: int, moves: bool, identity: int, parent: int) -> None:
        """Record an event, apply it, and start what follows from it."""
        number = self.record(event, identity, parent)
        self.readings.open_after(event)
        dynamics.fire(self.model, self.world, event, transition, moves, identity, self.now)
        self.check()
        self.readings.read(self.touched())
        for row in range(self.world.taken_count[0]):
            self.clock.process(self.enter(self.world.taken[row], identity, number))
        if transition >= 0:
            self.settle_in(transition, identity, number)
        marks = self.events.marks[number]
        for row in range(self.model.events.first_reaction[event], self.model.events.last_reaction[event]):
            self.clock.process(self.answer(self.model.reactions.of_event[row], event, marks, identity, number))
        self.readings.expire(event)
        for waiting in self.happened.pop(event, ()):
            waiting.succeed(number)

    def record(self, event: int, identity: int, parent: int) -> int:
        """Write an event down, unless it is one too many."""
        if self.now != self.instant:
            self.instant, self.at_this_instant = self.now, 0
        self.at_this_instant += 1
        if self.at_this_instant > MOST_AT_ONE_INSTANT:
            raise loop_error(self.compiled, self.events, self.world.key[2], MOST_AT_ONE_INSTANT)
        marks = self.model.marks
        first, last = self.model.events.first_mark[event], self.model.events.last_mark[event]
        values = tuple(self.world.mark[marks.slot[mark]] for mark in range(first, last))
        number = self.events.add(self.now, event, identity, parent, values)
        if len(self.events) >= self.most_events:
            raise TooManyEvents
        return number

    # -- what follows from an event ----------------------------------------------------------------

    def enter(self, transition: int, cause: int, parent: int) -> Process:
        """A transition that an event brought: its stage event joins the next generation."""
        transitions = self.model.transitions
        identity = child(cause, transitions.name[transition])
        yield from self.next_turn(self.now, transitions.place[transition], parent)
        self.fire(transitions.stage_event[transition], transition, False, identity, parent)

    def settle_in(self, transition: int, identity: int, number: int) -> None:
        """A stage was entered: its clocks start, and a named transition tells its name."""
        lifecycle = self.model.transitions.lifecycle[transition]
        if self.world.entry[lifecycle] == identity:
            self.start_clocks(lifecycle, number)
        if self.model.transitions.named_event[transition] >= 0:
            self.clock.process(self.tell_name(transition, identity, number))

    def tell_name(self, transition: int, identity: int, parent: int) -> Process:
        """The event by which a named transition is known."""
        event = self.model.transitions.named_event[transition]
        yield from self.next_turn(self.now, self.model.transitions.place[transition], parent)
        self.tell(event, child(identity, NAMED), parent)

    def start_clocks(self, lifecycle: int, parent: int) -> None:
        """Start every clock of a lifecycle's present stage."""
        transitions = self.model.transitions
        for transition in range(transitions.first_of_lifecycle[lifecycle], transitions.last_of_lifecycle[lifecycle]):
            due = clocks.due(self.model, self.world, transition, self.now)
            self.check()
            if due < self.model.grid.horizon:
                self.clock.process(self.by_clock(transition, due, parent))
            ending = transitions.ending[transitions.endings[transition] + self.world.stage[lifecycle]]
            warning = due - transitions.warn[transition]
            if ending >= 0 and self.now <= warning < self.model.grid.horizon:
                self.clock.process(self.warn(transition, ending, warning, parent))

    def by_clock(self, transition: int, due: float, parent: int) -> Process:
        """A transition that comes due unless its stage is left before."""
        lifecycle = self.model.transitions.lifecycle[transition]
        identity = clocks.clock_identity(self.model, self.world, transition)
        entry = self.world.entries[lifecycle]
        yield from self.next_turn(due, self.model.transitions.place[transition], parent)
        if self.world.entries[lifecycle] == entry:
            self.move(transition, identity, parent)

    def warn(self, transition: int, event: int, due: float, parent: int) -> Process:
        """The event that a stage is about to end, unless it is left before."""
        lifecycle = self.model.transitions.lifecycle[transition]
        identity = child(clocks.clock_identity(self.model, self.world, transition), ENDING)
        entry = self.world.entries[lifecycle]
        yield from self.next_turn(due, self.model.transitions.place[transition], parent)
        if self.world.entries[lifecycle] == entry:
            self.tell(event, identity, parent)

    def answer(self, rule: int, trigger: int, marks: tuple[float, ...], cause: int, parent: int) -> Process:
        """A rule's answer to an event: wait, see whether the guards hold, choose, act."""
        reactions = self.model.reactions
        identity = child(cause, reactions.name[rule])
        dynamics.recall_marks(self.model, self.world, trigger, marks, 0)
        due = reaction.due(self.model, self.world, reactions.delay[rule], identity, self.now)
        self.check()
        yield from self.next_turn(due, reactions.place[rule], parent)
        dynamics.recall_marks(self.model, self.world, trigger, marks, 0)
        decides = reaction.decides(self.model, self.world, rule, identity, self.now)
        self.check()
        if not decides:
            return
        event = reaction.choose(self.model, self.world, rule, identity, trigger, marks, 0, self.now)
        self.check()
        if event == reaction.NOBODY and reactions.placement[rule] >= 0:
            self.refused[reactions.placement[rule]] += 1
        if event < 0:
            return
        if reactions.placement[rule] >= 0:
            self.place(event, identity, parent, reactions.placement[rule])
        else:
            self.happen(event, identity, parent)
