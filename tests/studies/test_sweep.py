"""`sweep`: every point is the run that one would make by hand, in the same worlds, to the bit."""

import dataclasses
import json

import matplotlib.figure
import numpy as np
import pytest

from simulate import ResultFolder, loads, open_result, run, sweep, verify
from simulate.errors import UsageError
from simulate.studies.compare import altered
from simulate.studies.statistics import Fan

TIMED = """
scenario: Timed
start: 2022-08-01
horizon: 2 yr
sample_every: 100 d
parameters: {shift: 0 d, pace: 6/yr, push: 0.5, idle: 1, weights: {values: {a: 1}, spread: 0.1}}
state: {trust: {start: 0.2, bounds: [0, 1]}, noise: {start: 0}}
mechanisms:
  pact: {stages: [in_force, notice, lapsed], start: in_force, transitions: [
    {from: notice, to: lapsed, after: 90 d}, {from: in_force, to: notice, on: ruling, probability: 0.2}]}
shocks:
  summit: {dates: [2022-09-01 + shift], effects: {trust: push}}
  ruling: {rate: pace*(1 - trust), effects: {noise: weights.a}}
outcomes:
  ends: {ever: pact == lapsed}
  ended: {first: pact == lapsed}
  rulings: {count: ruling, about: how many rulings}
  mean_trust: {mean: trust}
  noise: {value: noise}
  path: {trajectory: trust}
policies:
  calm: {set: {pace: 1/yr}}
  noticed: {initial: {pact: notice}}
"""
SURE = """
scenario: Sure
start: 2022-08-01
horizon: 1 yr
parameters: {pace: 40/yr, unread: 1}
shocks: {ruling: {rate: pace}}
outcomes: {ruled: {ever: count(ruling) > 0}}
"""
NUMBERS = 25


@pytest.fixture(scope="module")
def scenario():
    return loads(TIMED)


@pytest.fixture(scope="module")
def grid(scenario):
    """Two axes under two policies."""
    return sweep(scenario, {"push": [0.0, 0.7], "pact": "in_force, notice, lapsed"}, ["baseline", "calm"], NUMBERS)


def refusal(function, *arguments, **options):
    """The message of the refusal."""
    with pytest.raises(UsageError) as refused:
        function(*arguments, **options)
    return str(refused.value)


def same(found, wanted):
    """Whether two summaries are the same to the bit."""
    for field in dataclasses.fields(wanted):
        np.testing.assert_equal(getattr(found, field.name), getattr(wanted, field.name))
    return type(found) is type(wanted)


def is_run(point, scenario, base):
    """Whether a point is the run of a scenario in the same worlds."""
    alone = run(scenario, NUMBERS)
    assert point.altered == altered(base.table, alone.table)
    for name in ("rulings", "mean_trust"):
        assert point.differences[name].difference == pytest.approx(
            alone.outcomes[name].mean - base.outcomes[name].mean, abs=1e-12
        )
    return all(same(point.outcomes[name], each) for name, each in alone.outcomes.items())


def test_every_point_is_the_run_of_its_scenario(scenario, grid):
    for policy, points in grid.points.items():
        under = scenario.with_policy(policy)
        assert same(grid.bases[policy].outcomes["rulings"], run(under, NUMBERS).outcomes["rulings"])
        assert [dict(point.at) for point in points] == [
            {"push": push, "pact": pact} for push in ("0.0", "0.7") for pact in ("in_force", "notice", "lapsed")
        ]
        for point in points:
            moved = under.with_parameters(push=float(point.at["push"])).with_initial({"pact": point.at["pact"]})
            assert is_run(point, moved, grid.bases[policy])


def test_dates_move_with_what_shifts_them(scenario):
    found = sweep(scenario, {"shift": "0:18mo:7"}, worlds=NUMBERS)
    np.testing.assert_allclose(found.axes[0].values, np.arange(7) * 3 * 365.25 / 12)
    assert (found.axes[0].unit.name, found.dead) == ("mo", ())
    for point, days in zip(found.points["baseline"], found.axes[0].values, strict=True):
        assert is_run(point, scenario.with_parameters(shift=days), found.bases["baseline"])
        assert is_run(point, loads(TIMED.replace("shift: 0 d", f"shift: {days!r} d")), found.bases["baseline"])
    trust = found.dataset["mean_trust"].values[0]
    assert (np.diff(trust) <= 0.0).all() and trust[0] - trust[-1] == pytest.approx(0.3125)


