"""Outcomes, the calendar, and who must be told when something changes."""

from __future__ import annotations

from collections import defaultdict

from simulate.compile.dates import time_of, union, value, window_spans
from simulate.compile.programs import Names, Programs
from simulate.compile.tables import Columns, Ranges
from simulate.model import observe
from simulate.model.layout import Calendar, Outcomes, Sources, Topics, Variables
from simulate.scenario.resolved import Outcome, Resolved
from simulate.scenario.schema.file import OUTCOME_KINDS

KINDS = {kind: getattr(observe, kind.upper()) for kind in OUTCOME_KINDS}
CONDITIONS = (observe.EVER, observe.NEVER, observe.SHARE_OF_TIME, observe.FIRST, observe.RECOVERY)
ON_GRID = (observe.MEAN, observe.MINIMUM, observe.MAXIMUM, observe.TRAJECTORY)


def build_outcomes(resolved: Resolved, names: Names, programs: Programs) -> Outcomes:
    """Outcomes with their windows in days."""
    columns = Columns(*(name for name in Outcomes._fields if not name.endswith("of_event")))
    openers = Ranges()
    paths = 0
    for outcome in resolved.outcomes.values():
        kind = KINDS[outcome.kind]
        index = columns.add(
            kind=kind,
            program=programs.add(outcome.expression),
            event=-1 if outcome.event is None else names.events[outcome.event],
            opens=0.0 if outcome.opens is None else time_of(outcome.opens, names.values),
            closes=closing(resolved, outcome, names),
            after=int(bool(outcome.after)),
            within=value(outcome.within, names.values),
            given=programs.add(outcome.given),
            target=value(outcome.target, names.values),
            at_least=-1.0 if outcome.at_least is None else value(outcome.at_least, names.values),
            on_grid=0,
            path=paths if kind == observe.TRAJECTORY else -1,
        )
        paths += kind == observe.TRAJECTORY
        program = columns["program"][index]
        columns["on_grid"][index] = int(kind in ON_GRID or (kind in CONDITIONS and programs.moves(program)))
        for event in outcome.after:
            openers.add(names.events[event], index)
    first, last, of_event = openers.layout(len(names.events))
    return Outcomes(**columns.columns, first_of_event=first, last_of_event=last, of_event=of_event)


def closing(resolved: Resolved, outcome: Outcome, names: Names) -> float:
    """When a window closes, at the horizon at the latest."""
    if outcome.closes is None:
        return resolved.horizon
    return min(time_of(outcome.closes, names.values), resolved.horizon)


def build_calendar(resolved: Resolved, names: Names) -> Calendar:
    """The state of every calendar name at the start, and its switches after it."""
    start = [0] * len(names.calendar)
    switches: list[tuple[float, int, int]] = []
    for name, windows in resolved.calendar.items():
        spans = [span for window in windows for span in window_spans(resolved, window, names.values)]
        for begin, end in union(spans):
            index = names.calendar[name]
            if begin <= 0.0 < end:
                start[index] = 1
            elif 0.0 < begin < resolved.horizon:
                switches.append((begin, index, 1))
            if 0.0 < end < resolved.horizon:
                switches.append((end, index, 0))
    switches.sort()
    return Calendar(
        start=start,
        time=[time for time, _, _ in switches],
        name=[name for _, name, _ in switches],
        value=[state for _, _, state in switches],
    )


class Readers:
    """Finds the topics that programs read."""

    def __init__(self, names: Names, programs: Programs) -> None:
        self.reads = programs.reads
        self.lifecycles = len(names.variables)
        self.counts = self.lifecycles + len(names.lifecycles)
        self.calendar = self.counts + len(names.events)
        self.size = self.calendar + len(names.calendar)

    def topics(self, *programs: int) -> list[int]:
        """Every topic that one of some programs reads, in order."""
        found: set[int] = set()
        for program in programs:
            if program >= 0:
                reads = self.reads[program]
                found.update(reads.variables)
                found.update(self.lifecycles + index for index in reads.lifecycles)
                found.update(self.counts + index for index in reads.events)
                found.update(self.calendar + index for index in reads.calendar)
        return sorted(found)

    def of_source(self, sources: Sources, source: int, stage_count: int) -> list[int]:
        """The topics of a source's rates; a rate transition also reads its own stage."""
        lifecycle = sources.lifecycle[source]
        if lifecycle < 0:
            return self.topics(sources.rate[source])
        first = sources.first_hazard[source]
        topics = self.topics(*sources.hazard_rate[first : first + stage_count])
        return sorted({*topics, self.lifecycles + lifecycle})


def build_topics(
    names: Names, programs: Programs, variables: Variables, sources: Sources, outcomes: Outcomes
) -> Topics:
    """Who reads what."""
    readers = Readers(names, programs)
    stage_counts = [len(stages) for stages in names.stages.values()]
    of_variables, of_sources, of_outcomes = Ranges(), Ranges(), Ranges()
    for variable, (rest, half_life) in enumerate(zip(variables.rest, variables.half_life, strict=True)):
        for topic in readers.topics(rest, half_life):
            of_variables.add(topic, variable)
    for source, lifecycle in enumerate(sources.lifecycle):
        count = stage_counts[lifecycle] if lifecycle >= 0 else 0
        for topic in readers.of_source(sources, source, count):
            of_sources.add(topic, source)
    for outcome, kind in enumerate(outcomes.kind):
        if kind in CONDITIONS:
            for topic in readers.topics(outcomes.program[outcome]):
                of_outcomes.add(topic, outcome)
    recent = Ranges()
    pairs = [pair for reads in programs.reads for pair in reads.recent]
    for program, reads in enumerate(programs.reads):
        for _ in reads.recent:
            recent.add(program, 0)
    first_recent, last_recent, _ = recent.layout(len(programs.reads))
    expiring = Ranges()
    waits: dict[int, list[float]] = defaultdict(list)
    for outcome, program in enumerate(outcomes.program):
        for event, duration in programs.reads[program].recent if program >= 0 else ():
            expiring.add(event, outcome)
            waits[event].append(duration)
    return Topics(
        readers.lifecycles,
        readers.counts,
        readers.calendar,
        *of_variables.layout(readers.size),
        *of_sources.layout(readers.size),
        *of_outcomes.layout(readers.size),
        first_recent,
        last_recent,
        [event for event, _ in pairs],
        [duration for _, duration in pairs],
        *expiring.layout(len(names.events)),
        [duration for event in range(len(names.events)) for duration in waits[event]],
    )
