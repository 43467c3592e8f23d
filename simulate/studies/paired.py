"""What differs between two ways to run the same worlds, with an interval on the difference within worlds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, ndtri, stdtrit

from simulate.compiled import Compiled
from simulate.studies.precision import cautious_sd, sequence_half_width
from simulate.studies.statistics import CONFIDENCE, Column, fan, wilson
from simulate.studies.summary import TIMES
from simulate.studies.tables import Flags, WorldTable

HALVINGS = 60
ROUNDING = 1e-12
"""Differences below this share of the values are those of rounding."""


@dataclass(frozen=True, slots=True)
class Side:
    """An estimate from worlds, and what each world adds to its error.

    Attributes
    ----------
    estimate : float or None
        A mean or share; for times the restricted mean in days. None if no world counts.
    influence : array, shape (worlds,)
        Of mean 0; the estimate's standard error is its sd over the root of the number of worlds. 0 for a
        world that does not count.
    values : array, shape (worlds,)
        What each world measured; for times 1 if it was reached, else 0.
    counted : array of bool, shape (worlds,)
    """

    estimate: float | None
    influence: Column
    values: Column
    counted: Flags


@dataclass(frozen=True, slots=True)
class Difference:
    """One side less another in the same worlds.

    Attributes
    ----------
    base, other : float or None
        The two estimates.
    difference, low, high : float or None
        With the ends of its interval.
    flips_up, flips_down : int
        Worlds in which the value is higher, or lower, than on the base side; for times, in which it is
        reached and was not, or the other way round.
    mcnemar_p : float or None
        McNemar's exact test, for outcomes that are 0 or 1 in every world, and times reached or not.
    variance_ratio : float or None
        Variance of an unpaired over that of the paired difference; None where the latter is 0.
    worlds : int
        How many were run on both sides.
    is_share : bool
        Whether the estimates are probabilities, or shares of time.
    """

    base: float | None
    other: float | None
    difference: float | None
    low: float | None
    high: float | None
    flips_up: int
    flips_down: int
    mcnemar_p: float | None
    variance_ratio: float | None
    worlds: int
    is_share: bool


@dataclass(frozen=True, slots=True)
class PathDifference:
    """A trajectory less that of another side in the same worlds, day by day.

    Attributes
    ----------
    days : array
    mean, low, high : array
        The mean difference, and the interval of that mean.
    quantiles : dict of array
        Of the difference within worlds.
    base, other : array
        The mean of each side in the worlds that are compared.
    worlds : int
        How many are: of those that count on both sides, at most the first 10,000.
    """

    days: Column
    mean: Column
    low: Column
    high: Column
    quantiles: dict[str, Column]
    base: Column
    other: Column
    worlds: int


def side(compiled: Compiled, table: WorldTable, outcome: int, kept: Flags, end: float) -> Side:
    """The estimate of an outcome from the worlds `kept`; times are restricted to `end`."""
    values = table.values[kept, outcome]
    counted = ~table.left_out[kept, outcome] & ~np.isnan(values)
    if not counted.any():
        nothing = np.zeros(len(values))
        return Side(None, nothing, nothing, counted)
    influence = np.zeros(len(values))
    if compiled.model.outcomes.kind[outcome] in TIMES:
        reached = table.reached[kept, outcome]
        estimate, influence[counted] = restricted_mean(values[counted], reached[counted], end)
        values = reached.astype(float)
    else:
        estimate = float(values[counted].mean())
        influence[counted] = values[counted] - estimate
    return Side(estimate, influence / counted.mean(), values, counted)


def restricted_mean(days: Column, reached: npt.NDArray[np.bool_], end: float) -> tuple[float, Column]:
    """Mean days up to `end` by the product limit (Kaplan and Meier 1958), and what each world adds to its error.

    Examples
    --------
    >>> restricted_mean(np.array([1.0, 3.0]), np.array([True, True]), 3.0)
    (2.0, array([-1.,  1.]))
    """
    times, rows = np.unique(days, return_inverse=True)
    deaths = np.bincount(rows, weights=reached, minlength=len(times))
    at_risk = len(days) - np.searchsorted(np.sort(days), times).astype(float)
    hazard = deaths / at_risk
    before = np.concatenate([[1.0], np.cumprod(1.0 - hazard)[:-1]])
    area = np.zeros(len(times))
    steps = np.diff(np.append(times, max(end, float(times[-1]))))
    ahead = 0.0
    for row in range(len(times) - 1, -1, -1):
        # Days that are left on average to who is past this time.
        ahead = steps[row] + (0.0 if row == len(times) - 1 else (1.0 - hazard[row + 1]) * ahead)
        area[row] = before[row] * ahead
    mean = float(times[0] + (1.0 - hazard[0]) * ahead)
    weight = area / (at_risk / len(days))
    influence = np.cumsum(weight * hazard)[rows] - np.where(reached, weight[rows], 0.0)
    return mean, influence


def difference(
    compiled: Compiled,
    base: WorldTable,
    other: WorldTable,
    outcome: int,
    sequential: bool = False,
    same_model: bool = False,
) -> Difference:
    """How an outcome differs between two tables of the same worlds.

    Outcomes that are 0 or 1 in every world have Tango's score interval (Tango 1998), all others, and those
    that leave worlds out, Student's interval on what each world adds. Worlds that reached the limit of
    events on either side are left out. A `sequential` interval holds whenever one stops adding worlds; without it,
    worlds that show no difference at all count as alike. Under the `same_model` they are.
    """
    kept = ~base.capped & ~other.capped
    end = max(longest(base, kept, outcome), longest(other, kept, outcome))
    first, second = (side(compiled, table, outcome, kept, end) for table in (base, other))
    worlds = int(kept.sum())
    both = first.counted & second.counted
    up = int((second.values > first.values)[both].sum())
    down = int((second.values < first.values)[both].sum())
    kind = compiled.model.outcomes.kind[outcome]
    binary, shares = compiled.labels.outcomes[outcome].binary, compiled.labels.outcomes[outcome].is_part
    test = mcnemar(up, down) if binary or kind in TIMES else None
    if first.estimate is None or second.estimate is None:
        return Difference(first.estimate, second.estimate, None, None, None, up, down, test, None, worlds, shares)
    gap = second.estimate - first.estimate
    together = without_rounding(second.influence - first.influence, first, second)
    apart = float(first.influence.var() + second.influence.var())
    ratio = apart / float(together.var()) if together.any() else None
    low: float | None
    high: float | None
    altered = (base.history != other.history)[kept].any() or together.any()
    if same_model or not (altered or sequential):
        low = high = gap
    elif sequential:
        sd = cautious_sd(together, float(both.mean())) if shares else float(together.std(ddof=1))
        half = sequence_half_width(sd, worlds)
        low, high = gap - half, gap + half
    elif shares and not together.any():
        low, high = without_spread(first, second, up, down, binary)
    elif binary and both.all():
        low, high = tango(up, down, worlds)
    else:
        by_student = half_width(together)
        low, high = (None, None) if by_student is None else (gap - by_student, gap + by_student)
    return Difference(first.estimate, second.estimate, gap, low, high, up, down, test, ratio, worlds, shares)


def without_spread(first: Side, second: Side, up: int, down: int, binary: bool) -> tuple[float, float]:
    """The interval of a difference of shares of which each side is the same in every world; it has width all the same.

    Where no world counts on both sides they are independent (Newcombe 1998, Statistics in Medicine 17:873).
    """
    assert first.estimate is not None and second.estimate is not None
    gap = second.estimate - first.estimate
    worlds = int((first.counted & second.counted).sum())
    if worlds == 0:
        (low, high), (least, most) = (
            wilson(float(each.estimate or 0.0) * each.counted.sum(), float(each.counted.sum()))
            for each in (first, second)
        )
        below, above = (second.estimate - least) ** 2 + (high - first.estimate) ** 2, (most - second.estimate) ** 2
        return gap - below**0.5, gap + (above + (first.estimate - low) ** 2) ** 0.5
    if binary:
        return tango(up, down, worlds)
    low, high = tango(0, 0, worlds)
    return max(gap + low, -1.0), min(gap + high, 1.0)


def path_difference(compiled: Compiled, base: WorldTable, other: WorldTable, outcome: int) -> PathDifference:
    """How a trajectory differs between two tables of the same worlds."""
    grid, path = compiled.model.grid, compiled.model.outcomes.path[outcome]
    few = len(base.paths)
    kept = ~base.capped[:few] & ~other.capped[:few] & ~base.left_out[:few, outcome] & ~other.left_out[:few, outcome]
    ours, theirs = base.paths[kept, path], other.paths[kept, path]
    gaps = theirs - ours
    nowhere = np.isnan(gaps)
    days = np.arange(grid.size, dtype=float) * grid.step
    found = fan(days, gaps)
    count = (~nowhere).sum(axis=0).astype(float)
    count = count[count > 0]
    t = stdtrit(np.maximum(count - 1, 1), 0.5 + CONFIDENCE / 2)
    half = np.where(count > 1, t * found.sd / np.sqrt(count), np.nan)
    return PathDifference(
        days=found.days,
        mean=found.mean,
        low=found.mean - half,
        high=found.mean + half,
        quantiles=found.quantiles,
        base=fan(days, np.where(nowhere, np.nan, ours)).mean,
        other=fan(days, np.where(nowhere, np.nan, theirs)).mean,
        worlds=found.worlds,
    )


def without_rounding(gaps: Column, first: Side, second: Side) -> Column:
    """What worlds add to a difference, nothing where it is no more than the rounding of either side."""
    sizes = (
        np.abs(each).max(initial=0.0) for one in (first, second) for each in (one.influence, one.values[one.counted])
    )
    return np.where(np.abs(gaps).max(initial=0.0) <= ROUNDING * max(sizes), 0.0, gaps)


def longest(table: WorldTable, kept: Flags, outcome: int) -> float:
    """The largest value of an outcome, 0 if there is none."""
    return float(np.nanmax(table.values[kept, outcome], initial=0.0))


def half_width(influence: Column) -> float | None:
    """Half of Student's interval of a mean that worlds add so much to; None of a single world."""
    worlds = len(influence)
    if worlds < 2:
        return None
    return float(stdtrit(worlds - 1, 0.5 + CONFIDENCE / 2)) * float(influence.std(ddof=1)) / math.sqrt(worlds)