def test_start_values_are_varied(scenario):
    found = sweep(scenario, {"trust": [0, 0.3, 1]}, worlds=NUMBERS)
    for point, start in zip(found.points["baseline"], (0.0, 0.3, 1.0), strict=True):
        assert is_run(point, scenario.with_initial({"trust": start}), found.bases["baseline"])


def test_a_start_that_a_policy_gives_is_varied_too(scenario):
    found = sweep(scenario, {"pact": "in_force,lapsed"}, "noticed", NUMBERS)
    assert [point.outcomes["ends"].mean for point in found.points["noticed"]][1] == 1.0
    assert is_run(found.points["noticed"][0], scenario.with_initial({"pact": "in_force"}), found.bases["noticed"])


def test_axes_in_units_are_those_of_with_parameters(scenario):
    text = sweep(scenario, {"pace": "2/yr, 1/mo", "shift": "1 wk, 6 mo"}, worlds=2)
    days = [scenario.with_parameters(pace=each).overrides["pace"] for each in ("2/yr", "1/mo")]
    assert (text.axes[0].values, text.axes[1].values) == (tuple(days), (7.0, 182.625))
    np.testing.assert_allclose(text.axes[0].told, [2, 12])
    assert sweep(scenario, {"pace": days}, worlds=2).axes[0].values == tuple(days)


def test_a_range_is_told_in_the_unit_of_its_end(scenario):
    (axis,) = sweep(scenario, {"shift": "0 d:6 mo:3"}, worlds=2).axes
    assert (axis.unit.name, axis.told) == ("mo", (0.0, 3.0, 6.0))


def test_dead_axes_are_named(scenario):
    assert sweep(scenario, {"idle": "0:1:2", "push": [0.0, 0.7]}, worlds=NUMBERS).dead == ("idle",)
    assert sweep(scenario, {"weights.a": [1, 2]}, worlds=NUMBERS).dead == ()
    assert sweep(loads(SURE), {"unread": [1, 2]}, worlds=10).dead == ("unread",)


def test_an_axis_that_changes_events_is_alive_though_no_outcome_moves():
    """Both points rule in every world, at other times; only a world's history tells."""
    assert sweep(loads(SURE), {"pace": "50/yr, 60/yr"}, worlds=10).dead == ()


def test_the_dataset_has_dimensions_coordinates_and_attributes(grid):
    dataset = grid.dataset
    assert dataset["rulings"].dims == ("policy", "push", "pact")
    assert dataset["path"].dims == ("policy", "push", "pact", "day")
    assert list(dataset["policy"].values) == ["baseline", "calm"] and list(dataset["push"].values) == [0.0, 0.7]
    assert list(dataset["pact"].values) == ["in_force", "notice", "lapsed"]
    told = {"about": "how many rulings", "kind": "count", "expression": "ruling", "units": "1"}
    assert dataset["rulings"].attrs == told
    assert dataset["ended"].attrs["units"] == "1" and dataset["ended_difference"].attrs["units"] == "d"
    assert dataset["push"].attrs == {"units": "1"} and dataset["day"].attrs["units"].startswith("days since ")
    assert dataset.attrs == {"scenario": "Timed", "worlds": NUMBERS, "seed": 1, "confidence": 0.95}
    ends = {"", "_low", "_high", "_difference", "_difference_low", "_difference_high"}
    assert {f"rulings{end}" for end in ends} <= set(dataset.data_vars)
    point = grid.points["calm"][4]
    at = dataset.sel(policy="calm", push=0.7, pact="notice")
    assert float(at["ended"]) == point.outcomes["ended"].probability
    assert float(at["rulings_high"]) == point.outcomes["rulings"].high
    assert float(at["rulings_difference_low"]) == point.differences["rulings"].low
    np.testing.assert_array_equal(at["path"].values, point.outcomes["path"].mean)
    assert isinstance(point.outcomes["path"], Fan) and list(at["day"].values) == list(point.outcomes["path"].days)


