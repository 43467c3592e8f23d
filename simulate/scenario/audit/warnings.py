"""The warnings about one scenario."""

from __future__ import annotations

from collections.abc import Sequence

from simulate.model.arithmetic import INFINITY
from simulate.scenario.audit.ranges import Ranges
from simulate.scenario.audit.reach import reach
from simulate.scenario.audit.reading import Formula, formulas, names_read
from simulate.scenario.checking import Checker
from simulate.scenario.expression import Expression
from simulate.scenario.nodes import Path
from simulate.scenario.resolved import Event, Lifecycle, Resolved, Rule
from simulate.scenario.tree import postorder


def audit(checker: Checker, baseline: Resolved, under_policies: Sequence[Resolved]) -> None:
    """Warn of what is allowed and can hardly be meant; policies count as uses."""
    everything = [baseline, *under_policies]
    unread_parameters(checker, everything)
    what_cannot_happen(checker, baseline, under_policies)
    for lifecycle in baseline.lifecycles.values():
        notice_clocks(checker, lifecycle)
    idle_effects(checker, baseline)
    beyond_horizon(checker, baseline)
    ranges = Ranges(baseline)
    for formula in formulas(baseline):
        if formula.role == "rate":
            explosions(checker, baseline, formula)
    probabilities(checker, baseline, ranges)


def unread_parameters(checker: Checker, everything: list[Resolved]) -> None:
    """Parameters that no formula reads."""
    read: set[str] = set()
    for resolved in everything:
        for formula in formulas(resolved):
            read |= names_read(formula.expression, "parameter")
    for name, parameter in everything[0].parameters.items():
        if name not in read:
            path = parameter.path[:-1] if parameter.path[-1] == "value" else parameter.path
            checker.warn(path, f"nothing reads the parameter '{name}'")


def what_cannot_happen(checker: Checker, baseline: Resolved, under_policies: Sequence[Resolved]) -> None:
    """Events that nothing brings, stages that no path reaches, rules that wait for nothing."""
    found = reach(baseline)
    others = [reach(resolved) for resolved in under_policies]
    events = found.events.union(*(other.events for other in others))
    stages = found.stages.union(*(other.stages for other in others))
    for event in baseline.events.values():
        if event.kind not in ("shock", "action") or event.name in found.events or event.name in baseline.without:
            continue
        if event.name in events:
            checker.note(event.path, f"'{event.name}' happens under a policy only; nothing else brings it about")
        else:
            checker.warn(
                event.path, f"'{event.name}' can never happen: it has no rate or dates, and nothing brings it about"
            )
    for lifecycle in baseline.lifecycles.values():
        for place, stage in enumerate(lifecycle.stages):
            if (lifecycle.name, stage) not in stages:
                message = f"no path reaches the stage '{stage}' of '{lifecycle.name}'"
                checker.warn((*lifecycle.path, "stages", place), message)
    for rule in baseline.rules:
        waits_in_vain(checker, rule.path, rule.on, events, "response")
    for lifecycle in baseline.lifecycles.values():
        for transition in lifecycle.transitions:
            waits_in_vain(checker, transition.path, transition.on, events, "transition")
    for event in baseline.events.values():
        for cause in event.causes:
            waits_in_vain(checker, cause.path, cause.on, events, "rule")


def waits_in_vain(checker: Checker, path: Path, triggers: tuple[str, ...], events: set[str], what: str) -> None:
    """A rule that waits for an event which cannot happen."""
    for trigger in triggers:
        if trigger not in events:
            key = "event" if what == "rule" else "on"
            checker.warn((*path, key), f"this {what} waits for '{trigger}', which can never happen")


def notice_clocks(checker: Checker, lifecycle: Lifecycle) -> None:
    """A transition back into its own stage starts that stage's clocks anew."""
    for transition in lifecycle.transitions:
        if transition.target not in transition.sources:
            continue
        for other in lifecycle.transitions:
            timed = other.delay is not None or other.anniversary is not None
            if timed and transition.target in other.sources and other is not transition:
                message = (
                    f"re-enters '{transition.target}' and so starts its clock towards '{other.target}' anew; "
                    "leave the stage out of `from` if the clock should run on"
                )
                checker.warn(transition.path, message)
                break


