"""Chance and doubt kept apart, on a case whose shares are known.

A shock on a date adds a mark normal(m, s), and m is normal(1, t): of the variance over worlds t^2/(t^2 + s^2)
is doubt. Coverage is measured in synthetic worlds of this law put into a result, and at a few seeds in
worlds of the engine. Each test of coverage names how often a correct program would fail it, and has a
broken twin that it must catch.
"""

import dataclasses
import json

import numpy as np
import pytest
from scipy.stats import norm

from simulate import ResultFolder, loads, open_result, run, run_drawn, verify
from simulate.errors import CappedError, UsageError
from simulate.studies.nested import Drawn, variance_shares, without_chance
from simulate.studies.priors import shares
from simulate.studies.run import Result

LINEAR = """
scenario: Linear
start: 2022-08-01
horizon: 10 d
parameters:
  m: {value: 1, prior: {normal: {mean: 1, sd: 2}}}
  idle: {value: 1, range: [0, 2]}
state: {level: {start: 0}}
shocks: {shock: {dates: [5 d], mark: {normal: {mean: m, sd: 1}}, effects: {level: mark}}}
outcomes:
  level: {value: level}
  high: {at_end: level > 1}
  shocked: {first: level > 1}
  path: {trajectory: level}
policies: {same: {}, known: {set: {m: 1}}}
"""
DRAWS, WORLDS, ROUNDS = 50, 200, 200

CLICKS = """
scenario: Clicks
start: 2022-08-01
horizon: 1 yr
parameters: {pace: {value: 2/yr, range: [0.01/yr, 60/yr], source: judgement}}
shocks: {click: {rate: pace}}
outcomes: {clicks: {count: click}}
"""


@pytest.fixture(scope="module")
def scenario():
    return loads(LINEAR)


@pytest.fixture(scope="module")
def drawn(scenario):
    return run_drawn(scenario, 32, 8, parameters=("m",))


@pytest.fixture(scope="module")
def frame(scenario):
    """A result into which synthetic worlds are put."""
    return run_drawn(scenario, WORLDS, DRAWS, parameters=("m",))


def refusal(function, *arguments, **options):
    """The message of the refusal."""
    with pytest.raises(UsageError) as refused:
        function(*arguments, **options)
    return str(refused.value)


def synthetic(frame, t, s, seed, sobol):
    """A result of worlds drawn here: m normal(1, t), by Sobol points or independent, and level normal(m, s)."""
    random = np.random.default_rng(seed)
    points = shares(1, DRAWS, seed)[:, 0] if sobol else random.random(DRAWS)
    m = np.repeat(1.0 + t * norm.ppf(points), frame.sizes)
    values = frame.table.values.copy()
    values[:, 0] = m + s * random.standard_normal(WORLDS)
    return dataclasses.replace(frame, table=dataclasses.replace(frame.table, values=values))


def naive(groups):
    """The broken twin of the share: the variance of the draws' means, chance among it, over that of all worlds."""
    means = np.array([group.mean() for group in groups])
    return means.var(ddof=1) / np.concatenate(groups).var(ddof=1)


@pytest.mark.parametrize("t", [0.5, 2.0])
def test_the_interval_of_the_share_covers_the_exact_value(frame, t):
    """Independent draws: about 92 to 94 % at 50 draws of 4 worlds, as percentile intervals do of so few.

    At 91 % a correct program has fewer than 165 of 200 with probability 5e-5, at 95 % all of 200 with 4e-5.
    The twin, a share that takes the noise of the draws' means for doubt, lies far off.
    """
    exact = t * t / (t * t + 1.0)
    found = [synthetic(frame, t, 1.0, seed, False) for seed in range(ROUNDS)]
    intervals = [each.shares("level") for each in found]
    assert 165 <= sum(each.low <= exact <= each.high for each in intervals) <= 199
    estimates = np.array([each.parameters for each in intervals])
    assert abs(estimates.mean() - exact) < 0.025
    twin = np.mean([naive(each.groups(0)) for each in found])
    assert abs(twin - exact) > 0.9 * (0.25 / (t * t + 1.0)) - 0.01
    assert twin - exact > 2.0 * abs(estimates.mean() - exact)


def test_of_sobol_draws_the_interval_covers_more_often(frame):
    """Such draws are more even than independent ones: at 95 % fewer than 177 of 200 come with probability 7e-5."""
    found = [synthetic(frame, 1.0, 1.0, seed, True).shares("level") for seed in range(ROUNDS)]
    assert sum(each.low <= 0.5 <= each.high for each in found) >= 177


