"""Lifecycles and their transitions in a model."""

from __future__ import annotations

from simulate.compile.dates import anniversaries, time_of, value
from simulate.compile.happenings import Happenings
from simulate.compile.programs import Names, Programs
from simulate.compile.tables import Columns, Ranges
from simulate.model.layout import AFTER_DELAY, AT_ANNIVERSARY, AT_RATE, ON_EVENT, Transitions
from simulate.naming import name_hash
from simulate.scenario.resolved import Lifecycle, Resolved, Transition

RANGES = ("first_of_event", "last_of_event", "on_event", "first_of_lifecycle", "last_of_lifecycle")
FLAT = ("anniversary", "ending")


class Stages:
    """Collects the transitions of all lifecycles, each lifecycle's together and in its order."""

    def __init__(self, resolved: Resolved, names: Names, programs: Programs, happenings: Happenings) -> None:
        self.resolved = resolved
        self.names = names
        self.programs = programs
        self.happenings = happenings
        self.columns = Columns(*(name for name in Transitions._fields if name not in (*RANGES, *FLAT)))
        self.anniversaries: list[float] = []
        self.endings: list[int] = []
        self.triggers = Ranges()
        first, last = [], []
        for lifecycle in resolved.lifecycles.values():
            first.append(len(self.columns))
            for transition in lifecycle.transitions:
                self.add(lifecycle, transition)
            last.append(len(self.columns))
        first_on, last_on, on_event = self.triggers.layout(len(names.events))
        self.transitions = Transitions(
            **self.columns.columns,
            anniversary=self.anniversaries,
            ending=self.endings,
            first_of_event=first_on,
            last_of_event=last_on,
            on_event=on_event,
            first_of_lifecycle=first,
            last_of_lifecycle=last,
        )

    def add(self, lifecycle: Lifecycle, transition: Transition) -> None:
        """One transition; its place comes later."""
        first_effect, last_effect = self.happenings.add_effects(transition.effects)
        first_anniversary = len(self.anniversaries)
        if transition.anniversary is not None:
            since = 0.0 if lifecycle.since is None else time_of(lifecycle.since, self.names.values)
            self.anniversaries.extend(anniversaries(self.resolved, *transition.anniversary, since))
        index = self.columns.add(
            lifecycle=self.names.lifecycles[lifecycle.name],
            sources=self.programs.stages(lifecycle.name, transition.sources),
            target=lifecycle.stages.index(transition.target),
            kind=kind_of(transition),
            place=-1,
            name=name_hash("transition", lifecycle.name, *key_of(transition)),
            when=self.programs.add(transition.when),
            probability=self.programs.add(transition.probability),
            first_effect=first_effect,
            last_effect=last_effect,
            stage_event=self.names.events[f"{lifecycle.name}.{transition.target}"],
            named_event=self.named_event(lifecycle, transition),
            endings=self.add_endings(lifecycle, transition),
            delay=self.happenings.distribution(transition.delay),
            first_anniversary=first_anniversary,
            last_anniversary=len(self.anniversaries),
            notice=value(transition.notice, self.names.values),
            warn=value(transition.warn, self.names.values),
        )
        for trigger in dict.fromkeys(transition.on):
            self.triggers.add(self.names.events[trigger], index)

    def named_event(self, lifecycle: Lifecycle, transition: Transition) -> int:
        """The event that a named transition fires besides its stage event, -1 for none."""
        if transition.name is None:
            return -1
        return self.names.events[f"{lifecycle.name}.{transition.name}"]

    def add_endings(self, lifecycle: Lifecycle, transition: Transition) -> int:
        """A row of events, one for each stage, that tell of an ending to come."""
        begin = len(self.endings)
        for stage in lifecycle.stages:
            ending = f"{lifecycle.name}.{stage}.ending"
            warned = transition.warn is not None and stage in transition.sources and ending not in self.resolved.without
            self.endings.append(self.names.events[ending] if warned else -1)
        return begin

    def place(self, name: str) -> None:
        """Give places to a lifecycle's transitions, and sources to those with a rate."""
        lifecycle = self.resolved.lifecycles[name]
        index = self.names.lifecycles[name]
        by_target: dict[str, list[int]] = {}
        for row, transition in enumerate(lifecycle.transitions, self.transitions.first_of_lifecycle[index]):
            self.columns["place"][row] = self.happenings.next_place()
            if transition.rate is not None:
                by_target.setdefault(transition.target, []).append(row)
        for target, rows in by_target.items():
            self.add_hazard(lifecycle, target, rows)

    def add_hazard(self, lifecycle: Lifecycle, target: str, rows: list[int]) -> None:
        """The field of all rates towards one stage, whichever stage they leave."""
        happenings = self.happenings
        index = self.names.lifecycles[lifecycle.name]
        stage_event = f"{lifecycle.name}.{target}"
        happenings.add_source(stage_event, name_hash("field", lifecycle.name, target), lifecycle=index)
        first = self.transitions.first_of_lifecycle[index]
        rates = {row: self.programs.add(lifecycle.transitions[row - first].rate) for row in rows}
        for stage in lifecycle.stages:
            row = next((row for row in rows if stage in lifecycle.transitions[row - first].sources), -1)
            happenings.hazards.append(row)
            happenings.hazard_rates.append(rates.get(row, -1))


def key_of(transition: Transition) -> tuple[str, ...]:
    """What tells a transition from the others of its lifecycle: its name, else what makes it and its target."""
    if transition.name is not None:
        return (transition.name,)
    return ("on", "after", "at", "rate")[kind_of(transition)], transition.target


def kind_of(transition: Transition) -> int:
    """What makes a transition."""
    if transition.on:
        return ON_EVENT
    if transition.delay is not None:
        return AFTER_DELAY
    return AT_ANNIVERSARY if transition.anniversary is not None else AT_RATE
