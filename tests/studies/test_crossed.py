"""What studies at points of the parameters owe to each other: the same worlds, the same days, honest intervals."""

import math

import numpy as np
import pytest

from simulate import compare, discover, loads, robustness, run, sensitivity, sweep
from simulate.errors import UsageError

FLIP = """
scenario: Flip
start: 2022-08-01
horizon: 100 d
parameters: {k: {value: 0, range: [0, 1], source: judgement}}
state: {z: {start: 0}}
shocks:
  rain: {dates: [5 d], probability: 0.5}
  push: {dates: [6 d], effects: {z: =k}}
  extra: {rate: k/wk}
outcomes:
  plain: {ever: z > 0.5}
  some: {ever: z > 0.5, given: count(rain) > 0}
  turned: {ever: z > 0.5, given: (count(rain) > 0) == (z < 0.5)}
policies: {p: {set: {k: 1}}}
"""
ECHO = """
scenario: Echo
start: 2022-08-01
horizon: 365 d
parameters:
  pace: {value: 10/yr, range: [9/yr, 11/yr], source: judgement}
  echo: 0
shocks:
  rain: {rate: pace}
  answer: {after: {event: rain, delay: 0.01 d}, probability: echo}
outcomes: {rains: {count: rain}, path: {trajectory: count(rain)}}
policies: {talk: {set: {echo: 1}}}
"""
WINDOWS = """
scenario: Windows
start: 2022-08-01
horizon: 365 d
parameters:
  shift: {value: 100 d, range: [50 d, 200 d], source: judgement}
  lead: 0 d
shocks:
  x: {dates: [2022-08-01 + shift - lead]}
  y: {rate: 0/yr}
outcomes: {t: {first: count(y) > 0, after: x}}
policies: {early: {set: {lead: 50 d}}}
"""
COUNTED = """
scenario: Counted
start: 2022-08-01
horizon: 10 d
parameters: {need: {value: -1, prior: {categorical: {-1: 0.5, 0.5: 0.5}}, source: judgement}}
state: {z: {start: 0}}
shocks: {rain: {dates: [5 d], probability: 0.5}}
outcomes: {g: {value: z, given: count(rain) > need}}
policies: {picky: {set: {need: 0.5}}}
"""


def test_a_difference_lies_in_its_interval_though_both_sides_are_the_same_everywhere():
    found = compare(loads(FLIP), worlds=100)
    for name in ("plain", "some", "turned"):
        each = found.differences["p"][name]
        assert each.difference == 1.0 and each.low < each.difference <= each.high + 1e-12
        assert each.low > 0.5
    assert found.differences["p"]["turned"].flips_up == 0


def test_worlds_that_are_capped_under_one_policy_are_left_out_under_all():
    """Echoes fill the limit of events; they bring no rain. A policy judged in other worlds would seem to."""
    scenario = loads(ECHO)
    how = {"worlds": 100, "max_events": 20, "allow_capped": True}
    found = robustness(scenario, "rains", draws=10, **how)
    assert [each.most_regret for each in found.standings] == [0.0, 0.0] and found.to_json()["capped"] > 0
    changed = sensitivity(scenario, ["rains"], policies=["talk"], points=4, **how)
    assert np.abs(changed.explained("rains", "talk")).max() < 1e-9 and changed.measured.left_out > 0
    assert discover(scenario, "rains", "talk", draws=60, worlds=20, max_events=20, allow_capped=True).hits.max() == 0


def test_times_of_all_policies_end_on_one_day():
    """Nothing ever happens; a policy that opens the window earlier gains no day by that."""
    found = robustness(loads(WINDOWS), "t", draws=10, worlds=2)
    assert [each.most_regret for each in found.standings] == [0.0, 0.0]


def test_what_changes_only_which_worlds_count_is_not_dead():
    scenario = loads(COUNTED)
    assert sweep(scenario, {"need": "-1,0.5"}, worlds=50).dead == ()
    assert robustness(scenario, "g", draws=10, worlds=20).idle == ()
    assert sensitivity(scenario, points=8, worlds=10).dead == ()


def test_indices_of_what_does_not_vary_are_none_and_have_no_picture(tmp_path):
    scenario = loads(ECHO.replace("outcomes: {", "outcomes: {never: {ever: count(answer) > 900}, "))
    found = sensitivity(scenario, ["never", "rains"], "sobol", points=16, worlds=40)
    assert found.indices("never").variance == 0.0 and math.isnan(found.indices("never").total[0].estimate)
    with pytest.raises(UsageError, match="does not vary over the priors"):
        found.plot("never")
    assert "nan" not in found._repr_html_() and found.to_json()["outcomes"]["never"]["total"] is None
    assert all(
        abs(each.low) < 50 and abs(each.high) < 50 for each in found.indices("rains").total if each.low == each.low
    )


def test_each_half_has_an_estimate_of_its_own(tmp_path):
    """Two of twenty worlds count; where both lie in one half the other has none, and says so."""
    scenario = loads(COUNTED.replace("probability: 0.5", "probability: 0.08").replace("value: z", "value: need*z"))
    found = robustness(scenario, "g", draws=10, worlds=20).measured
    table = run(scenario.with_parameters(need=0.5), 20).table
    counted = ~table.left_out[:, 0]
    for half in (0, 1):
        there = bool(counted[half::2].any())
        assert np.isnan(found.halves[1, :, 0, half]).all() != there


def test_few_worlds_are_told_and_what_never_happens_has_width():
    found = robustness(loads(FLIP), "plain", ["p"], draws=10, worlds=2)
    assert "2 worlds at each point are few: intervals are too narrow" in found._repr_html_()
    never = loads(FLIP.replace("plain: {ever: z > 0.5}", "plain: {ever: z > 5}"))
    (first, *_) = robustness(never, "plain", ["p"], draws=10, worlds=20).standings
    assert first.expected == first.low == 0.0 and 0.1 < first.high < 0.2


def test_a_dataset_has_every_day_though_windows_move_or_no_world_counts():
    text = ECHO.replace("trajectory: count(rain)", "trajectory: count(rain), from: 2022-08-01 + late")
    text = text.replace("echo: 0", "echo: 0\n  late: 0 d").replace("365 d", "365 d\nsample_every: 10 d")
    scenario = loads(text)
    path = sweep(scenario, {"late": "0 d,20 d"}, worlds=5).dataset["path"]
    assert path.sizes["day"] == 37 and np.isnan(path.values[0, 1, :2]).all()
    assert not np.isnan(path.values[0, 1, 2:]).any()
    capped = sweep(scenario, {"echo": [0.0, 1.0]}, worlds=5, max_events=12, allow_capped=True).table
    assert len(capped) == 2
