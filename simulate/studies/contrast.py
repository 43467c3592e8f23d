"""Differences between policies in words that an aide can read aloud."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulate.compiled import OutcomeLabel
from simulate.studies.paired import Difference, PathDifference
from simulate.studies.wording import notes, number, percent, title

if TYPE_CHECKING:
    from simulate.studies.compare import Comparison

UNITS = {"points": " pp", "days": " d", "units": ""}
"""What stands behind a difference; pp are percentage points."""
CLEAR_RATIO = 1.05
"""A pairing that saves less than this saves nothing worth a word."""


def scale(label: OutcomeLabel) -> str:
    """In what a difference is given: points of percent, days, or the outcome's own units."""
    if label.is_part:
        return "points"
    return "days" if label.is_timed else "units"


def amount(value: float | None, unit: str) -> str:
    """A difference with its sign."""
    if value is None:
        return "-"
    if value == 0.0:
        return "0" + UNITS[unit]
    shown = 100.0 * value if unit == "points" else value
    text = f"{shown:+.1f}" if unit != "units" or abs(shown) >= 10 else f"{shown:+.3g}"
    return text + UNITS[unit]


def level(value: float | None, unit: str) -> str:
    """A value of one side."""
    if value is None or unit == "units":
        return number(value)
    return percent(value) if unit == "points" else f"{value:,.0f} d"


def contrast(label: OutcomeLabel, found: Difference) -> tuple[str, ...]:
    """A difference in cells: title, baseline, policy, difference, interval, worlds up and down, pairing."""
    unit = scale(label)
    interval = "-"
    if found.low is not None:
        interval = f"{amount(found.low, unit).removesuffix(UNITS[unit])} to {amount(found.high, unit)}"
    flips = f"{found.flips_up:,} / {found.flips_down:,}"
    saved = "-"
    if found.variance_ratio is not None:
        saved = f"{found.variance_ratio:,.1f}x" if found.variance_ratio < 1000 else f"{found.variance_ratio:,.0f}x"
    return (
        title(label),
        level(found.base, unit),
        level(found.other, unit),
        amount(found.difference, unit),
        interval,
        flips,
        saved,
    )


def is_clear(found: Difference) -> bool:
    """Whether a difference can be told from chance: its interval leaves out 0."""
    return found.low is not None and found.high is not None and (found.low > 0.0 or found.high < 0.0)


def sentence(policy: str, label: OutcomeLabel, found: Difference) -> str:
    """What a policy does to an outcome, in worlds.

    Examples
    --------
    >>> label = OutcomeLabel("lapse", "ever", "", "GSOMIA has ended", "", "", True)
    >>> found = Difference(0.1, 0.05, -0.05, -0.08, -0.02, 4, 61, 0.0, 1.5, 1000, True)
    >>> sentence("early", label, found)
    'early prevents "GSOMIA has ended" in 6.1 % of worlds and causes it in 0.4 %'
    """
    what = f'"{title(label)}"'
    up, down = (percent(count / max(found.worlds, 1)) for count in (found.flips_up, found.flips_down))
    if label.kind in ("ever", "never", "at_end") or (label.kind == "count" and found.mcnemar_p is not None):
        if found.flips_up == found.flips_down == 0:
            if found.difference:
                return (
                    f"{policy} changes in which worlds {what} counts; it is the same in those that count on both sides"
                )
            return f"{policy} changes {what} in none of {found.worlds:,} worlds"
        if found.flips_up == 0 or found.flips_down == 0:
            verb, share = ("causes", up) if found.flips_up else ("prevents", down)
            return f"{policy} {verb} {what} in {share} of worlds and never the opposite"
        first, second = (f"prevents {what} in {down}", f"causes it in {up}")
        if found.flips_up > found.flips_down:
            first, second = (f"causes {what} in {up}", f"prevents it in {down}")
        return f"{policy} {first} of worlds and {second}"
    if found.difference is None:
        return f"{policy}: {what} counts in no world"
    unit = scale(label)
    gap = amount(found.difference, unit)
    if unit == "days":
        return f"{policy} moves {what} by {gap} on average; newly reached in {up} of worlds, no longer in {down}"
    return f"{policy} moves {what} by {gap} on average: higher in {up} of worlds, lower in {down}"


def contrast_path(label: OutcomeLabel, found: PathDifference) -> tuple[str, ...]:
    """The same cells for a trajectory, on its last day."""
    if not len(found.days):
        return (f"{title(label)}, last day", *("-",) * 6)
    interval = f"{amount(float(found.low[-1]), 'units')} to {amount(float(found.high[-1]), 'units')}"
    return (
        f"{title(label)}, last day",
        number(float(found.base[-1])),
        number(float(found.other[-1])),
        amount(float(found.mean[-1]), "units"),
        "-" if math.isnan(float(found.low[-1])) else interval,
        "-",
        "-",
    )


def verdicts(comparison: Comparison, policy: str) -> list[str]:
    """What else must be said of a policy: what it could not do, and whether it did anything."""
    result = comparison.others[policy]
    altered, worlds = comparison.altered(policy), comparison.compared[policy]
    if comparison.has_no_effect(policy):
        why = "; it changes what did not come into play"
        if result.compiled.hash == comparison.base.compiled.hash:
            why = f": nothing reads what {policy} changes"
        lines = [f"no effect{why}; not one event differs in {worlds:,} worlds"]
    elif altered == 0:
        lines = [f"{policy} changes no event in any of {worlds:,} worlds, only what is measured"]
    else:
        lines = [f"{policy} changes events in {percent(altered / max(worlds, 1))} of {worlds:,} worlds"]
    ours, theirs = (int(each.table.capped.sum()) for each in (comparison.base, result))
    if ours or theirs:
        sides = f"{ours:,} worlds of the baseline and {theirs:,} of {policy}"
        lines.append(f"capped: {sides} reached the limit of events; what either side left out is not compared")
    return lines + [note for note in notes(result) if not note.startswith("capped")]


def saving(found: Difference) -> str:
    """How many unpaired worlds would tell a difference as well."""
    if found.variance_ratio is None or found.variance_ratio < CLEAR_RATIO:
        return ""
    unpaired = int(found.worlds * found.variance_ratio)
    return f"without the same luck, {unpaired:,} worlds would be needed to know it as well"


def test_of(found: Difference) -> str:
    """McNemar's exact test in words, where worlds flip."""
    if found.mcnemar_p is None or found.flips_up == found.flips_down == 0:
        return ""
    return "McNemar p < 0.0001" if found.mcnemar_p < 1e-4 else f"McNemar p = {found.mcnemar_p:.2g}"
