"""Policies: what they include is merged in order, and what they change is applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from simulate.scenario.checking import Checker
from simulate.scenario.nearest import suggestion
from simulate.scenario.nodes import Path
from simulate.scenario.schema import ScenarioFile, parts

BASELINE = "baseline"


@dataclass(slots=True)
class Change:
    """Everything that policies change, merged; each with the path at which it is written."""

    set: dict[str, tuple[object, Path]] = field(default_factory=dict)
    initial: dict[str, tuple[object, Path]] = field(default_factory=dict)
    without: dict[str, Path] = field(default_factory=dict)
    at: list[tuple[str, parts.Placement, Path]] = field(default_factory=list)
    responses: list[tuple[parts.Response, Path]] = field(default_factory=list)


def check_includes(checker: Checker, model: ScenarioFile) -> None:
    """Refuse a policy named baseline, unknown policies, and policies that include themselves."""
    for name, policy in model.policies.items():
        path: Path = ("policies", name)
        if name == BASELINE:
            checker.fault_of_key(path, "'baseline' is the scenario as written; give the policy another name")
        for place, included in enumerate(policy.include):
            where = (*path, "include", place)
            if included not in model.policies and not checker.is_broken(included):
                checker.fault(where, f"unknown policy '{included}'{suggestion(included, model.policies)}")
        circle = circular(model, name, ())
        if circle:
            checker.fault((*path, "include"), f"policies include each other in a circle: {' -> '.join(circle)}")


def circular(model: ScenarioFile, name: str, chain: tuple[str, ...]) -> tuple[str, ...]:
    """A circle of inclusions that leads back to the first of a chain, if there is one."""
    if chain and name == chain[0]:
        return (*chain, name)
    if name in chain or name not in model.policies:
        return ()
    for included in model.policies[name].include:
        circle = circular(model, included, (*chain, name))
        if circle:
            return circle
    return ()


def merge(checker: Checker, model: ScenarioFile, names: Sequence[str]) -> Change:
    """The changes of several policies, in order; two values for one thing are a fault."""
    change = Change()
    seen: set[str] = set()
    for name in names:
        add(checker, model, name, change, seen)
    return change


def add(checker: Checker, model: ScenarioFile, name: str, change: Change, seen: set[str]) -> None:
    """Add what one policy includes, then what it says itself; each policy once."""
    if name in seen or name not in model.policies:
        return
    seen.add(name)
    policy = model.policies[name]
    for included in policy.include:
        add(checker, model, included, change, seen)
    path: Path = ("policies", name)
    for section, table in (("set", policy.set), ("initial", policy.initial)):
        merged: dict[str, tuple[object, Path]] = getattr(change, section)
        for key, value in table.items():
            where = (*path, section, key)
            other = merged.get(key)
            if other is not None and other[0] != value:
                shown, others = (f"{each:g}" if isinstance(each, float) else each for each in (value, other[0]))
                message = f"'{key}' has two values: {shown} here, {others} in policy '{other[1][1]}'"
                checker.fault(where, message)
            merged.setdefault(key, (value, where))
    for place, removed in enumerate(policy.without):
        change.without.setdefault(removed, (*path, "without", place))
    for place, placement in enumerate(policy.at):
        change.at.append((name, placement, (*path, "at", place)))
    for place, response in enumerate(policy.responses):
        change.responses.append((response, (*path, "responses", place)))
