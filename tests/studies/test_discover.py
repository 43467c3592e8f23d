"""`discover`: a planted region is found, and chance is not reported as one."""

import json

import matplotlib.figure
import numpy as np
import pytest

from simulate import ResultFolder, discover, loads
from simulate.errors import UsageError
from simulate.studies.prim import peel, search
from simulate.studies.priors import draw, priors_of

CORNER = """
scenario: Corner
start: 2022-08-01
horizon: 100 d
parameters:
  pace: {value: 30/yr, prior: {uniform: {low: 10/yr, high: 50/yr}}, source: judgement}
  wait: {value: 30 d, prior: {uniform: {low: 0 d, high: 100 d}}, source: judgement}
  idle: {value: 0.5, range: [0, 1], source: judgement}
  cost: 1
state: {y: {start: 1 if pace > 30/yr and wait < 50 d else 0}, loss: {start: cost*(wait/10 d) - 4}}
mechanisms: {pact: {stages: [in_force, lapsed], start: in_force, transitions: [
  {from: in_force, to: lapsed, after: wait}]}}
shocks: {rain: {dates: [5 d], probability: 0.5}}
outcomes:
  bad: {at_end: y > 0.5}
  y: {value: y}
  loss: {value: loss}
  ended: {first: pact == lapsed}
  wet: {ever: count(rain) > 0, given: count(rain) > 3}
  path: {trajectory: y}
policies: {cheap: {set: {cost: 0}}}
"""


@pytest.fixture(scope="module")
def scenario():
    return loads(CORNER)


@pytest.fixture(scope="module")
def found(scenario):
    """The region of a probability that is 1 in a quarter of the priors, and 0 elsewhere."""
    return discover(scenario, "bad", draws=128, worlds=2)


def refusal(function, *arguments, **options):
    """The message of the refusal."""
    with pytest.raises(UsageError) as refused:
        function(*arguments, **options)
    return str(refused.value)


def inside(points, box):
    """Which points lie in a box, worked out anew."""
    kept = np.ones(len(points), dtype=bool)
    for limit in box.limits:
        kept &= (points[:, limit.parameter] >= limit.low) & (points[:, limit.parameter] <= limit.high)
    return kept


def test_a_planted_box_is_recovered():
    """Of 400 points of 5 parameters, with 3 % of all cases turned over: coverage and density over 0.9."""
    random = np.random.default_rng(1)
    points = random.random((400, 5))
    planted = (points[:, 1] > 0.4) & (points[:, 3] < 0.6)
    hits = np.where(random.random(400) < 0.03, ~planted, planted).astype(float)
    box = search(points, hits).chosen
    assert {limit.parameter for limit in box.limits} == {1, 3}
    assert box.coverage > 0.9 and box.density > 0.9
    low, high = (next(limit for limit in box.limits if limit.parameter == place) for place in (1, 3))
    assert (low.low, high.high) == (pytest.approx(0.4, abs=0.05), pytest.approx(0.6, abs=0.05))
    assert (low.high, high.low) == (np.inf, -np.inf)
    assert all(limit.p_value < 1e-6 for limit in box.limits)


def test_a_box_is_what_it_says():
    """Coverage, density, support and the cases inside are those of its limits, also where some were dropped."""
    dropped = 0
    for seed in range(4):
        random = np.random.default_rng(seed)
        points = random.random((120, 4))
        hits = ((points[:, 0] > 0.6) & (random.random(120) < 0.7)).astype(float)
        found = search(points, hits)
        kept = inside(points, found.chosen)
        best = max(found.path, key=lambda box: 2 * box.coverage * box.density / (box.coverage + box.density))
        dropped += len(best.limits) - len(found.chosen.limits)
        assert found.chosen.support == kept.mean()
        assert found.chosen.coverage == pytest.approx(hits[kept].sum() / hits.sum())
        assert found.chosen.density == pytest.approx(hits[kept].mean())
        np.testing.assert_array_equal(found.inside, kept)
    assert dropped > 0


def test_the_path_leads_from_everything_to_little():
    points = np.random.default_rng(3).random((200, 2))
    path = peel(points, (points[:, 0] > 0.7).astype(float))
    assert (path[0].limits, path[0].coverage, path[0].support) == ((), 1.0, 1.0)
    assert (np.diff([box.support for box in path]) < 0.0).all() and path[-1].support <= 0.05


def test_noise_has_no_region():
    """A box of noise beats 39 shufflings in 1 of 40 repeats: more than 3 of 16 come with probability 5e-4.

    The broken twin, a box that need only be denser than everything, is found nearly always.
    """
    reported = twins = 0
    for seed in range(16):
        random = np.random.default_rng(seed)
        points, hits = random.random((24, 2)), (random.random(24) < 0.3).astype(float)
        found = search(points, hits)
        reported += found.chosen is not None
        twins += max(box.density for box in found.path) > 1.2 * hits.mean()
    assert reported <= 3 < twins


