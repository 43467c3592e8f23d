"""Linear rates that are clipped at zero while a variable relaxes through the threshold.

A rate below zero counts as zero, written with max(0, ...) or not. The crossing of x(t) = rest + (x0 - rest)
2^(-t/h) is known, so that counts are Poisson with mean the integral of the positive part, and no event falls
where the line is below zero. Comparisons at 4 standard errors: false alarms 6e-5 each.
"""

import math

from scipy import stats

HORIZON = 50.0
FALLING = """
horizon: 50 d
state: {anger: {start: 1, rest: 0, half_life: 12 d}}
shocks:
  protest: {rate: "max(0, 0.5/d*anger - 0.2/d)"}
  march: {rate: 0.5/d*anger - 0.2/d}
outcomes:
  protests: {count: protest}
  marches: {count: march}
  protests_late: {count: protest, from: 15.87 d}
  marches_late: {count: march, from: 15.87 d}
"""
RISING = """
horizon: 50 d
state: {anger: {start: 0, rest: 1, half_life: 12 d}}
shocks: {launch: {rate: "max(0, 0.3/d*(anger - 0.6))"}}
outcomes:
  launches: {count: launch}
  launches_early: {count: launch, by: 15.86 d}
  first_launch: {first: count(launch) > 0}
"""
CROSSING = 12.0 * math.log2(1.0 / 0.4)
"""15.8631 d: both 0.5 * 2^(-t/12) = 0.2 and 1 - 2^(-t/12) = 0.6."""


def falling(end, half_life):
    """The integral of 0.5 * 2^(-t/h) - 0.2 from 0."""
    return 0.5 * half_life / math.log(2.0) * (1.0 - 2.0 ** (-end / half_life)) - 0.2 * end


def rising(begin, end):
    """The integral of 0.3 * (0.4 - 2^(-t/12)) from `begin`."""
    fading = 12.0 / math.log(2.0) * (2.0 ** (-begin / 12.0) - 2.0 ** (-end / 12.0))
    return 0.3 * (0.4 * (end - begin) - fading)


def test_counts_while_the_variable_falls(simulated):
    """Poisson with the positive part as mean; the twins: half-life 50 % longer, not clipped."""
    worlds = simulated(FALLING, 900)
    mean = falling(CROSSING, 12.0)
    longer = falling(18.0 * math.log2(2.5), 18.0)
    for outcome in ("protests", "marches"):
        assert worlds[outcome].mean_is(mean)
        assert not worlds[outcome].mean_is(longer)
        assert worlds[outcome].variance_is_poisson(mean)
        assert not worlds[outcome].variance_is_poisson(mean + falling(HORIZON, 12.0))
        assert worlds[outcome].law_is(stats.poisson(mean).cdf, range(5))
        assert not worlds[outcome].law_is(stats.poisson(longer).cdf, range(5))
        assert worlds[f"{outcome}_late"].values.max() == 0.0


def test_counts_while_the_variable_rises(simulated):
    """Nothing before the crossing, then the integral; the twins: not clipped, a constant rate from there."""
    worlds = simulated(RISING, 1000)
    launches, first = worlds["launches"], worlds["first_launch"]
    mean, unclipped = rising(CROSSING, HORIZON), rising(0.0, HORIZON)
    assert worlds["launches_early"].values.max() == 0.0
    assert launches.mean_is(mean)
    assert not launches.mean_is(unclipped)
    assert launches.variance_is_poisson(mean)
    assert not launches.variance_is_poisson(unclipped)
    points = [18.0, 21.0, 25.0, 30.0, 36.0, 44.0]
    height = mean / (HORIZON - CROSSING)
    assert first.law_is(lambda day: -math.expm1(-rising(CROSSING, day)), points)
    assert not first.law_is(lambda day: -math.expm1(-height * (day - CROSSING)), points)
