"""Estimates from worlds, each with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Not `scipy.stats`, whose import alone takes longer than a thousand worlds; a test compares with it.
from scipy.special import ndtri, stdtrit

CONFIDENCE = 0.95
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean or a share over worlds.

    Attributes
    ----------
    mean, sd : float or None
        Over worlds; None without worlds (and `sd` with one).
    low, high : float or None
        Ends of the interval at the stated confidence.
    worlds : int
        How many were counted.
    """

    mean: float | None
    sd: float | None
    low: float | None
    high: float | None
    worlds: int


def share(values: Column) -> Estimate:
    """A probability from zeros and ones, with Wilson's score interval (Wilson 1927): never of no width."""
    worlds = len(values)
    if worlds == 0:
        return Estimate(None, None, None, None, 0)
    hits = int(values.sum())
    low, high = wilson(hits, worlds)
    sd = float(values.std(ddof=1)) if worlds > 1 else None
    return Estimate(hits / worlds, sd, low, high, worlds)


def wilson(hits: float, worlds: float) -> tuple[float, float]:
    """Wilson's score interval of a probability found in so many worlds, or as if in so many."""
    z = float(ndtri(0.5 + CONFIDENCE / 2))
    estimate, spread = hits / worlds, z * z / worlds
    centre = (estimate + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (estimate * (1 - estimate) + spread / 4)) / (1 + spread)
    return (0.0 if hits == 0 else centre - half), (1.0 if hits == worlds else centre + half)


