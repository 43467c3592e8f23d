"""What an engine returns of one world: its events, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Events:
    """Every event of one world in the order of firing, as columns.

    Attributes
    ----------
    time : list of float
        Days from the start.
    event : list of int
        Index of the event's kind.
    identity : list of int
        Signed 64-bit identity of the firing.
    parent : list of int
        Number of the event that caused it, -1 for none.
    marks : list of tuple of float
        In the order in which the event's marks were declared.
    """

    time: list[float] = field(default_factory=list)
    event: list[int] = field(default_factory=list)
    identity: list[int] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    marks: list[tuple[float, ...]] = field(default_factory=list)

    def add(self, time: float, event: int, identity: int, parent: int, marks: tuple[float, ...]) -> int:
        """Append an event; returns its number."""
        self.time.append(time)
        self.event.append(event)
        self.identity.append(identity)
        self.parent.append(parent)
        self.marks.append(marks)
        return len(self.time) - 1

    def __len__(self) -> int:
        return len(self.time)


@dataclass(slots=True)
class WorldRecord:
    """One world as an engine ran it.

    Attributes
    ----------
    number : int
        The world's number.
    events : Events
        All that happened.
    values : list of float
        One for each outcome, NaN where the world is left out.
    reached : list of int
        For outcomes that are times: 1 if the time was reached, 0 if it is a window's length.
    left_out : list of int
        1 for outcomes that do not count this world.
    paths : list of float
        Trajectories on the grid, one outcome behind the other.
    stages : list of int
        Stages on the grid, one lifecycle behind the other.
    refused : list of int
        For each placement of a policy, how often `when` refused it.
    capped : bool
        Whether the world was stopped at the limit of events; its values then mean nothing.
    """

    number: int
    events: Events
    values: list[float]
    reached: list[int]
    left_out: list[int]
    paths: list[float]
    stages: list[int]
    refused: list[int]
    capped: bool = False
