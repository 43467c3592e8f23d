"""Who reads what in a resolved scenario: every expression, with what stands around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulate.scenario.expression import Expression
from simulate.scenario.resolved import Distribution, Effect, Event, Lifecycle, Outcome, Resolved, Rule, Window
from simulate.scenario.tree import postorder


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression and its role: 'rate', 'probability', 'utility', 'effect', 'delay' or 'other'."""

    expression: Expression
    role: str
    event: str | None = None


def of_distribution(given: Distribution | None, role: str) -> Iterator[Formula]:
    if given is not None:
        for argument in given.arguments:
            yield Formula(argument, role)
        for _, weight in given.rows:
            yield Formula(weight, "weight")


def some(expression: Expression | None, role: str, event: str | None = None) -> Iterator[Formula]:
    if expression is not None:
        yield Formula(expression, role, event)


def of_effects(effects: tuple[Effect, ...], event: str | None) -> Iterator[Formula]:
    for effect in effects:
        yield Formula(effect.expression, "effect", event)


def of_event(event: Event) -> Iterator[Formula]:
    """Everything that a shock or an action reads."""
    yield from some(event.rate, "rate", event.name)
    for dates in event.dates:
        for when in dates.dates:
            yield from some(when.shift, "date")
        yield from some(dates.every, "date")
        yield from of_distribution(dates.distribution, "date")
    for rule in event.causes:
        yield from of_rule(rule)
    for _, mark in event.marks:
        yield from of_distribution(mark, "mark")
    yield from some(event.when, "condition", event.name)
    yield from some(event.probability, "probability", event.name)
    yield from of_effects(event.effects, event.name)


def of_rule(rule: Rule) -> Iterator[Formula]:
    """Everything that a rule reads."""
    yield from some(rule.when, "condition")
    yield from some(rule.probability, "probability")
    yield from of_distribution(rule.delay, "delay")
    for option in rule.options:
        yield from some(option.utility, "utility", option.event)


def of_lifecycle(lifecycle: Lifecycle) -> Iterator[Formula]:
    """Everything that transitions read."""
    if lifecycle.since is not None:
        yield from some(lifecycle.since.shift, "date")
    for transition in lifecycle.transitions:
        yield from of_distribution(transition.delay, "delay")
        yield from some(transition.notice, "date")
        yield from some(transition.warn, "date")
        yield from some(transition.rate, "rate", f"{lifecycle.name}.{transition.target}")
        yield from some(transition.when, "condition")
        yield from some(transition.probability, "probability")
        yield from of_effects(transition.effects, None)


def of_outcome(outcome: Outcome) -> Iterator[Formula]:
    """Everything that an outcome reads."""
    for when in (outcome.opens, outcome.closes):
        if when is not None:
            yield from some(when.shift, "date")
    for expression in (outcome.expression, outcome.within, outcome.given, outcome.target, outcome.at_least):
        yield from some(expression, "outcome")


def of_window(window: Window) -> Iterator[Formula]:
    """Everything that a calendar window reads."""
    if window.at is not None:
        yield from some(window.at.shift, "date")
    for expression in (window.every, window.lasts, window.before, window.after):
        yield from some(expression, "date")


def formulas(resolved: Resolved) -> Iterator[Formula]:
    """Every expression of a scenario, parameters' own values apart."""
    for variable in resolved.variables.values():
        for part in (variable.start, variable.rest, variable.half_life, variable.low, variable.high):
            yield from some(part, "state")
    for windows in resolved.calendar.values():
        for window in windows:
            yield from of_window(window)
    for event in resolved.events.values():
        yield from of_event(event)
    for rule in resolved.rules:
        yield from of_rule(rule)
    for lifecycle in resolved.lifecycles.values():
        yield from of_lifecycle(lifecycle)
    for indicator in resolved.indicators.values():
        yield Formula(indicator, "indicator")
    for outcome in resolved.outcomes.values():
        yield from of_outcome(outcome)
    for placement in resolved.placements:
        yield from some(placement.at.shift, "date")


def names_read(expression: Expression, kind: str) -> set[str]:
    """The names of one kind that an expression reads itself."""
    found = set()
    for node in postorder(expression.tree):
        if node.operation == kind:
            found.add(str(node.value[0]) if isinstance(node.value, tuple) else str(node.value))
    return found
