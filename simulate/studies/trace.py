"""`trace`: one world told as a dated story, with causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulate.compile import compile_scenario
from simulate.compiled import Compiled
from simulate.engines.machine import Batch
from simulate.engines.order import MOST_EVENTS
from simulate.engines.record import WorldRecord
from simulate.engines.reference import Actor, Reference
from simulate.errors import CappedError, UsageError
from simulate.scenario.loading import Scenario
from simulate.studies.drawing import drawn
from simulate.studies.run import check_numbers
from simulate.studies.worlds import Engine
from simulate.units import date_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Trace:
    """One world, event by event.

    Attributes
    ----------
    compiled : Compiled
    record : WorldRecord
    seed : int
    """

    compiled: Compiled
    record: WorldRecord
    seed: int

    def __repr__(self) -> str:
        labels = self.compiled.labels
        number = self.record.number
        return (
            f"<Trace of '{labels.title}': policy {labels.policy}, world {number}, seed {self.seed}, {len(self)} events>"
        )

    def __len__(self) -> int:
        return len(self.record.events)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Events as plain values: id, day, date, event, mark, parent.

        `id` and `parent` are identities in hexadecimal, the same in any engine and under any horizon;
        `mark` is a number, several marks are a mapping by name, none is None.
        """
        events, labels = self.record.events, self.compiled.labels
        for number in range(len(events)):
            names, values = labels.marks[events.event[number]], events.marks[number]
            mark: Any = None
            if names:
                mark = values[0] if names == ("",) else dict(zip(names, values, strict=True))
            parent = events.parent[number]
            yield {
                "id": hexadecimal(events.identity[number]),
                "day": events.time[number],
                "date": date_of(labels.start, events.time[number]),
                "event": labels.events[events.event[number]],
                "mark": mark,
                "parent": None if parent < 0 else hexadecimal(events.identity[parent]),
            }

    def frame(self) -> pd.DataFrame:
        """Events as a table, one row each."""
        import pandas as pd

        return pd.DataFrame(list(self.rows()), columns=["id", "day", "date", "event", "mark", "parent"])

    def story(self) -> list[str]:
        """One line for each event: its date, indented below its cause, and what it was."""
        events, labels = self.record.events, self.compiled.labels
        depth: list[int] = []
        lines = []
        for number in range(len(events)):
            parent = events.parent[number]
            depth.append(0 if parent < 0 else depth[parent] + 1)
            date = date_of(labels.start, events.time[number])
            lines.append(f"{date}  {'   ' * min(depth[number], MOST_INDENTED)}{self.sentence(number)}")
        return lines

    def sentence(self, number: int) -> str:
        """One event in words, with its cause if another event stands between."""
        events, labels = self.record.events, self.compiled.labels
        event, parent = events.event[number], events.parent[number]
        text = in_words(labels.events[event], labels.kinds[event])
        marks = [
            f"{name} {value:g}".strip() for name, value in zip(labels.marks[event], events.marks[number], strict=True)
        ]
        if marks:
            text += f" ({', '.join(marks)})"
        if parent >= 0 and parent != number - 1:
            cause = in_words(labels.events[events.event[parent]], labels.kinds[events.event[parent]])
            text += f"  <- {cause}, {date_of(labels.start, events.time[parent])}"
        return text

    def plot(self) -> Any:
        """A picture: one lane for each actor and mechanism."""
        return drawn(self, "events", {"events": "lanes.lane_chart"})

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import lines_html

        return lines_html(self.story())


MOST_INDENTED = 6


def hexadecimal(identity: int) -> str:
    """An identity as sixteen hexadecimal digits."""
    return f"{identity & 0xFFFFFFFFFFFFFFFF:016x}"


def in_words(name: str, kind: str) -> str:
    """An event's name as people read it: an owner before its action, a lifecycle before its stage."""
    *owners, last = name.split(".")
    words = last.replace("_", " ")
    owner = " ".join(owners).replace("_", " ")
    if kind == "stage":
        return f"{owner}: {words}"
    if kind == "ending":
        return f"{owner}: about to end"
    return f"{owner} {words}".strip()


def trace(
    scenario: Scenario,
    world: int = 0,
    seed: int = 1,
    *,
    engine: Engine = "reference",
    max_events: int = MOST_EVENTS,
    actors: Iterable[Actor] = (),
) -> Trace:
    """Run one world and keep every event.

    Parameters
    ----------
    scenario : Scenario
        With the policies and parameter values to run.
    world, seed : int
        Which world: the same as in any run with this seed.
    engine : {'reference', 'batch'}
        What runs the world; both give the same.
    max_events : int
        The world fails if it reaches so many events.
    actors : iterable of callables
        Actors written in Python; see `simulate.engines.actors`.

    Returns
    -------
    Trace
        The world, event by event.

    Raises
    ------
    UsageError
        If there is no such world or seed.
    ScenarioError
        If policies contradict each other, or the scenario is too large.
    RunError
        If a number means nothing, or too many events happen.

    Examples
    --------
    >>> from simulate import loads, trace
    >>> story = trace(loads('''
    ... scenario: Two dates
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... shocks:
    ...   ruling: {dates: [2022-08-19]}
    ...   protest: {after: {event: ruling, delay: 3 d}}
    ... outcomes: {protests: {count: protest}}
    ... ''')).story()
    >>> print("\\n".join(story))
    2022-08-19  ruling
    2022-08-22     protest
    """
    check_numbers(seed, 1, world)
    compiled = compile_scenario(scenario.resolved())
    actors = list(actors)
    if engine == "batch" and actors:
        raise UsageError("actors written in Python need the reference engine")
    if engine == "batch":
        record = Batch(compiled, int(seed), max_events).run(int(world))
    else:
        record = Reference(compiled, int(seed), max_events).run(int(world), actors)
    if record.capped:
        raise CappedError(f"world {world} reached {max_events:,} events, the most allowed; raise --max-events")
    return Trace(compiled, record, seed)
