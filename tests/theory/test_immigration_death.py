"""Immigration and death: arrivals at rate a, each head dying at rate d, in a variable that holds its value.

From n0 heads, with p = exp(-d*t): the survivors are binomial(n0, p) and the arrivals still there Poisson
with mean a/d*(1 - p), independently (Karlin and Taylor, *A First Course in Stochastic Processes*, 1975,
chapter 4; Renshaw, *Modelling Biological Populations*, 1991, section 2.4). Comparisons at 4 standard errors:
false alarms 6e-5 each.
"""

import math

import numpy as np
import pytest
from scipy import stats

SCENARIO = """
horizon: 12.5 d
sample_every: 4 d
state: {{people: {{start: {start}}}}}
shocks:
  arrival: {{rate: 1/d, effects: {{people: 1}}}}
  death: {{rate: 0.1/d*people, effects: {{people: -1}}}}
outcomes:
  people: {{trajectory: people}}
  lowest: {{minimum: people}}
"""


def law(start, day, death):
    """The probability of 0, 1, 2, ... heads."""
    alive = math.exp(-death * day)
    heads = np.arange(80)
    survivors = stats.binom.pmf(heads, start, alive)
    return np.convolve(survivors, stats.poisson.pmf(heads, (1.0 - alive) / death))[:80]


def mean_and_variance(start, day, death):
    alive = math.exp(-death * day)
    arrived = (1.0 - alive) / death
    return start * alive + arrived, start * alive * (1.0 - alive) + arrived


@pytest.mark.parametrize("start", [0, 12])
def test_mean_variance_and_law(simulated, start):
    """All days; the twins: death half again as frequent, a Poisson number at the start and nobody dies (variance)."""
    worlds = simulated(SCENARIO.format(start=start), 450)
    assert worlds["lowest"].values.min() >= 0.0
    for day in (4.0, 8.0, 12.0):
        people = worlds.at("people", day)
        mean, variance = mean_and_variance(start, day, 0.1)
        right, wrong = law(start, day, 0.1).cumsum(), law(start, day, 0.15).cumsum()
        heads = np.flatnonzero((right > 0.03) & (right < 0.97))
        assert people.mean_is(mean)
        assert people.variance_is(variance)
        assert people.law_is(right.__getitem__, heads)
    assert not people.mean_is(mean_and_variance(start, 12.0, 0.15)[0])
    assert not people.variance_is(start + 12.0)
    assert not people.law_is(wrong.__getitem__, heads)


def test_survivors_are_not_poisson(simulated):
    """From 40 heads the variance at day 4 is far below the mean; the twin takes them for equal."""
    people = simulated(SCENARIO.format(start=40).replace("12.5 d", "4.5 d"), 300).at("people", 4.0)
    mean, variance = mean_and_variance(40, 4.0, 0.1)
    assert people.mean_is(mean)
    assert people.variance_is(variance)
    assert not people.variance_is(mean)