def idle_effects(checker: Checker, baseline: Resolved) -> None:
    """An actor's action that is there to move one lifecycle, and has effects also where it cannot."""
    movers: dict[str, dict[str, set[str]]] = {}
    for lifecycle in baseline.lifecycles.values():
        for transition in lifecycle.transitions:
            if transition.when is not None or transition.probability is not None:
                continue
            for trigger in transition.on:
                leaves = movers.setdefault(trigger, {}).setdefault(lifecycle.name, set())
                leaves.update(transition.sources)
    for name, moved in movers.items():
        event = baseline.events[name]
        if event.path[0] != "actors" or event.kind != "action" or len(moved) > 1:
            continue
        ((lifecycle_name, leaves),) = moved.items()
        idle = [stage for stage in baseline.lifecycles[lifecycle_name].stages if stage not in leaves]
        if idle and event.effects and event.when is None and not guarded(baseline, event, lifecycle_name):
            checker.warn(
                event.path,
                f"the effects of '{name}' are felt also while '{lifecycle_name}' is {' or '.join(idle)}, where its "
                f"transition cannot move; give it `when: {lifecycle_name} in [{', '.join(sorted(leaves))}]`",
            )


def guarded(baseline: Resolved, event: Event, lifecycle: str) -> bool:
    """Whether every rule that brings an event looks at the lifecycle first."""
    if event.rate is not None and lifecycle not in names_read(event.rate, "stage"):
        return False
    if event.dates:
        return False
    rules: list[Rule] = [rule for rule in baseline.rules if any(o.event == event.name for o in rule.options)]
    rules += list(event.causes)
    return all(
        (rule.when is not None and lifecycle in names_read(rule.when, "stage"))
        or any(trigger.startswith(f"{lifecycle}.") for trigger in rule.on)
        for rule in rules
    )


def beyond_horizon(checker: Checker, baseline: Resolved) -> None:
    """Dates that the scenario never reaches."""
    for event in baseline.events.values():
        for dates in event.dates:
            for when in dates.dates:
                if checker.days(when) >= baseline.horizon:
                    checker.warn(when.path, f"'{when.text}' lies at or beyond the horizon, and never comes")
    for windows in baseline.calendar.values():
        for window in windows:
            if window.at is not None and checker.days(window.at) >= baseline.horizon:
                checker.warn(window.at.path, f"'{window.at.text}' lies at or beyond the horizon, and never comes")
    for placement in baseline.placements:
        if checker.days(placement.at) >= baseline.horizon:
            checker.warn(placement.at.path, f"'{placement.at.text}' lies at or beyond the horizon, and never comes")


def explosions(checker: Checker, baseline: Resolved, formula: Formula) -> None:
    """A rate with `exp` of something that its own event raises without bound."""
    event = baseline.events.get(formula.event or "")
    if event is None:
        return
    raised = {
        effect.variable
        for effect in event.effects
        if baseline.variables[effect.variable].high is None and not effect.sets
    }
    exponents = [node.operands[0] for node in postorder(formula.expression.tree) if node.value == "exp"]
    for exponent in exponents:
        for node in postorder(exponent):
            counts = node.operation == "count" and node.value == event.name
            if counts or (node.operation == "state" and node.value in raised):
                what = f"count({event.name})" if counts else f"'{node.value}'"
                checker.warn(
                    formula.expression.path,
                    f"exp() of {what}, which '{event.name}' itself raises without bound: some worlds explode; "
                    "give the variable bounds, or write a clipped or a linear rate",
                )
                return


def probabilities(checker: Checker, baseline: Resolved, ranges: Ranges) -> None:
    """Probabilities that can leave 0..1."""
    for event in baseline.events.values():
        check_probability(checker, ranges, event.probability, (event.name,))
        for cause in event.causes:
            check_probability(checker, ranges, cause.probability, cause.on)
    for rule in baseline.rules:
        check_probability(checker, ranges, rule.probability, rule.on)
    for lifecycle in baseline.lifecycles.values():
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