def mcnemar(up: int, down: int) -> float:
    """The two-sided exact test that as many worlds flip up as down (McNemar 1947): binomial with one half.

    Examples
    --------
    >>> mcnemar(0, 5)
    0.0625
    """
    return min(1.0, 2.0 * float(bdtr(min(up, down), up + down, 0.5))) if up + down else 1.0


def tango(up: int, down: int, worlds: int) -> tuple[float, float]:
    """Tango's score interval of a difference of paired shares (Tango 1998, Statistics in Medicine 17:891).

    `up` and `down` are the worlds that flip each way. It has width even where none does.

    Examples
    --------
    >>> low, high = tango(0, 0, 100)
    >>> round(low, 4), round(high, 4)
    (-0.037, 0.037)
    """
    z = float(ndtri(0.5 + CONFIDENCE / 2))

    def score(gap: float) -> float:
        """The score statistic of a difference, under the share of flips down that is likeliest then."""
        b = -up - down + (2 * worlds - up + down) * gap
        c = -down * gap * (1.0 - gap)
        flips = (math.sqrt(max(b * b - 8.0 * worlds * c, 0.0)) - b) / (4.0 * worlds)
        variance = worlds * (2.0 * flips + gap * (1.0 - gap))
        distance = up - down - worlds * gap
        return distance / math.sqrt(variance) if variance > 0.0 else math.copysign(math.inf, distance)

    centre = (up - down) / worlds

    def end(outer: float, sign: float) -> float:
        inner = centre
        for _ in range(HALVINGS):
            middle = 0.5 * (inner + outer)
            inner, outer = (inner, middle) if sign * score(middle) > z else (middle, outer)
        return 0.5 * (inner + outer)

    return end(-1.0, 1.0), end(1.0, -1.0)
