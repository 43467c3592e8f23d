"""`without`: events and rules that never happen are taken out of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from simulate.scenario.checking import Checker
from simulate.scenario.nearest import suggestion
from simulate.scenario.nodes import Path
from simulate.scenario.resolved import Lifecycle, Resolved, Rule


def remove(checker: Checker, resolved: Resolved, without: Mapping[str, Path]) -> None:
    """Take events and rules out; a name that is neither is a fault."""
    rules = {f"{rule.owner}.{rule.name}" for rule in resolved.rules}
    rules |= {f"{event.name}.{cause.name}" for event in resolved.events.values() for cause in event.causes}
    for name, path in without.items():
        if name not in resolved.events and name not in rules and not checker.is_broken(name):
            allowed = [*resolved.events, *sorted(rules)]
            checker.fault(path, f"'{name}' is no event and no owner.rule{suggestion(name, allowed)}")
    gone = frozenset(without)
    resolved.without = gone
    kept = (trimmed(rule, gone) for rule in resolved.rules if f"{rule.owner}.{rule.name}" not in gone)
    resolved.rules = [rule for rule in kept if rule.options]
    resolved.placements = [placement for placement in resolved.placements if placement.event not in gone]
    for name, event in resolved.events.items():
        if name in gone:
            resolved.events[name] = replace(event, rate=None, dates=(), causes=())
        else:
            causes = tuple(cause for cause in event.causes if f"{name}.{cause.name}" not in gone)
            resolved.events[name] = replace(event, causes=causes)
    for name, lifecycle in resolved.lifecycles.items():
        resolved.lifecycles[name] = trimmed_lifecycle(lifecycle, gone)


def trimmed(rule: Rule, gone: frozenset[str]) -> Rule:
    """A rule without the options that never happen."""
    return replace(rule, options=tuple(option for option in rule.options if option.event not in gone))


def trimmed_lifecycle(lifecycle: Lifecycle, gone: frozenset[str]) -> Lifecycle:
    """A lifecycle without the transitions that never happen."""
    kept = tuple(
        transition
        for transition in lifecycle.transitions
        if f"{lifecycle.name}.{transition.target}" not in gone and f"{lifecycle.name}.{transition.name}" not in gone
    )
    return replace(lifecycle, transitions=kept)
