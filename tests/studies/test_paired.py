"""Intervals, tests and times of pairs of worlds, against computations that share nothing with ours.

Simulated tests name how often a correct interval would fail them. Each has a broken twin that it must catch.
Every seed is 1.
"""

import math

import numpy as np
import pytest
from scipy import optimize, special, stats

from simulate.studies.paired import mcnemar, restricted_mean, tango
from simulate.studies.statistics import time_to_event

Z = stats.norm.ppf(0.975)
FALSE_ALARM = 1e-4
FLIPS = [(0, 0, 10), (3, 1, 20), (0, 5, 50), (12, 12, 40), (40, 3, 1000), (1, 0, 2), (9, 0, 10), (7, 300, 1000)]


def wald(up, down, worlds):
    """The broken twin: the plug-in interval, which has no width where nothing flips."""
    gap = (up - down) / worlds
    half = Z * math.sqrt(((up + down) / worlds - gap * gap) / worlds)
    return gap - half, gap + half


def score(gap, up, down, worlds):
    """The score statistic of a difference; its nuisance share is found by numerical maximum likelihood."""

    def surprise(share):
        stay = worlds - up - down
        parts = (up, share + gap), (down, share), (stay, 1.0 - 2.0 * share - gap)
        return -sum(special.xlogy(count, max(part, 0.0)) for count, part in parts)

    inside = (max(0.0, -gap), (1.0 - gap) / 2.0)
    likeliest = optimize.minimize_scalar(surprise, bounds=inside, method="bounded", options={"xatol": 1e-12}).x
    return (up - down - worlds * gap) / math.sqrt(worlds * (2.0 * likeliest + gap * (1.0 - gap)))


@pytest.mark.parametrize("up, down, worlds", FLIPS)
def test_ends_of_tangos_interval_solve_the_score_equation(up, down, worlds):
    """At both ends the statistic is the normal quantile; at those of the broken twin it is not."""
    low, high = tango(up, down, worlds)
    assert score(low, up, down, worlds) == pytest.approx(Z, rel=1e-4)
    assert score(high, up, down, worlds) == pytest.approx(-Z, rel=1e-4)
    careless = wald(up, down, worlds)
    assert careless[0] != pytest.approx(low, rel=1e-4) and careless[1] != pytest.approx(high, rel=1e-4)


@pytest.mark.parametrize("worlds", [1, 2, 10, 1000, 1_000_000])
def test_tangos_interval_of_no_flips_and_of_nothing_but_flips(worlds):
    """Without flips both ends are z^2/(n + z^2) from 0; if all flip one way the interval ends there."""
    half = Z * Z / (worlds + Z * Z)
    np.testing.assert_allclose(tango(0, 0, worlds), (-half, half), rtol=1e-9)
    assert tango(worlds, 0, worlds)[1] == 1.0
    assert tango(0, worlds, worlds)[0] == -1.0


@pytest.mark.parametrize("up, down, worlds", FLIPS)
def test_tangos_interval_is_turned_round_with_the_sides(up, down, worlds):
    """Which side is called the base only changes signs; and the estimate lies inside."""
    low, high = tango(up, down, worlds)
    np.testing.assert_allclose(tango(down, up, worlds), (-high, -low), rtol=1e-9)
    assert -1.0 <= low < (up - down) / worlds < high <= 1.0


def designs(count, fewest):
    """Shares of worlds that flip up and down, and numbers of worlds: at least so many flips on average."""
    random = np.random.default_rng(1)
    found = []
    while len(found) < count:
        flips, worlds = 10 ** random.uniform(-2.7, -0.3), int(10 ** random.uniform(1.3, 3.3))
        upward = random.uniform()
        if flips * worlds >= fewest:
            found.append((flips * upward, flips * (1.0 - upward), worlds))
    return found


def errors(interval, chosen):
    """True difference less estimate, and the interval's ends less estimate, each design simulated once."""
    random = np.random.default_rng(1)
    found = []
    for up, down, worlds in chosen:
        ups, downs, _ = random.multinomial(worlds, [up, down, 1.0 - up - down])
        low, high = interval(ups, downs, worlds)
        found.append(np.array([up - down, low, high]) - (ups - downs) / worlds)
    return np.array(found).T


def test_tangos_interval_covers_where_few_worlds_flip():
    """At least 95 % of 2,000 designs of 20 to 2,000 worlds, down to a single flip in 500; false alarms 1e-4."""
    few = designs(2000, 0.0)
    least = stats.binom.ppf(FALSE_ALARM, len(few), 0.95)
    for interval, holds in ((tango, True), (wald, False)):
        truth, low, high = errors(interval, few)
        assert (((low <= truth) & (truth <= high)).sum() >= least) == holds


