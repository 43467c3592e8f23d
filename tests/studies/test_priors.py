"""Priors: quantiles are those of scipy, draws are a Sobol sequence, and what is fixed is not drawn."""

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from simulate import loads
from simulate.errors import UsageError
from simulate.studies.priors import at_shares, draw, priors_of, shares, with_rows

SHARES = (1e-9, 0.001, 0.005, 0.1, 0.37, 0.5, 0.8, 0.995, 0.9999)

MANY = """
scenario: Priors
start: 2022-08-01
horizon: 1 yr
parameters:
  pace: {value: 4/yr, range: [2/yr, 12/yr], source: judgement of two people}
  wait: {value: 60 d, range: [30 d, 6 mo], source: a survey}
  idle: 1
  sign: {value: 1, prior: {categorical: {2: 0.2, -1: 0.5, 1: 0.3}}}
  plain: 2
  weights: {values: {a: 2, b: -4, none: 0}, spread: 0.1, about: what a and b weigh}
  rates: {values: {slow: 1/yr}, spread: 0.5}
  sure: {values: {c: 1}}
shocks: {ruling: {rate: pace}}
outcomes: {rulings: {count: ruling}}
policies: {slow: {set: {pace: 3/yr}}, heavy: {set: {weights.a: 3}}}
"""


@pytest.fixture(scope="module")
def scenario():
    return loads(MANY)


def refusal(function, *arguments):
    """The message of the refusal."""
    with pytest.raises(UsageError) as refused:
        function(*arguments)
    return str(refused.value)


def prior(text):
    """The prior of one parameter, written so."""
    return priors_of(loads(MANY.replace("plain: 2", f"plain: {text}")), ["plain"])["plain"]


@pytest.mark.parametrize(
    ("written", "law"),
    [
        ("uniform: {low: -1, high: 3}", stats.uniform(-1, 4)),
        ("normal: {mean: 2, sd: 0.5}", stats.norm(2, 0.5)),
        ("lognormal: {median: 2, sigma: 0.7}", stats.lognorm(0.7, scale=2)),
        ("exponential: {mean: 3}", stats.expon(scale=3)),
        ("gamma: {mean: 2, sd: 1.5}", stats.gamma((2 / 1.5) ** 2, scale=1.5**2 / 2)),
        ("weibull: {scale: 2, shape: 1.7}", stats.weibull_min(1.7, scale=2)),
        ("beta: {mean: 0.3, sd: 0.2}", stats.beta(0.3 * (0.21 / 0.04 - 1), 0.7 * (0.21 / 0.04 - 1))),
        ("triangular: {low: 1, mode: 2, high: 5}", stats.triang(0.25, 1, 4)),
    ],
)
def test_quantiles_are_those_of_scipy(written, law):
    found = prior(f"{{value: 2, prior: {{{written}}}}}")
    np.testing.assert_allclose([found.quantile(share) for share in SHARES], law.ppf(SHARES), rtol=1e-10, atol=1e-10)


def test_a_range_is_triangular_with_its_mode_at_the_value(scenario):
    found = priors_of(scenario)["wait"]
    assert (found.kind, found.ends, found.value, found.dimension) == ("triangular", (30.0, 182.625), 60.0, 1.0)
    law = stats.triang(30 / 152.625, 30, 152.625)
    np.testing.assert_allclose([found.quantile(share) for share in SHARES], law.ppf(SHARES), rtol=1e-10)


def test_a_spread_is_normal_with_a_relative_sd(scenario):
    found = priors_of(scenario)
    for name, mean, sd in (("weights.a", 2.0, 0.2), ("weights.b", -4.0, 0.4), ("rates.slow", 1 / 365.25, 0.5 / 365.25)):
        wanted = stats.norm(mean, sd).ppf(SHARES)
        np.testing.assert_allclose([found[name].quantile(share) for share in SHARES], wanted, rtol=1e-10)
    assert found["rates.slow"].dimension == -1.0
    np.testing.assert_allclose(found["weights.b"].ends, stats.norm(-4, 0.4).ppf([0.005, 0.995]), rtol=1e-10)


