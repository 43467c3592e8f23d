"""What drives an outcome, held against exact indices, SALib and scenarios whose indices are known.

Simulated tests name how often a correct program would fail them; each has a broken twin that it must catch.
"""

import json
import math

import matplotlib.figure
import numpy as np
import pytest
from SALib.analyze import morris, sobol

from simulate import ResultFolder, loads, sensitivity, verify
from simulate.errors import UsageError
from simulate.studies.indices import elementary_effects, morris_points, saltelli_points, sobol_indices, unit_cube

LINE = """
scenario: Line
start: 2022-08-01
horizon: 10 d
parameters:
  a: {value: 0.5, prior: {uniform: {low: 0, high: 1}}, source: judgement}
  b: {value: 0.5, prior: {uniform: {low: 0, high: 1}}, source: judgement}
  idle: {value: 1, range: [0, 2], source: judgement}
  fixed: 1
state: {y: {start: 3*a*fixed + b}, z: {start: a*b}}
shocks: {rain: {dates: [5 d], probability: 0.5}}
outcomes:
  y: {value: y, about: the line}
  z: {value: z}
  wet: {value: y, given: count(rain) > 3}
  path: {trajectory: y}
policies: {doubled: {set: {fixed: 2}}, flat: {set: {a: 0.5}}}
"""


def ishigami(points):
    """Ishigami's function with a = 7, b = 0.1."""
    x = math.pi * (2.0 * points - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0])


def g_function(points):
    """Sobol's g-function."""
    return ((np.abs(4.0 * points - 2.0) + WEIGHTS) / (1.0 + WEIGHTS)).prod(axis=1)


def exact_ishigami():
    """First and total indices: Ishigami and Homma (1990)."""
    parts = 0.5 * (1.0 + 0.1 * math.pi**4 / 5.0) ** 2, 49.0 / 8.0, 0.0
    both = 0.01 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    whole = sum(parts) + both
    return np.array(parts) / whole, np.array([parts[0] + both, parts[1], both]) / whole


def exact_g():
    """First and total indices of the g-function."""
    parts = 1.0 / (3.0 * (1.0 + WEIGHTS) ** 2)
    whole = (1.0 + parts).prod() - 1.0
    return parts / whole, parts * (1.0 + parts).prod() / (1.0 + parts) / whole


def twice(values):
    """Values without noise: both halves the same."""
    return np.column_stack([values, values])


def estimates(intervals):
    return np.array([each.estimate for each in intervals])


def refusal(function, *arguments, **options):
    """The message of the refusal."""
    with pytest.raises(UsageError) as refused:
        function(*arguments, **options)
    return str(refused.value)


@pytest.mark.parametrize(("function", "exact", "size"), [(ishigami, exact_ishigami, 3), (g_function, exact_g, 4)])
def test_indices_are_the_exact_ones(function, exact, size):
    """Within 0.01 at 2^14 points, and inside the intervals."""
    points = saltelli_points(size, 2**14, 1)
    found = sobol_indices(twice(function(points)), size)
    for told, wanted in zip((found.first, found.total), exact(), strict=True):
        np.testing.assert_allclose(estimates(told), wanted, atol=0.01)
        assert all(each.low - 1e-3 <= value <= each.high + 1e-3 for each, value in zip(told, wanted, strict=True))
    assert found.noise == pytest.approx(0.0, abs=1e-9)


def test_indices_are_those_of_salib():
    """Totals to rounding. First orders differ by how values are centred: here by the mean of the independent

    points, there by that of all; corrected for it they are the same to rounding.
    """
    points = saltelli_points(3, 512, 3)
    values = ishigami(points)
    wanted = sobol.analyze(unit_cube(3), values, calc_second_order=False, num_resamples=2, seed=1)
    found = sobol_indices(twice(values), 3)
    np.testing.assert_allclose(estimates(found.total), wanted["ST"], rtol=1e-9, atol=1e-12)
    grid = values.reshape(512, 5)
    ends = grid[:, [0, -1]]
    shift = (values.mean() - ends.mean()) * (grid[:, 1:-1] - grid[:, :1]).mean(axis=0) / ends.var()
    np.testing.assert_allclose(estimates(found.first) - shift, wanted["S1"], rtol=1e-9, atol=1e-9)
    assert np.abs(shift).max() < 0.01


def test_effects_are_those_of_salib():
    points = morris_points(4, 12, 5)
    values = g_function(points)
    wanted = morris.analyze(unit_cube(4), points, values, num_levels=4, num_resamples=2, seed=1)
    found = elementary_effects(points, twice(values))
    for told, name in ((estimates(found.strength), "mu_star"), (found.mean, "mu"), (found.sd, "sigma")):
        np.testing.assert_allclose(told, wanted[name], rtol=1e-9, atol=1e-12)
    assert found.noise == (0.0,) * 4


