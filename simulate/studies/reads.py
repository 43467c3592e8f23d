"""Who reads what: the variables, stages, counts and calendar names on which an event depends."""

from __future__ import annotations

from typing import NamedTuple

from simulate.model import operations as op
from simulate.model.layout import Model
from simulate.model.noise import child

Topic = tuple[int, int]
"""What is read: the number of the operation that reads it, and its index."""


def topics_of(model: Model, program: int) -> set[Topic]:
    """What a program reads itself; a `recent` counts as the count of its event."""
    found: set[Topic] = set()
    if program >= 0:
        for row in range(model.code.first[program], model.code.last[program]):
            operation, a = model.code.rows[row * op.COLUMNS], model.code.rows[row * op.COLUMNS + 1]
            if operation in (op.STATE, op.STAGE, op.COUNT, op.RECENT):
                found.add((op.COUNT if operation == op.RECENT else operation, a))
    return found


def widened(model: Model, topics: set[Topic]) -> set[Topic]:
    """Topics, and those that the rest and half-life of their variables read."""
    found, waiting = set(topics), list(topics)
    while waiting:
        kind, index = waiting.pop()
        if kind == op.STATE:
            for program in (model.variables.rest[index], model.variables.half_life[index]):
                new = topics_of(model, program) - found
                found |= new
                waiting.extend(new)
    return found


class Route(NamedTuple):
    """How one firing came about.

    `rule` and `transition` are those that brought it, -1 for none; `rate` is the program of the rate
    under whose points it lay, -1 for none.
    """

    rule: int = -1
    transition: int = -1
    rate: int = -1


def route(model: Model, event: int, identity: int, parent_event: int, parent_identity: int, stage: int) -> Route:
    """How a firing came about, told by its identity; `parent_event` is -1 for one that nothing caused.

    `stage` is the stage before it of the lifecycle that its transition moves, if it is a stage event.
    """
    transitions = model.transitions
    if parent_event >= 0:
        for row in range(model.events.first_reaction[parent_event], model.events.last_reaction[parent_event]):
            rule = model.reactions.of_event[row]
            if child(parent_identity, model.reactions.name[rule]) == identity:
                return Route(rule=rule)
        for transition, target in enumerate(transitions.stage_event):
            if target == event and child(parent_identity, transitions.name[transition]) == identity:
                return Route(transition=transition)
        return Route()
    for transition, target in enumerate(transitions.stage_event):
        start = model.lifecycles.identity[transitions.lifecycle[transition]]
        if target == event and child(start, transitions.name[transition]) == identity:
            return Route(transition=transition)
    sources = model.sources
    dated = {identity for identity, drawn in zip(sources.identity, sources.distribution, strict=True) if drawn >= 0}
    if identity in dated.union(sources.date_identity):
        return Route()
    for source in range(len(sources.event)):
        if sources.event[source] != event:
            continue
        if sources.rate[source] >= 0:
            return Route(rate=sources.rate[source])
        if sources.lifecycle[source] >= 0:
            place = sources.first_hazard[source] + stage
            return Route(transition=sources.hazard[place], rate=sources.hazard_rate[place])
    return Route()


def programs_of(model: Model, event: int, way: Route) -> dict[str, list[int]]:
    """The programs that decide whether an event happens, by what they are: rate, when, probability, utility."""
    found: dict[str, list[int]] = {
        "rate": [way.rate],
        "when": [model.events.when[event]],
        "probability": [model.events.probability[event]],
        "utility": [],
    }
    if way.rule >= 0:
        found["when"].append(model.reactions.when[way.rule])
        found["probability"].append(model.reactions.probability[way.rule])
        for option in range(model.reactions.first_option[way.rule], model.reactions.last_option[way.rule]):
            found["utility"].append(model.options.utility[option])
            if model.options.event[option] >= 0:
                found["when"].append(model.events.when[model.options.event[option]])
    if way.transition >= 0:
        found["when"].append(model.transitions.when[way.transition])
        found["probability"].append(model.transitions.probability[way.transition])
    return {kind: [program for program in dict.fromkeys(programs) if program >= 0] for kind, programs in found.items()}


