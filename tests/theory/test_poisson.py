"""Constant and piecewise constant rates give Poisson counts.

Formulas: Kingman, *Poisson Processes* (1993), chapter 2: counts over disjoint spans are independent and
Poisson with mean the integral of the rate. Comparisons at 4 standard errors: false alarms 6e-5 each.
"""

import numpy as np
from scipy import stats

COUNTS = """
horizon: 202 d
sample_every: 2 d
shocks:
  ruling: {rate: 0.5/d}
  protest: {rate: 0.5/d}
outcomes:
  rulings: {trajectory: count(ruling)}
  protests: {trajectory: count(protest)}
"""

FIRST = """
horizon: 20 d
shocks: {ruling: {rate: 0.3/d, when: count(ruling) == 0}}
outcomes: {first_ruling: {first: count(ruling) > 0}}
"""

PIECEWISE = """
horizon: 100.5 d
sample_every: 5 d
calendar:
  exercise: {first: 2022-08-11, every: 30 d, lasts: 10 d}
  campaign: {around: [2022-10-10], before: 20 d, after: 5 d}
shocks:
  launch: {rate: 0.2/d*(4 if exercise else 1) - 0.1/d*campaign}
outcomes:
  launches: {trajectory: count(launch)}
"""


def test_a_constant_rate_gives_poisson_counts(simulated, sample):
    """In two days: mean 1, variance 1, the Poisson law; the twin's rate is 15 % higher."""
    spans = sample(simulated(COUNTS, 110).steps("rulings"))
    assert spans.mean_is(1.0)
    assert not spans.mean_is(1.15)
    assert spans.variance_is_poisson(1.0)
    assert not spans.variance_is_poisson(1.15)
    assert spans.law_is(stats.poisson(1.0).cdf, range(4))
    assert not spans.law_is(stats.poisson(1.15).cdf, range(4))


def test_counts_of_other_days_and_other_shocks_are_independent(simulated, sample):
    """Covariances vanish; the twin compares spans that overlap by two days, whose covariance is 1."""
    worlds = simulated(COUNTS, 40)
    rulings, protests = worlds.steps("rulings"), worlds.steps("protests")
    assert sample(rulings).covariance_is(sample(protests), 0.0)
    assert sample(rulings[:, ::2]).covariance_is(sample(rulings[:, 1::2]), 0.0)
    first, shared, last = rulings[:, 0:99:3], rulings[:, 1:99:3], rulings[:, 2:99:3]
    assert sample(first + shared).covariance_is(sample(shared + last), 1.0)
    assert not sample(first + shared).covariance_is(sample(shared + last), 0.0)


def test_the_time_to_the_first_event_is_exponential(simulated):
    """The hazard is the rate; the twin's rate is a third higher."""
    first = simulated(FIRST, 1300)["first_ruling"]
    points = [0.5, 1.0, 2.0, 4.0, 8.0]
    right, wrong = stats.expon(scale=1 / 0.3), stats.expon(scale=1 / 0.4)
    assert first.law_is(right.cdf, points)
    assert not first.law_is(wrong.cdf, points)


def test_calendar_windows_make_a_rate_piecewise(simulated, sample):
    """Five days at a time: 4 events inside a window, 1 outside, less while the campaign lasts.

    The campaign begins 20 days before day 70 and ends 5 after it. The twins: windows that begin five days
    late, and a campaign that does nothing.
    """
    steps = simulated(PIECEWISE, 200).steps("launches")
    begins = 5.0 * np.arange(steps.shape[1])

    def exercise(day):
        return (day >= 10) & ((day - 10) % 30 < 10)

    campaign = (begins >= 50) & (begins < 75)
    expected = 1.0 + 3.0 * exercise(begins) - 0.5 * campaign
    late = 1.0 + 3.0 * exercise(begins - 5) - 0.5 * campaign
    unbridled = 1.0 + 3.0 * exercise(begins)
    for column, mean in zip(steps.T, expected, strict=True):
        assert sample(column).mean_is(mean)
        assert sample(column).variance_is_poisson(mean)
    assert not all(sample(column).mean_is(mean) for column, mean in zip(steps.T, late, strict=True))
    assert not sample(steps[:, campaign].sum(axis=1)).mean_is(unbridled[campaign].sum())
