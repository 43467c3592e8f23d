"""The whole scenario under some policies, resolved part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from simulate.scenario import expression as scopes
from simulate.scenario.checking import DATE, Checker
from simulate.scenario.expression import Expression
from simulate.scenario.nearest import suggestion
from simulate.scenario.nodes import Path
from simulate.scenario.resolve import policies
from simulate.scenario.resolve.circles import indicator_order
from simulate.scenario.resolve.events import common_marks, delay_of, resolve_event, resolve_responses
from simulate.scenario.resolve.lifecycles import resolve_lifecycle
from simulate.scenario.resolve.measuring import resolve_outcome, resolve_window
from simulate.scenario.resolve.parameters import resolve_parameters, set_parameter
from simulate.scenario.resolve.removal import remove
from simulate.scenario.resolved import Event, Option, Placement, Resolved, Rule, Variable
from simulate.scenario.schema import ScenarioFile, parts
from simulate.scenario.symbols import EVENTS, OWNED_BY_POLICIES

LAST_DAY = datetime(9900, 1, 1, tzinfo=UTC)
LIFECYCLE_EVENTS = ("stage", "transition", "ending")


def resolve(
    checker: Checker,
    model: ScenarioFile,
    names: Sequence[str],
    overrides: Mapping[str, float],
    without: Sequence[str] = (),
    starts: Mapping[str, object] = MappingProxyType({}),
) -> Resolved:
    """The explicit scenario under some policies; faults are collected by the checker."""
    for path, message in checker.symbols.clashes:
        checker.fault_of_key(path, message)
    checker.start = start_of(checker, model)
    parameters = resolve_parameters(checker, model)
    checker.values.update(overrides)
    checker.overridden = frozenset(overrides)
    policies.check_includes(checker, model)
    change = policies.merge(checker, model, names)
    for name, (value, path) in change.set.items():
        set_parameter(checker, name, value, path)
    horizon = duration(checker, model.horizon, "horizon")
    if horizon > (LAST_DAY - checker.start).days:
        checker.fault(("horizon",), f"the horizon lies beyond the year {LAST_DAY.year}")
        horizon = 1.0
    resolved = Resolved(
        title=model.scenario,
        question=model.question,
        policy=" + ".join(names) or policies.BASELINE,
        start=checker.start,
        horizon=horizon,
        step=duration(checker, model.sample_every, "sample_every"),
        parameters=parameters,
        values=dict(checker.values),
        owners=(*model.actors, *model.mechanisms),
        mechanisms=tuple(model.mechanisms),
        problem=lambda path, message: checker.position(path).problem(path, message),
    )
    add_indicators(checker, model, resolved)
    add_variables(checker, model, resolved)
    add_events(checker, model, resolved)
    add_calendar(checker, model, resolved)
    add_lifecycles(checker, model, resolved)
    add_rules(checker, model, resolved)
    for name, outcome in model.outcomes.items():
        resolved.outcomes[name] = resolve_outcome(checker, outcome, name, horizon)
    add_policy(checker, resolved, change)
    add_initial(checker, resolved, {name: (value, ("initial", name)) for name, value in model.initial.items()}, False)
    add_initial(checker, resolved, change.initial, True)
    add_initial(checker, resolved, {name: (value, ("initial",)) for name, value in starts.items()}, False)
    removed: dict[str, Path] = {name: ("without", place) for place, name in enumerate(model.without)}
    remove(checker, resolved, removed | change.without | dict.fromkeys(without, ("without",)))
    for variable in resolved.variables.values():
        check_bounds(checker, variable)
    return resolved


def start_of(checker: Checker, model: ScenarioFile) -> datetime:
    """The scenario's start: midnight UTC of a date."""
    match = DATE.fullmatch(str(model.start))
    try:
        if match is None or match.group(2) or match.group(3):
            raise ValueError
        return datetime.fromisoformat(match.group(1)).replace(tzinfo=UTC)
    except ValueError:
        checker.fault(("start",), f"'{model.start}' is no date; write a day such as 2022-08-01")
        return datetime(1, 1, 1, tzinfo=UTC)


def duration(checker: Checker, value: object, key: str) -> float:
    """A length of time that reads no names, above zero."""
    expression = checker.expression(value, (key,), 1.0, scopes.CONSTANT)
    days = checker.number(expression)
    checker.positive(expression, (key,), key)
    return days if days is not None and days > 0.0 else 1.0


