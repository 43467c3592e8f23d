"""Quantiles of the distributions of the scenario language: one uniform in, one number out.

Inverse CDFs, so that a draw moves monotonically with its parameters and equal uniforms couple. They
agree with scipy.stats to 1e-10; gamma and beta are found by bounded search on series of our own,
because `lgamma` differs between Python and compiled code.
"""

import math

from simulate.model.arithmetic import NAN, exp, power
from simulate.model.normal import normal_quantile
from simulate.model.special import beta_quantile, gamma_quantile

CONSTANT = 0
UNIFORM = 1
NORMAL = 2
LOGNORMAL = 3
EXPONENTIAL = 4
GAMMA = 5
WEIBULL = 6
BETA = 7
TRIANGULAR = 8
CATEGORICAL = 9


NEARLY_NORMAL = 1e10
"""From this size on two terms of the Cornish-Fisher expansion are exact to the last digits."""


def triangular(u: float, low: float, mode: float, high: float) -> float:
    """Quantile of the triangular distribution."""
    width = high - low
    if width == 0.0:
        return low
    below = (mode - low) / width
    if u < below:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1.0 - u) * width * (high - mode))


def beta_from_moments(u: float, mean: float, sd: float) -> float:
    """Quantile of the beta distribution with this mean and standard deviation."""
    if sd == 0.0:
        return mean
    size = mean * (1.0 - mean) / (sd * sd) - 1.0
    if size > NEARLY_NORMAL:
        z = normal_quantile(u)
        skew = 2.0 * (1.0 - 2.0 * mean) * sd / (mean * (1.0 - mean))
        return mean + sd * (z + skew * (z * z - 1.0) / 6.0)
    return beta_quantile(u, mean * size, (1.0 - mean) * size)


def gamma_from_moments(u: float, mean: float, sd: float) -> float:
    """Quantile of the gamma distribution with this mean and standard deviation."""
    if sd == 0.0:
        return mean
    ratio = mean / sd
    return gamma_quantile(u, ratio * ratio) * (sd / ratio)


def valid(kind: int, a: float, b: float, c: float) -> bool:
    """Whether the arguments describe a distribution, in the order in which the language lists them."""
    if a - a != 0.0 or b - b != 0.0 or c - c != 0.0:
        return False
    if kind == UNIFORM:
        return a <= b
    if kind == NORMAL:
        return b >= 0.0
    if kind == LOGNORMAL:
        return a > 0.0 and b >= 0.0
    if kind == EXPONENTIAL:
        return a >= 0.0
    if kind == GAMMA:
        return a > 0.0 and b >= 0.0
    if kind == WEIBULL:
        return a > 0.0 and b > 0.0
    if kind == BETA:
        return 0.0 < a < 1.0 and 0.0 <= b * b < a * (1.0 - a)
    if kind == TRIANGULAR:
        return a <= b <= c
    return True


def quantile(kind: int, u: float, a: float, b: float, c: float) -> float:
    """The number below which a share `u` of a distribution lies; NaN for a kind without arguments."""
    if kind == CONSTANT:
        return a
    if kind == UNIFORM:
        return a + (b - a) * u
    if kind == NORMAL:
        return a + b * normal_quantile(u)
    if kind == LOGNORMAL:
        return a * exp(b * normal_quantile(u))
    if kind == EXPONENTIAL:
        return -a * math.log1p(-u)
    if kind == GAMMA:
        return gamma_from_moments(u, a, b)
    if kind == WEIBULL:
        return a * power(-math.log1p(-u), 1.0 / b)
    if kind == BETA:
        return beta_from_moments(u, a, b)
    if kind == TRIANGULAR:
        return triangular(u, a, b, c)
    return NAN
