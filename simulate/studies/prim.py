"""PRIM (Friedman and Fisher 1999): the box of parameters in which something happens much more often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc, ndtr

from simulate.studies.tables import Flags, Floats

PEEL = 0.05
"""The share of cases that one step takes away."""
LEAST_SUPPORT = 0.05
SHUFFLES = 39
"""Boxes are found in labels shuffled so often; a box must beat them all to be reported (1 in 40 by chance)."""
LARGEST_P = 0.05
"""A limit of the box that is reported adds something unless this is chance."""
SCREENED = 25
"""So many parameters at most are peeled: those that tell most of the cases by themselves."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The range of one parameter inside a box, in the order of its values.

    Attributes
    ----------
    parameter : int
    low, high : float
        Infinite where that side is free.
    p_value : float
        That as many cases lie in the box if this limit tells nothing (Bryant and Lempert 2010).
    """

    parameter: int
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Box:
    """A box of parameters.

    Attributes
    ----------
    limits : tuple of Limit
    coverage : float
        The share of all cases of interest that lie in it.
    density : float
        The share of what lies in it that is of interest.
    support : float
        The share of everything that lies in it.
    """

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    support: float


@dataclass(frozen=True, slots=True)
class Search:
    """What PRIM found.

    Attributes
    ----------
    path : tuple of Box
        The trade-off curve: every box on the way, the whole space first.
    chosen : Box or None
        The one with the best balance of coverage and density; None where shuffled cases give as good a one.
    by_chance : float
        The largest balance found in shuffled cases.
    inside : array of bool, shape (cases,)
        Which cases lie in the chosen box.
    """

    path: tuple[Box, ...]
    chosen: Box | None
    by_chance: float
    inside: Flags


def search(points: Floats, hits: Floats) -> Search:
    """Find the box in which cases of interest are dense.

    Parameters
    ----------
    points : array, shape (cases, parameters)
    hits : array, shape (cases,)
        1 for a case of interest, else 0; shares in between are allowed.
    """
    random = np.random.default_rng(0)
    path = peel(points, hits)
    best = int(np.argmax([balance(box) for box in path]))
    shuffled = []
    for _ in range(SHUFFLES):
        shuffled.append(max(balance(box) for box in peel(points, hits[random.permutation(len(hits))])))
    by_chance = max(shuffled)
    if balance(path[best]) <= by_chance or best == 0:
        return Search(tuple(path), None, by_chance, np.zeros(len(hits), dtype=bool))
    chosen = with_p_values(path[best], points, hits)
    if not chosen.limits or balance(chosen) <= by_chance:
        return Search(tuple(path), None, by_chance, np.zeros(len(hits), dtype=bool))
    inside = within(points, {limit.parameter: [limit.low, limit.high] for limit in chosen.limits})
    return Search(tuple(path), chosen, by_chance, inside)


def balance(box: Box) -> float:
    """How good a box is: the harmonic mean of coverage and density."""
    both = box.coverage + box.density
    return 2.0 * box.coverage * box.density / both if both > 0.0 else 0.0


def screened(points: Floats, hits: Floats) -> list[int]:
    """The parameters that tell most of the cases by themselves: by the correlation of ranks."""
    if points.shape[1] <= SCREENED:
        return list(range(points.shape[1]))
    ranks = points.argsort(axis=0).argsort(axis=0).astype(float)
    ranks -= ranks.mean(axis=0)
    told = np.abs((ranks * (hits - hits.mean())[:, None]).sum(axis=0))
    return sorted(np.argsort(-told)[:SCREENED].tolist())


def peel(points: Floats, hits: Floats) -> list[Box]:
    """Take away, step by step, the slice of one parameter that leaves the densest box."""
    columns = screened(points, hits)
    ends = {column: [-np.inf, np.inf] for column in columns}
    inside = np.ones(len(hits), dtype=bool)
    path = [box_of(ends, inside, hits)]
    while inside.mean() > LEAST_SUPPORT:
        cut = densest_cut(points[inside][:, columns], hits[inside])
        if cut is None:
            break
        place, side, limit = cut
        ends[columns[place]][side] = limit
        inside = within(points, ends)
        path.append(box_of(ends, inside, hits))
    return path


def densest_cut(values: Floats, hits: Floats) -> tuple[int, int, float] | None:
    """The column, the side and the new end of the slice without which cases are densest; none if nothing can go."""
    best: tuple[float, int, int, float] | None = None
    for side, share in enumerate((PEEL, 1.0 - PEEL)):
        ends = np.quantile(values, share, axis=0)
        kept = values > ends if side == 0 else values < ends
        count = kept.sum(axis=0)
        possible = (count > 0) & (count < len(values))
        if not possible.any():
            continue
        gains = np.where(possible, (kept * hits[:, None]).sum(axis=0) / np.maximum(count, 1), -np.inf)
        place = int(np.argmax(gains))
        if best is None or gains[place] > best[0]:
            left = values[kept[:, place], place]
            best = (float(gains[place]), place, side, float(left.min() if side == 0 else left.max()))
    return None if best is None else best[1:]


def within(points: Floats, ends: dict[int, list[float]]) -> Flags:
    """Which points lie in a box."""
    inside = np.ones(len(points), dtype=bool)
    for column, (low, high) in ends.items():
        inside &= (points[:, column] >= low) & (points[:, column] <= high)
    return inside


def box_of(ends: dict[int, list[float]], inside: Flags, hits: Floats) -> Box:
    """A box with what it covers."""
    limits = tuple(
        Limit(column, low, high, 1.0) for column, (low, high) in ends.items() if low > -np.inf or high < np.inf
    )
    total = float(hits.sum())
    return Box(
        limits,
        float(hits[inside].sum()) / total if total else 0.0,
        float(hits[inside].mean()) if inside.any() else 0.0,
        float(inside.mean()),
    )


def with_p_values(box: Box, points: Floats, hits: Floats) -> Box:
    """A box whose limits say what each adds; limits that add nothing clear are dropped, all of them if need be."""
    limits = list(box.limits)
    while True:
        told = [p_value(limits, place, points, hits) for place in range(len(limits))]
        if not told or max(told) <= LARGEST_P:
            break
        del limits[int(np.argmax(told))]
    named = tuple(Limit(each.parameter, each.low, each.high, p) for each, p in zip(limits, told, strict=True))
    inside = within(points, {each.parameter: [each.low, each.high] for each in named})
    return Box(named, *measures(inside, hits))


def measures(inside: Flags, hits: Floats) -> tuple[float, float, float]:
    """Coverage, density and support."""
    return float(hits[inside].sum() / hits.sum()), float(hits[inside].mean()), float(inside.mean())


def p_value(limits: Sequence[Limit], place: int, points: Floats, hits: Floats) -> float:
    """That as many cases lie in the box if one limit tells nothing: binomial, of shares of worlds normal."""
    without = {each.parameter: [each.low, each.high] for row, each in enumerate(limits) if row != place}
    wide = within(points, without)
    narrow = wide & within(points, {limits[place].parameter: [limits[place].low, limits[place].high]})
    if not narrow.any():
        return 1.0
    count = int(narrow.sum())
    if ((hits > 0.0) & (hits < 1.0)).any():
        spread = float(hits[wide].std())
        gain = float(hits[narrow].mean() - hits[wide].mean())
        return float(ndtr(-gain * count**0.5 / spread)) if spread > 0.0 else 1.0
    found = round(float(hits[narrow].sum()))
    return float(bdtrc(found - 1, count, float(hits[wide].mean()))) if found > 0 else 1.0