def sections(model: ScenarioFile, key: str) -> list[tuple[str, Path, dict[str, object]]]:
    """All places at which one kind of thing is declared: prefix, path, and what stands there."""
    found: list[tuple[str, Path, dict[str, object]]] = [("", (key,), getattr(model, key, {}))]
    for section, owners in (("actors", model.actors), ("mechanisms", model.mechanisms)):
        for name, owner in owners.items():
            found.append((f"{name}.", (section, name, key), getattr(owner, key, {})))
    return found


def add_indicators(checker: Checker, model: ScenarioFile, resolved: Resolved) -> None:
    for prefix, path, table in sections(model, "indicators"):
        for name, value in table.items():
            resolved.indicators[prefix + name] = checker.expression(value, (*path, name), 0.0)
    resolved.indicators = indicator_order(checker, resolved.indicators)


def add_variables(checker: Checker, model: ScenarioFile, resolved: Resolved) -> None:
    for prefix, path, table in sections(model, "state"):
        for name, given in table.items():
            assert isinstance(given, parts.Variable)
            resolved.variables[prefix + name] = resolve_variable(checker, given, prefix + name, (*path, name))


def resolve_variable(checker: Checker, given: parts.Variable, name: str, path: Path) -> Variable:
    """A state variable; one that fades and names no rest fades to zero."""
    low = high = rest = None
    half_life = checker.optional(given.half_life, (*path, "half_life"), 1.0, scopes.REST)
    checker.positive(half_life, (*path, "half_life"), "a half-life")
    if given.half_life is not None:
        rest = checker.expression(0.0 if given.rest is None else given.rest, (*path, "rest"), 0.0, scopes.REST)
    if given.bounds is not None:
        low, high = (
            checker.expression(end, (*path, "bounds", place), 0.0, scopes.PARAMETERS)
            for place, end in enumerate(given.bounds)
        )
    start = checker.expression(given.start, (*path, "start"), 0.0, scopes.PARAMETERS)
    return Variable(name, start, rest, half_life, low, high, given.about, path)


def check_bounds(checker: Checker, variable: Variable) -> None:
    """Bounds are in order and hold the start."""
    if variable.low is None or variable.high is None:
        return
    low, high, start = (checker.number(end) for end in (variable.low, variable.high, variable.start))
    if low is None or high is None or start is None:
        return
    if low > high:
        checker.fault((*variable.path, "bounds"), f"begin above their end: {low:g} is more than {high:g}")
    elif not low <= start <= high:
        checker.fault(variable.start.path, f"starts at {start:g}, outside its bounds {low:g} to {high:g}")


def add_calendar(checker: Checker, model: ScenarioFile, resolved: Resolved) -> None:
    for name, given in model.calendar.items():
        windows = []
        for place, written in enumerate(given):
            windows.extend(resolve_window(checker, written, ("calendar", name, place)))
        for event in (window.around_event for window in windows):
            if event is not None and not any(route.dates for route in resolved.events[event].dates):
                message = f"'{event}' has no known dates to put a window around; write recent({event}, 60 d) instead"
                checker.fault(("calendar", name), message)
        resolved.calendar[name] = tuple(windows)


def add_events(checker: Checker, model: ScenarioFile, resolved: Resolved) -> None:
    for name, shock in model.shocks.items():
        resolved.events[name] = resolve_event(checker, shock, name, "shock", ("shocks", name))
    for prefix, path, table in sections(model, "actions"):
        for name, action in table.items():
            assert isinstance(action, parts.Event)
            full = prefix + name
            resolved.events[full] = resolve_event(checker, action, full, "action", (*path, name))
    for name, symbol in checker.symbols.table.items():
        if symbol.kind in LIFECYCLE_EVENTS:
            resolved.events[name] = Event(name, symbol.kind, path=symbol.path)


def add_lifecycles(checker: Checker, model: ScenarioFile, resolved: Resolved) -> None:
    for name, mechanism in model.mechanisms.items():
        path: Path = ("mechanisms", name)
        resolved.lifecycles[name] = resolve_lifecycle(checker, mechanism, name, path)
        for place, party in enumerate(mechanism.parties):
            checker.reference(party, ("actor",), (*path, "parties", place), "an actor")
    for prefix, path, table in sections(model, "phases"):
        for name, phase in table.items():
            assert isinstance(phase, parts.Lifecycle)
            resolved.lifecycles[prefix + name] = resolve_lifecycle(checker, phase, prefix + name, (*path, name))


