"""Sobol indices and elementary effects from measured points, with the noise of few worlds taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulate.studies.statistics import CONFIDENCE
from simulate.studies.tables import Floats

RESAMPLES = 300
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
        Of the outcome over the priors, without noise.
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
    """Indices from values at Saltelli's points, shape (points, 2): two halves of the worlds at each.

    First order by Saltelli et al. (2010), total by Jansen (1999). Where a product of two values stands in
    them one is taken from either half, so that what is noise averages out instead of being read as
    interaction; of halves that are equal they are the usual ones.
    """
    width = parameters + 2
    base = len(values) // width
    grid = values.reshape(base, width, 2)
    grid = grid - grid[:, [0, -1]].mean(axis=(0, 1))
    first, last, mixed = grid[:, 0], grid[:, -1], grid[:, 1:-1]

    def estimate(rows: np.ndarray) -> tuple[Floats, Floats, Floats]:
        """Indices and variance of resampled rows, shape (resamples, parameters)."""
        a, b, ab = first[rows], last[rows], mixed[rows]
        ends = np.concatenate([a, b], axis=-2)
        ends = ends - ends.mean(axis=-2, keepdims=True)
        variance = (ends[..., 0] * ends[..., 1]).mean(axis=-1)
        step = ab - a[..., None, :]
        crossed = 0.5 * (b[..., None, 0] * step[..., 1] + b[..., None, 1] * step[..., 0])
        with np.errstate(divide="ignore", invalid="ignore"):
            one = crossed.mean(axis=-2) / variance[..., None]
            whole = 0.5 * (step[..., 0] * step[..., 1]).mean(axis=-2) / variance[..., None]
        return one, whole, variance

    alone, together, variance = estimate(np.arange(base)[None, :])
    seen = float(grid.mean(axis=-1)[:, [0, -1]].var())
    low_high = resampled(estimate, base)
    return SobolIndices(
        first=tuple(Interval(float(alone[0, k]), *low_high[0][k]) for k in range(parameters)),
        total=tuple(Interval(float(together[0, k]), *low_high[1][k]) for k in range(parameters)),
        variance=max(float(variance[0]), 0.0),
        noise=min(max(1.0 - float(variance[0]) / seen, 0.0), 1.0) if seen > 0.0 else 0.0,
    )


Estimator = Callable[[np.ndarray], tuple[Floats, Floats, Floats]]


def resampled(estimate: Estimator, base: int) -> list[list[tuple[float, float]]]:
    """Percentile intervals of first and total indices from base points resampled."""
    random = np.random.default_rng(0)
    block = max(1, min(RESAMPLES, 2_000_000 // base))
    found: list[tuple[Floats, Floats, Floats]] = []
    while sum(len(each[0]) for each in found) < RESAMPLES:
        found.append(estimate(random.integers(0, base, (block, base))))
    ends = [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2]
    return [
        [(float(low), float(high)) for low, high in np.quantile(np.nan_to_num(np.concatenate(each)), ends, axis=0).T]
        for each in list(zip(*found, strict=True))[:2]
    ]


def morris_points(parameters: int, trajectories: int, seed: int) -> Floats:
    """Morris's design in the unit cube, shape (trajectories * (parameters + 1), parameters), by SALib."""
    from SALib.sample import morris

    points: Floats = morris.sample(unit_cube(parameters), trajectories, num_levels=LEVELS, seed=seed)
    return points


def elementary_effects(points: Floats, values: Floats) -> Effects:
    """Effects from values at Morris's points, shape (points, 2): two halves of the worlds at each."""
    parameters = points.shape[1]
    paths = points.reshape(-1, parameters + 1, parameters)
    levels = values.reshape(-1, parameters + 1, 2)
    moves, rises = np.diff(paths, axis=1), np.diff(levels, axis=1)
    moved = np.argmax(np.abs(moves), axis=2)
    step = np.take_along_axis(moves, moved[..., None], axis=2)
    effects = np.empty((len(paths), parameters, 2))
    np.put_along_axis(effects, moved[..., None].repeat(2, axis=2), rises / step, axis=1)
    whole = effects.mean(axis=-1)
    picks = np.random.default_rng(0).integers(0, len(paths), (RESAMPLES, len(paths)))
    ends = np.quantile(np.abs(whole)[picks].mean(axis=1), [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2], axis=0)
    strength = np.abs(whole).mean(axis=0)
    # Half the difference of the two halves has the spread of the noise of their mean, and the same mean size.
    noise = np.abs(0.5 * (effects[..., 0] - effects[..., 1])).mean(axis=0)
    return Effects(
        strength=tuple(Interval(float(strength[k]), float(ends[0, k]), float(ends[1, k])) for k in range(parameters)),
        mean=tuple(map(float, whole.mean(axis=0))),
        sd=tuple(map(float, whole.std(axis=0, ddof=1) if len(paths) > 1 else np.zeros(parameters))),
        noise=tuple(map(float, noise)),
    )