def mean(values: Column, least: float = -math.inf, most: float = math.inf) -> Estimate:
    """A mean with Student's interval, cut where no value can lie."""
    worlds = len(values)
    if worlds == 0:
        return Estimate(None, None, None, None, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        centre = float(values.mean())
        sd = float(values.std(ddof=1)) if worlds > 1 else None
    if sd is None or not math.isfinite(sd):
        return Estimate(centre, None, None, None, worlds)
    half = float(stdtrit(worlds - 1, 0.5 + CONFIDENCE / 2)) * sd / worlds**0.5
    return Estimate(centre, sd, max(centre - half, least), min(centre + half, most), worlds)


@dataclass(frozen=True, slots=True)
class TimeToEvent:
    """A time that some worlds do not reach before their window ends.

    Attributes
    ----------
    probability, low, high : float or None
        That it is reached by the end of the longest window, with its interval.
    quantiles : dict
        Days by which a share of worlds has reached it; None where so many never do.
    restricted_mean : float or None
        Mean days up to the end of the longest window, worlds that do not reach it counted with that end.
    days, reached, lows, highs : arrays
        The product-limit curve: the share of worlds that has reached it by each day, with its interval.
    """

    probability: float | None
    low: float | None
    high: float | None
    quantiles: dict[str, float | None]
    restricted_mean: float | None
    worlds: int
    days: Column
    reached: Column
    lows: Column
    highs: Column


def time_to_event(days: Column, reached: npt.NDArray[np.bool_]) -> TimeToEvent:
    """The product-limit estimate (Kaplan and Meier 1958), with the window's end as censoring.

    The interval is Wilson's where all windows are equally long, or all or none of those worlds reach it whose
    windows are the longest or long enough; otherwise Greenwood's on the scale of log(-log).
    """
    worlds = len(days)
    if worlds == 0:
        nothing = np.zeros(0)
        return TimeToEvent(None, None, None, dict.fromkeys(map(str, QUANTILES)), None, 0, *(nothing,) * 4)
    end = float(days.max())
    times, rows = np.unique(days, return_inverse=True)
    deaths = np.bincount(rows, weights=reached).astype(float)
    at_risk = (worlds - np.searchsorted(np.sort(days), times)).astype(float)
    survival: Column = np.cumprod((at_risk - deaths) / at_risk)
    curve: Column = 1.0 - survival
    probability = float(curve[-1])
    lows, highs = greenwood(survival, deaths, at_risk)
    if np.all(days[~reached] == end) or lows[-1] == highs[-1]:
        # Where Greenwood's variance vanishes, all or none of the worlds reach it: Wilson's interval has width.
        followed = float((reached | (days == end)).sum())
        low, high = wilson(float(reached.sum()), followed)
    else:
        low, high = float(lows[-1]), float(highs[-1])
    quantiles: dict[str, float | None] = {}
    for level in QUANTILES:
        place = int(np.searchsorted(curve, level - 1e-12))
        quantiles[str(level)] = float(times[place]) if place < len(times) else None
    steps = np.diff(np.concatenate([[0.0], times, [end]]))
    standing = np.concatenate([[1.0], 1.0 - curve])
    mean_days = float((steps * standing).sum())
    return TimeToEvent(probability, low, high, quantiles, mean_days, worlds, times, curve, lows, highs)


def greenwood(survival: Column, deaths: Column, at_risk: Column) -> tuple[Column, Column]:
    """The pointwise interval of a product-limit curve (Greenwood 1926), on the scale of log(-log).

    Where it is not defined, before the first and after the last world reached it, both ends are the curve.
    """
    with np.errstate(all="ignore"):
        variance = np.cumsum(deaths / (at_risk * (at_risk - deaths))) / np.log(survival) ** 2
        half = ndtri(0.5 + CONFIDENCE / 2) * np.sqrt(variance)
        centre = np.log(-np.log(survival))
        low, high = 1.0 - np.exp(-np.exp(centre - half)), 1.0 - np.exp(-np.exp(centre + half))
    curve = 1.0 - survival
    return np.where(np.isnan(low), curve, low), np.where(np.isnan(high), curve, high)


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, mean and sum of squared deviations over worlds; all of one shape."""

    count: Column
    mean: Column
    squares: Column

    def of(self, rows: int | npt.NDArray[np.bool_]) -> Moments:
        """Those of some rows."""
        return Moments(self.count[rows], self.mean[rows], self.squares[rows])

    def joined(self, other: Moments) -> Moments:
        """Those of both groups of worlds (Chan, Golub and LeVeque 1983)."""
        count = self.count + other.count
        weight = np.divide(other.count, count, out=np.zeros_like(count), where=count > 0)
        apart = other.mean - self.mean
        mean = self.mean + apart * weight
        return Moments(count, mean, self.squares + other.squares + apart**2 * self.count * weight)


def moments(paths: Column) -> Moments:
    """The moments of paths over their first dimension, the worlds; NaN is left out."""
    counted = ~np.isnan(paths)
    count = counted.sum(axis=0).astype(float)
    mean = np.where(counted, paths, 0.0).sum(axis=0) / np.maximum(count, 1.0)
    return Moments(count, mean, (np.where(counted, paths - mean, 0.0) ** 2).sum(axis=0))


@dataclass(frozen=True, slots=True)
class Fan:
    """A trajectory over worlds, at the days of the grid on which any world counts."""

    days: Column
    mean: Column
    sd: Column
    quantiles: dict[str, Column]
    worlds: int


def fan(days: Column, paths: Column, known: Moments | None = None) -> Fan:
    """Mean, standard deviation and quantiles of paths, shape (worlds, days); NaN is left out.

    Where these are the paths of some worlds only, `known` holds the moments of all.
    """
    counted = ~np.isnan(paths)
    keep: npt.NDArray[np.bool_] = np.any(counted, axis=0)
    paths = paths[:, keep]
    found = moments(paths) if known is None else known.of(keep)
    sd = np.sqrt(found.squares / np.maximum(found.count - 1, 1))
    levels = np.nanquantile(paths, QUANTILES, axis=0) if paths.size else np.zeros((len(QUANTILES), 0))
    quantiles = {str(level): levels[place] for place, level in enumerate(QUANTILES)}
    return Fan(days[keep], found.mean, sd, quantiles, int(counted.any(axis=1).sum()))