def test_a_rate_and_a_duration_have_units(scenario):
    dataset = sweep(scenario, {"pace": "2/yr, 4/yr", "shift": "0:1 mo:2"}, worlds=2).dataset
    assert (dataset["pace"].attrs["units"], dataset["shift"].attrs["units"]) == ("1/d", "d")


def test_a_variable_and_an_outcome_may_share_a_name(scenario):
    dataset = sweep(scenario, {"noise": [0, 5]}, worlds=5).dataset
    assert dataset["noise"].shape == (1, 2)


def test_names_that_clash_are_marked_and_nothing_is_lost():
    """An outcome is called like another's difference, one like a dimension, and an axis like an interval's end."""
    more = "outcomes: {ones: {value: 1}, policy: {value: 3}, ones_difference: {value: 99}, "
    text = SURE.replace("unread:", "ones_low:").replace("outcomes: {", more)
    dataset = sweep(loads(text), {"ones_low": [1, 2]}, worlds=4).dataset
    assert dataset["ones"].dims == ("policy", "ones_low") and list(dataset["ones_low"].values) == [1, 2]
    assert float(dataset["ones_difference"][0, 0]) == 99 and float(dataset["ones_difference_"][0, 0]) == 0
    assert float(dataset["policy_"][0, 0]) == 3 and float(dataset["ones_low_"][0, 0]) == 1


def test_pictures_of_one_and_two_axes(scenario, grid):
    one = sweep(scenario, {"push": [0, 0.5]}, ["baseline", "calm"], 5)
    for found in (one, grid):
        for outcome in ("rulings", "ends", "ended"):
            assert isinstance(found.plot(outcome), matplotlib.figure.Figure)
    assert refusal(grid.plot, "ruling") == "unknown outcome 'ruling'; did you mean 'rulings'?"
    wanted = "'path' is a trajectory; plot one point of the sweep with `simulate run`"
    assert refusal(grid.plot, "path") == wanted
    three = sweep(scenario, {"push": [0, 1], "idle": [0, 1], "pact": "notice,lapsed"}, worlds=2)
    assert refusal(three.plot, "ends") == "a sweep over 3 things has no picture; its table holds every point"


def test_json_has_every_point(grid):
    plain = json.loads(json.dumps(grid.to_json(), allow_nan=False))
    assert plain["axes"] == {"push": [0.0, 0.7], "pact": ["in_force", "notice", "lapsed"]}
    assert (plain["worlds"], plain["dead"], list(plain["policies"])) == (NUMBERS, [], ["baseline", "calm"])
    assert [point["at"] for point in plain["policies"]["calm"]] == [dict(each.at) for each in grid.points["calm"]]
    told = plain["policies"]["calm"][4]["outcomes"]["rulings"]
    assert told["mean"] == grid.points["calm"][4].outcomes["rulings"].mean
    assert told["from_base"]["difference"] == grid.points["calm"][4].differences["rulings"].difference


def test_worlds_at_the_limit_are_left_out_of_their_own_point():
    """A point knows its own worlds at the limit; no number left out is that of another point."""
    found = sweep(loads(SURE), {"pace": "1/yr:40/yr:3"}, worlds=20, max_events=40, allow_capped=True)
    told = [point["outcomes"]["ruled"] for point in found.to_json()["policies"]["baseline"]]
    assert told[0]["worlds"] == 20 and told[2]["worlds"] < 20
    assert [each["left_out"] for each in told] == [0, 0, 0]


def test_a_sweep_goes_on_in_its_folder_on_any_threads(scenario, tmp_path):
    def stop(done, _):
        if done >= 30:
            raise KeyboardInterrupt

    vary = {"push": [0, 0.4, 0.8]}
    whole = json.dumps(sweep(scenario, vary, worlds=NUMBERS, workers=2).to_json())
    said = []
    with pytest.raises(KeyboardInterrupt), ResultFolder(tmp_path / "kept", tell=said.append) as folder:
        sweep(scenario, vary, worlds=NUMBERS, folder=folder, progress=stop)
    with ResultFolder(tmp_path / "kept", tell=said.append) as folder:
        assert json.dumps(sweep(scenario, vary, worlds=NUMBERS, folder=folder).to_json()) == whole
    assert len(said) == 1 and said[0].endswith(" of 100 worlds; going on from there")
    assert open_result(tmp_path / "kept").series == ["baseline.base", *(f"baseline.0000{place}" for place in range(3))]
    assert verify(tmp_path / "kept").faults == ()


