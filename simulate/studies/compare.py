"""`compare`: policies against the baseline, in the same worlds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from simulate.compile import compile_scenario
from simulate.compiled import OutcomeLabel
from simulate.engines.order import MOST_EVENTS
from simulate.errors import UsageError
from simulate.scenario.loading import Scenario
from simulate.studies.drawing import drawn
from simulate.studies.keeping import Keeper, Shelf, Workers
from simulate.studies.outcomes import chosen_outcomes
from simulate.studies.paired import Difference, PathDifference, difference, path_difference
from simulate.studies.precision import FIRST_LOOK, MOST_WORLDS, RULE, next_look
from simulate.studies.progress import Progress, part_of, seen_in_notebooks
from simulate.studies.run import Result, check_means, check_numbers
from simulate.studies.statistics import CONFIDENCE
from simulate.studies.summary import as_json, numbers
from simulate.studies.tables import WorldTable, joined
from simulate.studies.worlds import Engine, run_worlds

Differences = Mapping[str, Difference | PathDifference]


@dataclass(frozen=True, repr=False)
class Comparison:
    """What policies change in the same worlds.

    Attributes
    ----------
    base : Result
        The baseline.
    others : dict of Result
        Each policy, by name.
    outcomes : tuple of OutcomeLabel
        What is compared.
    precision : float or None
        The half-width that was asked for; intervals then hold whenever one stops.
    """

    base: Result
    others: Mapping[str, Result]
    outcomes: tuple[OutcomeLabel, ...]
    precision: float | None

    @property
    def compared(self) -> dict[str, int]:
        """How many worlds are compared under each policy: those that reached the limit of events on neither side."""
        return {name: int((~self.base.table.capped & ~other.table.capped).sum()) for name, other in self.others.items()}

    @property
    def reached_precision(self) -> bool:
        """Whether differences are known as well as was asked for."""
        return self.precision is None or widest(self) <= self.precision

    @cached_property
    def differences(self) -> dict[str, Differences]:
        """For each policy, how each outcome differs from the baseline."""
        sequential = self.precision is not None
        return {
            name: differences_of(self.base, other, self.outcomes, sequential) for name, other in self.others.items()
        }

    def altered(self, policy: str) -> int:
        """In how many worlds a policy changed any event."""
        return altered(self.base.table, self.others[policy].table)

    def has_no_effect(self, policy: str) -> bool:
        """Whether a policy changed no event and no reading in any world."""
        ours, theirs = self.base.table, self.others[policy].table
        return (
            np.array_equal(ours.history, theirs.history)
            and np.array_equal(ours.values, theirs.values, equal_nan=True)
            and np.array_equal(ours.paths, theirs.paths, equal_nan=True)
        )

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain values."""
        plain = self.base.to_json()
        names = [label.name for label in self.outcomes]
        plain["baseline"] = {"outcomes": {name: plain["outcomes"][name] for name in names}}
        del plain["outcomes"], plain["policy"]
        plain["confidence"] = CONFIDENCE
        if self.precision is not None:
            plain["precision"] = {"half_width": self.precision, "reached": self.reached_precision, "rule": RULE}
        plain["policies"] = policies = dict[str, Any]()
        for policy, other in self.others.items():
            whole = other.to_json()
            policies[policy] = {
                "model_hash": other.compiled.hash,
                "altered_worlds": self.altered(policy),
                "compared_worlds": self.compared[policy],
                "no_effect": self.has_no_effect(policy),
                **{key: whole[key] for key in ("capped", "refused_placements") if key in whole},
                "outcomes": {
                    label.name: difference_json(label, self.differences[policy][label.name])
                    | {"policy": as_json(label.kind, other.outcomes[label.name], other.counted)}
                    for label in self.outcomes
                },
            }
        return plain

    def __repr__(self) -> str:
        names = ", ".join(self.others)
        return f"<Comparison of '{self.base.compiled.labels.title}': {names}; {self.base.counted:,} worlds>"

    def plot(self, picture: str = "differences") -> Any:
        """A picture: `differences` with their intervals, or `trajectories` of all sides.

        Raises
        ------
        UsageError
            If there is no such picture, or the comparison has nothing for it.
        """
        return drawn(self, picture, {"differences": "contrast.forest_plot", "trajectories": "contrast.trajectories"})

    def _repr_html_(self) -> str:
        from simulate.studies.notebook import comparison_html

        return comparison_html(self)


