"""Units of time, and dates as days from a scenario's start (midnight UTC)."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

UNITS = {"d": 1.0, "wk": 7.0, "mo": 30.4375, "yr": 365.25}
"""Units of time in days; `mo` and `yr` are the averages of the Julian calendar."""

WRITTEN_OUT = {
    word + ending: unit
    for word, unit in {"day": "d", "week": "wk", "month": "mo", "year": "yr"}.items()
    for ending in ("", "s")
}
"""What people write for a unit, and how it is written here."""

SECONDS_A_DAY = 86_400.0
UNIT_WORD = re.compile(r"(?<![a-z_])(d|wk|mo|yr)\b")


@dataclass(frozen=True, slots=True)
class Unit:
    """In what a number is told: what stands behind it, and how much one of it is in days and powers of days."""

    name: str
    size: float

    def of(self, value: float) -> float:
        """A number, given in days and powers of days, in this unit."""
        return value / self.size


PURE = Unit("", 1.0)


def unit_of(dimension: float, written: str) -> Unit:
    """The unit in which numbers of a dimension were written: the one named most often, else days, a year for a rate.

    Examples
    --------
    >>> unit_of(1.0, "18 mo").of(60.875), unit_of(-1.0, "18").name, unit_of(0.0, "0.7").name
    (2.0, '/yr', '')
    """
    if dimension == 0.0:
        return PURE
    words = Counter(UNIT_WORD.findall(written)).most_common(1)
    word = words[0][0] if words else "d" if dimension > 0.0 else "yr"
    power = f"**{abs(dimension):g}" * (abs(dimension) != 1.0)
    return Unit(f"{'/' * (dimension < 0.0)}{word}{power}", UNITS[word] ** dimension)


def midnight(day: date) -> datetime:
    """The first instant of a day, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def days_between(start: datetime, end: datetime) -> float:
    """Days from one instant to another, to the microsecond."""
    gap = end - start
    return gap.days + (gap.seconds + gap.microseconds / 1e6) / SECONDS_A_DAY


def months_later(start: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last day.

    Examples
    --------
    >>> months_later(datetime(2024, 1, 31, tzinfo=UTC), 1).date().isoformat()
    '2024-02-29'
    """
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    return start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1]))


def date_of(start: date, days: float) -> str:
    """The calendar date, ISO form, of a time in days from the start."""
    try:
        return (midnight(start) + timedelta(days=days)).date().isoformat()
    except OverflowError:
        return f"day {days:.6g}"


def unit_attribute(dimension: float) -> str:
    """The unit of a number in days and powers of days, as a table's attribute tells it.

    Examples
    --------
    >>> unit_attribute(1.0), unit_attribute(-1.0), unit_attribute(0.0), unit_attribute(2.0)
    ('d', '1/d', '1', 'd**2')
    """
    return {0.0: "1", 1.0: "d", -1.0: "1/d"}.get(dimension, f"d**{dimension:g}")


def dimension_name(power: float | None) -> str:
    """A dimension in words: powers of time."""
    if power is None:
        return "zero"
    names = {0.0: "a pure number", 1.0: "a time", -1.0: "a rate (per time)"}
    return names.get(float(power), f"time**{power:g}")
