"""Events and rules: how they arise, what guards them, what they do."""

from __future__ import annotations

from collections.abc import Sequence

from simulate.scenario.checking import Checker
from simulate.scenario.expression import Scope
from simulate.scenario.nearest import suggestion, with_article
from simulate.scenario.nodes import Path
from simulate.scenario.resolved import Dates, Distribution, Effect, Event, Option, Rule
from simulate.scenario.schema import parts
from simulate.scenario.symbols import OWNED_BY_POLICIES


def common_marks(checker: Checker, events: Sequence[str]) -> tuple[str, ...]:
    """The marks that every one of some events draws."""
    marks = [checker.symbols.table[event].marks for event in events]
    if not marks:
        return ()
    return tuple(mark for mark in marks[0] if all(mark in other for other in marks[1:]))


def resolve_effects(
    checker: Checker, effects: dict[str, object], path: Path, marks: tuple[str, ...] | None
) -> tuple[Effect, ...]:
    """Effects on variables; text that begins with `=` sets."""
    resolved = []
    for name, value in effects.items():
        where = (*path, name)
        if not checker.is_broken(name) and (symbol := checker.symbols.table.get(name)) is None:
            known = checker.symbols.names(("state",))
            checker.fault_of_key(where, f"unknown state variable '{name}'{suggestion(name, known)}")
            continue
        if checker.is_broken(name):
            continue
        assert symbol is not None
        if symbol.kind != "state":
            message = f"'{name}' is {with_article(symbol.kind)}, not a state variable, which alone an effect can change"
            checker.fault_of_key(where, message)
            continue
        sets = isinstance(value, str) and value.lstrip().startswith("=")
        skip = value.index("=") + 1 if isinstance(value, str) and sets else 0
        checked = checker.expression(value, where, 0.0, Scope(marks=marks), skip=skip)
        resolved.append(Effect(name, checked, sets))
    return tuple(resolved)


def resolve_marks(checker: Checker, event: parts.Event, path: Path) -> tuple[tuple[str, Distribution], ...]:
    """The marks of an event, by name; '' is the name of a single one."""
    if event.mark is not None:
        return (("", checker.distribution(event.mark, (*path, "mark"), 0.0)),)
    return tuple(
        (name, checker.distribution(mark, (*path, "marks", name), 0.0)) for name, mark in (event.marks or {}).items()
    )


def resolve_dates(checker: Checker, event: parts.Event, path: Path) -> tuple[Dates, ...]:
    """The known dates of an event, by route."""
    routes = []
    if event.dates is not None:
        dates = tuple(checker.when(date, (*path, "dates", place)) for place, date in enumerate(event.dates))
        routes.append(Dates("dates", dates))
    if event.first is not None:
        every, months = checker.step(event.every, (*path, "every"))
        routes.append(Dates("every", (checker.when(event.first, (*path, "first")),), every, months))
    if event.date is not None:
        drawn = checker.distribution(event.date, (*path, "date"), 1.0)
        routes.append(Dates("date", distribution=drawn))
    return tuple(routes)


def resolve_event(checker: Checker, event: parts.Event, name: str, kind: str, path: Path) -> Event:
    """A shock or an action."""
    marks = checker.symbols.table[name].marks if name in checker.symbols.table else ()
    own = Scope(marks=marks)
    causes = []
    seen: set[tuple[str, str]] = set()
    for place, cause in enumerate(event.after or ()):
        where = (*path, "after", place)
        rule = resolve_cause(checker, cause, name, where)
        for trigger in rule.on:
            if (trigger, rule.name) in seen:
                checker.fault(where, f"a second rule by which '{trigger}' brings '{name}'; give each a name")
            seen.add((trigger, rule.name))
        causes.append(rule)
    return Event(
        name,
        kind,
        rate=checker.optional(event.rate, (*path, "rate"), -1.0),
        dates=resolve_dates(checker, event, path),
        causes=tuple(causes),
        marks=resolve_marks(checker, event, path),
        when=checker.optional(event.when, (*path, "when"), 0.0, own),
        probability=checker.probability(event.probability, (*path, "probability"), own),
        effects=resolve_effects(checker, event.effects, (*path, "effects"), marks),
        path=path,
    )