def test_another_sweep_replaces_one_by_force(scenario, tmp_path):
    """The base is the same model in both, the points are not."""
    for vary in ([0, 0.4], [0.1, 0.4]):
        with ResultFolder(tmp_path / "kept", force=True, tell=lambda _: None) as folder:
            found = sweep(scenario, {"push": vary}, worlds=5, folder=folder)
    assert found.axes[0].values == (0.1, 0.4)
    assert verify(tmp_path / "kept").faults == ()


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ({}, "nothing to vary: give --vary NAME=low:high:steps"),
        ({"pus": "0:1:2"}, "cannot vary 'pus'; did you mean 'push'?"),
        ({"push": "1"}, "--vary push: give low:high:steps, or two values or more behind commas"),
        ({"push": "0,,1"}, "--vary push: give low:high:steps, or two values or more behind commas"),
        ({"push": "0:1:x"}, "--vary push=0:1:x: steps must be a whole number from 2, got 'x'"),
        ({"push": "0:1:1"}, "--vary push=0:1:1: steps must be a whole number from 2, got '1'"),
        ({"shift": "0:9:3"}, "shift=9: must be a time, got a pure number; write a unit, such as 60 d"),
        ({"pact": "0:1:3"}, "--vary pact=0:1:3: stages stand behind commas, as in in_force,notice,lapsed"),
        ({"pact": "in_force,lapse"}, "'pact' has no stage 'lapse'; did you mean 'lapsed'?"),
        ({"trust": "low,1"}, "--vary trust: start values of a state variable are finite numbers, got 'low'"),
        ({"push": "0:1:200", "idle": "0:1:200"}, "40,000 points: at most 10,000 at once"),
        ({"push": 1}, "--vary push: give low:high:steps, or two values or more behind commas"),
    ],
)
def test_wrong_axes_get_whole_messages(scenario, vary, message):
    assert refusal(sweep, scenario, vary, worlds=2) == message


def test_what_is_fixed_is_not_varied(scenario):
    wanted = "cannot vary 'pace': {} gives it a value"
    assert refusal(sweep, scenario, {"pace": "1/yr,2/yr"}, ["baseline", "calm"], 2) == wanted.format("policy calm")
    assert refusal(sweep, scenario.with_parameters(pace="3/yr"), {"pace": "1/yr,2/yr"}, worlds=2) == wanted.format(
        "--set"
    )
    assert refusal(sweep, scenario, {"push": "0,1"}, ["clam"], 2) == "unknown policy 'clam'; did you mean 'calm'?"
    wanted = "'trust' cannot start at 7: give a finite number, between 0 and 1"
    assert refusal(sweep, scenario, {"trust": [0, 7]}, worlds=2) == wanted


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ({"pace": "2/yr,3/yr,2/yr"}, "--vary pace: 2/yr is given twice; every value stands once"),
        ({"push": "0:0:3"}, "--vary push: 0.0 is given twice; every value stands once"),
        ({"pact": "lapsed,lapsed"}, "--vary pact: lapsed is given twice; every value stands once"),
        ({"trust": "nan,1"}, "--vary trust: start values of a state variable are finite numbers, got 'nan'"),
        ({"push": "-1.7e308:1.7e308:3"}, "--vary push=-1.7e308:1.7e308:3: -1.7e308 and 1.7e308 lie too far apart"),
    ],
)
def test_hostile_values_get_whole_messages(scenario, vary, message):
    assert refusal(sweep, scenario, vary, worlds=2) == message


def test_an_axis_that_lies_elsewhere_than_the_base_is_not_dead(scenario):
    """Both points shift the dates beyond the horizon and are alike, but not like the base."""
    found = sweep(scenario, {"shift": "90 yr, 91 yr"}, worlds=20)
    assert found.points["baseline"][0].history == found.points["baseline"][1].history
    assert (found.dead, found.unread) == ((), ())


def test_what_the_model_does_not_read_is_told_apart():
    found = sweep(loads(SURE), {"unread": [1, 2]}, worlds=10)
    assert (found.dead, found.unread) == (("unread",), ("unread",))
