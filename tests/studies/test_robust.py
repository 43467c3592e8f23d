"""Policies over draws of the parameters: a table worked out by hand, the study around it, and what knowing is worth."""

import json
import math
from dataclasses import replace

import matplotlib.figure
import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from simulate import ResultFolder, loads, robustness, run
from simulate.errors import UsageError
from simulate.studies.priors import shares
from simulate.studies.robust import standings
from simulate.studies.worth import worth_of_knowing

DIKE = """
scenario: Dike
start: 2022-08-01
horizon: 10 d
parameters:
  surge: {value: 0.5, prior: {uniform: {low: 0, high: 1}}, source: judgement}
  idle: {value: 0.5, range: [0, 1], source: judgement}
  price: 0
  kept: 1
state: {loss: {start: price + kept*surge}}
shocks: {rain: {dates: [5 d], probability: 0.5, effects: {loss: 0.01}}}
outcomes:
  loss: {value: loss, about: what is lost}
  flooded: {at_end: loss > 0.4}
  dry: {value: loss, given: count(rain) > 3}
  path: {trajectory: loss}
policies: {dike: {set: {price: 0.5, kept: 0}}, half: {set: {price: 0.3, kept: 0.5}}}
"""
POLICIES = ("baseline", "dike", "half")


@pytest.fixture(scope="module")
def scenario():
    return loads(DIKE)


@pytest.fixture(scope="module")
def found(scenario):
    return robustness(scenario, "loss", draws=20, worlds=2)


def refusal(function, *arguments, **options):
    """The message of the refusal."""
    with pytest.raises(UsageError) as refused:
        function(*arguments, **options)
    return str(refused.value)


def test_noise_is_what_two_halves_of_the_worlds_differ_by(found):
    """Rain falls alike on every policy, so that no difference is uncertain; then halves made up, 0.2 apart in one."""
    assert found.noise == pytest.approx(0.0, abs=1e-12)
    blocks = np.zeros((2, 4, 1, 2))
    blocks[1, :, 0, 0] = [0.2, -0.2, 0.2, np.nan]
    assert replace(found, measured=replace(found.measured, blocks=blocks)).noise == pytest.approx(0.1)
    assert replace(found, measured=replace(found.measured, blocks=blocks * np.nan)).noise is None


def test_the_table_is_the_one_by_hand():
    """Three policies over 20 draws; the worst tenth is the mean of 2 draws."""
    values = np.array([[*range(20)], [10.0] * 20, [4.0] * 10 + [14.0] * 10], dtype=float)
    by_hand = {
        True: [(9.5, 18.5, 9.0, 0.3), (10.0, 10.0, 10.0, 0.5), (9.0, 14.0, 4.0, 0.3)],
        False: [(9.5, 0.5, 10.0, 0.3), (10.0, 10.0, 9.0, 0.5), (9.0, 4.0, 6.0, 0.25)],
    }
    for least, rows in by_hand.items():
        told = standings(POLICIES, values, np.stack([values, values], axis=-1), least)
        assert [each.policy for each in told] == list(POLICIES)
        assert [(each.expected, each.worst_tenth, each.most_regret, each.best_in) for each in told] == rows


def test_few_draws_have_a_worst_one():
    """Of 10 draws one is a tenth."""
    values = np.array([np.arange(10.0), np.full(10, 9.0)])
    first, second = standings(["a", "b"], values, np.stack([values, values], axis=-1), True)
    assert (first.worst_tenth, first.most_regret, first.best_in) == (9.0, 0.0, 1.0)
    assert (second.expected, second.most_regret, second.best_in) == (9.0, 9.0, 0.1)


def test_every_policy_meets_the_same_draws_and_worlds(scenario, found):
    assert found.measured.policies == POLICIES and found.values.shape == (3, 20)
    surges = found.measured.points[:, 0]
    rained = run(scenario, 2).outcomes["loss"].mean - 0.5
    np.testing.assert_allclose(found.values[0], surges + rained)
    np.testing.assert_allclose(found.values[1], 0.5 + rained)
    np.testing.assert_allclose(found.values[2], 0.3 + 0.5 * surges + rained)


def test_standings_are_by_the_largest_regret(found):
    regrets = [each.most_regret for each in found.standings]
    assert regrets == sorted(regrets)
    assert found.standings[0].policy == "half" and regrets[0] < 0.35
    assert {each.policy: each.best_in for each in found.standings}["half"] == pytest.approx(0.0, abs=0.21)


def test_what_is_wanted_more_of_turns_the_table(scenario, found):
    turned = robustness(scenario, "loss", ["dike", "half"], least=False, draws=20, worlds=2)
    np.testing.assert_array_equal(turned.values, found.values)
    worst = {each.policy: each.worst_tenth for each in turned.standings}
    assert worst["baseline"] == pytest.approx(np.sort(found.values[0])[:2].mean())


def test_knowing_the_surge_is_worth_something(found):
    first, second = found.worth()
    assert (first.name, first.is_clear, second.name, second.is_clear) == ("surge", True, "idle", False)
    assert first.value == pytest.approx(0.125 - 0.0, abs=0.05)


