"""Actors written in Python: what they see of a world, and how they act in it.

An actor is a generator function that takes a `Stage` and yields what it waits for::

    def mediator(stage):
        while True:
            yield stage.event("seoul.give_notice")
            yield stage.wait(14.0)
            if stage.value("salience") < 0.5:
                yield from stage.act("seoul.suspend_notice")

    trace(scenario, world=7, actors=[mediator])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import simpy

from simulate.engines.clock import Process
from simulate.engines.order import AFTERWARDS
from simulate.errors import UsageError
from simulate.model.relaxation import value_at
from simulate.naming import name_hash

if TYPE_CHECKING:
    from simulate.engines.reference import Reference

AFTER_ALL = 2**31
"""The place of Python actors: behind everything that the scenario lets happen at an instant."""


class Stage:
    """A running world as a Python actor sees it; names are those of the scenario.

    The luck of what an actor does is keyed by the name of its function.
    """

    def __init__(self, engine: Reference, name: str) -> None:
        self.engine = engine
        self.name = name
        self.acts = 0

    @property
    def now(self) -> float:
        """Days from the start."""
        return self.engine.now

    def value(self, variable: str) -> float:
        """A state variable now."""
        return value_at(self.engine.world, self.index("variables", variable), self.now)

    def stage(self, lifecycle: str) -> str:
        """The stage in which a mechanism or phase stands now."""
        index = self.index("lifecycles", lifecycle)
        return self.engine.compiled.labels.stages[index][self.engine.world.stage[index]]

    def count(self, event: str) -> int:
        """How often an event has fired so far."""
        return self.engine.world.fired[self.index("events", event)]

    def wait(self, days: float) -> simpy.Event:
        """What to yield in order to wait so many days."""
        return self.engine.clock.at(self.now + max(days, 0.0), (AFTERWARDS,))

    def event(self, name: str) -> simpy.Event:
        """What to yield in order to wait for the next firing of an event."""
        waiting = simpy.Event(self.engine.clock)
        self.engine.happened.setdefault(self.index("events", name), []).append(waiting)
        return waiting

    def act(self, event: str) -> Process:
        """Let a shock or an action happen now, behind all that the scenario lets happen; its `when` may refuse."""
        index = self.index("events", event)
        if self.engine.compiled.labels.kinds[index] not in ("shock", "action"):
            raise UsageError(f"'{event}' follows from a transition; act with a shock or an action that brings it")
        self.acts += 1
        identity = name_hash("python actor", self.name, event, str(self.acts))
        yield from self.engine.next_turn(self.now, AFTER_ALL, -1)
        self.engine.happen(index, identity, -1)

    def index(self, kind: str, name: str) -> int:
        """The index of a name."""
        names: tuple[str, ...] = getattr(self.engine.compiled.labels, kind)
        if name not in names:
            raise UsageError(f"the scenario has no '{name}' among its {kind}: {', '.join(names)}")
        return names.index(name)