def add_rules(checker: Checker, model: ScenarioFile, resolved: Resolved) -> None:
    for name, actor in model.actors.items():
        path: Path = ("actors", name, "responses")
        responses = [(response, (*path, place)) for place, response in enumerate(actor.responses)]
        resolved.rules.extend(resolve_responses(checker, responses, name))


def add_policy(checker: Checker, resolved: Resolved, change: policies.Change) -> None:
    """The placements and responses that policies add."""
    resolved.rules.extend(resolve_responses(checker, change.responses, OWNED_BY_POLICIES))
    numbers: dict[str, int] = {}
    for policy, placement, path in change.at:
        if not placeable(checker, placement.event, (*path, "event")):
            continue
        if placement.on is not None:
            at = checker.when(placement.on, (*path, "on"))
            resolved.placements.append(Placement(policy, placement.event, at, path))
        elif placement.after is not None:
            resolved.rules.append(placed_rule(checker, placement, policy, numbers, (*path, "after")))


def placeable(checker: Checker, event: str, path: Path) -> bool:
    """Whether a policy may place an event: shocks and actions, not what follows from a transition."""
    if not checker.reference(event, EVENTS, path, "an event"):
        return False
    if checker.symbols.table[event].kind in LIFECYCLE_EVENTS:
        message = f"'{event}' follows from a transition; place a shock or an action that brings it, or set initial"
        checker.fault(path, message)
        return False
    return True


def placed_rule(checker: Checker, placement: parts.Placement, policy: str, numbers: dict[str, int], path: Path) -> Rule:
    """A placement that follows an event."""
    assert placement.after is not None
    triggers = checker.events(placement.after.event, (*path, "event"))
    scope = scopes.Scope(marks=common_marks(checker, triggers))
    # Only placements that nothing else tells apart are numbered, so that order is no luck.
    name = f"{placement.event} after {', '.join(sorted(triggers))}"
    numbers[name] = numbers.get(name, 0) + 1
    if numbers[name] > 1:
        name += f" #{numbers[name]}"
    return Rule(
        owner=OWNED_BY_POLICIES,
        name=name,
        on=triggers,
        when=None,
        probability=checker.probability(placement.after.probability, (*path, "probability"), scope),
        delay=delay_of(checker, placement.after.delay, (*path, "delay"), scope),
        options=(Option(placement.event, None),),
        path=path,
        policy=policy,
    )


def add_initial(
    checker: Checker, resolved: Resolved, initial: Mapping[str, tuple[object, Path]], by_policy: bool
) -> None:
    """Other start values and start stages."""
    for name, (value, path) in initial.items():
        if name in resolved.lifecycles:
            lifecycle = resolved.lifecycles[name]
            if value not in lifecycle.stages:
                message = f"'{name}' has no stage '{value}'{suggestion(str(value), lifecycle.stages)}"
                checker.fault(path, message)
            elif value != lifecycle.start:
                resolved.lifecycles[name] = replace(lifecycle, start=str(value), since=None)
        elif name in resolved.variables:
            start = checker.expression(value, path, 0.0, scopes.PARAMETERS)
            variable = replace(resolved.variables[name], start=start)
            resolved.variables[name] = variable
            if by_policy and variable.half_life is not None:
                warn_of_fading(checker, name, variable.half_life, path)
        elif not checker.is_broken(name):
            allowed = [*resolved.variables, *resolved.lifecycles]
            message = f"'{name}' is no state variable, mechanism or phase{suggestion(name, allowed)}"
            checker.fault_of_key(path, message)


def warn_of_fading(checker: Checker, name: str, half_life: Expression, path: Path) -> None:
    """Say what becomes of a start value that fades, and what to change instead."""
    days = checker.number(half_life)
    when = f"{days:g} d" if days is not None else f"each half-life ({half_life.text})"
    checker.warn(
        path,
        f"'{name}' fades to its rest: half of this change is left after {when}, an eighth after three times that; "
        "for a lasting change set a parameter that its rest reads",
    )