def test_the_interval_of_the_mean_covers_the_exact_value(frame):
    """At 95 % a correct program has fewer than 177, or all, of 200 with probability 1e-4; the plain interval has."""
    found = [synthetic(frame, 1.0, 1.0, seed, False) for seed in range(ROUNDS)]
    covering = [sum(each.low <= 1.0 <= each.high for each in told) for told in (
        [each.outcomes["level"] for each in found],
        [Result.outcomes.func(each)["level"] for each in found],
    )]  # fmt: skip
    assert 177 <= covering[0] <= 199
    assert covering[1] < 170


def test_the_engine_gives_the_known_share(scenario):
    """Of Sobol draws 99 % cover (measured): 4 or fewer of 6 come with probability 2e-3."""
    found = [run_drawn(scenario, 90, 15, seed, parameters=("m",)).shares("level") for seed in range(1, 7)]
    assert sum(each.low <= 0.8 <= each.high for each in found) >= 5
    assert abs(np.mean([each.parameters for each in found]) - 0.8) < 0.1


def test_the_means_of_draws_are_without_chance():
    """Draws differ by sd 0.5, worlds by 2, ten to a draw: plain means have variance 0.65, and the twin shows it.

    Over 400 draws the estimated variance has a standard error of 0.05: 0.05 to 0.45 fails with probability 1e-4.
    """
    random = np.random.default_rng(3)
    truth = random.normal(0.0, 0.5, 400)
    groups = [random.normal(mean, 2.0, (10, 3)) for mean in truth]
    assert all(0.05 < each < 0.45 for each in without_chance(groups).var(axis=0))
    assert all(each > 0.45 for each in np.array([group.mean(axis=0) for group in groups]).var(axis=0))
    alone = [random.normal(0.0, 2.0, (10, 3)) for _ in range(400)]
    assert without_chance(alone).var(axis=0).max() < 0.2


def test_every_draw_has_worlds_of_its_own(scenario, drawn):
    assert list(drawn.table.numbers) == list(range(32)) and list(drawn.sizes) == [4] * 8
    for place, row in enumerate(drawn.draws):
        alone = run(scenario.with_parameters(m=float(row[0])), 32).table
        part = slice(4 * place, 4 * place + 4)
        np.testing.assert_array_equal(drawn.table.values[part], alone.values[part])
        np.testing.assert_array_equal(drawn.table.history[part], alone.history[part])
    assert len(set(drawn.table.values[:, 0])) == 32


def test_worlds_that_do_not_divide_go_to_all_draws(scenario):
    found = run_drawn(scenario, 11, 4)
    assert list(found.sizes) == [2, 3, 3, 3] and len(found.table.numbers) == 11
    assert len(run_drawn(scenario, 60).draws) == 6


def same(one, other):
    """Whether two results are the same to the bit."""
    np.testing.assert_array_equal(one.draws, other.draws)
    for name in ("numbers", "values", "history", "paths", "occupancy"):
        np.testing.assert_array_equal(getattr(one.table, name), getattr(other.table, name))
    assert json.dumps(one.to_json()) == json.dumps(other.to_json())
    return True


def test_a_seed_gives_the_same_draws_on_any_threads(scenario, drawn):
    assert same(drawn, run_drawn(scenario, 32, 8, parameters=("m",)))
    assert same(drawn, run_drawn(scenario, 32, 8, parameters=("m",), workers=2))
    assert not np.array_equal(drawn.draws, run_drawn(scenario, 32, 8, 2, parameters=("m",)).draws)


def test_the_reference_engine_gives_the_same(scenario):
    one, other = (run_drawn(scenario, 6, 3, engine=engine) for engine in ("batch", "reference"))
    np.testing.assert_array_equal(one.table.values, other.table.values)


def stop_after(worlds):
    """Progress that is interrupted after so many worlds."""

    def tell(done, _):
        if done >= worlds:
            raise KeyboardInterrupt

    return tell


