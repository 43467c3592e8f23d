"""Warnings that interval arithmetic gives: probabilities outside 0..1, rates that can explode."""

from __future__ import annotations

from collections.abc import Iterator

from simulate.model.arithmetic import INFINITY
from simulate.scenario.audit.ranges import Ranges
from simulate.scenario.checking import Checker
from simulate.scenario.expression import Expression
from simulate.scenario.resolved import Effect, Resolved
from simulate.scenario.tree import Tree, postorder


def nodes_of(resolved: Resolved, root: Tree) -> Iterator[Tree]:
    """Every node that a tree reads, those of its indicators included."""
    seen: set[str] = set()
    stack = [root]
    while stack:
        for node in postorder(stack.pop()):
            yield node
            if node.operation == "indicator" and node.value not in seen:
                seen.add(str(node.value))
                stack.append(resolved.indicators[str(node.value)].tree)


def explosions(checker: Checker, resolved: Resolved, ranges: Ranges) -> None:
    """Rates with `exp` of something that their own event raises without bound."""
    for event in resolved.events.values():
        if event.rate is not None:
            check_rate(checker, resolved, ranges, event.rate, event.name, event.effects)
    for lifecycle in resolved.lifecycles.values():
        for transition in lifecycle.transitions:
            if transition.rate is not None:
                name = f"{lifecycle.name}.{transition.target}"
                check_rate(checker, resolved, ranges, transition.rate, name, transition.effects)


def check_rate(
    checker: Checker, resolved: Resolved, ranges: Ranges, rate: Expression, event: str, effects: tuple[Effect, ...]
) -> None:
    """Warn of one rate."""
    marks = ranges.marks_of(event)
    raised = {
        effect.variable
        for effect in effects
        if not effect.sets
        and resolved.variables[effect.variable].high is None
        and ranges.of(effect.expression, marks)[1] > 0.0
    }
    for exponential in nodes_of(resolved, rate.tree):
        if exponential.value != "exp":
            continue
        for node in nodes_of(resolved, exponential.operands[0]):
            counts = node.operation == "count" and node.value == event
            if counts or (node.operation == "state" and node.value in raised):
                what = f"count({event})" if counts else f"'{node.value}'"
                checker.warn(
                    rate.path,
                    f"exp() of {what}, which '{event}' itself raises without bound: some worlds explode; "
                    "give the variable bounds, or write a clipped or a linear rate",
                )
                return


def probabilities(checker: Checker, resolved: Resolved, ranges: Ranges) -> None:
    """Probabilities that can leave 0..1."""
    for event in resolved.events.values():
        check_probability(checker, ranges, event.probability, (event.name,))
        for cause in event.causes:
            check_probability(checker, ranges, cause.probability, cause.on)
    for rule in resolved.rules:
        check_probability(checker, ranges, rule.probability, rule.on)
    for lifecycle in resolved.lifecycles.values():
        for transition in lifecycle.transitions:
            check_probability(checker, ranges, transition.probability, transition.on)


def check_probability(checker: Checker, ranges: Ranges, given: Expression | None, marked: tuple[str, ...]) -> None:
    """Warn of a probability that can pass 1 or fall below 0, with the marks of some events at hand."""
    if given is None:
        return
    marks: dict[str, tuple[float, float]] = {}
    for event in marked:
        for name, (low, high) in ranges.marks_of(event).items():
            old = marks.get(name, (low, high))
            marks[name] = min(low, old[0]), max(high, old[1])
    low, high = ranges.of(given, marks)
    if high > 1.0 + 1e-12:
        reaches = "grow without bound" if high == INFINITY else f"reach {high:.3g}"
        checker.warn(given.path, f"this probability can {reaches}; above 1 it counts as 1 (clip it, or lower a part)")
    elif low < -1e-12:
        reaches = "fall without bound" if low == -INFINITY else f"fall to {low:.3g}"
        checker.warn(given.path, f"this probability can {reaches}; below 0 it counts as 0 (clip it, or raise a part)")


def early_dates(checker: Checker, resolved: Resolved, ranges: Ranges) -> None:
    """Dates that are drawn, perhaps before the start."""
    for event in resolved.events.values():
        for dates in event.dates:
            if dates.distribution is not None and ranges.drawn(dates.distribution)[0] < 0.0:
                message = "this date can be drawn before the start, where it counts as the start; cut the distribution"
                checker.warn(dates.distribution.path, message)