def altered(base: WorldTable, other: WorldTable) -> int:
    """In how many worlds two tables tell of different events; worlds that reached the limit on either side apart."""
    return int(((base.history != other.history) & ~base.capped & ~other.capped).sum())


def differences_of(base: Result, other: Result, outcomes: Sequence[OutcomeLabel], sequential: bool) -> Differences:
    """How each outcome of one result differs from another's in the same worlds."""
    compiled = base.compiled
    found: dict[str, Difference | PathDifference] = {}
    for label in outcomes:
        index = compiled.labels.outcomes.index(label)
        if label.kind == "trajectory":
            found[label.name] = path_difference(compiled, base.table, other.table, index)
        else:
            same_model = compiled.hash == other.compiled.hash
            found[label.name] = difference(compiled, base.table, other.table, index, sequential, same_model)
    return found


def difference_json(label: OutcomeLabel, found: Difference | PathDifference) -> dict[str, Any]:
    """A difference as plain values."""
    if isinstance(found, PathDifference):
        return {
            "kind": label.kind,
            "days": found.days.tolist(),
            "difference": numbers(found.mean),
            "low": numbers(found.low),
            "high": numbers(found.high),
            "quantiles": {level: numbers(values) for level, values in found.quantiles.items()},
            "worlds": found.worlds,
        }
    return {
        "kind": label.kind,
        "baseline": found.base,
        "value": found.other,
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
        "flips_up": found.flips_up,
        "flips_down": found.flips_down,
        "mcnemar_p": found.mcnemar_p,
        "variance_ratio": found.variance_ratio,
        "worlds": found.worlds,
    }


def alternatives(scenario: Scenario, policies: Sequence[str]) -> dict[str, Scenario]:
    """The scenario under each policy; `a+b` merges two.

    Raises
    ------
    UsageError
        If there is no such policy, or none at all.
    """
    chosen = list(dict.fromkeys(policies)) or list(scenario.model.policies)
    if not chosen:
        raise UsageError("the scenario has no policies to compare; write some under `policies`")
    if any("baseline" in name.split("+") for name in chosen):
        raise UsageError("every policy is compared with the baseline; name policies alone")
    return {name: under_policy(scenario, name) for name in chosen}


def under_policy(scenario: Scenario, name: str) -> Scenario:
    """The scenario under a policy; `a+b` merges two.

    Raises
    ------
    UsageError
        If there is no such policy.
    """
    return scenario.with_policy(*(part.strip() for part in name.split("+")))