def test_a_categorical_prior_has_its_values_in_order(scenario):
    found = priors_of(scenario)["sign"]
    assert found.rows == ((-1.0, 0.5), (1.0, 0.3), (2.0, 0.2)) and found.ends == (-1.0, 2.0)
    assert [found.quantile(share) for share in (0.0, 0.49, 0.51, 0.79, 0.81, 1.0)] == [-1, -1, 1, 1, 2, 2]
    assert prior("{value: 1, prior: {categorical: {1: 1, 5: 0}}}").ends[1] == 5.0


def test_judgements_are_told_from_sources(scenario):
    found = priors_of(scenario)
    assert [name for name, each in found.items() if not each.is_judgement] == ["wait"]
    assert found["weights.a"].about == "what a and b weigh"


def test_what_has_width_is_drawn_in_the_order_of_the_file(scenario):
    assert list(priors_of(scenario)) == ["pace", "wait", "sign", "weights.a", "weights.b", "rates.slow"]


def test_names_and_groups_choose(scenario):
    assert list(priors_of(scenario, ["weights", "pace"])) == ["weights.a", "weights.b", "pace"]
    assert list(priors_of(scenario, ["weights.b", "weights.b"])) == ["weights.b"]


def test_what_is_fixed_is_not_drawn(scenario):
    assert "pace" not in priors_of(scenario.with_parameters(pace="3/yr"))
    assert "pace" not in priors_of(scenario.with_policy("slow"))
    assert list(priors_of(scenario.with_policy("heavy"), ["weights"])) == ["weights.b"]


def test_wrong_names_get_whole_messages(scenario):
    assert refusal(priors_of, scenario, ["pac"]) == "unknown parameter 'pac'; did you mean 'pace'?"
    assert refusal(priors_of, scenario, ["weight"]) == "unknown parameter 'weight'; did you mean 'weights'?"
    assert refusal(priors_of, scenario, ["plain"]) == "parameter 'plain' has no range, prior or spread"
    assert refusal(priors_of, scenario, ["sure"]) == "parameter 'sure' has no range, prior or spread"
    assert refusal(priors_of, scenario, ["weights.none"]) == "parameter 'weights.none' has no range, prior or spread"
    fixed = scenario.with_policy("slow")
    assert refusal(priors_of, fixed, ["pace"]) == "parameter 'pace' is fixed by --set or a policy"
    fixed = scenario.with_parameters({"weights.a": 1, "weights.b": 1})
    assert refusal(priors_of, fixed, ["weights"]) == "parameter 'weights' is fixed by --set or a policy"


def test_nothing_to_draw_is_said():
    sure = loads(MANY.split("parameters:")[0] + "shocks: {rain: {rate: 1/yr}}\noutcomes: {rains: {count: rain}}\n")
    assert refusal(priors_of, sure) == "no parameter has a range, a prior or a spread: there is nothing to draw"
    assert refusal(shares, 30_000, 2, 1) == "30,000 parameters: a Sobol sequence has at most 21,201"


def test_draws_are_a_scrambled_sobol_sequence_through_the_quantiles(scenario):
    priors = priors_of(scenario)
    points = shares(len(priors), 64, 7)
    values = draw(priors, 64, 7)
    np.testing.assert_array_equal(values, at_shares(priors, points))
    np.testing.assert_array_equal(draw(priors, 100, 7)[:64], values)
    assert not np.array_equal(draw(priors, 64, 8), values)
    assert qmc.discrepancy(points) < 0.3 * qmc.discrepancy(np.random.default_rng(1).random(points.shape))
    assert values[0, 0] == priors["pace"].quantile(points[0, 0])
    for column in range(len(priors)):
        assert (np.bincount((points[:, column] * 64).astype(int)) == 1).all()


def test_rows_become_scenarios_and_policies_keep_what_they_set(scenario):
    rows = np.array([[0.01, 40.0], [0.02, 50.0]])
    free = [each for each, _ in with_rows(scenario, ["pace", "wait"], rows)]
    assert [dict(each.overrides) for each in free] == [{"pace": 0.01, "wait": 40.0}, {"pace": 0.02, "wait": 50.0}]
    bound = [each for each, _ in with_rows(scenario.with_policy("slow"), ["pace", "wait"], rows)]
    assert [each.resolved().values["pace"] for each in bound] == pytest.approx([3 / 365.25] * 2)
    assert [each.resolved().values["wait"] for each in bound] == [40.0, 50.0]
