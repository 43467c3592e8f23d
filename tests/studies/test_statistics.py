"""Our intervals are those of scipy.stats, which is too slow to import in every command."""

import warnings

import numpy as np
import pytest
from scipy import stats

from simulate.studies.statistics import fan, mean, moments, share, time_to_event

RANDOM = np.random.default_rng(7)


@pytest.mark.parametrize("worlds, hits", [(1, 0), (1, 1), (40, 0), (40, 40), (400, 7), (10_000, 5_000)])
def test_shares_have_wilson_intervals(worlds, hits):
    """As `binomtest(..).proportion_ci(method="wilson")`."""
    values = np.zeros(worlds)
    values[:hits] = 1.0
    wanted = stats.binomtest(hits, worlds).proportion_ci(0.95, method="wilson")
    found = share(values)
    np.testing.assert_allclose([found.low, found.high], [wanted.low, wanted.high], rtol=1e-12, atol=1e-15)


def test_means_have_student_intervals():
    """As `t.interval`."""
    values = RANDOM.normal(3.0, 2.0, 37)
    found = mean(values)
    wanted = stats.t.interval(0.95, 36, values.mean(), values.std(ddof=1) / 37**0.5)
    np.testing.assert_allclose([found.low, found.high], wanted, rtol=1e-12)


@pytest.mark.parametrize("share_reached", [0.0, 0.1, 0.7, 1.0])
def test_times_have_the_product_limit_estimate(share_reached):
    """As `ecdf` with censoring, ties included."""
    days = np.round(RANDOM.exponential(100.0, 200))
    reached = RANDOM.random(200) < share_reached
    found = time_to_event(days, reached)
    curve = stats.ecdf(stats.CensoredData(uncensored=days[reached], right=days[~reached])).sf
    np.testing.assert_allclose(found.days, curve.quantiles)
    np.testing.assert_allclose(found.reached, 1.0 - curve.probabilities, atol=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        interval = curve.confidence_interval(0.95, method="log-log")
    known = ~np.isnan(interval.low.probabilities)
    np.testing.assert_allclose(found.highs[known], 1.0 - interval.low.probabilities[known], atol=1e-12)
    np.testing.assert_allclose(found.lows[known], 1.0 - interval.high.probabilities[known], atol=1e-12)


@pytest.mark.parametrize("ends", [[True, True], [False, False], [True, False]])
def test_an_estimate_lies_in_its_interval_though_windows_differ(ends):
    """The third world's window ends early; of the last ones all, none or one reach it."""
    found = time_to_event(
        np.array([1.0, 2.0, 3.0, 4.0, 5.0, 5.0]), np.array([*[any(ends)] * 2, False, any(ends), *ends])
    )
    assert found.low <= found.probability <= found.high and found.low < found.high
    if all(ends):
        assert (found.low, found.high) == (pytest.approx(0.5655, abs=1e-4), 1.0)  # Wilson's of 5 in 5


def test_moments_of_blocks_are_those_of_all():
    """Blocks joined one after the other, some values left out, give what `fan` finds in all paths at once."""
    paths = RANDOM.normal(5.0, 2.0, (230, 4))
    paths[RANDOM.random(paths.shape) < 0.2] = np.nan
    joined = moments(paths[:50])
    for begin in range(50, 230, 50):
        joined = joined.joined(moments(paths[begin : begin + 50]))
    whole = fan(np.arange(4.0), paths)
    parts = fan(np.arange(4.0), paths[:100], joined)
    np.testing.assert_allclose(whole.mean, np.nanmean(paths, axis=0), rtol=1e-12)
    np.testing.assert_allclose(whole.sd, np.nanstd(paths, axis=0, ddof=1), rtol=1e-12)
    np.testing.assert_allclose([parts.mean, parts.sd], [whole.mean, whole.sd], rtol=1e-12)