@seen_in_notebooks
def compare(
    scenario: Scenario,
    policies: Sequence[str] = (),
    worlds: int = 1000,
    seed: int = 1,
    *,
    outcomes: Sequence[str] = (),
    precision: float | None = None,
    engine: Engine = "batch",
    workers: Workers = 1,
    max_events: int = MOST_EVENTS,
    allow_capped: bool = False,
    progress: Progress | None = None,
    folder: Keeper | None = None,
) -> Comparison:
    """Run the baseline and policies in the same worlds, and say what each policy changes there.

    Parameters
    ----------
    scenario : Scenario
        With the parameter values to run.
    policies : sequence of str
        Names of policies, all if none is given; `a+b` merges two.
    worlds, seed : int
        How many worlds, and which; with `precision` how many to begin with, at least 500.
    outcomes : sequence of str
        Names of the outcomes to compare, all if none is given.
    precision : float, optional
        Add worlds until every difference of a probability or share is known to so much either way, up to
        1,000,000 worlds. The intervals hold although one looks early: see `simulate.studies.precision`.
    engine, workers, max_events, allow_capped, progress, folder
        As for `run`.

    Returns
    -------
    Comparison

    Raises
    ------
    UsageError
        If a policy, outcome, seed or number of worlds does not exist.
    ScenarioError
        If policies contradict each other, or the scenario is too large.
    RunError
        If a number means nothing in some world, or too many events happen.

    Examples
    --------
    >>> from simulate import compare, loads
    >>> result = compare(loads('''
    ... scenario: Coin
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... parameters: {pace: 2/yr}
    ... shocks: {ruling: {rate: pace}}
    ... outcomes: {rulings: {count: ruling}}
    ... policies: {slow: {set: {pace: 1/yr}}}
    ... '''), worlds=200)
    >>> found = result.differences["slow"]["rulings"]
    >>> found.flips_up, found.high < 0.0
    (0, True)
    """
    check_numbers(seed, worlds)
    check_means(workers, max_events)
    worlds = int(worlds) if precision is None else max(int(worlds), first_look(precision))
    policies = [policies] if isinstance(policies, str) else policies
    outcomes = [outcomes] if isinstance(outcomes, str) else outcomes
    scenarios = {"baseline": scenario.with_policy(), **alternatives(scenario, policies or scenario.policies)}
    compiled = {name: compile_scenario(each.resolved()) for name, each in scenarios.items()}
    labels = chosen_outcomes(compiled["baseline"].labels.outcomes, outcomes)
    shelves: dict[str, Shelf] = {}
    if folder is not None:
        told: dict[str, Any] = {"engine": engine, "outcomes": outcomes, "precision": precision}
        folder.begin("compare", scenario, list(compiled), int(seed), worlds, max_events, grows=bool(precision), **told)
        shelves.update({name: folder.shelf(name, scenarios[name], compiled[name]) for name in compiled})

    def table(name: str, first: int, last: int) -> WorldTable:
        return run_worlds(
            compiled[name],
            int(seed),
            first,
            last,
            engine=engine,
            workers=workers,
            most_events=max_events,
            allow_capped=allow_capped,
            progress=part_of(progress, list(compiled).index(name), len(compiled)),
            shelf=shelves.get(name),
        )

    def results(tables: Mapping[str, WorldTable]) -> Comparison:
        base, *others = (
            Result(compiled[name], scenario.name, tables[name], int(seed), engine, scenario.settings)
            for name in compiled
        )
        return Comparison(base, dict(zip(list(compiled)[1:], others, strict=True)), labels, precision)

    tables = {name: table(name, 0, worlds) for name in compiled}
    found = results(tables)
    while precision is not None and worlds < MOST_WORLDS:
        half = widest(found)
        if half <= precision:
            break
        more = next_look(worlds, half, precision)
        tables = {name: joined([tables[name], table(name, worlds, more)]) for name in compiled}
        worlds, found = more, results(tables)
    return found


def first_look(precision: float) -> int:
    """How many worlds a comparison of this precision begins with, if it can be reached at all."""
    if not 0.0 < float(precision) < math.inf:
        raise UsageError(f"precision {precision}: give a half-width above 0, such as 0.005")
    return FIRST_LOOK


def widest(comparison: Comparison) -> float:
    """The widest half-interval of a difference between probabilities or shares.

    Raises
    ------
    UsageError
        If no outcome is a probability or share.
    """
    shares = [
        found
        for each in comparison.differences.values()
        for found in each.values()
        if isinstance(found, Difference) and found.is_share
    ]
    if not shares:
        raise UsageError("precision is that of probabilities and shares, and no outcome to compare is one")
    halves = (0.5 * (found.high - found.low) for found in shares if found.high is not None and found.low is not None)
    return max(halves, default=0.0)
