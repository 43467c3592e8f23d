"""Every distribution as a delay, compared with scipy's law of the same parameters.

Gamma and beta are given by mean and standard deviation, lognormal by its median, triangular by its peak.
A delay below zero counts as zero, and a delay is read at the trigger. Comparisons at 4 standard errors:
false alarms 6e-5 each. The twins are the same laws stretched by half, or a drawn law missed altogether.
"""

import math

import pytest
from scipy import stats

SCENARIO = """
horizon: 2000 d
state: {share: {start: 0}}
shocks:
  ruling: {dates: [10 d]}
  uniform_one: {after: {event: ruling, delay: {uniform: {low: 10 d, high: 60 d}}}}
  normal_one: {after: {event: ruling, delay: {normal: {mean: 80 d, sd: 20 d}}}}
  lognormal_one: {after: {event: ruling, delay: {lognormal: {median: 20 d, sigma: 0.7}}}}
  exponential_one: {after: {event: ruling, delay: {exponential: {mean: 30 d}}}}
  gamma_one: {after: {event: ruling, delay: {gamma: {mean: 90 d, sd: 30 d}}}}
  weibull_one: {after: {event: ruling, delay: {weibull: {scale: 90 d, shape: 1.5}}}}
  triangular_one: {after: {event: ruling, delay: {triangular: {low: 5 d, mode: 30 d, high: 120 d}}}}
  beta_one: {dates: [0 d], mark: {beta: {mean: 0.3, sd: 0.2}}, effects: {share: mark}}
  scattered: {after: {event: ruling, delay: {normal: {mean: 10 d, sd: 10 d}}}}
  graded: {after: {event: ruling, delay: {categorical: {90 d: 0.3, 30 d: 0.5, 1 yr: 0.2}}}}
  certain: {after: {event: ruling, delay: 30 d}}
outcomes:
  uniform: {first: count(uniform_one) > 0, from: 10 d}
  normal: {first: count(normal_one) > 0, from: 10 d}
  lognormal: {first: count(lognormal_one) > 0, from: 10 d}
  exponential: {first: count(exponential_one) > 0, from: 10 d}
  gamma: {first: count(gamma_one) > 0, from: 10 d}
  weibull: {first: count(weibull_one) > 0, from: 10 d}
  triangular: {first: count(triangular_one) > 0, from: 10 d}
  beta: {value: share}
  scattered: {first: count(scattered) > 0, from: 10 d}
  graded: {first: count(graded) > 0, from: 10 d}
  certain: {first: count(certain) > 0, from: 10 d}
"""
BETA_SIZE = 0.3 * 0.7 / 0.2**2 - 1.0
LAWS = {
    "uniform": stats.uniform(10.0, 50.0),
    "normal": stats.norm(80.0, 20.0),
    "lognormal": stats.lognorm(0.7, scale=20.0),
    "exponential": stats.expon(scale=30.0),
    "gamma": stats.gamma(9.0, scale=10.0),
    "weibull": stats.weibull_min(1.5, scale=90.0),
    "triangular": stats.triang(25.0 / 115.0, 5.0, 115.0),
    "beta": stats.beta(0.3 * BETA_SIZE, 0.7 * BETA_SIZE),
}
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


def test_every_distribution(simulated):
    """Mean, variance and quantiles of each continuous law; its twin is stretched by half."""
    worlds = simulated(SCENARIO, 1100)
    for kind, law in LAWS.items():
        delays = worlds[kind]
        assert delays.mean_is(law.mean()), kind
        assert delays.variance_is(law.var()), kind
        assert delays.law_is(law.cdf, law.ppf(SHARES)), kind
        assert not delays.mean_is(1.5 * law.mean()), kind
        assert not delays.variance_is(1.5**2 * law.var()), kind
        assert not delays.law_is(lambda day, law=law: law.cdf(day / 1.5), law.ppf(SHARES)), kind
    assert set(worlds["certain"].values) == {30.0}
    check_clipped(worlds["scattered"])
    check_categorical(worlds["graded"])


def check_clipped(delays):
    """A normal delay below zero is no delay; the twin draws it again instead."""
    law = stats.norm(10.0, 10.0)
    points = [0.0, 2.0, 10.0, 20.0]
    assert delays.values.min() == 0.0
    assert delays.mean_is(10.0 * law.sf(0.0) + 100.0 * law.pdf(0.0))
    assert delays.law_is(law.cdf, points)
    assert not delays.law_is(stats.truncnorm(-1.0, math.inf, 10.0, 10.0).cdf, points[1:])


def check_categorical(delays):
    """Three values with their weights, in numeric order; the twin hands them out in the order as written."""
    assert set(delays.values) == {30.0, 90.0, 365.25}
    right, wrong = {30.0: 0.5, 90.0: 0.8}, {30.0: 0.3, 90.0: 0.8}
    assert delays.law_is(right.__getitem__, right)
    assert not delays.law_is(wrong.__getitem__, wrong)


@pytest.mark.parametrize(("at", "expected"), [(20.0, 30.0), (40.0, 45.0)])
def test_a_delay_is_read_at_its_trigger(story, at, expected):
    """20 d times a variable that has fallen to 2^(-t/20) at t; the twin reads it at the start."""
    text = f"""
horizon: 100 d
state: {{anger: {{start: 1, rest: 0, half_life: 20 d}}}}
shocks:
  ruling: {{dates: [{at} d]}}
  protest: {{after: {{event: ruling, delay: 20 d*anger}}}}
outcomes: {{protests: {{count: protest}}}}
"""
    assert story(text) == [(at, "ruling"), (expected, "protest")]
    assert story(text.replace("20 d*anger", "20 d")) != [(at, "ruling"), (expected, "protest")]