def test_a_stopped_run_goes_on_in_its_folder(scenario, drawn, tmp_path):
    said = []
    with pytest.raises(KeyboardInterrupt), ResultFolder(tmp_path / "kept", tell=said.append) as folder:
        run_drawn(scenario, 32, 8, parameters=("m",), folder=folder, progress=stop_after(12))
    with ResultFolder(tmp_path / "kept", tell=said.append) as folder:
        assert same(drawn, run_drawn(scenario, 32, 8, parameters=("m",), folder=folder))
    assert len(said) == 1 and said[0].endswith(" of 32 worlds; going on from there")
    said.clear()
    with ResultFolder(tmp_path / "kept", tell=said.append) as folder:
        assert same(drawn, run_drawn(scenario, 32, 8, parameters=("m",), folder=folder, workers=2))
    assert said == []


def test_a_kept_run_is_verified_and_opened(scenario, tmp_path):
    with ResultFolder(tmp_path / "kept") as folder:
        run_drawn(scenario, 12, 3, folder=folder)
    assert open_result(tmp_path / "kept").series == ["draw_0000", "draw_0001", "draw_0002"]
    verdict = verify(tmp_path / "kept")
    assert (verdict.faults, verdict.worlds) == ((), 12)


def test_all_draws_come_out_of_their_folder_together(scenario, tmp_path):
    chosen = scenario.with_parameters(idle=1.5)
    with ResultFolder(tmp_path / "kept") as folder:
        drawn = run_drawn(chosen, 12, 3, parameters=("m",), folder=folder)
    opened = open_result(tmp_path / "kept")
    again = opened.result()
    assert isinstance(again, Drawn) and same(drawn, again) and list(again.sizes) == [4, 4, 4]
    assert list(again.priors) == ["m"] and again.settings == {"idle": "1.5"}
    assert list(opened.worlds().index) == list(range(12)) == list(opened.trajectories()["world"])
    assert list(opened.worlds("draw_0001").index) == [4, 5, 6, 7] == list(opened.result("draw_0001").worlds.index)


def test_shares_of_what_does_not_vary_are_none_and_known_groups_are_exact():
    assert variance_shares([np.ones(3), np.ones(3)]).parameters is None
    assert variance_shares([np.ones(3)]).parameters is None
    found = variance_shares([np.array([0.0, 2.0]), np.array([4.0, 6.0])])
    assert (found.parameters, found.chance) == (pytest.approx(7 / 9), pytest.approx(2 / 9))


def test_json_tells_the_shares(drawn):
    plain = json.loads(json.dumps(drawn.to_json(), allow_nan=False))
    assert plain["draws"] == 8 and isinstance(drawn, Drawn)
    for name in ("level", "high", "shocked"):
        told = plain["outcomes"][name]["variance"]
        assert told["low"] <= told["parameters"] <= told["high"]
        assert told["parameters"] + told["chance"] == pytest.approx(1.0)
    assert "variance" not in plain["outcomes"]["path"]


def test_the_interval_of_a_count_stays_above_0():
    """A mean of what cannot be below 0 has no interval that is."""
    rare = loads(CLICKS.replace("2/yr", "0.01/yr").replace("60/yr", "0.2/yr"))
    for seed in (1, 2, 3):
        assert run_drawn(rare, 60, 6, seed).outcomes["clicks"].low >= 0.0


def test_worlds_at_the_limit_are_left_out_though_a_draw_has_no_other():
    """What is allowed to be left out may be all worlds of one draw."""
    with pytest.raises(CappedError):
        run_drawn(loads(CLICKS), 60, 10, max_events=20)
    found = run_drawn(loads(CLICKS), 60, 10, max_events=20, allow_capped=True)
    assert 0 < found.table.capped.sum() < 60


def test_wrong_numbers_and_names_get_whole_messages(scenario):
    wanted = "6 draws in 11 worlds: take at least 2 draws, and 2 worlds for each"
    assert refusal(run_drawn, scenario, 11, 6) == wanted
    assert refusal(run_drawn, scenario, 10, 1) == wanted.replace("6 draws in 11", "1 draws in 10")
    assert refusal(run_drawn, scenario, 10, parameters=("n",)).startswith("unknown parameter 'n'")
    assert refusal(run_drawn, scenario, 10, parameters="mm") == "unknown parameter 'mm'; did you mean 'm'?"
    fixed = scenario.with_policy("known")
    assert refusal(run_drawn, fixed, 10, parameters=("m",)) == "parameter 'm' is fixed by --set or a policy"
    assert refusal(run_drawn, scenario, 10, workers=0) == "workers and max_events are at least 1"


def test_an_unknown_outcome_has_no_shares(drawn):
    assert refusal(drawn.shares, "levle") == "unknown outcome 'levle'; did you mean 'level'?"
