"""Sobol indices and elementary effects from measured points, with the noise of few worlds taken out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulate.studies.statistics import CONFIDENCE, Column
from simulate.studies.tables import Floats

RESAMPLES = 300
LOW_HIGH = (0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2)
DUST = 1e-9
"""A variance below this part of what is seen is none."""
LEVELS = 4
"""Levels of the grid on which elementary effects are taken."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the ends of its interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SobolIndices:
    """How much of an outcome's variance each parameter explains.

    Attributes
    ----------
    first, total : tuple of Interval
        For each parameter: alone, and with everything it interacts with.
    variance : float
        Of the outcome over the priors, without noise; 0 where it cannot be told from none, and all indices are NaN.
    noise : float
        The share of the variance that is seen which is noise of few worlds; it is in none of the indices.
    """

    first: tuple[Interval, ...]
    total: tuple[Interval, ...]
    variance: float
    noise: float


@dataclass(frozen=True, slots=True)
class Effects:
    """Elementary effects (Morris 1991): how far an outcome moves as a parameter crosses its prior.

    Attributes
    ----------
    strength : tuple of Interval
        The mean size of an effect (mu* of Campolongo, Cariboni and Saltelli 2007).
    mean, sd : tuple of float
        Of the effects; a sd as large as the strength tells of interaction, or of a bend.
    noise : tuple of float
        The strength that noise alone would show.
    """

    strength: tuple[Interval, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    noise: tuple[float, ...]


def unit_cube(parameters: int) -> dict[str, object]:
    """The unit cube, as SALib is told of it."""
    names = [str(place) for place in range(parameters)]
    return {"num_vars": parameters, "names": names, "bounds": [[0.0, 1.0]] * parameters}


def saltelli_points(parameters: int, base: int, seed: int) -> Floats:
    """Saltelli's design in the unit cube, shape (base * (parameters + 2), parameters), by SALib."""
    from SALib.sample import sobol

    points: Floats = sobol.sample(unit_cube(parameters), base, calc_second_order=False, scramble=True, seed=seed)
    return points


def sobol_indices(values: Floats, parameters: int) -> SobolIndices:
    """Indices from values at Saltelli's points, shape (points, blocks): an even number of blocks of worlds at each.

    First order by Saltelli et al. (2010), total by Jansen (1999). Where a product of two values stands in
    them one is taken from the even blocks, the other from the odd ones, so that what is noise averages out
    instead of being read as interaction; of blocks that are equal they are the usual ones.
    """
    width = parameters + 2
    blocks = values.reshape(-1, width, values.shape[-1])
    alone, together, variance = indices_of(halved(blocks))
    seen = float(blocks.mean(axis=-1)[:, [0, -1]].var())
    found = [each for each in map(indices_of, resampled(blocks)) if each[2] > DUST * seen]
    if variance <= DUST * seen or len(found) <= LOW_HIGH[1] * RESAMPLES:
        nothing = (Interval(math.nan, math.nan, math.nan),) * parameters
        return SobolIndices(nothing, nothing, 0.0, 1.0 if seen > 0.0 else 0.0)
    ends = [np.quantile([each[place] for each in found], LOW_HIGH, axis=0).T.tolist() for place in (0, 1)]
    return SobolIndices(
        first=tuple(Interval(float(alone[k]), *ends[0][k]) for k in range(parameters)),
        total=tuple(Interval(float(together[k]), *ends[1][k]) for k in range(parameters)),
        variance=variance,
        noise=min(max(1.0 - variance / seen, 0.0), 1.0),
    )


def indices_of(grid: Floats) -> tuple[Column, Column, float]:
    """First and total indices, and the variance, of halves at Saltelli's points, shape (base, parameters + 2, 2)."""
    grid = grid - grid[:, [0, -1]].mean(axis=(0, 1))
    a, b, ab = grid[:, 0], grid[:, -1], grid[:, 1:-1]
    ends = np.concatenate([a, b])
    variance = float((ends[:, 0] * ends[:, 1]).mean())
    step = ab - a[:, None]
    crossed = 0.5 * (b[:, None, 0] * step[..., 1] + b[:, None, 1] * step[..., 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        first: Column = crossed.mean(axis=0) / variance
        total: Column = 0.5 * (step[..., 0] * step[..., 1]).mean(axis=0) / variance
    return first, total, variance


def halved(blocks: Floats) -> Floats:
    """The means of even and of odd blocks, which stand on the last axis."""
    return np.stack([blocks[..., 0::2].mean(axis=-1), blocks[..., 1::2].mean(axis=-1)], axis=-1)


def resampled(blocks: Floats) -> Iterator[Floats]:
    """Halves with rows resampled, and with them blocks of worlds, each among those of its half.

    Every point shares its worlds with the others, so that their noise does not show between rows (the
    pigeonhole bootstrap, Owen 2007, which is rather too wide than too narrow). Of the blocks of a half one less
    is taken than there are, so that the variance is that of their mean; a single one cannot show its noise.
    """
    random = np.random.default_rng(0)
    rows, half = len(blocks), blocks.shape[-1] // 2
    for _ in range(RESAMPLES):
        even, odd = (2 * random.integers(0, half, max(half - 1, 1)) + which for which in (0, 1))
        weights = np.stack([np.bincount(each, minlength=2 * half) / len(each) for each in (even, odd)], axis=-1)
        yield blocks[random.integers(0, rows, rows)] @ weights


def morris_points(parameters: int, trajectories: int, seed: int) -> Floats:
    """Morris's design in the unit cube, shape (trajectories * (parameters + 1), parameters), by SALib."""
    from SALib.sample import morris

    points: Floats = morris.sample(unit_cube(parameters), trajectories, num_levels=LEVELS, seed=seed)
    return points


def elementary_effects(points: Floats, values: Floats) -> Effects:
    """Effects from values at Morris's points, shape (points, blocks): an even number of blocks of worlds at each."""
    parameters = points.shape[1]
    paths = points.reshape(-1, parameters + 1, parameters)
    levels = values.reshape(-1, parameters + 1, values.shape[-1])
    moves, rises = np.diff(paths, axis=1), np.diff(levels, axis=1)
    moved = np.argmax(np.abs(moves), axis=2)
    step = np.take_along_axis(moves, moved[..., None], axis=2)
    effects = np.empty((len(paths), parameters, values.shape[-1]))
    np.put_along_axis(effects, moved[..., None].repeat(values.shape[-1], axis=2), rises / step, axis=1)
    halves = halved(effects)
    whole = halves.mean(axis=-1)
    found = [np.abs(each.mean(axis=-1)).mean(axis=0) for each in resampled(effects)]
    ends = np.quantile(found, LOW_HIGH, axis=0)
    strength = np.abs(whole).mean(axis=0)
    # Half the difference of the two halves has the spread of the noise of their mean, and the same mean size.
    noise = np.abs(0.5 * (halves[..., 0] - halves[..., 1])).mean(axis=0)
    return Effects(
        strength=tuple(Interval(float(strength[k]), float(ends[0, k]), float(ends[1, k])) for k in range(parameters)),
        mean=tuple(map(float, whole.mean(axis=0))),
        sd=tuple(map(float, whole.std(axis=0, ddof=1) if len(paths) > 1 else np.zeros(parameters))),
        noise=tuple(map(float, noise)),
    )
