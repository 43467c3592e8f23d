"""The reference engine with eyes: it keeps how a world stood before and after every event."""

from __future__ import annotations

from typing import NamedTuple

from simulate.engines.reference import Reference
from simulate.model.layout import World
from simulate.model.relaxation import value_at


class Snapshot(NamedTuple):
    """How a world stands at a time: everything that a program can read, marks apart."""

    time: float
    values: tuple[float, ...]
    half_life: tuple[float, ...]
    stage: tuple[int, ...]
    fired: tuple[int, ...]
    last: tuple[float, ...]
    calendar: tuple[int, ...]


def snapshot(world: World, time: float) -> Snapshot:
    """How a world stands now."""
    return Snapshot(
        time,
        tuple(value_at(world, variable, time) for variable in range(len(world.anchor))),
        tuple(world.half_life),
        tuple(world.stage),
        tuple(world.fired),
        tuple(world.last),
        tuple(world.calendar),
    )


class Witness(Reference):
    """Runs one world; `before` and `after` then hold a snapshot for each of its events."""

    before: list[Snapshot]
    after: list[Snapshot]

    def start_processes(self) -> None:
        """Begin with nothing seen."""
        self.before, self.after = [], []
        super().start_processes()

    def fire(self, event: int, transition: int, moves: bool, identity: int, parent: int) -> None:
        """Look at the world just before an event and just after it."""
        self.before.append(snapshot(self.world, self.now))
        super().fire(event, transition, moves, identity, parent)
        self.after.append(snapshot(self.world, self.now))
