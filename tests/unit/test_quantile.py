"""Quantiles agree with scipy.stats to 1e-10 (relative above 1)."""

import pytest
from scipy import stats

from simulate.model import quantile as q

LEVELS = [2.0**-53, 1e-9, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.9999, 1 - 1e-9]


def gamma(mean, sd):
    return stats.gamma((mean / sd) ** 2, scale=sd * sd / mean)


def beta(mean, sd):
    size = mean * (1 - mean) / sd**2 - 1
    return stats.beta(mean * size, (1 - mean) * size)


CASES = [
    (q.UNIFORM, (2, 5, 0), stats.uniform(2, 3)),
    (q.NORMAL, (1, 2, 0), stats.norm(1, 2)),
    (q.LOGNORMAL, (20, 0.7, 0), stats.lognorm(0.7, scale=20)),
    (q.EXPONENTIAL, (30, 0, 0), stats.expon(scale=30)),
    (q.WEIBULL, (10, 1.5, 0), stats.weibull_min(1.5, scale=10)),
    (q.TRIANGULAR, (12, 18, 28), stats.triang(6 / 16, 12, 16)),
    *[(q.GAMMA, (m, s, 0), gamma(m, s)) for m, s in [(1, 1), (10, 3), (2, 5), (1, 10), (240, 60), (5, 0.5)]],
    *[(q.BETA, (m, s, 0), beta(m, s)) for m, s in [(0.5, 0.1), (0.5, 0.49), (0.7, 0.15), (0.01, 0.02)]],
]


@pytest.mark.parametrize(("kind", "arguments", "other"), CASES)
def test_quantiles_agree_with_scipy(kind, arguments, other):
    for u in LEVELS:
        assert q.quantile(kind, u, *arguments) == pytest.approx(other.ppf(u), rel=1e-10, abs=1e-10)


def test_arguments_outside_a_distribution_are_refused():
    assert not q.valid(q.BETA, 0.5, 0.5, 0.0)
    assert not q.valid(q.UNIFORM, 2.0, 1.0, 0.0)
    assert q.valid(q.TRIANGULAR, 1.0, 1.0, 1.0)