def test_tangos_interval_covers_no_more_than_it_says():
    """Where 30 worlds or more flip, 95 % of 2,000 designs, neither less nor more; false alarms 2e-4.

    The twins are a fifth narrower, and a fifth wider.
    """
    many = designs(2000, 30.0)
    least, most = stats.binom.ppf([FALSE_ALARM, 1.0 - FALSE_ALARM], len(many), 0.95)
    truth, low, high = errors(tango, many)
    right, narrow, wide = (((f * low <= truth) & (truth <= f * high)).sum() for f in (1.0, 0.8, 1.2))
    assert least <= right <= most
    assert narrow < least
    assert wide > most


@pytest.mark.parametrize("up", [0, 1, 5, 12, 13, 400])
@pytest.mark.parametrize("down", [0, 1, 12, 60, 1000])
def test_mcnemars_test_is_a_binomial_test(up, down):
    """As `binomtest` with one half, both sides; 1 where nothing flips."""
    wanted = stats.binomtest(up, up + down, 0.5).pvalue if up + down else 1.0
    assert mcnemar(up, down) == pytest.approx(wanted, rel=1e-9)


def test_the_restricted_mean_is_the_plain_mean_where_every_world_is_seen_to_the_end():
    """All reach it, or those that do not are counted with the end: ties, order and the end play no part."""
    random = np.random.default_rng(1)
    days = np.ceil(random.exponential(30.0, 200))
    for values, reached, end in (
        (days, np.ones(200, dtype=bool), days.max()),
        (np.minimum(days, 40.0), days < 40.0, 40.0),
        (np.full(200, 40.0), np.zeros(200, dtype=bool), 40.0),
    ):
        mean, influence = restricted_mean(values, reached, end)
        assert mean == pytest.approx(values.mean(), rel=1e-12)
        np.testing.assert_allclose(influence, values - values.mean(), atol=1e-9)


def unevenly_seen(random, worlds, rounded=False):
    """Exponential times of mean 10, seen up to a day that differs from world to world, and never beyond day 12."""
    times, windows = random.exponential(10.0, worlds), np.minimum(random.uniform(2.0, 18.0, worlds), 12.0)
    days = np.minimum(times, windows)
    return (np.ceil(days) if rounded else days), times <= windows


@pytest.mark.parametrize("rounded", [False, True])
def test_the_restricted_mean_is_the_area_under_the_survival_curve(rounded):
    """As integrated from `scipy.stats.ecdf`, and as `run` reports it; beyond the last time seen the curve is level."""
    days, reached = unevenly_seen(np.random.default_rng(1), 300, rounded)
    curve = stats.ecdf(stats.CensoredData(uncensored=days[reached], right=days[~reached])).sf
    for end in (12.0, 20.0):
        mean, _ = restricted_mean(days, reached, end)
        steps = np.diff([0.0, *curve.quantiles, end])
        assert mean == pytest.approx(float((steps * [1.0, *curve.probabilities]).sum()), rel=1e-12)
    assert restricted_mean(days, reached, 12.0)[0] == pytest.approx(time_to_event(days, reached).restricted_mean)


@pytest.mark.parametrize("rounded", [False, True])
def test_what_a_world_adds_is_what_leaving_it_out_takes_away(rounded):
    """The influence has mean 0, and agrees with the jackknife but for terms of the next order, 2 in 100 here."""
    days, reached = unevenly_seen(np.random.default_rng(1), 300, rounded)
    mean, influence = restricted_mean(days, reached, 12.0)
    assert influence.mean() == pytest.approx(0.0, abs=1e-12)
    rest = np.arange(300) != np.arange(300)[:, None]
    jackknife = np.array([299.0 * (mean - restricted_mean(days[row], reached[row], 12.0)[0]) for row in rest])
    np.testing.assert_allclose(influence, jackknife, atol=0.02 * jackknife.std())
    assert influence.std() == pytest.approx(jackknife.std(), rel=0.01)


def test_the_standard_error_of_a_restricted_mean_is_its_spread():
    """Over 2,000 samples of 200 worlds, unevenly censored: within 4 standard errors and the bias of order 1/200.

    An sd from 2,000 samples has a relative error of 1.6 %; false alarms 6e-5. The twin takes the days as they
    were seen for values.
    """
    random = np.random.default_rng(1)
    means, ours, careless = np.zeros((3, 2000))
    for row in range(2000):
        days, reached = unevenly_seen(random, 200)
        means[row], influence = restricted_mean(days, reached, 12.0)
        ours[row], careless[row] = influence.std() / math.sqrt(200), days.std() / math.sqrt(200)
    truth = 10.0 * (1.0 - math.exp(-1.2))
    tolerance = 4.0 / math.sqrt(2 * 2000) + 1 / 200
    assert abs(means.mean() - truth) <= 4.0 * means.std() / math.sqrt(2000)
    assert ours.mean() == pytest.approx(means.std(), rel=tolerance)
    assert careless.mean() != pytest.approx(means.std(), rel=tolerance)