def further_reads(model: Model, event: int, way: Route) -> set[Topic]:
    """What else decides about an event: its delay and marks, its effects, and the transitions that it brings."""
    events, transitions = model.events, model.transitions
    table = events if way.transition < 0 else transitions
    place = event if way.transition < 0 else way.transition
    programs = [model.effects.program[row] for row in range(table.first_effect[place], table.last_effect[place])]
    drawn = list(model.marks.distribution[events.first_mark[event] : events.last_mark[event]])
    drawn += [model.reactions.delay[way.rule]] if way.rule >= 0 else []
    brought = list(transitions.on_event[transitions.first_of_event[event] : transitions.last_of_event[event]])
    brought += [way.transition] if way.transition >= 0 else []
    for transition in brought:
        programs += [transitions.when[transition], transitions.probability[transition]]
        drawn.append(transitions.delay[transition])
    for distribution in drawn:
        if distribution >= 0:
            arguments = model.distributions
            programs += [arguments.a[distribution], arguments.b[distribution], arguments.c[distribution]]
    stages: set[Topic] = {(op.STAGE, transitions.lifecycle[transition]) for transition in brought}
    return stages.union(*(topics_of(model, program) for program in programs))


def changes_of(model: Model, event: int) -> set[Topic]:
    """What an event may change, by its effects and by the transitions that it makes or brings."""
    transitions = model.transitions
    found: set[Topic] = {(op.COUNT, event)}
    rows = list(range(model.events.first_effect[event], model.events.last_effect[event]))
    for transition, target in enumerate(transitions.stage_event):
        if target == event:
            found.add((op.STAGE, transitions.lifecycle[transition]))
            rows.extend(range(transitions.first_effect[transition], transitions.last_effect[transition]))
    for row in range(transitions.first_of_event[event], transitions.last_of_event[event]):
        found.add((op.STAGE, transitions.lifecycle[transitions.on_event[row]]))
    return found | {(op.STATE, model.effects.variable[row]) for row in rows}


def upstream(model: Model, topics: set[Topic]) -> set[int]:
    """Every kind of event on which topics can depend, by any chain of causes."""
    reads = [reads_of(model, event) for event in range(len(model.events.when))]
    changes = [changes_of(model, event) for event in range(len(model.events.when))]
    found: set[int] = set()
    known = widened(model, topics)
    waiting = {event for event, changed in enumerate(changes) if changed & known}
    while waiting:
        event = waiting.pop()
        found.add(event)
        causes, read = reads[event]
        waiting |= {cause for cause in causes if cause not in found}
        waiting |= {other for other, changed in enumerate(changes) if other not in found and changed & read}
    return found


def reads_of(model: Model, event: int) -> tuple[set[int], set[Topic]]:
    """The kinds of events that can cause one directly, and all that may decide whether it happens, and what it does."""
    causes: set[int] = set()
    programs: list[int] = []
    topics = further_reads(model, event, Route())
    ways = [Route(rate=model.sources.rate[s]) for s, e in enumerate(model.sources.event) if e == event]
    for trigger in range(len(model.events.when)):
        for row in range(model.events.first_reaction[trigger], model.events.last_reaction[trigger]):
            rule = model.reactions.of_event[row]
            options = range(model.reactions.first_option[rule], model.reactions.last_option[rule])
            if event in (model.options.event[option] for option in options):
                causes.add(trigger)
                ways.append(Route(rule=rule))
    transitions = model.transitions
    for transition, target in enumerate(transitions.stage_event):
        if event in (target, transitions.named_event[transition]):
            ways.append(Route(transition=transition))
            topics |= further_reads(model, event, Route(transition=transition))
            # Whichever stage is left, it was entered by one of these.
            causes |= stage_events(model, transitions.lifecycle[transition]) - {event}
            for trigger in range(len(model.events.when)):
                rows = range(transitions.first_of_event[trigger], transitions.last_of_event[trigger])
                if transition in (transitions.on_event[row] for row in rows):
                    causes.add(trigger)
    for source, lifecycle in enumerate(model.sources.lifecycle):
        if lifecycle >= 0 and model.sources.event[source] == event:
            first = model.sources.first_hazard[source]
            hazards = model.sources.hazard_rate[first : first + model.lifecycles.stage_count[lifecycle]]
            ways.extend(Route(rate=rate) for rate in hazards)
    for way in ways:
        programs.extend(program for kind in programs_of(model, event, way).values() for program in kind)
        topics |= further_reads(model, event, way)
    topics = topics.union(*(topics_of(model, program) for program in programs))
    return causes, widened(model, topics)


def stage_events(model: Model, lifecycle: int) -> set[int]:
    """The events of entering the stages of a lifecycle."""
    table = model.transitions
    return {event for event, owner in zip(table.stage_event, table.lifecycle, strict=True) if owner == lifecycle}
