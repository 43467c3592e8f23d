"""The warnings about one scenario."""

from __future__ import annotations

from collections.abc import Sequence

from simulate.scenario.audit.bounds import early_dates, explosions, probabilities
from simulate.scenario.audit.ranges import Ranges
from simulate.scenario.audit.reach import reach
from simulate.scenario.audit.reading import formulas, names_read
from simulate.scenario.checking import Checker
from simulate.scenario.constants import constant
from simulate.scenario.nodes import Path
from simulate.scenario.resolved import Event, Lifecycle, Resolved, Rule


def audit(checker: Checker, baseline: Resolved, under_policies: Sequence[Resolved]) -> None:
    """Warn of what is allowed and can hardly be meant, in the baseline or under a policy."""
    everything = [baseline, *under_policies]
    unread_parameters(checker, everything)
    what_cannot_happen(checker, baseline, under_policies)
    if baseline.step >= baseline.horizon:
        checker.warn(("sample_every",), "the grid has a single point, the start; sample_every lies beyond the horizon")
    for lifecycle in baseline.lifecycles.values():
        notice_clocks(checker, lifecycle)
    idle_effects(checker, baseline)
    for resolved in everything:
        beyond_horizon(checker, resolved)
        ranges = Ranges(resolved)
        explosions(checker, resolved, ranges)
        probabilities(checker, resolved, ranges)
        early_dates(checker, resolved, ranges)


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
    for resolved in [baseline, *under_policies]:
        for rule in resolved.rules:
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


def beyond_horizon(checker: Checker, resolved: Resolved) -> None:
    """Dates that the scenario never reaches."""
    whens = [when for event in resolved.events.values() for dates in event.dates for when in dates.dates]
    whens += [window.at for windows in resolved.calendar.values() for window in windows if window.at is not None]
    whens += [placement.at for placement in resolved.placements]
    for when in whens:
        shift = 0.0 if when.shift is None else constant(when.shift.tree, resolved.values)
        if when.days + shift >= resolved.horizon:
            checker.warn(when.path, f"'{when.text}' lies at or beyond the horizon, and never comes")