def test_noise_is_not_read_as_interaction():
    """x + y of 3 with noise as large: totals 1/2, 1/2, 0 on average; 4 standard errors, which fails by 2e-4.

    The broken twin, the same estimator fed the mean of the halves twice, reads noise as interaction.
    """
    found, twins, told = [], [], []
    for seed in range(60):
        points = saltelli_points(3, 128, seed)
        noise = np.random.default_rng(seed).normal(0.0, 0.5, (len(points), 2))
        halves = twice(points[:, 0] + points[:, 1]) + noise
        each = sobol_indices(halves, 3)
        found.append(estimates(each.total))
        told.append(each.noise)
        twins.append(estimates(sobol_indices(twice(halves.mean(axis=1)), 3).total))
    errors = np.std(found, axis=0, ddof=1) / math.sqrt(60)
    assert (np.abs(np.mean(found, axis=0) - [0.5, 0.5, 0.0]) < 4.0 * errors).all()
    assert (np.mean(twins, axis=0) - [0.5, 0.5, 0.0] > 8.0 * errors).all()
    assert np.mean(told) == pytest.approx(0.125 / (0.125 + 1 / 6), abs=0.05)


def test_noise_of_effects_is_what_noise_alone_shows():
    """Halves of nothing but noise: the noise told is the strength, within 10 % over 400 trajectories."""
    points = morris_points(2, 400, 1)
    noise = np.random.default_rng(1).normal(0.0, 1.0, (len(points), 2))
    found = elementary_effects(points, noise)
    np.testing.assert_allclose(found.noise, estimates(found.strength), rtol=0.1)


@pytest.fixture(scope="module")
def scenario():
    return loads(LINE)


@pytest.fixture(scope="module")
def by_sobol(scenario):
    return sensitivity(scenario, ["y", "z"], "sobol", ["doubled", "flat"], points=8, worlds=2)


@pytest.fixture(scope="module")
def by_morris(scenario):
    return sensitivity(scenario, ["y", "z"], policies="flat", points=6, worlds=2)


def test_a_scenario_has_its_known_indices(by_sobol):
    """A line 3 a + b: what the study finds is what the formula gives at its points, near 0.9 and 0.1."""
    points = by_sobol.shares
    wanted = sobol_indices(twice(3.0 * points[:, 0] + points[:, 1]), 3)
    found = by_sobol.indices("y")
    np.testing.assert_allclose(estimates(found.total), estimates(wanted.total), atol=1e-9)
    np.testing.assert_allclose(estimates(found.first), estimates(wanted.first), atol=1e-9)
    np.testing.assert_allclose(estimates(found.total), [0.9, 0.1, 0.0], atol=0.25)
    assert [name for name, _ in by_sobol.drivers("y")] == ["a", "b", "idle"]
    np.testing.assert_allclose(by_sobol.measured.values[0, :, 0], 3.0 * points[:, 0] + points[:, 1])


def test_what_a_policy_changes_is_explained(by_sobol):
    """Doubled: 6 a + b less 3 a + b, all of it a. Flat: 1.5 - 3 a."""
    for policy in ("doubled", "flat"):
        found = by_sobol.indices("y", policy)
        assert found.total[1].estimate == pytest.approx(0.0, abs=1e-12)
        assert found.total[0].estimate > 0.6
    np.testing.assert_allclose(by_sobol.explained("y", "flat")[:, 0], 1.5 - 3.0 * by_sobol.shares[:, 0])


def test_effects_of_a_line_are_its_slopes(by_morris):
    """As a crosses its prior, y moves by 3; points on the edges lie at the 0.5 % and 99.5 % quantiles."""
    found = by_morris.effects("y")
    np.testing.assert_allclose(estimates(found.strength), [3.0, 1.0, 0.0], rtol=0.011)
    np.testing.assert_allclose(found.sd, 0.0, atol=1e-9)
    assert by_morris.effects("y", "flat").mean[0] == pytest.approx(-3.0, rel=0.011)


def test_dead_parameters_are_named(by_morris, by_sobol):
    assert by_morris.dead == ("idle",)
    assert by_sobol.dead == ("idle",)


def test_what_moves_another_outcome_or_none_that_counts_is_not_dead():
    """`odds` moves an event that no outcome asked for reads, and an outcome that is defined nowhere."""
    text = LINE.replace("probability: 0.5", "probability: odds").replace(
        "fixed: 1", "odds: {value: 0.5, range: [0, 1]}"
    )
    scenario = loads(text.replace("*fixed", "").replace("doubled: {set: {fixed: 2}}, ", ""))
    assert sensitivity(scenario, "y", points=4, worlds=10).dead == ("idle",)
    assert sensitivity(scenario, "wet", points=4, worlds=10).dead == ("idle",)
    assert sensitivity(scenario, "wet", "sobol", points=4, worlds=10).dead == ("idle",)


def noisy_counts(points, worlds, seed):
    """Two unit Poisson processes in each world, counted up to the point's two coordinates, times four."""
    random = np.random.default_rng(seed)
    counts = np.zeros((len(points), worlds))
    for world in range(worlds):
        for column in points.T:
            counts[:, world] += np.searchsorted(np.sort(random.uniform(0, 4, random.poisson(4))), 4.0 * column)
    return counts


