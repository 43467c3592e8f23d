"""`explain`: why one world came to an outcome, and what it would not have come to it without."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulate.compile import compile_scenario
from simulate.compiled import Compiled, OutcomeLabel
from simulate.engines.machine import Batch
from simulate.engines.order import MOST_EVENTS
from simulate.errors import CappedError, UsageError
from simulate.scenario.loading import Scenario
from simulate.studies.causes import History, Link, size
from simulate.studies.drawing import drawn
from simulate.studies.progress import Progress, seen_in_notebooks
from simulate.studies.run import check_numbers
from simulate.studies.trace import hexadecimal, in_words
from simulate.studies.verdict import came_true, explained_outcome, index_of, rerun, same_as, signature, what_it_is
from simulate.studies.wording import title
from simulate.units import date_of
from simulate.version import __version__

SHOWN = 6
"""So many causes of one event are shown in a tree, the parent and what was necessary before all others."""
DEEPEST = 8
WORTH_SAYING = 0.005
ORDER = {"shock": 0, "action": 1}
"""Causes are named from the outside in: shocks, then actions, then what lifecycles fire."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A kind of event, or a rule, and whether an outcome needed it.

    Attributes
    ----------
    name : str
    kind : str
        `shock`, `action`, `stage`, ... or `response`.
    necessary : bool
        Whether the outcome is another one in the same world without it.
    """

    name: str
    kind: str
    necessary: bool


@dataclass(frozen=True, repr=False)
class Explanation:
    """Why one world came to an outcome.

    Attributes
    ----------
    history : History
        The world with everything that stood behind each event.
    outcome : OutcomeLabel
    seed : int
    decided : int
        The number of the event that decided the outcome, -1 if no single one did.
    necessary : dict of bool
        For each ancestor, by its number: whether the outcome is another one if that firing alone is kept
        from happening. Necessary firings that are no ancestors are there too: they kept away what would have
        prevented the outcome.
    events, responses : list of Cause
        The same for kinds of events and for rules, each removed whole; from the outside in.
    """

    history: History
    outcome: OutcomeLabel
    seed: int
    decided: int
    necessary: Mapping[int, bool]
    events: list[Cause]
    responses: list[Cause]

    @property
    def compiled(self) -> Compiled:
        """The model with its words."""
        return self.history.compiled

    @property
    def world(self) -> int:
        """Which world it is."""
        return self.history.record.number

    @cached_property
    def came_true(self) -> bool:
        """Whether the outcome is 1, or its time reached, in this world."""
        return came_true(self.compiled, index_of(self.compiled, self.outcome), self.history.record)

    def name(self, number: int) -> str:
        """An event in words."""
        labels, event = self.compiled.labels, self.history.record.events.event[number]
        return in_words(labels.events[event], labels.kinds[event])

    def date(self, number: int) -> str:
        """The date of an event."""
        return date_of(self.compiled.labels.start, self.history.record.events.time[number])

    @cached_property
    def needed(self) -> list[int]:
        """The firings without which the outcome would be another, from the outside in, then by date."""
        labels, events = self.compiled.labels, self.history.record.events
        found = [number for number, needed in self.necessary.items() if needed]
        return sorted(found, key=lambda number: (ORDER.get(labels.kinds[events.event[number]], 2), number))

    def sentence(self) -> str:
        """What the outcome needed, in one sentence."""
        what = f'"{title(self.outcome)}" {verb(self.outcome, self.came_true)} in world {self.world}'
        if self.decided >= 0:
            what += f" with {self.name(self.decided)} on {self.date(self.decided)}"
        others = [number for number in self.needed if number != self.decided]
        if others:
            named = "; ".join(f"{self.name(number)} ({self.date(number)})" for number in others)
            return f"{what}. But for any one of these it would not be so: {named}."
        if self.needed:
            return f"{what}. But for this one event it would not be so; nothing else was necessary."
        if not self.necessary:
            return f"{what}. No event had a part in it: it was so from the start, or came by itself with time."
        itself = what_it_is(self.compiled, index_of(self.compiled, self.outcome))
        kinds = [each.name for each in (*self.events, *self.responses) if each.necessary and each.name not in itself]
        if kinds:
            return f"{what}. No single firing was necessary, but these were as a whole: {', '.join(kinds)}."
        return f"{what}. No single cause was necessary: with any one removed it stays so."

    def tree(self) -> Iterator[tuple[int, int, Link | None, bool]]:
        """The causal tree as rows: depth, event, the link to the row above it, whether it stood higher up already."""
        seen: set[int] = set()

        def rows(number: int, depth: int, link: Link | None) -> Iterator[tuple[int, int, Link | None, bool]]:
            again = number in seen
            yield depth, number, link, again
            seen.add(number)
            if not again and depth < DEEPEST:
                for each in self.shown(number):
                    yield from rows(each.cause, depth + 1, each)

        if self.decided >= 0:
            yield from rows(self.decided, 0, None)
        for number in sorted(self.needed, reverse=True):
            if number not in seen:
                yield from rows(number, 0, None)

    def shown(self, number: int) -> list[Link]:
        """The causes of an event that are worth showing, each with its largest contribution."""
        found: dict[int, Link] = {}
        for link in self.history.links(number):
            if link.cause not in found or size(link) > size(found[link.cause]):
                found[link.cause] = link
        parent = self.history.record.events.parent[number]
        ranked = sorted(
            found.values(),
            key=lambda link: (link.cause != parent, not self.necessary.get(link.cause, False), -size(link)),
        )
        kept = [link for link in ranked if link.cause == parent or self.matters(link)]
        # Of what was not necessary itself, only the chain of parents is followed.
        if number != self.decided and not self.necessary.get(number, False):
            kept = [link for link in kept if link.cause == parent]
        return kept[:SHOWN]

    def matters(self, link: Link) -> bool:
        """Whether a cause was necessary, or pushed towards what happened by more than a trifle."""
        pushed = link.contribution is not None and link.contribution >= WORTH_SAYING
        return self.necessary.get(link.cause, False) or pushed

    def lines(self) -> list[str]:
        """The tree as text, causes below what they led to."""
        found = []
        for depth, number, link, again in self.tree():
            mark = "*" if self.necessary.get(number, False) else " "
            how = "" if link is None else describe(link)
            found.append(f"{self.date(number)} {mark} {'   ' * depth}{self.name(number)}{how}{' (above)' * again}")
        return found

    def to_json(self) -> dict[str, Any]:
        """The explanation as plain values."""
        events, labels = self.history.record.events, self.compiled.labels
        index = index_of(self.compiled, self.outcome)
        return {
            "scenario": labels.title,
            "policy": labels.policy,
            "seed": self.seed,
            "world": self.world,
            "version": __version__,
            "model_hash": self.compiled.hash,
            "outcome": self.outcome.name,
            "came_true": self.came_true,
            "value": self.history.record.values[index],
            "decided": None if self.decided < 0 else hexadecimal(events.identity[self.decided]),
            "sentence": self.sentence(),
            "ancestors": [
                {
                    "id": hexadecimal(events.identity[number]),
                    "day": events.time[number],
                    "date": self.date(number),
                    "event": labels.events[events.event[number]],
                    "necessary": needed,
                    "causes": [link_json(self.history, link) for link in self.history.links(number)],
                }
                for number, needed in self.necessary.items()
            ],
            "necessary": [hexadecimal(events.identity[number]) for number in self.needed],
            "events": [{"event": each.name, "kind": each.kind, "necessary": each.necessary} for each in self.events],
            "responses": [{"response": each.name, "necessary": each.necessary} for each in self.responses],
        }

    def __repr__(self) -> str:
        return f"<Explanation of {self.outcome.name} in world {self.world}: {len(self.needed)} necessary events>"

    def plot(self) -> Any:
        """A picture: the events behind the outcome, with what follows from what."""
        return drawn(self, "causes", {"causes": "causes.tree_chart"})

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import lines_html

        return lines_html([self.sentence(), "", *self.lines()])


def verb(outcome: OutcomeLabel, came_true: bool) -> str:
    """Whether an outcome came true, in words; a `never` holds or fails."""
    if outcome.kind == "never":
        return "held" if came_true else "failed"
    return "came true" if came_true else "did not come true"


def describe(link: Link) -> str:
    """A link in words, behind the name of the cause."""
    if link.through == "parent":
        return ""
    if link.contribution is None or abs(link.contribution) < WORTH_SAYING:
        return f"  [{link.through}]"
    if math.isinf(link.contribution):
        return f"  [{link.through}: made it possible]"
    names = {"rate": "log-rate", "when": "condition"}
    return f"  [{link.through}: {names.get(link.kind, link.kind)} {link.contribution:+.2f}]"


def link_json(history: History, link: Link) -> dict[str, Any]:
    """A link as plain values; an infinite contribution is text."""
    contribution: Any = link.contribution
    if contribution is not None and math.isinf(contribution):
        contribution = "infinite"
    return {
        "id": hexadecimal(history.record.events.identity[link.cause]),
        "through": link.through,
        "kind": link.kind,
        "contribution": contribution,
    }


@seen_in_notebooks
def explain(
    scenario: Scenario,
    outcome: str,
    world: int,
    seed: int = 1,
    *,
    max_events: int = MOST_EVENTS,
    progress: Progress | None = None,
) -> Explanation:
    """Explain an outcome of one world: its causal tree, and which causes it would not have come without.

    An ancestor is the event's parent, or any earlier event that changed a variable, stage or count that
    decided about it, and so on back. Each ancestor is kept from happening in turn, and each kind of event
    and each rule behind them removed whole, in the same world, which then is run again (but-for).

    Parameters
    ----------
    scenario : Scenario
        With the policies and parameter values to run.
    outcome : str
        One that happens or not in a world: `ever`, `never`, `at_end`, `first`, a count with `at_least`.
    world, seed : int
        Which world: the same as in any run with this seed.
    max_events : int
        The world fails if it reaches so many events.
    progress : callable, optional
        Told how many causes have been removed in turn, of how many.

    Returns
    -------
    Explanation

    Raises
    ------
    UsageError
        If there is no such outcome, world or seed, or the outcome does not count in this world.
    RunError
        If a number means nothing, or too many events happen.

    Examples
    --------
    >>> from simulate import explain, loads
    >>> found = explain(loads('''
    ... scenario: A ruling leads to a walkout
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... mechanisms:
    ...   talks:
    ...     stages: [open, broken]
    ...     start: open
    ...     transitions: [{from: open, to: broken, on: ruling}]
    ... shocks: {ruling: {dates: [2022-08-19]}, rain: {dates: [2022-08-09]}}
    ... outcomes: {broken: {ever: talks == broken}}
    ... '''), "broken", world=0)
    >>> [cause.name for cause in found.events if cause.necessary]
    ['ruling']
    """
    check_numbers(seed, 1, world)
    compiled = compile_scenario(scenario.resolved())
    label = explained_outcome(compiled, outcome)
    index = index_of(compiled, label)
    history = History(compiled, int(seed), int(world), max_events)
    if history.record.capped:
        raise CappedError(f"world {world} reached {max_events:,} events, the most allowed; raise --max-events")
    if signature(compiled, index, history.record)[0]:
        raise UsageError(f"'{outcome}' does not count in world {world}: its window, or what it is given, never comes")
    engine = Batch(compiled, int(seed), max_events)
    still = same_as(compiled, index, history.record)
    identities, labels = history.record.events.identity, compiled.labels
    suspects = history.suspects(index)
    ancestors = set(history.ancestors(history.roots(index)))
    kinds = sorted({history.record.events.event[number] for number in suspects})
    rules = {history.route(number).rule for number in suspects} - {-1}
    names = sorted({labels.rules[rule] for rule in rules if compiled.model.reactions.placement[rule] < 0})
    total = len(suspects) + len(kinds) + len(names)
    asked = 0

    def differs(removed: Compiled, machine: Batch, firings: Sequence[int] = ()) -> bool:
        nonlocal asked
        asked += 1
        if progress is not None:
            progress(asked, total)
        return not still(removed, index, rerun(machine, world, firings))

    def needs(name: str) -> bool:
        removed = compile_scenario(scenario.without(name).resolved())
        return differs(removed, Batch(removed, int(seed), max_events))

    necessary = {number: differs(compiled, engine, [identities[number]]) for number in suspects}
    necessary = {number: needed for number, needed in necessary.items() if needed or number in ancestors}
    events = [Cause(labels.events[e], labels.kinds[e], needs(labels.events[e])) for e in kinds]
    responses = [Cause(name, "response", needs(name)) for name in names]
    events.sort(key=lambda each: (not each.necessary, ORDER.get(each.kind, 2)))
    responses.sort(key=lambda each: not each.necessary)
    return Explanation(history, label, int(seed), history.decided_by(index), necessary, events, responses)
