"""Known dates as days from the start: of events, of calendar windows, of anniversaries."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from simulate.errors import ScenarioError
from simulate.scenario.constants import constant
from simulate.scenario.expression import Expression
from simulate.scenario.resolved import Dates, Resolved, When, Window
from simulate.units import days_between, months_later

MOST_DATES = 1_000_000


def value(expression: Expression | None, values: Mapping[str, float]) -> float:
    """An expression over parameters, zero where there is none."""
    return 0.0 if expression is None else constant(expression.tree, values)


def time_of(when: When, values: Mapping[str, float]) -> float:
    """A time in days from the start."""
    return when.days + value(when.shift, values)


def repeated(
    resolved: Resolved, first: float, every: Expression | None, months: int | None, values: Mapping[str, float]
) -> Iterator[float]:
    """A first time and all that follow it at a step, up to the horizon: never a running sum.

    Whole months and years step by the calendar.
    """
    if every is None:
        yield first
        return
    period = value(every, values)
    if not period > 0.0:
        raise ScenarioError([resolved.problem(every.path, f"a period must be above zero, got {period:g} d")])
    if (resolved.horizon - first) / period > MOST_DATES:
        message = f"'{every.text}' makes more than {MOST_DATES:,} dates up to the horizon, the most allowed"
        raise ScenarioError([resolved.problem(every.path, message)])
    number = 0
    while True:
        if months is None:
            time = first + number * period
        else:
            begin = resolved.start + timedelta(days=first)
            time = days_between(resolved.start, months_later(begin, number * months))
        if time >= resolved.horizon:
            return
        yield time
        number += 1


def event_dates(resolved: Resolved, dates: Dates, values: Mapping[str, float]) -> list[float]:
    """All known dates of one route, in the order of time, the horizon outside."""
    if dates.every is not None:
        first = time_of(dates.dates[0], values)
        return list(repeated(resolved, first, dates.every, dates.every_months, values))
    return sorted(time_of(date, values) for date in dates.dates)


def window_spans(resolved: Resolved, window: Window, values: Mapping[str, float]) -> list[tuple[float, float]]:
    """The times at which one window is open, half-open."""
    if window.lasts is not None and window.at is not None:
        lasts = value(window.lasts, values)
        first = time_of(window.at, values)
        return [
            (begin, begin + lasts) for begin in repeated(resolved, first, window.every, window.every_months, values)
        ]
    if window.around_event is not None:
        routes = resolved.events[window.around_event].dates
        centres = [time for route in routes if route.dates for time in event_dates(resolved, route, values)]
    else:
        assert window.at is not None
        centres = [time_of(window.at, values)]
    before, after = value(window.before, values), value(window.after, values)
    return [(centre - before, centre + after) for centre in centres]


def union(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans that overlap or touch, joined."""
    joined: list[tuple[float, float]] = []
    for begin, end in sorted(spans):
        if end <= begin:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def anniversaries(resolved: Resolved, month: int, day: int, since: float) -> list[float]:
    """Every such day from the year of `since` to a year beyond the horizon."""
    first = (resolved.start + timedelta(days=min(since, 0.0))).year
    last = (resolved.start + timedelta(days=math.ceil(resolved.horizon))).year + 1
    return [
        days_between(resolved.start, datetime(year, month, day, tzinfo=UTC))
        for year in range(max(first, 1), min(last, 9999) + 1)
    ]
