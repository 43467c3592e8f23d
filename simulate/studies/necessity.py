"""`explain` over many worlds: without which events and rules an outcome would not have come about, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from simulate.compile import compile_scenario
from simulate.compiled import Compiled, OutcomeLabel
from simulate.engines.machine import Batch
from simulate.engines.order import MOST_EVENTS
from simulate.engines.state import Chunk
from simulate.scenario.loading import Scenario
from simulate.studies.causes import outcome_topics
from simulate.studies.drawing import drawn
from simulate.studies.explain import ORDER, verb
from simulate.studies.progress import Progress, seen_in_notebooks
from simulate.studies.reads import upstream
from simulate.studies.run import check_means, check_numbers
from simulate.studies.statistics import CONFIDENCE, wilson
from simulate.studies.verdict import came_true, explained_outcome, index_of, is_met, rerun, was_missed, what_it_is
from simulate.studies.wording import percent, title
from simulate.studies.worlds import run_worlds
from simulate.version import __version__

MOST_EXAMINED = 200
"""So many of the worlds in which the outcome came true are run again."""
MOST_DOUBTFUL = 20
"""In so many of those without a necessary cause pairs are removed."""
MOST_NAMED = 3
MOST_PAIRED = 12
"""So many causes of such a world, the most frequent ones, are paired with each other."""


@dataclass(frozen=True, slots=True)
class Share:
    """In what share of the examined worlds something was necessary, with Wilson's interval.

    `necessary` lists those worlds.
    """

    name: str
    kind: str
    share: float
    low: float
    high: float
    necessary: tuple[int, ...]


@dataclass(frozen=True, repr=False)
class Necessity:
    """What an outcome needed, over many worlds.

    Attributes
    ----------
    compiled : Compiled
    outcome : OutcomeLabel
    seed, worlds : int
    failing : list of int
        The worlds in which it came true; for `never`, in which it failed.
    examined : list of int
        Those of them that were run again, the first 200.
    events, responses : list of Share
        Each kind of event and each rule, removed whole; the most often necessary first, and last the events that
        are what the outcome asks for.
    doubtful : list of int
        Examined worlds in which none was necessary.
    pairs : list of Share
        Pairs of kinds of events of which only the removal of both helps, in the first 20 of these.
    broke_first : dict of int
        Of the kinds of events that were necessary in a world, which happened first, and in how many worlds.
    itself : set of str
        Events that are what the outcome asks for, and so no news as causes.
    """

    compiled: Compiled
    outcome: OutcomeLabel
    seed: int
    worlds: int
    failing: list[int]
    examined: list[int]
    events: list[Share]
    responses: list[Share]
    doubtful: list[int]
    pairs: list[Share]
    broke_first: dict[str, int]
    itself: frozenset[str]

    @property
    def told(self) -> list[Share]:
        """The events that are news as causes: all but those that are what the outcome asks for."""
        return [each for each in self.events if each.name not in self.itself]

    def sentence(self) -> str:
        """The most important of it, in one sentence."""
        what = f'"{title(self.outcome)}"'
        went = verb(self.outcome, self.outcome.kind != "never")
        if not self.failing:
            return f"{what} {went} in none of {self.worlds:,} worlds: there is nothing to explain."
        text = f"{what} {went} in {len(self.failing):,} of {self.worlds:,} worlds"
        most = max((each.share for each in self.told), default=0.0)
        if most > 0.0:
            names = " or ".join([each.name for each in self.told if each.share == most][:MOST_NAMED])
            text += f"; without {names} it would not have in {percent(most)} of the {len(self.examined):,} examined"
        else:
            text += f"; no kind of event was necessary alone in any of the {len(self.examined):,} examined"
        if self.pairs:
            text += f", and in {len(self.pairs[0].necessary):,} only {self.pairs[0].name} together were"
        return text + "."

    def to_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {
            "scenario": self.compiled.labels.title,
            "policy": self.compiled.labels.policy,
            "seed": self.seed,
            "worlds": self.worlds,
            "version": __version__,
            "model_hash": self.compiled.hash,
            "outcome": self.outcome.name,
            "confidence": CONFIDENCE,
            "failing": self.failing,
            "examined": self.examined,
            "sentence": self.sentence(),
            "events": [share_json("event", each) | {"itself": each.name in self.itself} for each in self.events],
            "responses": [share_json("response", each) for each in self.responses],
            "overdetermined": self.doubtful,
            "pairs": [share_json("pair", each) for each in self.pairs],
            "broke_first": self.broke_first,
        }

    def __repr__(self) -> str:
        return f"<Necessity of {self.outcome.name}: {len(self.examined)} of {self.worlds} worlds examined>"

    def plot(self) -> Any:
        """A picture: in what share of worlds each cause is necessary."""
        return drawn(self, "causes", {"causes": "causes.necessity_chart"})

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import lines_html

        rows = [f"{percent(each.share):>8}  {each.name}" for each in (*self.events, *self.responses) if each.share]
        return lines_html([self.sentence(), "", *rows])


def share_json(noun: str, each: Share) -> dict[str, Any]:
    """A share as plain values."""
    return {
        noun: each.name.split(" and ") if noun == "pair" else each.name,
        "kind": each.kind,
        "share": each.share,
        "low": each.low,
        "high": each.high,
        "worlds": list(each.necessary),
    }


@seen_in_notebooks
def explain_worlds(
    scenario: Scenario,
    outcome: str,
    worlds: int = 1000,
    seed: int = 1,
    *,
    workers: int = 1,
    max_events: int = MOST_EVENTS,
    progress: Progress | None = None,
) -> Necessity:
    """Find what an outcome needed, over the worlds in which it came true.

    Each kind of event on which the outcome can depend, and each rule, is removed whole, as by a policy's
    `without`, and the same worlds are run again.

    Parameters
    ----------
    scenario : Scenario
        With the policies and parameter values to run.
    outcome : str
        One that happens or not in a world: `ever`, `never`, `at_end`, `first`, a count with `at_least`.
    worlds, seed : int
        How many worlds, and which.
    workers, max_events, progress
        As for `run`.

    Returns
    -------
    Necessity

    Raises
    ------
    UsageError
        If there is no such outcome, or a number is none that can be run.
    RunError
        If a number means nothing, or too many events happen.

    Examples
    --------
    >>> from simulate import explain_worlds, loads
    >>> found = explain_worlds(loads('''
    ... scenario: Two ways to break
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... shocks:
    ...   ruling: {rate: 1/yr}
    ...   walkout: {after: {event: ruling, delay: 10 d}}
    ... outcomes: {broken: {ever: count(walkout) > 0}}
    ... '''), "broken", worlds=50)
    >>> found.events[0].name, found.events[0].share
    ('ruling', 1.0)
    """
    check_numbers(seed, worlds)
    check_means(workers, max_events)
    compiled = compile_scenario(scenario.resolved())
    label = explained_outcome(compiled, outcome)
    index = index_of(compiled, label)
    table = run_worlds(
        compiled,
        int(seed),
        0,
        int(worlds),
        workers=workers,
        most_events=max_events,
        can_leave_out=False,
        progress=progress,
    )
    engine = Batch(compiled, int(seed), max_events)
    counted = [world for world in range(worlds) if not table.left_out[world, index]]
    wanted = label.kind != "never"
    failing = [w for w in counted if is_met(compiled, index, table.values[w], table.reached[w]) == wanted]
    examined = failing[:MOST_EXAMINED]
    still = was_missed if label.kind == "never" else came_true
    jury = Jury(scenario, index, still, int(seed), max_events, examined, workers, progress)
    kinds, rules = candidates(compiled, index)
    verdicts = jury.ask([*((name,) for name, _ in kinds), *((name,) for name in rules)])
    events = [share_of(name, kind, verdicts[name,], examined) for name, kind in kinds]
    responses = [share_of(name, "response", verdicts[name,], examined) for name in rules]
    itself = what_it_is(compiled, index)
    needed = {world for each in (*events, *responses) if each.name not in itself for world in each.necessary}
    doubtful = [world for world in examined if world not in needed]
    pairs = find_pairs(jury, engine, doubtful[:MOST_DOUBTFUL], [name for name, _ in kinds if name not in itself])
    order = {name: ORDER.get(kind, 2) for name, kind in kinds}
    return Necessity(
        compiled=compiled,
        outcome=label,
        seed=int(seed),
        worlds=int(worlds),
        failing=failing,
        examined=examined,
        events=sorted(events, key=lambda each: (each.name in itself, -each.share, order[each.name])),
        responses=sorted(responses, key=lambda each: -each.share),
        doubtful=doubtful,
        pairs=pairs,
        broke_first=first_broken(engine, [each for each in events if each.name not in itself], examined),
        itself=frozenset(itself),
    )


def candidates(compiled: Compiled, outcome: int) -> tuple[list[tuple[str, str]], list[str]]:
    """The kinds of events on which an outcome can depend, and the rules that can bring them."""
    model, labels = compiled.model, compiled.labels
    events = upstream(model, outcome_topics(model, outcome))
    rules = set()
    for trigger in range(len(model.events.when)):
        for row in range(model.events.first_reaction[trigger], model.events.last_reaction[trigger]):
            rule = model.reactions.of_event[row]
            options = range(model.reactions.first_option[rule], model.reactions.last_option[rule])
            brings = {model.options.event[option] for option in options}
            if brings & events and model.reactions.placement[rule] < 0:
                rules.add(labels.rules[rule])
    return [(labels.events[event], labels.kinds[event]) for event in sorted(events)], sorted(rules)


class Jury:
    """Runs the same worlds again without some events or rules, and says in which the outcome is another."""

    def __init__(
        self,
        scenario: Scenario,
        outcome: int,
        still: Callable[[Compiled, int, Chunk], bool],
        seed: int,
        most_events: int,
        examined: Sequence[int],
        workers: int,
        progress: Progress | None,
    ) -> None:
        self.scenario = scenario
        self.outcome = outcome
        self.still = still
        self.seed = seed
        self.most_events = most_events
        self.examined = examined
        self.workers = workers
        self.progress = progress

    def differ(self, names: tuple[str, ...], worlds: Sequence[int]) -> tuple[int, ...]:
        """The worlds in which what happened no longer happens without these."""
        if not worlds:
            return ()
        removed = compile_scenario(self.scenario.without(*names).resolved())
        engine = Batch(removed, self.seed, self.most_events)
        return tuple(world for world in worlds if not self.still(removed, self.outcome, rerun(engine, world)))

    def ask(self, removals: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[int, ...]]:
        """The same for every removal, over the examined worlds."""
        pool = ThreadPoolExecutor(self.workers)
        verdicts = {}
        try:
            pending = [pool.submit(self.differ, names, self.examined) for names in removals]
            for done, (names, found) in enumerate(zip(removals, pending, strict=True), 1):
                verdicts[names] = found.result()
                if self.progress is not None:
                    self.progress(done * len(self.examined), len(removals) * len(self.examined))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return verdicts


def share_of(name: str, kind: str, necessary: tuple[int, ...], examined: Sequence[int]) -> Share:
    """A share of the examined worlds."""
    if not examined:
        return Share(name, kind, 0.0, 0.0, 1.0, ())
    low, high = wilson(len(necessary), len(examined))
    return Share(name, kind, len(necessary) / len(examined), low, high, necessary)


def find_pairs(jury: Jury, engine: Batch, doubtful: Sequence[int], kinds: Sequence[str]) -> list[Share]:
    """Pairs of kinds of events that are necessary together where none is alone."""
    names = engine.compiled.labels.events
    asked: dict[tuple[str, str], list[int]] = {}
    for world in doubtful:
        counts = Counter(names[event] for event in engine.run(world).events.event)
        present = [name for name in kinds if counts[name]]
        shocks_first = sorted(present, key=lambda name: "." in name)[:MOST_PAIRED]
        for pair in combinations(shocks_first, 2):
            asked.setdefault(pair, []).append(world)
    found = []
    for pair, worlds in asked.items():
        both = jury.differ(pair, worlds)
        if both:
            found.append(share_of(" and ".join(pair), "pair", both, doubtful))
    return sorted(found, key=lambda each: -each.share)


def first_broken(engine: Batch, events: Sequence[Share], examined: Sequence[int]) -> dict[str, int]:
    """Which of the kinds of events that were necessary in a world happened first there, and in how many."""
    names = engine.compiled.labels.events
    found: Counter[str] = Counter()
    for world in examined:
        needed = {each.name for each in events if world in each.necessary}
        if needed:
            happening = (names[event] for event in engine.run(world).events.event)
            first = next((name for name in happening if name in needed), None)
            if first is not None:
                found[first] += 1
    return dict(found.most_common())
