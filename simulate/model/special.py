"""Quantiles of the standard gamma and beta distributions, by bounded search on our own series.

Both search for the logarithm of the ratio of the two tails' variable (log x, or logit x), where
Newton's method on the logarithm of the nearer tail is safe between brackets.
"""

import math

from simulate.model.arithmetic import exp, log, logistic
from simulate.model.normal import normal_quantile

HALF_LOG_TWO_PI = 0.9189385332046727
SMALLEST_LOG = -745.0
SEARCH_STEPS = 200
SERIES_TERMS = 1_000_000
LARGE_SHAPE = 1e8
TINY = 1e-300
PRECISION = 1e-16


def stirling_error(z: float) -> float:
    """`lgamma(z)` less Stirling's formula `(z - 1/2) log z - z + log(2 pi) / 2`, for z > 0.

    The asymptotic series from 10 on (Abramowitz and Stegun 6.1.41), below by its recurrence.
    """
    shifted = 0.0
    while z < 10.0:
        shifted += (z + 0.5) * math.log1p(1.0 / z) - 1.0
        z += 1.0
    square = 1.0 / (z * z)
    series = 1.0 / 12.0 - square * (
        1.0 / 360.0
        - square * (1.0 / 1260.0 - square * (1.0 / 1680.0 - square * (1.0 / 1188.0 - square * 691.0 / 360360.0)))
    )
    return shifted + series / z


def gamma_weight(shape: float, x: float) -> float:
    """`x**shape * exp(-x) / Gamma(shape)`: the density per unit of log x."""
    distance = (x - shape) / shape
    spread = math.log1p(distance) - distance if distance > -0.5 else log(x / shape) - distance
    return exp(shape * spread - stirling_error(shape) + 0.5 * math.log(shape) - HALF_LOG_TWO_PI)


def gamma_lower(shape: float, x: float, weight: float) -> float:
    """Lower tail by its power series, for x below shape + 1."""
    term = 1.0 / shape
    total = term
    for n in range(1, SERIES_TERMS):
        term *= x / (shape + n)
        total += term
        if term < total * PRECISION:
            break
    return weight * total


def gamma_upper(shape: float, x: float, weight: float) -> float:
    """Upper tail by Lentz's continued fraction, for x above shape + 1."""
    b = x + 1.0 - shape
    c = 1.0 / TINY
    d = 1.0 / b
    fraction = d
    for n in range(1, SERIES_TERMS):
        a = -n * (n - shape)
        b += 2.0
        d = a * d + b
        d = 1.0 / (d if abs(d) > TINY else TINY)
        c = b + a / c
        c = c if abs(c) > TINY else TINY
        fraction *= d * c
        if abs(d * c - 1.0) < PRECISION * 4.0:
            break
    return weight * fraction


def gamma_tails(shape: float, x: float, weight: float) -> tuple[float, float]:
    """Lower and upper tail of the standard gamma distribution at x."""
    if x < shape + 1.0:
        lower = gamma_lower(shape, x, weight)
        return lower, 1.0 - lower
    upper = gamma_upper(shape, x, weight)
    return 1.0 - upper, upper


def beta_weight(a: float, b: float, x: float, y: float) -> float:
    """`x**a * y**b / B(a, b)` with y = 1 - x: the density per unit of logit x."""
    excess = x * b - y * a
    left = math.log1p(excess / a) if excess > -0.5 * a else log(x * (a + b) / a)
    right = math.log1p(-excess / b) if excess < 0.5 * b else log(y * (a + b) / b)
    error = stirling_error(a + b) - stirling_error(a) - stirling_error(b)
    return exp(a * left + b * right + error + 0.5 * (math.log(a) + math.log(b) - math.log(a + b)) - HALF_LOG_TWO_PI)


def beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (Lentz), for x below (a+1)/(a+b+2)."""
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > TINY else TINY)
    fraction = d
    for n in range(1, SERIES_TERMS):
        step = n * (b - n) * x / ((a + 2.0 * n - 1.0) * (a + 2.0 * n))
        d = 1.0 + step * d
        d = 1.0 / (d if abs(d) > TINY else TINY)
        c = 1.0 + step / c
        c = c if abs(c) > TINY else TINY
        fraction *= d * c
        step = -(a + n) * (a + b + n) * x / ((a + 2.0 * n) * (a + 2.0 * n + 1.0))
        d = 1.0 + step * d
        d = 1.0 / (d if abs(d) > TINY else TINY)
        c = 1.0 + step / c
        c = c if abs(c) > TINY else TINY
        fraction *= d * c
        if abs(d * c - 1.0) < PRECISION * 4.0:
            break
    return fraction


def beta_tails(a: float, b: float, x: float, y: float, weight: float) -> tuple[float, float]:
    """Lower and upper tail of the beta distribution at x = 1 - y."""
    if x < (a + 1.0) / (a + b + 2.0):
        lower = weight * beta_fraction(a, b, x) / a
        return lower, 1.0 - lower
    upper = weight * beta_fraction(b, a, y) / b
    return 1.0 - upper, upper


def newton_step(u: float, lower: float, upper: float, weight: float) -> float:
    """How far to move, by Newton's method on the logarithm of the nearer tail."""
    if weight <= 0.0:
        return math.nan
    if u < 0.5:
        return (math.log(u) - log(lower)) * lower / weight
    return (log(upper) - math.log(1.0 - u)) * upper / weight


def gamma_expansion(z: float, shape: float) -> float:
    """The gamma quantile from the normal one (Cornish and Fisher 1937), exact to the last digits for large shapes."""
    root = math.sqrt(shape)
    return shape + root * z + (z * z - 1.0) / 3.0 + (z * z * z - 7.0 * z) / (36.0 * root)


def gamma_quantile(u: float, shape: float) -> float:
    """The number below which a share `u` of the standard gamma distribution lies."""
    if shape > LARGE_SHAPE:
        return gamma_expansion(normal_quantile(u), shape)
    low = SMALLEST_LOG
    high = math.log(shape + 60.0 + 12.0 * math.sqrt(shape))
    # Near zero the lower tail is x**shape / Gamma(shape + 1), which gives the first guess.
    log_gamma = (shape + 0.5) * math.log1p(shape) - shape - 1.0 + HALF_LOG_TWO_PI + stirling_error(shape + 1.0)
    position = min((math.log(u) + log_gamma) / shape, math.log(shape + 1.0))
    if position <= low:
        return 0.0
    for _ in range(SEARCH_STEPS):
        x = math.exp(position)
        weight = gamma_weight(shape, x)
        lower, upper = gamma_tails(shape, x, weight)
        if (lower < u) if u < 0.5 else (upper > 1.0 - u):
            low = position
        else:
            high = position
        moved = position + newton_step(u, lower, upper, weight)
        if not low < moved < high:
            moved = 0.5 * (low + high)
        if abs(moved - position) <= 1e-15 * max(1.0, abs(position)):
            return math.exp(moved)
        position = moved
    return math.exp(position)


def beta_quantile(u: float, a: float, b: float) -> float:
    """The number below which a share `u` of the beta distribution lies."""
    low = SMALLEST_LOG
    high = -SMALLEST_LOG
    position = math.log(a / b)
    for _ in range(SEARCH_STEPS):
        x = logistic(position)
        y = logistic(-position)
        weight = beta_weight(a, b, x, y)
        lower, upper = beta_tails(a, b, x, y, weight)
        if (lower < u) if u < 0.5 else (upper > 1.0 - u):
            low = position
        else:
            high = position
        moved = position + newton_step(u, lower, upper, weight)
        if not low < moved < high:
            moved = 0.5 * (low + high)
        if abs(moved - position) <= 1e-15 * max(1.0, abs(position)):
            return logistic(moved)
        position = moved
    return logistic(position)
