"""`compare` and `rank`: what cannot change stays 0 to the bit, and what is known in closed form is covered.

Simulated tests name how often a correct program would fail them; each has a broken twin that it must catch.
Every seed is 1, chosen before the first run.
"""

import dataclasses
import json
import math

import numpy as np
import pytest
from scipy import stats

from simulate import compare, loads, run, trace
from simulate.compile import compile_scenario
from simulate.errors import CappedError, UsageError
from simulate.studies.paired import PathDifference, difference
from simulate.studies.ranking import rank, rank_json, readings
from simulate.studies.statistics import mean
from simulate.studies.worlds import run_worlds

EVERY_KIND = """
scenario: Every kind
start: 2022-08-01
horizon: 2 yr
sample_every: 30 d
parameters: {pace: 2/yr, anger: 1.5/yr, begin: 0.5, weight: 1, unread: 1}
state:
  held: {start: begin}
  trust: {start: 0.6, rest: 0.6, half_life: 60 d, bounds: [0, 1]}
mechanisms:
  pact:
    stages: [in_force, notice, lapsed]
    start: in_force
    transitions: [{from: in_force, to: notice, on: protest}, {from: notice, to: lapsed, after: 200 d}]
shocks:
  ruling: {rate: pace, mark: {exponential: {mean: 1}}, effects: {held: 0.1*mark, trust: -0.3}}
  protest: {rate: anger, probability: 0.8}
outcomes:
  lapses: {ever: pact == lapsed}
  lasts: {never: pact == lapsed}
  ends_held: {at_end: held > 0.8}
  lapses_if_ruled: {ever: pact == lapsed, given: count(ruling) > 2}
  in_force: {share_of_time: pact == in_force}
  notice_at: {first: pact == notice}
  mended: {recovery: {of: trust, after: ruling, to: 0.9}}
  rulings: {count: ruling}
  often_ruled: {count: ruling, at_least: 4}
  held: {value: weight*held}
  average: {mean: trust}
  worst: {minimum: trust}
  peak: {maximum: held}
  drift: {change: held}
  path: {trajectory: held + trust}
policies:
  empty: {}
  own_value: {set: {pace: 2/yr}}
  own_start: {initial: {pact: in_force, held: 0.5}}
  nobody_reads: {set: {unread: 2}}
  reweighed: {set: {weight: 2}}
  slow: {set: {pace: 1/yr}}
  slow_by_name: {include: [slow]}
  high: {set: {begin: 0.7}}
  high_at_once: {initial: {held: 0.7}}
  calm: {set: {anger: 0/yr}}
  nobody_protests: {without: [protest]}
  slow_and_calm: {include: [slow, calm]}
"""

POISSON = """
scenario: Counts
start: 2022-08-01
horizon: 1 yr
parameters: {pace: 2/yr}
shocks: {ruling: {rate: pace}}
outcomes:
  rulings: {count: ruling}
  ruled: {ever: count(ruling) > 0}
  ruled_again: {ever: count(ruling) > 1, given: count(ruling) > 0}
  quiet: {share_of_time: count(ruling) == 0}
  first: {first: count(ruling) > 0}
policies: {slow: {set: {pace: 1/yr}}}
"""

THINNED = """
scenario: Thinned
start: 2022-08-01
horizon: 300 d
parameters: {scale: 1}
state: {unrest: {start: 0.5, rest: 0.2, half_life: 40 d, bounds: [0, 1]}}
calendar: {window: {first: 2022-08-20, every: 2 mo, lasts: 20 d}}
shocks:
  outside: {rate: 0.03/d, effects: {unrest: 0.3}}
  point: {rate: scale*(0.02/d + 0.05/d*unrest)*(2 if window else 1), mark: {exponential: {mean: 1}}}
outcomes: {points: {count: point}}
policies: {fewer: {set: {scale: 0.6}}, more: {set: {scale: 1.7}}}
"""

