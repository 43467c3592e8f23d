"""A decaying state fed by Poisson events with random marks.

With rate r, marks m and decay b = ln 2 / half_life: mean x0*exp(-b*t) + r*E[m]/b*(1 - exp(-b*t)), variance
r*E[m^2]/(2*b)*(1 - exp(-2*b*t)), covariance at lag s that variance times exp(-b*s) (Campbell's theorem;
Kingman, *Poisson Processes*, 1993, section 3.2). Comparisons at 4 standard errors: false alarms 6e-5 each.
"""

import math

SCENARIO = """
horizon: 15.5 d
sample_every: 5 d
state: {momentum: {start: 6, rest: 0, half_life: 5 d}}
shocks:
  launch: {rate: 0.5/d, mark: {gamma: {mean: 2, sd: 2}}, effects: {momentum: mark}}
outcomes:
  momentum: {trajectory: momentum}
"""
COMPOUND = """
horizon: 4 d
state: {total: {start: 0}, last: {start: 0}, repeats: {start: 0}}
shocks:
  launch:
    rate: 0.5/d
    mark: {gamma: {mean: 2, sd: 2}}
    effects: {total: mark, repeats: mark == last, last: =mark}
outcomes:
  total: {value: total}
  repeats: {value: repeats}
"""
RATE = 0.5
DAYS = (5.0, 10.0, 15.0)


def mean(day, half_life=5.0, start=6.0):
    decay = math.log(2.0) / half_life
    return start * math.exp(-decay * day) + RATE * 2.0 / decay * (1.0 - math.exp(-decay * day))


def variance(day, half_life=5.0, square=8.0):
    """`square` is E[m^2]: 4 + 4 for marks of mean 2 and standard deviation 2."""
    decay = math.log(2.0) / half_life
    return RATE * square / (2.0 * decay) * (1.0 - math.exp(-2.0 * decay * day))


def test_mean_variance_and_covariance(simulated):
    """All days; the twins: start forgotten, half-life 25 % longer, marks without spread, no memory."""
    worlds = simulated(SCENARIO, 1200)
    for day in DAYS:
        momentum = worlds.at("momentum", day)
        assert momentum.mean_is(mean(day))
        assert momentum.variance_is(variance(day))
    for day in DAYS[:2]:
        assert not worlds.at("momentum", day).mean_is(mean(day, start=0.0))
    for day in DAYS[1:]:
        assert not worlds.at("momentum", day).variance_is(variance(day, square=4.0))
        assert not worlds.at("momentum", day).mean_is(mean(day, half_life=6.25))
    earlier, later = worlds.at("momentum", 10.0), worlds.at("momentum", 15.0)
    assert earlier.covariance_is(later, variance(10.0) / 2.0)
    assert not earlier.covariance_is(later, 0.0)


def test_a_sum_of_marks(simulated):
    """In a variable that holds, a compound Poisson sum: mean r*T*E[m], variance r*T*E[m^2].

    The twins: marks without spread, and all marks of a world alike, with variance E[n^2]*E[m^2] - (E[n]*E[m])^2.
    """
    total = simulated(COMPOUND, 1700)["total"]
    assert total.mean_is(2.0 * 2.0)
    assert not total.mean_is(2.5 * 2.0)
    assert total.variance_is(2.0 * 8.0)
    assert not total.variance_is(2.0 * 4.0)
    assert not total.variance_is(6.0 * 8.0 - 16.0)


def test_every_event_draws_its_own_marks(simulated):
    """No mark of a continuous law repeats the one before; the twin's law has two values."""
    coin = COMPOUND.replace("{gamma: {mean: 2, sd: 2}}", "{categorical: {1: 0.5, 3: 0.5}}")
    assert simulated(COMPOUND, 100)["repeats"].values.max() == 0.0
    assert simulated(coin, 100)["repeats"].values.max() > 0.0
