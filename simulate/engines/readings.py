"""When outcomes are read: as their windows open and close, on the grid, and when a `recent` expires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulate.engines.clock import Process
from simulate.engines.order import OPENING, READING
from simulate.model import observe

if TYPE_CHECKING:
    from simulate.engines.reference import Reference


class Readings:
    """Sees to the readings of one engine's worlds."""

    def __init__(self, engine: Reference) -> None:
        self.engine = engine
        self.model = engine.model

    def start(self) -> None:
        """Begin a world: the grid, and every window that has dates."""
        self.engine.clock.process(self.on_the_grid())
        for outcome in range(len(self.model.outcomes.kind)):
            if self.model.outcomes.after[outcome] == 0:
                self.open_window(outcome)

    def on_the_grid(self) -> Process:
        """Readings at regular times, after all that happens at them."""
        engine = self.engine
        for point in range(self.model.grid.size):
            yield engine.clock.at(point * self.model.grid.step, (READING,))
            observe.read_grid(self.model, engine.world, engine.measures, point, engine.now)
            engine.check()

    def open_window(self, outcome: int) -> None:
        """Open a window at its date, before all that happens then; close it likewise."""
        engine, outcomes = self.engine, self.model.outcomes
        opens, closes = outcomes.opens[outcome], outcomes.closes[outcome]

        def begin() -> None:
            observe.open_window(self.model, engine.world, engine.measures, outcome, opens, closes)
            engine.check()

        engine.clock.call(opens, (OPENING, 1, outcome), begin)
        self.attend(outcome, opens, closes)

    def open_after(self, event: int) -> None:
        """Open the windows that run from an event, just before it is applied."""
        engine, outcomes = self.engine, self.model.outcomes
        for row in range(outcomes.first_of_event[event], outcomes.last_of_event[event]):
            outcome = outcomes.of_event[row]
            if observe.open_after(self.model, engine.world, engine.measures, outcome, engine.now):
                self.attend(outcome, engine.now, engine.measures.closes_at[outcome])

    def attend(self, outcome: int, opens: float, closes: float) -> None:
        """Read an open window first at the end of its first instant, and see to its close."""
        self.read_at(opens, [outcome])
        if closes < self.model.grid.horizon:
            self.engine.clock.call(closes, (OPENING, 0, outcome), lambda: self.close_window(outcome))

    def close_window(self, outcome: int) -> None:
        """Close a window at its date, before all that happens then."""
        observe.close_window(self.model, self.engine.world, self.engine.measures, outcome)
        self.engine.check()

    def close_all(self) -> None:
        """Close what is still open at the horizon."""
        for outcome in range(len(self.model.outcomes.kind)):
            self.close_window(outcome)

    def read_at(self, time: float, outcomes: list[int]) -> None:
        """Read outcomes after all that happens at a time."""
        if time < self.model.grid.horizon:
            self.engine.clock.call(time, (READING,), lambda: self.read(outcomes))

    def read(self, outcomes: list[int]) -> None:
        """Read outcomes now."""
        for outcome in outcomes:
            observe.read(self.model, self.engine.world, self.engine.measures, outcome, self.engine.now)
        self.engine.check()

    def expire(self, event: int) -> None:
        """See to the readings that are due when a `recent` of this event expires."""
        topics = self.model.topics
        for row in range(topics.first_expiring[event], topics.last_expiring[event]):
            self.read_at(self.engine.now + topics.expiring_after[row], [topics.expiring_outcome[row]])