FLOOD = """
scenario: Flood
start: 2022-08-01
horizon: 10 d
sample_every: 1 d
parameters: {price: 0, damage: 4}
state: {loss: {start: price}}
shocks:
  flood: {dates: [5 d], probability: 0.5, effects: {loss: damage}}
  summer: {dates: [2 d], probability: 0.3}
outcomes:
  loss: {value: loss}
  flooded: {first: count(flood) > 0}
  summer_loss: {value: loss, given: count(summer) > 0}
  heat_loss: {value: loss, given: count(summer) > 9}
  path: {trajectory: loss}
policies:
  nothing: {}
  dam: {set: {price: 1, damage: 0}}
  sandbags: {set: {price: 0.5, damage: 1}}
"""

CAPPED = """
scenario: Capped
start: 2022-08-01
horizon: 1 yr
sample_every: 30 d
parameters: {side: 1, pace: 4/yr}
state: {coin: {start: 2}}
shocks:
  toss: {dates: [1 d], mark: {categorical: {0: 0.5, 1: 0.5}}, effects: {coin: =mark}}
  quarrel: {rate: 400/d if coin == side else pace}
outcomes:
  some: {ever: count(quarrel) > 0}
  quarrels: {count: quarrel}
  first: {first: count(quarrel) > 0}
  path: {trajectory: count(quarrel)}
policies:
  milder: {set: {pace: 1/yr}}
  turned: {set: {side: 0}}
"""


def same_bits(ours, theirs):
    """Whether two results measured the same in every world."""
    columns = ("values", "reached", "left_out", "paths", "occupancy", "refused", "events", "history", "capped")
    return all(
        np.array_equal(getattr(ours.table, name), getattr(theirs.table, name), equal_nan=name in ("values", "paths"))
        for name in columns
    )


@pytest.fixture(scope="module")
def scenario():
    return loads(EVERY_KIND)


@pytest.fixture(scope="module")
def found(scenario):
    return compare(scenario, worlds=300)


@pytest.mark.parametrize("policy", ["empty", "own_value", "own_start", "nobody_reads"])
def test_a_policy_that_changes_nothing_differs_by_exactly_nothing(found, policy):
    """Every kind of outcome: 0, an interval without width, no flips; and it is said to have no effect."""
    assert found.altered(policy) == 0
    assert found.has_no_effect(policy) is True
    assert same_bits(found.base, found.others[policy])
    for name, each in found.differences[policy].items():
        if isinstance(each, PathDifference):
            assert not each.mean.any() and not each.low.any() and not each.high.any()
            assert not any(values.any() for values in each.quantiles.values())
            np.testing.assert_array_equal(each.base, each.other)
            continue
        assert each.difference == each.low == each.high == 0.0, name
        assert (each.base, each.flips_up, each.flips_down) == (each.other, 0, 0), name
        assert each.variance_ratio is None, name
        assert each.mcnemar_p in (None, 1.0), name


def test_a_policy_that_changes_only_how_worlds_are_measured_is_not_without_effect(found):
    """No event differs, but readings do: exactly doubled, and known no better than they vary."""
    assert found.altered("reweighed") == 0
    assert found.has_no_effect("reweighed") is False
    each = found.differences["reweighed"]["held"]
    assert each.difference == pytest.approx(each.base)
    assert each.low < each.difference < each.high
    assert found.differences["reweighed"]["peak"].high == 0.0


@pytest.mark.parametrize(
    "policy, twin",
    [("slow", "slow_by_name"), ("high", "high_at_once"), ("calm", "nobody_protests")],
)
def test_two_ways_to_say_the_same_give_the_same_bits(found, policy, twin):
    """`set` or `include`; a start parameter or `initial`; a rate of 0 or `without`."""
    assert same_bits(found.others[policy], found.others[twin])
    assert not same_bits(found.base, found.others[twin])
    for name, each in found.differences[policy].items():
        if name != "path":
            assert each == found.differences[twin][name]


def test_policies_may_be_merged_by_name(scenario, found):
    """`a+b`, with or without spaces, is what a policy that includes both is; named twice they are compared once."""
    merged = compare(scenario, ["slow+calm", "slow + calm", "slow+calm"], 300)
    assert list(merged.others) == ["slow+calm", "slow + calm"]
    for each in merged.others.values():
        assert same_bits(each, found.others["slow_and_calm"])