def resolve_cause(checker: Checker, cause: parts.Cause, event: str, path: Path) -> Rule:
    """An `after` of an event: a rule that belongs to the event itself."""
    triggers = checker.events(cause.event, (*path, "event"))
    scope = Scope(marks=common_marks(checker, triggers))
    return Rule(
        owner=event,
        name=cause.name or event,
        on=triggers,
        when=None,
        probability=checker.probability(cause.probability, (*path, "probability"), scope),
        delay=delay_of(checker, cause.delay, (*path, "delay"), scope),
        options=(Option(event, None),),
        path=path,
    )


def delay_of(checker: Checker, delay: object, path: Path, scope: Scope) -> Distribution | None:
    """A delay; a constant that is known to be below zero is a fault."""
    if delay is None:
        return None
    resolved = checker.distribution(delay, path, 1.0, scope)
    if resolved.kind == "constant":
        number = checker.number(resolved.arguments[0])
        if number is not None and number < 0.0:
            checker.fault(path, f"a delay must not be below zero, got {number:g} d")
    return resolved


def resolve_response(checker: Checker, response: parts.Response, owner: str, path: Path) -> Rule:
    """A rule by which an owner answers events."""
    triggers = checker.events(response.on, (*path, "on"))
    scope = Scope(marks=common_marks(checker, triggers))
    if response.do is not None:
        event = action_of(checker, response.do, owner, (*path, "do"))
        options = [Option(event, None)] if event is not None else []
    else:
        options = []
        for name, utility in (response.choose or {}).items():
            where = (*path, "choose", name)
            event = None if name == "nothing" else action_of(checker, name, owner, where)
            if any(option.event == event for option in options):
                checker.fault_of_key(where, f"'{name}' is an option already; write the log of the sum of both")
            elif event is not None or name == "nothing":
                options.append(Option(event, checker.expression(utility, where, 0.0, scope)))
    return Rule(
        owner=owner,
        name=response.name or owner,
        on=triggers,
        when=checker.optional(response.when, (*path, "when"), 0.0, scope),
        probability=checker.probability(response.probability, (*path, "probability"), scope),
        delay=delay_of(checker, response.delay, (*path, "delay"), scope),
        options=tuple(options),
        path=path,
    )


def action_of(checker: Checker, name: str, owner: str, path: Path) -> str | None:
    """The full name of an action that a rule names; None if it names none."""
    own = f"{owner}.{name}"
    symbol = checker.symbols.table.get(own)
    if symbol is not None and symbol.kind == "action":
        return own
    symbol = checker.symbols.table.get(name)
    if symbol is not None and symbol.kind == "action":
        return name
    if checker.is_broken(name):
        return None
    actions = checker.symbols.names(("action",))
    mine = [action.removeprefix(f"{owner}.") for action in actions if action.startswith(f"{owner}.")]
    choices = [*mine, *(action for action in actions if not action.startswith(f"{owner}."))]
    what = (
        f"'{name}' is {with_article(symbol.kind)}, not an action" if symbol is not None else f"unknown action '{name}'"
    )
    checker.fault_of_key(path, f"{what}{suggestion(name, choices)}")
    return None


def resolve_responses(checker: Checker, responses: Sequence[tuple[parts.Response, Path]], owner: str) -> list[Rule]:
    """All responses of one owner; two on one trigger must be told apart by name."""
    rules = []
    seen: set[tuple[str, str]] = set()
    for response, path in responses:
        rule = resolve_response(checker, response, owner, path)
        for trigger in rule.on:
            if (trigger, rule.name) in seen:
                whose = "policies" if owner == OWNED_BY_POLICIES else f"'{owner}'"
                called = f"named '{response.name}'" if response.name else "without a name"
                message = f"a second rule of {whose} {called} answers '{trigger}'; give each its own name"
                checker.fault(path, message)
            seen.add((trigger, rule.name))
        rules.append(rule)
    return rules
