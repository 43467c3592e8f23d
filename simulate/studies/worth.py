"""What it would be worth to know a parameter before a policy is chosen (EVPPI)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulate.studies.tables import Floats

PIECES = 4
"""Knots of the curve that is fitted to a parameter."""
SHUFFLES = 50
DUST = 1e-9
"""Less than this is rounding."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What resolving one parameter would be worth, in units of the outcome.

    Attributes
    ----------
    name : str
    value : float
        How much better the best policy would do on average if the parameter were known first.
    by_chance : float
        What the same estimate finds, in 95 of 100 cases at most, for the best of as many parameters that tell
        nothing.
    """

    name: str
    value: float
    by_chance: float

    @property
    def is_clear(self) -> bool:
        """Whether it is more than chance would show."""
        return self.value > self.by_chance + DUST


def worth_of_knowing(names: Sequence[str], points: Floats, values: Floats, least: bool) -> list[Worth]:
    """The expected value of partial perfect information on each parameter, the largest first.

    By regression of each policy's outcome on the parameter (Strong, Oakley and Brennan 2014, Medical
    Decision Making 34:311), with a cubic spline. What noise alone would give is found by shuffling.

    Parameters
    ----------
    names : sequence of str
    points : array, shape (points, parameters)
        Independent draws from the priors.
    values : array, shape (policies, points)
        The outcome of each policy there.
    least : bool
        Whether less of the outcome is better.

    Examples
    --------
    >>> points = (np.arange(200)[:, None] + 0.5) / 200
    >>> sure, gamble = np.full(200, 0.5), points[:, 0]
    >>> round(worth_of_knowing(["x"], points, np.array([sure, gamble]), False)[0].value, 3)
    0.125
    """
    gains = -values if least else values
    random = np.random.default_rng(0)
    bases = [spline(points[:, column]) for column in range(len(names))]
    most = []
    for _ in range(SHUFFLES):
        shuffled = gains[:, random.permutation(gains.shape[1])]
        most.append(max(information(basis, shuffled) for basis in bases))
    by_chance = float(np.quantile(most, 0.95, method="weibull"))
    found = [Worth(name, information(basis, gains), by_chance) for name, basis in zip(names, bases, strict=True)]
    return sorted(found, key=lambda each: -each.value)


def worth_json(worth: Sequence[Worth]) -> dict[str, dict[str, float]]:
    """What knowing each parameter is worth, as plain values."""
    return {each.name: {"value": each.value, "by_chance": each.by_chance} for each in worth}


def information(basis: Floats, gains: Floats) -> float:
    """How much better the best policy does if the fitted curves are known, than the one that is best on average."""
    coefficients, *_ = np.linalg.lstsq(basis, gains.T, rcond=None)
    fitted = basis @ coefficients
    return max(float(fitted.max(axis=1).mean() - fitted.mean(axis=0).max()), 0.0)


def spline(values: Floats) -> Floats:
    """A cubic spline's basis at some values, with knots at their quantiles; of few different values one step each."""
    different = np.unique(values)
    if len(different) <= PIECES + 3:
        steps: Floats = (values[:, None] == different[None, :]).astype(float)
        return steps
    scaled = (values - values.mean()) / values.std()
    knots = np.quantile(scaled, np.linspace(0, 1, PIECES + 2)[1:-1])
    powers = [scaled**power for power in range(4)]
    return np.column_stack([*powers, *(np.maximum(scaled - knot, 0.0) ** 3 for knot in knots)])