def test_one_policy_may_be_named_alone(scenario, found):
    """Without a list around it."""
    alone = compare(scenario, "slow", 300)
    assert list(alone.others) == ["slow"]
    assert alone.differences["slow"]["held"] == found.differences["slow"]["held"]


def test_both_engines_compare_alike(scenario):
    """Value for value, but for the engine's name."""
    plain = [compare(scenario, ["slow", "calm"], 30, engine=engine).to_json() for engine in ("batch", "reference")]
    assert [each.pop("engine") for each in plain] == ["batch", "reference"]
    assert plain[0] == plain[1]


def test_each_side_is_what_run_says_of_it(scenario, found):
    """The baseline and each policy are results like any other; estimates of both sides are those of `run`."""
    for policy in ("slow", "calm"):
        alone = run(scenario.with_policy(policy), 300)
        assert same_bits(alone, found.others[policy])
        for name, each in found.differences[policy].items():
            for result, estimate in ((found.base, each.base), (alone, each.other)):
                summary = result.outcomes[name]
                if name in ("notice_at", "mended"):
                    # Where windows end unevenly, both sides are restricted to the longer one.
                    assert name == "mended" or estimate == pytest.approx(summary.restricted_mean)
                elif name == "path":
                    np.testing.assert_allclose(estimate, summary.mean)
                else:
                    assert estimate == pytest.approx(summary.mean)


def test_flips_are_counts_of_worlds(found):
    """Those in which the value rises or falls; for times, those reached that were not, and the other way round."""
    base, calm = found.base.worlds, found.others["calm"].worlds
    for name, column in (("lapses", "lapses"), ("rulings", "rulings"), ("notice_at", "notice_at_reached")):
        each = found.differences["calm"][name]
        assert each.flips_up == (calm[column] > base[column]).sum()
        assert each.flips_down == (calm[column] < base[column]).sum()
    assert found.differences["calm"]["lapses"].flips_down > 50


def test_conditional_values_are_compared_each_under_its_own_condition(found):
    """`given`: the difference is that of the two conditional means; flips count worlds that meet it on both sides."""
    base, slow = found.base.worlds["lapses_if_ruled"], found.others["slow"].worlds["lapses_if_ruled"]
    assert base.isna().sum() < slow.isna().sum()
    each = found.differences["slow"]["lapses_if_ruled"]
    assert (each.base, each.other) == pytest.approx((base.mean(), slow.mean()))
    assert each.difference == pytest.approx(slow.mean() - base.mean())
    assert each.flips_up == each.flips_down == 0
    assert each.low < each.difference < each.high


def test_times_are_compared_up_to_the_end_of_the_longer_window():
    """A window of 165 d against one of 355 d, each to the first protest: the shorter curve is level from its end on."""
    scenario = loads("""
scenario: Windows
start: 2022-08-01
horizon: 365 d
parameters: {wait: 190 d}
shocks: {ruling: {dates: [10 d + wait]}, protest: {rate: 1.5/yr}}
outcomes: {protest_at: {first: "recent(protest, 1 d)", after: ruling}}
policies: {early: {set: {wait: 0 d}}}
""")
    found = compare(scenario, ["early"], 200)
    each = found.differences["early"]["protest_at"]
    base, early = found.base.worlds, found.others["early"].worlds
    assert (base["protest_at"].max(), early["protest_at"].max()) == (165.0, 355.0)
    never = 1.0 - base["protest_at_reached"].mean()
    assert each.base == pytest.approx(base["protest_at"].mean() + never * 190.0)
    assert each.other == pytest.approx(early["protest_at"].mean())
    assert each.difference == pytest.approx(each.other - each.base)