def test_a_scenario_shows_its_region(scenario, found):
    """Worlds do not matter here: a draw is bad or not."""
    points = draw(priors_of(scenario), 128, 1)
    planted = (points[:, 0] > 30 / 365.25) & (points[:, 1] < 50.0)
    np.testing.assert_array_equal(found.measured.points, points)
    np.testing.assert_array_equal(found.hits, planted)
    assert {found.name(limit) for limit in found.box.limits} == {"pace", "wait"}
    assert found.box.coverage > 0.9 and found.box.density > 0.9


def test_limits_are_in_days_in_json(found):
    plain = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert (plain["sought"], plain["draws"], plain["worlds"], plain["seed"]) == ("bad", 128, 2, 1)
    assert plain["share"] == pytest.approx(0.25, abs=0.03)
    limits = plain["box"]["limits"]
    assert limits["pace"]["low"] * 365.25 == pytest.approx(30, abs=2) and limits["pace"]["high"] is None
    assert limits["wait"]["high"] == pytest.approx(50, abs=5) and limits["wait"]["low"] is None
    assert plain["path"][0] == {"coverage": 1.0, "density": plain["share"], "support": 1.0}
    assert isinstance(found.plot(), matplotlib.figure.Figure)


def test_above_and_below_a_number(scenario):
    names = ("wait",)
    late = discover(scenario, "ended", above=60.0, parameters=names, draws=50, worlds=2)
    waits = late.measured.points[:, 0]
    np.testing.assert_array_equal(late.hits, waits > 60.0)
    assert late.sought == "ended above 60" and late.box.limits[0].low == pytest.approx(60, abs=4)
    low = discover(scenario, "loss", below=-2.0, parameters=names, draws=50, worlds=2)
    np.testing.assert_array_equal(low.hits, waits / 10.0 - 4.0 < -2.0)
    assert low.sought == "loss below -2" and low.box.limits[0].high == pytest.approx(20, abs=4)


def test_where_a_policy_loses(scenario):
    """Cheap has a loss of -4 everywhere, so that it brings more where wait is under 0, nowhere, and less elsewhere."""
    nowhere = discover(scenario, "loss", "cheap", parameters=("wait",), draws=50, worlds=2)
    assert (nowhere.hits.sum(), nowhere.box) == (0.0, None)
    assert nowhere.sought == "cheap brings more of loss than the baseline"
    assert isinstance(nowhere.plot(), matplotlib.figure.Figure)
    less = discover(scenario, "loss", "cheap", more_is_worse=False, parameters=("wait",), draws=50, worlds=2)
    assert (less.hits.mean(), less.sought) == (1.0, "cheap brings less of loss than the baseline")


def test_a_search_is_the_same_on_two_threads_and_from_its_folder(scenario, tmp_path):
    found = []
    for workers in (2, 1):
        with ResultFolder(tmp_path / "kept", tell=lambda _: None) as folder:
            options = {"draws": 50, "worlds": 2, "parameters": ("wait",), "workers": workers, "folder": folder}
            found.append(discover(scenario, "bad", **options))
    np.testing.assert_array_equal(found[0].measured.blocks, found[1].measured.blocks)
    np.testing.assert_array_equal(found[0].measured.points, found[1].measured.points)


def test_what_counts_nowhere_is_refused(scenario):
    """A share of no worlds is no number, and none that lies below another."""
    for options in ({}, {"above": 0.5}, {"policy": "cheap"}):
        with pytest.raises(UsageError, match="'wet' has no value at 50 of 50"):
            discover(scenario, "wet", draws=50, worlds=2, parameters=("wait",), **options)


def test_wrong_input_gets_whole_messages(scenario):
    assert refusal(discover, scenario, "bad", draws=49) == "49 draws: a region takes 50 at least to be seen"
    wanted = "look for one thing: above or below a number, or where a policy loses"
    assert refusal(discover, scenario, "bad", "cheap", above=1.0) == wanted
    assert refusal(discover, scenario, "bad", above=0.1, below=1.0) == wanted
    options = {"draws": 50, "worlds": 2, "parameters": ("wait",)}
    wanted = "'y' is no probability: say with --above or --below when it fails"
    assert refusal(discover, scenario, "y", **options) == wanted
    wanted = "'path' is a trajectory; measure a number of it, such as its minimum"
    assert refusal(discover, scenario, "path", **options) == wanted
    assert refusal(discover, scenario, "bd", **options) == "unknown outcome 'bd'; did you mean 'bad'?"
    assert refusal(discover, scenario, "bad", "cheep", **options) == "unknown policy 'cheep'; did you mean 'cheap'?"
    assert refusal(discover, scenario, "bad", parameters=("wat",)) == "unknown parameter 'wat'; did you mean 'wait'?"


def test_the_baseline_does_not_lose_to_itself(scenario):
    with pytest.raises(UsageError):
        discover(scenario, "loss", "baseline", draws=50, worlds=2, parameters=("wait",))