def test_json_has_the_table(found):
    plain = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert {key: plain[key] for key in ("scenario", "outcome", "least", "draws", "worlds", "seed")} == {
        "scenario": "Dike", "outcome": "loss", "least": True, "draws": 20, "worlds": 2, "seed": 1,
    }  # fmt: skip
    assert list(plain["policies"]) == [each.policy for each in found.standings]
    for each in found.standings:
        assert plain["policies"][each.policy] == {
            "expected": each.expected, "low": each.low, "high": each.high, "worst_tenth": each.worst_tenth,
            "most_regret": each.most_regret, "best_in": each.best_in,
        }  # fmt: skip
    assert set(plain["worth"]) == {"surge", "idle"}


def test_what_is_expected_has_an_interval(found):
    """It is as wide as draws and worlds leave it unknown: nothing where neither changes it."""
    told = {each.policy: each for each in found.standings}
    assert told["baseline"].low < told["baseline"].expected < told["baseline"].high
    assert told["dike"].high - told["dike"].low == pytest.approx(0.0, abs=0.011)  # rain alone, in half of the worlds
    # The loss is uniform between 0 and 1 over 20 draws: 1.96 standard errors are 0.127.
    assert 0.09 < 0.5 * (told["baseline"].high - told["baseline"].low) < 0.17


def test_a_picture(found):
    assert isinstance(found.plot(), matplotlib.figure.Figure)


def test_a_study_is_the_same_on_two_threads_and_from_its_folder(scenario, tmp_path):
    plain = []
    for workers in (2, 1):
        with ResultFolder(tmp_path / "kept", tell=lambda _: None) as folder:
            each = robustness(scenario, "loss", ["dike"], draws=10, worlds=2, workers=workers, folder=folder)
            plain.append(each.to_json())
    assert plain[0] == plain[1]


def test_one_policy_may_be_named_alone(scenario):
    assert robustness(scenario, "loss", "dike", draws=10, worlds=2).measured.policies == ("baseline", "dike")


def test_what_counts_nowhere_is_refused(scenario):
    """No draw is left in which it is defined under every policy."""
    with pytest.raises(UsageError, match="'dry'"):
        _ = robustness(scenario, "dry", ["dike"], draws=10, worlds=2).standings


def test_wrong_input_gets_whole_messages(scenario):
    assert refusal(robustness, scenario, "loss", draws=9) == "9 draws: take 10 at least"
    assert refusal(robustness, scenario, "los", draws=10, worlds=2) == "unknown outcome 'los'; did you mean 'loss'?"
    wanted = "unknown policy 'dik'; did you mean 'dike'?"
    assert refusal(robustness, scenario, "loss", ["dik"], draws=10, worlds=2) == wanted
    wanted = "unknown parameter 'surg'; did you mean 'surge'?"
    assert refusal(robustness, scenario, "loss", parameters=["surg"], draws=10) == wanted
    wanted = "'path' is a trajectory; measure a number of it, such as its minimum"
    assert refusal(robustness, scenario, "path", draws=10, worlds=2) == wanted
    wanted = "1 worlds at each point: take at least 2, to tell noise from effect"
    assert refusal(robustness, scenario, "loss", draws=10, worlds=1) == wanted
    bare = loads(DIKE.split("policies:")[0])
    wanted = "the scenario has no policies to compare; write some under `policies`"
    assert refusal(robustness, bare, "loss", draws=10, worlds=2) == wanted


def test_knowing_is_worth_what_is_known_in_closed_form():
    """A sure 0.5 against uniform(0, 1): 1/8. Nothing against normal(mu, s): s phi(mu/s) + mu Phi(mu/s) - max(mu, 0)."""
    points = shares(2, 512, 1)
    gains = np.array([np.full(512, 0.5), points[:, 0]])
    first, second = worth_of_knowing(["x", "idle"], points, gains, False)
    assert (first.name, first.value, first.is_clear) == ("x", pytest.approx(0.125, abs=2e-3), True)
    assert (second.name, second.is_clear) == ("idle", False)
    assert worth_of_knowing(["x", "idle"], points, -gains, True)[0].value == first.value
    for mu, s in ((0.0, 1.0), (0.5, 2.0), (-1.0, 0.7)):
        other = mu + s * ndtri(points[:, 1])
        noise = np.random.default_rng(1).normal(0.0, 0.1, 512)
        found = worth_of_knowing(["idle", "x"], points, np.array([noise, other]), False)[0]
        density = math.exp(-0.5 * (mu / s) ** 2) / math.sqrt(2.0 * math.pi)
        wanted = s * density + mu * ndtr(mu / s) - max(mu, 0.0)
        assert (found.name, found.value) == ("x", pytest.approx(wanted, abs=0.015))


def test_what_tells_nothing_is_seldom_clear():
    """At most 5 %: of 200 repeats a correct program finds more than 21 with probability 5e-4.

    The broken twin, a bound that half of idle parameters exceed, finds more.
    """
    clear = twins = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        points, gains = random.random((40, 1)), random.normal(0.0, 1.0, (2, 40))
        (found,) = worth_of_knowing(["idle"], points, gains, False)
        clear += found.is_clear
        twins += found.value > 0.5 * found.by_chance
    assert clear <= 21 < twins
