"""Mechanisms and phases: stages and the transitions between them."""

from __future__ import annotations

import re
from datetime import date

from simulate.scenario import expression as scopes
from simulate.scenario.checking import Checker
from simulate.scenario.expression import Scope
from simulate.scenario.nearest import suggestion
from simulate.scenario.nodes import Path
from simulate.scenario.resolve.events import common_marks, delay_of, resolve_effects
from simulate.scenario.resolved import Lifecycle, Transition
from simulate.scenario.schema import parts

MONTH_AND_DAY = re.compile(r"(\d\d)-(\d\d)")


def resolve_lifecycle(checker: Checker, given: parts.Lifecycle, name: str, path: Path) -> Lifecycle:
    """A lifecycle with all its transitions."""
    is_stage(checker, given, name, given.start, (*path, "start"))
    since = None
    if given.since is not None:
        since = checker.when(given.since, (*path, "since"), early=True)
        if checker.days(since) > 0.0:
            checker.fault(
                (*path, "since"),
                f"'{given.since}' lies after the scenario's start; since is when the start stage began",
            )
    transitions = tuple(
        resolve_transition(checker, given, name, transition, (*path, "transitions", place))
        for place, transition in enumerate(given.transitions)
    )
    refuse_twins(checker, transitions)
    return Lifecycle(name, tuple(given.stages), given.start, since, transitions, path)


def is_stage(checker: Checker, given: parts.Lifecycle, name: str, stage: str, path: Path) -> bool:
    """Whether a lifecycle has a stage; a fault is noted if not."""
    if stage in given.stages:
        return True
    if not checker.is_broken(stage):
        checker.fault(path, f"'{name}' has no stage '{stage}'{suggestion(stage, given.stages)}")
    return False


def resolve_transition(
    checker: Checker, given: parts.Lifecycle, name: str, transition: parts.Transition, path: Path
) -> Transition:
    """One transition."""
    sources = tuple(
        stage
        for place, stage in enumerate(transition.source)
        if is_stage(checker, given, name, stage, (*path, "from", place))
    )
    is_stage(checker, given, name, transition.to, (*path, "to"))
    triggers = checker.events(transition.on, (*path, "on")) if transition.on else ()
    scope = Scope(marks=common_marks(checker, triggers))
    anniversary = notice = warn = None
    if transition.at is not None:
        anniversary = month_and_day(checker, transition.at.anniversary, (*path, "at", "anniversary"))
        notice = checker.expression(transition.at.notice, (*path, "at", "notice"), 1.0, scopes.PARAMETERS)
        warn = checker.optional(transition.at.warn, (*path, "at", "warn"), 1.0, scopes.PARAMETERS)
        check_notice(checker, transition, path)
    return Transition(
        sources=sources,
        target=transition.to,
        name=transition.name,
        on=triggers,
        delay=delay_of(checker, transition.after, (*path, "after"), scopes.ANYTHING),
        anniversary=anniversary,
        notice=notice,
        warn=warn,
        rate=checker.optional(transition.rate, (*path, "rate"), -1.0),
        when=checker.optional(transition.when, (*path, "when"), 0.0, scope),
        probability=checker.probability(transition.probability, (*path, "probability"), scope),
        effects=resolve_effects(checker, transition.effects, (*path, "effects"), None),
        path=path,
    )


def month_and_day(checker: Checker, text: str, path: Path) -> tuple[int, int]:
    """An anniversary, written MM-DD; 02-29 is refused because most years lack it."""
    match = MONTH_AND_DAY.fullmatch(text)
    if match is None:
        checker.fault(path, f"'{text}' is no anniversary; write month and day, such as 11-23")
        return 1, 1
    month, day = int(match.group(1)), int(match.group(2))
    if (month, day) == (2, 29):
        checker.fault(path, "02-29 is no anniversary, most years lack it; write 02-28 or 03-01")
        return 2, 28
    try:
        date(2001, month, day)
    except ValueError:
        checker.fault(path, f"'{text}' is no day of the year; write month and day, such as 11-23")
        return 1, 1
    return month, day


def check_notice(checker: Checker, transition: parts.Transition, path: Path) -> None:
    """A notice is not negative, and a warning cannot come longer before the end than the notice lasts."""
    assert transition.at is not None
    where = (*path, "at")
    notice = checker.number(checker.expression(transition.at.notice, (*where, "notice"), None, scopes.PARAMETERS))
    if notice is not None and notice < 0.0:
        checker.fault((*where, "notice"), f"a notice must not be below zero, got {notice:g} d")
    if transition.at.warn is None:
        return
    warn = checker.number(checker.expression(transition.at.warn, (*where, "warn"), None, scopes.PARAMETERS))
    if warn is not None and notice is not None and not 0.0 < warn <= notice:
        message = f"a warning {warn:g} d before the end must be above zero and within the notice of {notice:g} d"
        checker.fault((*where, "warn"), message)


def refuse_twins(checker: Checker, transitions: tuple[Transition, ...]) -> None:
    """Two transitions that nothing tells apart would share their luck."""
    seen: set[tuple[str, ...]] = set()
    for transition in transitions:
        timed = "after" if transition.delay else "at" if transition.anniversary else "rate"
        kinds = [("on", trigger) for trigger in transition.on] or [(timed, timed)]
        for source in transition.sources:
            for kind, what in kinds:
                by_rate = kind == "rate"
                key = (kind, what, source, transition.target, "" if by_rate else transition.name or "")
                if key in seen:
                    checker.fault(transition.path, twin_message(what, source, transition.target, by_rate))
                seen.add(key)


def twin_message(kind: str, source: str, target: str, by_rate: bool) -> str:
    """What to do about two transitions of one kind between the same stages."""
    if by_rate:
        return f"a second rate from '{source}' to '{target}'; write the sum of both as one"
    return f"a second transition from '{source}' to '{target}' on the same '{kind}'; give each a name"
