"""Estimates in words that an aide can read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulate.compiled import OutcomeLabel
from simulate.scenario.loading import INJECTED
from simulate.studies.statistics import Estimate, TimeToEvent
from simulate.units import Unit, date_of

if TYPE_CHECKING:
    from simulate.studies.run import Result

LIKELIHOODS = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.01, "almost certain"),
)
"""Upper ends of the ranges of US Intelligence Community Directive 203 (2015)."""


ROUNDING = 1e-12
"""Worlds that differ by less than this share of their mean are alike."""


def likelihood(probability: float) -> str:
    """The word for a probability.

    Examples
    --------
    >>> likelihood(0.12)
    'very unlikely'
    """
    return next(word for end, word in LIKELIHOODS if probability < end)


def likelihood_range(low: float | None, high: float | None) -> str:
    """The words for an interval: one where both ends agree."""
    if low is None or high is None:
        return "no world counts"
    first, last = likelihood(low), likelihood(high)
    return first if first == last else f"{first} to {last}"


def percent(value: float | None) -> str:
    """A share in percent."""
    return "-" if value is None else f"{100 * value:.1f} %"


def how_many(count: int, noun: str) -> str:
    """A number of things.

    Examples
    --------
    >>> how_many(1, "world"), how_many(1000, "world")
    ('1 world', '1,000 worlds')
    """
    return f"{count:,} {noun}" + "s" * (count != 1)


def number(value: float | None) -> str:
    """A number with three figures, more where they stand before the point."""
    if value is None:
        return "-"
    if abs(value) >= 1e7:
        return f"{value:.3g}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.2g}"


def quantity(value: float, unit: Unit) -> str:
    """A number with its unit, given in days and powers of days.

    Examples
    --------
    >>> from simulate.units import unit_of
    >>> quantity(18 / 365.25, unit_of(-1.0, "12/yr")), quantity(4000.0, unit_of(1.0, "90 d"))
    ('18/yr', '4,000 d')
    """
    told = unit.of(value)
    text = f"{told:,.0f}" if abs(told) >= 1000 else f"{told:.3g}"
    return text + " " * unit.name[:1].isalpha() + unit.name


def title(label: OutcomeLabel) -> str:
    """What an outcome is called in a table."""
    return label.about or label.name.replace("_", " ")


def describe(result: Result, label: OutcomeLabel) -> tuple[str, str, str, str]:
    """An outcome in four cells: title, estimate, interval, words."""
    summary = result.outcomes[label.name]
    left_out = result.counted - summary.worlds
    note = f"; {left_out:,} of {result.counted:,} worlds left out" if left_out else ""
    index = result.compiled.labels.outcomes.index(label)
    if isinstance(summary, TimeToEvent):
        words = describe_time(summary, result, index) + note
        return title(label), percent(summary.probability), interval(summary.low, summary.high, True), words
    assert isinstance(summary, Estimate)
    if label.binary:
        words = likelihood_range(summary.low, summary.high) + note
        return title(label), percent(summary.mean), interval(summary.low, summary.high, True), words
    if label.kind == "share_of_time":
        words = "of the time, on average" + note
        return title(label), percent(summary.mean), interval(summary.low, summary.high, True), words
    words = describe_mean(label, summary) + note
    return title(label), number(summary.mean), interval(summary.low, summary.high, False), words


def interval(low: float | None, high: float | None, shares: bool) -> str:
    """An interval in figures."""
    if low is None or high is None:
        return "-"
    if shares:
        return f"{100 * max(low, 0.0):.1f} to {100 * min(high, 1.0):.1f} %"
    return f"{number(low)} to {number(high)}"


def describe_mean(label: OutcomeLabel, summary: Estimate) -> str:
    """What a mean is the mean of."""
    if label.kind == "count":
        return "times, on average"
    end = f"at the end of its window ({label.window})" if label.window else "at the end"
    names = {"mean": "average over time", "minimum": "lowest point", "maximum": "highest point", "value": end}
    what = names.get(label.kind, "change over the window")
    alike = summary.sd is None or summary.mean is None or summary.sd <= ROUNDING * max(abs(summary.mean), ROUNDING)
    spread = "" if alike else f", worlds differ by {number(summary.sd)} (sd)"
    return f"{what}{spread}"


def describe_time(summary: TimeToEvent, result: Result, index: int) -> str:
    """When something happens, if it does: by a date, or days after the event that opens the window."""
    median = summary.quantiles["0.5"]
    chance = likelihood_range(summary.low, summary.high)
    if result.compiled.labels.outcomes[index].kind == "recovery":
        return f"{chance} to come back" if median is None else f"half of all worlds are back within {median:.0f} d"
    if median is None:
        return chance
    if result.compiled.model.outcomes.after[index]:
        return f"{chance}; half of all worlds within {median:.0f} d"
    opens = result.compiled.model.outcomes.opens[index]
    return f"{chance}; half of all worlds by {date_of(result.compiled.labels.start, opens + median)}"


def notes(result: Result) -> list[str]:
    """What must be said besides the numbers."""
    lines = []
    capped = int(result.table.capped.sum())
    if capped:
        lines.append(
            f"capped: {capped:,} worlds reached the limit of events and are left out; {result.table.explosion}"
        )
    for place, (policy, event) in enumerate(result.compiled.labels.placements):
        refused = int((result.table.refused[:, place] > 0).sum())
        if refused:
            share = 100 * refused / len(result.table.numbers)
            who = "the inject" if policy == INJECTED else f"policy {policy}"
            lines.append(f"refused: {who} could not place {event} in {share:.1f} % of worlds; its `when` forbids it")
    return lines
