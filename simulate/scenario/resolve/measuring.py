"""Calendar windows and outcomes."""

from __future__ import annotations

from simulate.scenario import expression as scopes
from simulate.scenario.checking import DATE, Checker
from simulate.scenario.expression import Expression
from simulate.scenario.nodes import Path
from simulate.scenario.resolved import Outcome, Window
from simulate.scenario.schema import file as files
from simulate.scenario.schema import parts
from simulate.scenario.symbols import EVENTS


def resolve_window(checker: Checker, window: parts.Window, path: Path) -> list[Window]:
    """A window of a calendar name; one around several dates becomes one for each."""
    lasts = length(checker, window.lasts, (*path, "lasts"))
    before = length(checker, window.before, (*path, "before"), zero=True)
    after = length(checker, window.after, (*path, "after"), zero=True)
    if window.around is None:
        every, months = (None, None) if window.every is None else checker.step(window.every, (*path, "every"))
        first = checker.when(window.first, (*path, "first"), early=True)
        return [Window(first, None, every, months, lasts, None, None)]
    windows = []
    for place, date in enumerate(window.around):
        where = (*path, "around", place)
        name = str(date)
        if isinstance(date, str) and DATE.fullmatch(date) is None and name in checker.symbols.table:
            if checker.reference(name, EVENTS, where, "an event"):
                windows.append(Window(None, name, None, None, None, before, after))
        else:
            at = checker.when(date, where, early=True)
            windows.append(Window(at, None, None, None, None, before, after))
    return windows


def length(checker: Checker, value: object, path: Path, zero: bool = False) -> Expression | None:
    """A length of time over parameters, above zero, or at least zero."""
    if value is None:
        return None
    expression = checker.expression(value, path, 1.0, scopes.PARAMETERS)
    number = checker.number(expression)
    if number is not None and (number < 0.0 or (number == 0.0 and not zero)):
        least = "at least" if zero else "above"
        checker.fault(path, f"must be {least} zero, got {number:g} d")
    return expression


def resolve_outcome(checker: Checker, outcome: files.Outcome, name: str, horizon: float) -> Outcome:
    """One outcome with its window."""
    path: Path = ("outcomes", name)
    kind = outcome.kind
    expression = event = target = None
    after: tuple[str, ...] = ()
    if outcome.recovery is not None:
        where = (*path, "recovery")
        expression = checker.expression(outcome.recovery.of, (*where, "of"), 0.0)
        after = checker.events(outcome.recovery.after, (*where, "after"))
        target = checker.expression(outcome.recovery.to, (*where, "to"), 0.0, scopes.PARAMETERS)
    elif outcome.count is not None:
        checker.reference(outcome.count, EVENTS, (*path, "count"), "an event")
        event = outcome.count
    else:
        expression = checker.expression(getattr(outcome, kind), (*path, kind), 0.0)
    if outcome.after is not None:
        after = checker.events([outcome.after], (*path, "after"))
    opens = None if outcome.opens is None else checker.when(outcome.opens, (*path, "from"))
    closes = None if outcome.by is None else checker.when(outcome.by, (*path, "by"))
    begins = 0.0 if opens is None else checker.days(opens)
    ends = horizon if closes is None else checker.days(closes)
    if closes is not None and begins >= ends:
        checker.fault((*path, "by"), "the window ends before it begins; from must lie before by")
    elif opens is not None and begins >= horizon:
        checker.fault((*path, "from"), f"'{outcome.opens}' lies at or beyond the horizon; the window would be empty")
    if closes is not None and ends > horizon:
        checker.warn((*path, "by"), f"'{outcome.by}' lies beyond the horizon, which ends the window")
    return Outcome(
        name,
        kind,
        expression,
        event,
        opens,
        closes,
        after,
        length(checker, outcome.within, (*path, "within")),
        checker.optional(outcome.given, (*path, "given"), 0.0),
        target,
        checker.optional(outcome.at_least, (*path, "at_least"), 0.0, scopes.PARAMETERS),
        outcome.about,
        path,
    )
