"""What can happen at all: events that something brings, stages that a path reaches."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulate.scenario.resolved import Event, Lifecycle, Resolved, Transition


@dataclass(slots=True)
class Reach:
    """Events that can happen, and stages that can be entered."""

    events: set[str] = field(default_factory=set)
    stages: set[tuple[str, str]] = field(default_factory=set)


def reach(resolved: Resolved) -> Reach:
    """Grow what can happen until nothing more follows; guards are taken as open."""
    found = Reach()
    found.stages = {(lifecycle.name, lifecycle.start) for lifecycle in resolved.lifecycles.values()}
    found.events = {placement.event for placement in resolved.placements}
    while True:
        before = len(found.events) + len(found.stages)
        for event in resolved.events.values():
            if arises(event, found):
                found.events.add(event.name)
        for rule in resolved.rules:
            if any(trigger in found.events for trigger in rule.on):
                found.events.update(option.event for option in rule.options if option.event is not None)
        for lifecycle in resolved.lifecycles.values():
            for transition in lifecycle.transitions:
                follow(lifecycle, transition, found)
        if len(found.events) + len(found.stages) == before:
            return found


def arises(event: Event, found: Reach) -> bool:
    """Whether an event comes by itself, or because of one that can happen."""
    if event.rate is not None or event.dates:
        return True
    return any(trigger in found.events for cause in event.causes for trigger in cause.on)


def follow(lifecycle: Lifecycle, transition: Transition, found: Reach) -> None:
    """Enter a transition's target if one of its sources can be left by it."""
    name = lifecycle.name
    sources = [source for source in transition.sources if (name, source) in found.stages]
    if not sources or (transition.on and not any(trigger in found.events for trigger in transition.on)):
        return
    found.stages.add((name, transition.target))
    found.events.add(f"{name}.{transition.target}")
    if transition.name is not None:
        found.events.add(f"{name}.{transition.name}")
    if transition.warn is not None:
        found.events.update(f"{name}.{source}.ending" for source in sources)