def test_intervals_of_indices_know_that_points_share_their_worlds():
    """Both indices are 1/2 whatever the noise. At 95 % a correct program has fewer than 32 of 40 with probability 3e-4.

    The twin, which resamples base points alone, covers about every second time.
    """
    covered, twin = 0, 0
    for seed in range(40):
        points = saltelli_points(2, 512, seed)
        counts = noisy_counts(points, 20, seed)
        total = sobol_indices(counts, 2).total[0]
        covered += total.low <= 0.5 <= total.high
        total = sobol_indices(counts.reshape(-1, 10, 2).mean(axis=1), 2).total[0]
        twin += total.low <= 0.5 <= total.high
    assert covered >= 32 > twin


def test_effects_of_noise_alone_have_intervals_that_reach_it():
    """No parameter does anything; what is seen is the same noise at every point, or none: effects of 0."""
    points = morris_points(3, 10, 1)
    noise = np.random.default_rng(1).normal(size=8)
    found = elementary_effects(points, np.tile(noise, (len(points), 1)))
    assert all(each.estimate == each.low == each.high == 0.0 for each in found.strength)


def test_names_choose_parameters(scenario):
    assert sensitivity(scenario, "y", parameters="b", points=2, worlds=2).names == ("b",)
    assert sensitivity(scenario.with_parameters(b=1), "y", points=2, worlds=2).names == ("a", "idle")


def test_json_is_whole_though_something_does_not_vary(scenario, by_morris, by_sobol):
    for found in (by_morris, by_sobol, sensitivity(scenario, ["y"], "sobol", parameters="idle", points=2, worlds=2)):
        plain = json.loads(json.dumps(found.to_json(), allow_nan=False))
        assert plain["method"] == found.method and plain["points"] == len(found.shares)
    told = by_sobol.to_json()["outcomes"]
    assert list(told) == [f"{name}{what}" for name in "yz" for what in ("", *(
        f", {policy} less baseline" for policy in ("doubled", "flat")))]  # fmt: skip
    assert told["y"]["total"]["a"]["estimate"] == by_sobol.indices("y").total[0].estimate


def test_pictures(by_morris, by_sobol):
    for found, policy in ((by_morris, None), (by_morris, "flat"), (by_sobol, None), (by_sobol, "flat")):
        assert isinstance(found.plot("y", policy), matplotlib.figure.Figure)


def test_a_study_is_the_same_on_two_threads_and_from_its_folder(scenario, tmp_path):
    plain = [sensitivity(scenario, points=2, worlds=2, parameters="a").to_json()]
    for workers in (2, 1):
        with ResultFolder(tmp_path / "kept", tell=lambda _: None) as folder:
            options = {"parameters": "a", "workers": workers, "folder": folder}
            plain.append(sensitivity(scenario, points=2, worlds=2, **options).to_json())
    assert plain[0] == plain[1] == plain[2]
    assert verify(tmp_path / "kept", sample=2).faults == ()


def test_wrong_input_gets_whole_messages(scenario, by_morris, by_sobol):
    assert refusal(sensitivity, scenario, ["x"]) == "unknown outcome 'x'; allowed: path, wet, y, z"
    wanted = "'path' is a trajectory; measure a number of it, such as its minimum"
    assert refusal(sensitivity, scenario, ["path"]) == wanted
    assert refusal(sensitivity, scenario, policies=["flt"]) == "unknown policy 'flt'; did you mean 'flat'?"
    assert refusal(sensitivity, scenario, parameters=["idl"]) == "unknown parameter 'idl'; did you mean 'idle'?"
    assert refusal(sensitivity, scenario, method="fast") == "unknown method 'fast'; there are morris and sobol"
    wanted = "20 points: take 2 or more, for Sobol indices a power of two such as 256"
    assert refusal(sensitivity, scenario, method="sobol", points=20) == wanted
    wanted = "120,000 runs: at most 100,000; name the parameters that matter, as `--method morris` finds them, or take"
    assert refusal(sensitivity, scenario, points=30_000) == f"{wanted} fewer points"
    wanted = "1 worlds at each point: take at least 2, to tell noise from effect"
    assert refusal(sensitivity, scenario, worlds=1) == wanted
    wanted = (
        "'wet' has no value at 8 of 8 points, where no world, or none in one half of them, counts; "
        "take more worlds, or an outcome without "
        "`given` or `after`"
    )
    assert refusal(sensitivity(scenario, ["wet"], points=2, worlds=2).drivers, "wet") == wanted
    wanted = "what knowing a parameter is worth takes --method sobol: Morris's points are no sample"
    assert refusal(by_morris.worth, "y", True) == wanted
    wanted = "what knowing a parameter is worth takes policies to choose from; name some with --policy"
    assert refusal(sensitivity(scenario, ["y"], "sobol", points=2, worlds=2).worth, "y", True) == wanted
    for ask in (by_morris.effects, by_sobol.indices, by_sobol.plot, lambda name: by_sobol.worth(name, True)):
        assert refusal(ask, "x") == "unknown outcome 'x'; allowed: y, z"