def test_trajectories_are_compared_day_by_day(found):
    """Mean, Student's interval of the mean and quantiles of the differences within worlds."""
    each = found.differences["slow"]["path"]
    gaps = (found.others["slow"].trajectories["path"] - found.base.trajectories["path"]).values
    half = stats.t.ppf(0.975, 299) * gaps.std(axis=0, ddof=1) / 300**0.5
    np.testing.assert_allclose(each.mean, gaps.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(each.low, gaps.mean(axis=0) - half, atol=1e-12)
    np.testing.assert_allclose(each.high, gaps.mean(axis=0) + half, atol=1e-12)
    np.testing.assert_allclose(each.quantiles["0.75"], np.quantile(gaps, 0.75, axis=0), atol=1e-12)
    np.testing.assert_allclose(each.other - each.base, each.mean, atol=1e-12)
    assert each.worlds == 300


KNOWN = {
    "rulings": -1.0,
    "ruled": math.exp(-2) - math.exp(-1),
    "ruled_again": (1 - 2 / math.e) / (1 - 1 / math.e) - (1 - 3 * math.exp(-2)) / (1 - math.exp(-2)),
    "quiet": (1 - math.exp(-1)) - (1 - math.exp(-2)) / 2,
    "first": 365.25 * ((1 - math.exp(-1)) - (1 - math.exp(-2)) / 2),
}
"""Differences between Poisson counts of mean 1 and of mean 2, and between times to the first event within a year."""


@pytest.fixture(scope="module")
def tables():
    """100,000 worlds under the baseline and under the policy."""
    poisson = loads(POISSON)
    compiled = [compile_scenario(poisson.with_policy(*names).resolved()) for names in ((), ("slow",))]
    return compiled[0], [run_worlds(each, 1, 0, 100_000, most_events=1000) for each in compiled]


def part(table, first, last):
    """Some worlds of a table; those of another number are as good as those of another seed."""
    columns = ("numbers", "values", "reached", "left_out", "history", "capped")
    return dataclasses.replace(table, **{name: getattr(table, name)[first:last] for name in columns})


@pytest.mark.parametrize("outcome", list(KNOWN))
def test_known_differences_are_covered(tables, outcome):
    """By 95 % of 1,000 intervals of 100 worlds each, neither less nor more; false alarms 2e-4 for each outcome.

    The twins: intervals at 80 %, and those of unpaired worlds, which cover far more than they say.
    """
    compiled, (base, other) = tables
    index = [label.name for label in compiled.labels.outcomes].index(outcome)
    held = np.zeros(3)
    for first in range(0, 100_000, 100):
        each = difference(compiled, *(part(table, first, first + 100) for table in (base, other)), index)
        wider = np.array([1.0, stats.norm.ppf(0.9) / stats.norm.ppf(0.975), math.sqrt(each.variance_ratio)])
        error = KNOWN[outcome] - each.difference
        held += (wider * (each.low - each.difference) <= error) & (error <= wider * (each.high - each.difference))
    paired, at_80, unpaired = held
    least, most = stats.binom.ppf([1e-4, 1.0 - 1e-4], 1000, 0.95)
    assert least <= paired <= most
    assert at_80 < least
    assert unpaired > most


def test_the_variance_that_pairing_saves_is_that_of_theory(tables):
    """Kept points are thinned: (2 + 1)/1 for counts; for 0 and 1 by the share of flips, which go one way.

    100,000 worlds: 4 standard errors are 3 %; false alarms 6e-5 each. The twin: no saving.
    """
    compiled, (base, other) = tables
    few, many = 1 - math.exp(-1), 1 - math.exp(-2)
    flips = many - few
    for index, ratio in ((0, 3.0), (1, (few * (1 - few) + many * (1 - many)) / (flips * (1 - flips)))):
        each = difference(compiled, base, other, index)
        assert each.variance_ratio == pytest.approx(ratio, rel=0.03)
        assert each.variance_ratio != pytest.approx(1.0, rel=0.03)
        assert each.flips_up == 0


def test_raising_a_rate_takes_none_of_its_events_away():
    """What happens under a lower rate happens under a higher one, on the same day with the same mark, and more does.

    The twin, another seed, shares nothing.
    """
    thinned = loads(THINNED)

    def events(policy, seed=1):
        stories = (trace(thinned.with_policy(policy), world, seed) for world in range(10))
        return {
            (world, row["id"], row["day"], row["event"], str(row["mark"]))
            for world, story in enumerate(stories)
            for row in story.rows()
        }

    fewer, base, more = (events(policy) for policy in ("fewer", "baseline", "more"))
    assert fewer < base < more
    assert {row[3] for row in more - fewer} == {"point"}
    assert events("fewer", seed=2).isdisjoint(more)
    found = compare(thinned, worlds=200)
    assert found.differences["fewer"]["points"].flips_up == found.differences["more"]["points"].flips_down == 0
    assert found.differences["fewer"]["points"].difference < 0.0 < found.differences["more"]["points"].difference


@pytest.fixture(scope="module")
def flood():
    return compare(loads(FLOOD), worlds=200)


def floods(flood):
    """In which worlds the dam would have helped."""
    return flood.base.worlds["loss"].to_numpy() == 4.0


def test_regret_is_what_the_best_policy_of_each_world_would_have_saved(flood):
    """No flood: 0, 1 for the dam, 0.5 for sandbags; a flood: 4, 1 and 1.5. Equal policies keep their order."""
    flooded = floods(flood)
    share = flooded.mean()
    regrets = {
        "baseline": 3.0 * flooded,
        "nothing": 3.0 * flooded,
        "dam": 1.0 - flooded,
        "sandbags": np.full(200, 0.5),
    }
    values = {"baseline": 4.0 * share, "nothing": 4.0 * share, "dam": 1.0, "sandbags": 0.5 + share}
    best = {"baseline": 1.0 - share, "nothing": 1.0 - share, "dam": share, "sandbags": 0.0}
    ranks = rank(flood, "loss", least=True)
    assert [each.policy for each in ranks] == sorted(regrets, key=lambda name: regrets[name].mean())
    assert [each.policy for each in ranks][-2:] == ["baseline", "nothing"]
    for each in ranks:
        assert each.value == pytest.approx(values[each.policy])
        assert each.regret == mean(regrets[each.policy], 0.0)
        assert each.best == pytest.approx(best[each.policy])


def test_the_most_of_an_outcome_ranks_the_other_way_round(flood):
    """Where more is better, sandbags fall short of the dam if it stays dry, and of doing nothing in a flood."""
    flooded = floods(flood)
    ranks = {each.policy: each for each in rank(flood, "loss", least=False)}
    assert ranks["dam"].regret.mean == pytest.approx(3.0 * flooded.mean())
    assert ranks["baseline"].regret.mean == pytest.approx((~flooded).mean())
    assert ranks["sandbags"].regret.mean == pytest.approx(np.where(flooded, 2.5, 0.5).mean())
    assert ranks["sandbags"].best == 0.0


def test_a_tie_is_best_for_all_of_the_tied(flood):
    """No policy moves the flood: none is regretted, and all are best everywhere; days not reached are the end's."""
    ranks = rank(flood, "flooded", least=True)
    assert [each.policy for each in ranks] == ["baseline", "nothing", "dam", "sandbags"]
    for each in ranks:
        assert (each.regret.mean, each.regret.low, each.regret.high, each.best) == (0.0, 0.0, 0.0, 1.0)
        assert each.value == pytest.approx(np.where(floods(flood), 5.0, 10.0).mean())


def test_worlds_that_do_not_count_are_not_ranked(flood):
    """Only worlds that meet the condition under every policy."""
    counted = flood.base.worlds["summer_loss"].notna().to_numpy()
    flooded = floods(flood)[counted]
    by_name = {each.policy: each for each in rank(flood, "summer_loss", least=True)}
    assert by_name["dam"].regret == mean(1.0 - flooded, 0.0)
    assert by_name["dam"].regret.worlds == counted.sum() < 200


def test_ranks_as_plain_values(flood):
    """For JSON."""
    plain = rank_json(rank(flood, "loss", least=True))
    assert all(each.keys() == {"policy", "value", "regret", "low", "high", "best"} for each in plain)
    json.dumps(plain, allow_nan=False)


def contested(*parameters):
    """The flood with further parameters, the first of which scales the damage."""
    first = parameters[0].split(":")[0]
    text = FLOOD.replace("damage: 4}", ", ".join(["damage: 4", *parameters]) + "}")
    return loads(text.replace("effects: {loss: damage}", f"effects: {{loss: damage*(1 + {first}/4)}}"))


DOUBT = "doubt: {value: 0, range: [-3, 3], about: doubt, source: judgement}"


def test_contested_parameters_are_read_in_every_way():
    """A range over 0 at its ends, a categorical prior at its values, all combinations; what a policy sets, not."""
    levee = "levee: {value: 1, prior: {categorical: {1: 0.5, 2: 0.5}}, about: kind, source: judgement}"
    height = "height: {value: 1, range: [0.5, 3], about: not contested, source: judgement}"
    scenario = contested(DOUBT, levee, height)
    found = readings(scenario, ["dam"], 100, 1, "loss", least=True)
    assert [dict(each.settings) for each in found] == [
        {"doubt": doubt, "levee": kind} for doubt in ("-3", "3") for kind in ("1", "2")
    ]
    share = floods(compare(scenario, ["dam"], 100)).mean()
    for each in found:
        # A flood costs 1 under the one reading, as the dam does, and 7 under the other.
        saved = {"-3": 0.0, "3": 6.0}[each.settings["doubt"]]
        regrets = {one.policy: one.regret.mean for one in each.ranks}
        assert regrets == pytest.approx({"baseline": saved * share, "dam": 1.0 - share})
    settled = loads(
        "scenario: S\nstart: 2022-08-01\nhorizon: 9 d\nparameters: {" + DOUBT + ", other: " + DOUBT[7:] + "}\n"
        "outcomes: {both: {value: doubt + other}}\npolicies: {sure: {set: {doubt: 1}}}\n"
    )
    assert [dict(each.settings) for each in readings(settled, ["sure"], 5, 1, "both", True)] == [
        {"other": "-3"},
        {"other": "3"},
    ]


def test_contested_parameters_may_have_a_unit():
    """A delay whose sign is contested is read like any other number."""
    late = "late: {value: 1 d, range: [-2 d, 3 d], about: early or late, source: judgement}"
    scenario = loads(
        FLOOD.replace("damage: 4}", "damage: 4, " + late + "}").replace("dates: [5 d]", "dates: [5 d + late]")
    )
    assert len(readings(scenario, ["dam"], 5, 1, "loss", least=True)) == 2


def test_contested_parameters_are_read_at_the_very_ends():
    """Not at numbers near them, which may lie outside the range."""
    scenario = contested("doubt: {value: 0, range: [-1.23456789, 3], about: doubt, source: judgement}")
    found = readings(scenario, ["dam"], 5, 1, "loss", least=True)
    assert float(found[0].settings["doubt"]) == -1.23456789


def refusal(action, *arguments, **named):
    """The whole text of the UsageError that a call raises."""
    with pytest.raises(UsageError) as caught:
        action(*arguments, **named)
    return str(caught.value)


def test_what_cannot_be_compared_is_refused_in_whole_sentences(scenario):
    """With the nearest right name, or what to do."""
    assert refusal(compare, scenario, ["slwo"]) == "unknown policy 'slwo'; did you mean 'slow'?"
    assert refusal(compare, scenario, ["slow+calmer"]) == "unknown policy 'calmer'; did you mean 'calm'?"
    assert refusal(compare, scenario, ["slow"], outcomes=["lapse"]) == "unknown outcome 'lapse'; did you mean 'lapses'?"
    wanted = "every policy is compared with the baseline; name policies alone"
    assert refusal(compare, scenario, ["slow", "baseline"]) == wanted
    without = loads(EVERY_KIND.split("policies:")[0])
    wanted = "the scenario has no policies to compare; write some under `policies`"
    assert refusal(compare, without) == wanted
    wanted = "'pace' was given a value, and policy slow sets it too; choose one of them"
    assert refusal(compare, scenario.with_parameters(pace="3/yr"), ["slow"]) == wanted
    assert refusal(compare, scenario, ["slow"], 0) == "0 worlds: at least one is needed"
    assert refusal(compare, scenario, ["slow"], workers=0) == "workers and max_events are at least 1"


def test_what_cannot_be_ranked_is_refused_in_whole_sentences(flood):
    """A trajectory, an unknown outcome, one that never counts; readings with nothing contested, or too much."""
    wanted = "policies cannot be ranked by the trajectory 'path'; choose an outcome with one value"
    assert refusal(rank, flood, "path", True) == wanted
    assert refusal(rank, flood, "losss", True) == "unknown outcome 'losss'; did you mean 'loss'?"
    wanted = (
        "there is no world in which 'heat_loss' counts under all of baseline, nothing, dam, sandbags; "
        "compare fewer policies, or more worlds"
    )
    assert refusal(rank, flood, "heat_loss", True) == wanted
    wanted = "no parameter has a range that spans 0 or a categorical prior, so that no reading is contested"
    assert refusal(readings, loads(FLOOD), ["dam"], 5, 1, "loss", True) == wanted
    settled = contested(DOUBT).with_parameters(doubt=1)
    assert refusal(readings, settled, ["dam"], 5, 1, "loss", True) == wanted
    many = contested(*(DOUBT.replace("doubt:", f"doubt{place}:") for place in range(5)))
    wanted = (
        "doubt0, doubt1, doubt2, doubt3, doubt4 can be read in 32 ways, more than 16; "
        "settle some of them with --set NAME=VALUE"
    )
    assert refusal(readings, many, ["dam"], 5, 1, "loss", True) == wanted


DIFFERENCE_KEYS = {"kind", "difference", "low", "high", "worlds", "policy"}
ONE_VALUE_KEYS = {"baseline", "value", "flips_up", "flips_down", "mcnemar_p", "variance_ratio"}


def test_json_has_what_was_promised(found):
    """Keys, finite numbers, and null only for a test of what is not 0 or 1 and a variance of 0."""
    plain = found.to_json()
    json.dumps(plain, allow_nan=False)
    heading = {"scenario": "Every kind", "seed": 1, "worlds": 300, "engine": "batch", "confidence": 0.95, "set": {}}
    assert {key: plain[key] for key in heading} == heading
    assert plain["model_hash"] == found.base.compiled.hash
    assert plain["version"] and "precision" not in plain and "policy" not in plain
    names = [label.name for label in found.base.compiled.labels.outcomes]
    assert list(plain["baseline"]["outcomes"]) == names
    assert list(plain["policies"]) == list(found.others)
    for policy, each in plain["policies"].items():
        assert each["model_hash"] == found.others[policy].compiled.hash
        assert each["altered_worlds"] == found.altered(policy)
        assert each["compared_worlds"] == 300
        assert list(each["outcomes"]) == names
        for name, one in each["outcomes"].items():
            assert DIFFERENCE_KEYS | ({"days", "quantiles"} if name == "path" else ONE_VALUE_KEYS) == one.keys()
            assert one["worlds"] == 300
            nulls = {key for key, value in one.items() if value is None}
            tested = one["kind"] in ("ever", "never", "at_end", "first", "recovery") or name == "often_ruled"
            assert nulls <= {"variance_ratio", "mcnemar_p"}
            assert ("mcnemar_p" in nulls) == (name != "path" and not tested)
            if policy == "slow" and name in ("rulings", "often_ruled", "held"):
                assert one["variance_ratio"] > 1.0


def test_json_is_of_the_outcomes_that_were_asked_for(scenario):
    """In the scenario's order."""
    plain = compare(scenario, ["slow"], 20, outcomes=["rulings", "lapses"]).to_json()
    assert list(plain["baseline"]["outcomes"]) == ["lapses", "rulings"]
    assert list(plain["policies"]["slow"]["outcomes"]) == ["lapses", "rulings"]


def test_an_outcome_that_counts_nowhere_has_no_difference():
    """A condition that no world meets: null, not 0; the number of worlds stays."""
    found = compare(loads(FLOOD), ["dam"], 20, outcomes=["heat_loss"])
    one = found.to_json()["policies"]["dam"]["outcomes"]["heat_loss"]
    nulls = ("baseline", "value", "difference", "low", "high", "variance_ratio")
    assert [one[key] for key in nulls] == [None] * 6
    assert (one["flips_up"], one["flips_down"], one["worlds"]) == (0, 0, 20)


def test_one_world_has_a_difference_and_hardly_an_interval(scenario):
    """A 0 or 1 is known to nearly nothing, a number not at all."""
    each = compare(scenario, ["slow"], 1).differences["slow"]
    assert each["lapses"].high - each["lapses"].low > 1.0
    assert each["rulings"].difference is not None
    assert (each["rulings"].low, each["rulings"].high) == (None, None)


def test_worlds_that_reach_the_limit_are_left_out_on_both_sides():
    """Where a world explodes under either policy it is compared in neither."""
    scenario = loads(CAPPED)
    with pytest.raises(CappedError):
        compare(scenario, ["milder"], 60, max_events=100)
    found = compare(scenario, ["milder"], 60, max_events=100, allow_capped=True)
    kept = ~(found.base.table.capped | found.others["milder"].table.capped)
    assert 10 < kept.sum() < 50
    frames = [result.worlds[kept] for result in (found.base, found.others["milder"])]
    for name in ("some", "quarrels"):
        each = found.differences["milder"][name]
        assert each.worlds == kept.sum()
        assert each.difference == pytest.approx(float((frames[1][name] - frames[0][name]).mean()))
        assert each.flips_down == (frames[1][name] < frames[0][name]).sum()
    assert found.differences["milder"]["path"].worlds == kept.sum()
    plain = found.to_json()
    assert plain["worlds"] == plain["policies"]["milder"]["compared_worlds"] == kept.sum()
    assert plain["policies"]["milder"]["altered_worlds"] <= kept.sum()
    assert plain["capped"] == plain["policies"]["milder"]["capped"] == (~kept).sum()


def test_two_sides_without_a_world_in_common_have_no_difference():
    """Each world explodes under one of the two: nothing is compared, and nothing ranked."""
    found = compare(loads(CAPPED), ["turned"], 30, max_events=100, allow_capped=True)
    json.dumps(found.to_json(), allow_nan=False)
    for name in ("some", "quarrels", "first"):
        each = found.differences["turned"][name]
        assert (each.base, each.other, each.difference, each.low, each.high) == (None,) * 5
        assert (each.flips_up, each.flips_down, each.variance_ratio, each.worlds) == (0, 0, None, 0)
    assert found.differences["turned"]["path"].worlds == 0
    assert found.compared == {"turned": 0}
    assert refusal(rank, found, "some", True).startswith("there is no world in which 'some' counts under all of ")


@pytest.mark.parametrize(
    "outcome",
    [
        "ruled",
        "again",
        "soon",
    ],
)
def test_a_probability_has_an_interval_unless_no_event_was_altered(outcome):
    """Whatever the policy altered might have moved it in the next world, also where some worlds do not count."""
    scenario = loads("""
scenario: Aside
start: 2022-08-01
horizon: 1 yr
parameters: {anger: 1/yr}
shocks: {ruling: {rate: 2/yr}, protest: {rate: anger}}
outcomes:
  ruled: {ever: count(ruling) > 0}
  again: {ever: count(ruling) > 1, given: count(ruling) > 0}
  soon: {ever: count(ruling) > 1, after: ruling, within: 30 d}
policies: {calm: {set: {anger: 0.5/yr}}}
""")
    found = compare(scenario, ["calm"], 100)
    each = found.differences["calm"][outcome]
    assert found.altered("calm") > 10
    assert each.low < each.difference == 0.0 < each.high


def test_a_shift_that_is_the_same_in_every_world_has_no_variance():
    """What pairing saves is then null, as for any paired variance of 0."""
    scenario = loads(EVERY_KIND.replace("{value: weight*held}", "{value: held + weight}"))
    assert compare(scenario, ["reweighed"], 300).differences["reweighed"]["held"].variance_ratio is None
