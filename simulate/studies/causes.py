"""Why one world went as it did: every event with those that decided it, and by how much."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulate.compiled import Compiled
from simulate.engines.record import WorldRecord
from simulate.engines.witness import Snapshot, Witness
from simulate.model import observe
from simulate.model import operations as op
from simulate.model.evaluate import evaluate
from simulate.model.layout import Model
from simulate.model.worlds import allocate_world
from simulate.studies.reads import (
    Route,
    Topic,
    further_reads,
    programs_of,
    route,
    stage_events,
    topics_of,
    upstream,
    widened,
)

PARENT = "parent"
INDIRECT = "indirectly"
KINDS = ("rate", "utility", "probability", "when")


@dataclass(frozen=True, slots=True)
class Link:
    """One event that had a part in another.

    Attributes
    ----------
    cause, effect : int
        Numbers of the events.
    through : str
        `parent`, or the variable, stage or count that the cause changed and the effect read.
    kind : str
        What read it: `rate`, `utility`, `probability` or `when`; `indirectly` if none read it itself.
    contribution : float or None
        By how much the cause raised the logarithm of the rate, the utility of what was chosen, or the
        probability, everything else being as it was; infinite if nothing would be left of a rate.
    """

    cause: int
    effect: int
    through: str
    kind: str
    contribution: float | None


class History:
    """One world with everything that stood behind each event.

    Parameters
    ----------
    compiled : Compiled
    seed, world : int
    most_events : int
    """

    def __init__(self, compiled: Compiled, seed: int, world: int, most_events: int) -> None:
        self.compiled = compiled
        self.model = compiled.model
        witness = Witness(compiled, seed, most_events)
        self.record: WorldRecord = witness.run(world)
        self.before, self.after = witness.before, witness.after
        self.bench = allocate_world(self.model)
        self.direct: dict[int, list[tuple[int, Topic | None]]] = {}

    def __len__(self) -> int:
        return len(self.record.events)

    # -- what an event depends on ----------------------------------------------------------------------

    @cached_property
    def entering(self) -> dict[int, int]:
        """The lifecycle of each event that tells of a stage."""
        return {
            event: lifecycle
            for lifecycle in range(len(self.model.lifecycles.start))
            for event in stage_events(self.model, lifecycle)
        }

    @cached_property
    def changers(self) -> dict[Topic, list[int]]:
        """For each topic, the events that changed it, in order."""
        found: dict[Topic, list[int]] = defaultdict(list)
        for number, event in enumerate(self.record.events.event):
            before, after = self.before[number], self.after[number]
            found[op.COUNT, event].append(number)
            for variable, value in enumerate(after.values):
                if value != before.values[variable]:
                    found[op.STATE, variable].append(number)
            for lifecycle, stage in enumerate(after.stage):
                if stage != before.stage[lifecycle] or self.entering.get(event) == lifecycle:
                    found[op.STAGE, lifecycle].append(number)
        return found

    def route(self, number: int) -> Route:
        """How an event came about."""
        events = self.record.events
        event, parent = events.event[number], events.parent[number]
        lifecycle = self.entering.get(event)
        stage = 0 if lifecycle is None else self.before[number].stage[lifecycle]
        parent_event = events.event[parent] if parent >= 0 else -1
        parent_identity = events.identity[parent] if parent >= 0 else 0
        return route(self.model, event, events.identity[number], parent_event, parent_identity, stage)

    def causes(self, number: int) -> list[tuple[int, Topic | None]]:
        """The events that had a direct part in an event, with what they changed; None for its parent."""
        if number not in self.direct:
            event, way = self.record.events.event[number], self.route(number)
            programs = [each for kind in programs_of(self.model, event, way).values() for each in kind]
            read = further_reads(self.model, event, way).union(*(topics_of(self.model, each) for each in programs))
            found: list[tuple[int, Topic | None]] = []
            if self.record.events.parent[number] >= 0:
                found.append((self.record.events.parent[number], None))
            for topic in sorted(widened(self.model, read)):
                found.extend((cause, topic) for cause in self.changers.get(topic, ()) if cause < number)
            self.direct[number] = found
        return self.direct[number]

    def ancestors(self, roots: list[int]) -> list[int]:
        """Events from which others follow back: the given ones and everything that had a part in them."""
        found: set[int] = set()
        waiting = list(roots)
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting.extend(cause for cause, _ in self.causes(number))
        return sorted(found)

    # -- by how much -----------------------------------------------------------------------------------

    def value(self, program: int, snapshot: Snapshot, marks_of: int = -1) -> float:
        """A program's value where a world stands so; marks are those of an event."""
        bench, events = self.bench, self.record.events
        bench.anchor[:] = snapshot.values
        bench.stage[:] = snapshot.stage
        bench.fired[:] = snapshot.fired
        bench.last[:] = snapshot.last
        bench.calendar[:] = snapshot.calendar
        if marks_of >= 0:
            first = self.model.events.first_mark[events.event[marks_of]]
            for place, mark in enumerate(events.marks[marks_of]):
                bench.mark[self.model.marks.slot[first + place]] = mark
        return evaluate(self.model, bench, program, snapshot.time)

    def undone(self, number: int, cause: int, topic: Topic) -> Snapshot:
        """How the world would stand before an event, had a cause not changed one topic."""
        now, before, after = self.before[number], self.before[cause], self.after[cause]
        kind, index = topic
        if kind == op.STAGE:
            return now._replace(stage=replaced(now.stage, index, before.stage[index]))
        if kind == op.COUNT:
            last = now.last if now.last[index] > after.last[index] else replaced(now.last, index, before.last[index])
            return now._replace(fired=replaced(now.fired, index, now.fired[index] - 1), last=last)
        half_life = after.half_life[index]
        faded = 2.0 ** (-(now.time - after.time) / half_life) if half_life > 0.0 else 1.0
        value = now.values[index] - faded * (after.values[index] - before.values[index])
        return now._replace(values=replaced(now.values, index, value))

    def links(self, number: int) -> list[Link]:
        """Everything that had a direct part in an event; the parent first, then what contributed most."""
        event, way = self.record.events.event[number], self.route(number)
        programs = programs_of(self.model, event, way)
        parent = self.record.events.parent[number]
        found = []
        for cause, topic in self.causes(number):
            if topic is None:
                found.append(Link(cause, number, PARENT, PARENT, None))
                continue
            kind, contribution = INDIRECT, None
            for each in KINDS:
                if any(topic in topics_of(self.model, program) for program in programs[each]):
                    kind, contribution = each, self.contribution(number, cause, topic, each, way)
                    break
            found.append(Link(cause, number, self.name(topic), kind, contribution))
        return sorted(found, key=lambda link: (link.cause != parent or link.kind != PARENT, -size(link)))

    def contribution(self, number: int, cause: int, topic: Topic, kind: str, way: Route) -> float | None:
        """By how much a cause raised what decided an event, through one topic."""
        event = self.record.events.event[number]
        programs = programs_of(self.model, event, way)[kind]
        if kind == "utility":
            options = range(self.model.reactions.first_option[way.rule], self.model.reactions.last_option[way.rule])
            programs = [self.model.options.utility[o] for o in options if self.model.options.event[o] == event]
        total = 0.0
        marks_of = number if kind == "when" else self.record.events.parent[number]
        without = self.undone(number, cause, topic)
        for program in programs:
            now = self.value(program, self.before[number], marks_of)
            then = self.value(program, without, marks_of)
            if kind == "rate":
                return math.log(now) - math.log(then) if now > 0.0 and then > 0.0 else math.inf if now > 0.0 else None
            total += now - then
        return total

    def name(self, topic: Topic) -> str:
        """What a topic is called."""
        labels = self.compiled.labels
        tables = {op.STATE: labels.variables, op.STAGE: labels.lifecycles, op.COUNT: labels.events}
        name = tables[topic[0]][topic[1]]
        return f"count of {name}" if topic[0] == op.COUNT else name

    # -- what decided an outcome -----------------------------------------------------------------------

    def window(self, outcome: int) -> tuple[float, float]:
        """When an outcome's window opens and closes; an empty one if it never opens."""
        table = self.model.outcomes
        if not table.after[outcome]:
            return table.opens[outcome], table.closes[outcome]
        events = self.record.events
        for number, event in enumerate(events.event):
            opening = table.of_event[table.first_of_event[event] : table.last_of_event[event]]
            if outcome in opening:
                opens = events.time[number]
                return opens, min(opens + table.within[outcome], self.model.grid.horizon)
        return math.inf, math.inf

    def decided_by(self, outcome: int) -> int:
        """The event at which an outcome came to what it is; -1 if no single event did it."""
        table, events = self.model.outcomes, self.record.events
        opens, closes = self.window(outcome)
        inside = [number for number in range(len(self)) if opens <= events.time[number] < closes]
        if table.kind[outcome] == observe.COUNT:
            fired = [number for number in inside if events.event[number] == table.event[outcome]]
            needed = math.ceil(table.at_least[outcome])
            return fired[needed - 1] if 0 < needed <= len(fired) else -1
        turns = self.turns(table.program[outcome], closes)
        before = [number for number, _ in turns if events.time[number] < opens]
        if table.kind[outcome] == observe.AT_END:
            return turns[-1][0] if turns else -1
        if before and dict(turns)[before[-1]]:
            # It was so when the window opened.
            return before[-1]
        if not before and turns and not turns[0][1] and self.start_holds(table.program[outcome]):
            return -1
        return next((number for number, became in turns if became and events.time[number] >= opens), -1)

    def start_holds(self, program: int) -> bool:
        """Whether a condition holds before anything has happened."""
        return self.value(program, self.before[0]) != 0.0

    def turns(self, program: int, until: float) -> list[tuple[int, bool]]:
        """The events at which a condition came to hold, or no longer did, up to a time."""
        found = []
        for number in range(len(self)):
            if self.record.events.time[number] < until:
                became = self.value(program, self.after[number]) != 0.0
                if became != (self.value(program, self.before[number]) != 0.0):
                    found.append((number, became))
        return found

    def suspects(self, outcome: int) -> list[int]:
        """Every event that can have had a part in an outcome, be it by keeping away what would have prevented it."""
        decided = self.decided_by(outcome)
        kinds = upstream(self.model, outcome_topics(self.model, outcome))
        table, closes = self.model.outcomes, self.window(outcome)[1]
        if decided >= 0 and table.kind[outcome] != observe.AT_END:
            numbers = range(decided + 1)
        else:
            until = min(closes, self.model.grid.horizon)
            numbers = range(sum(time < until for time in self.record.events.time))
        found = {n for n in numbers if self.record.events.event[n] in kinds}
        return sorted(found | set(self.ancestors(self.roots(outcome))))

    def roots(self, outcome: int) -> list[int]:
        """All events that changed what an outcome's condition reads, up to the one that decided it."""
        decided = self.decided_by(outcome)
        found = {n for topic in outcome_topics(self.model, outcome) for n in self.changers.get(topic, ())}
        return sorted(n for n in found | {decided} if n >= 0 and (decided < 0 or n <= decided))


def outcome_topics(model: Model, outcome: int) -> set[Topic]:
    """What an outcome's condition or count depends on directly."""
    table = model.outcomes
    if table.kind[outcome] == observe.COUNT:
        return {(op.COUNT, table.event[outcome])}
    return widened(model, topics_of(model, table.program[outcome]))


def replaced(values: tuple[Any, ...], place: int, value: float) -> tuple[Any, ...]:
    """A tuple with one value changed."""
    return (*values[:place], value, *values[place + 1 :])


def size(link: Link) -> float:
    """How large a contribution is."""
    return 0.0 if link.contribution is None else abs(link.contribution)
