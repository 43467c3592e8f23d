"""`branch` keeps the history up to a date to the bit, and its futures are distributed as they should be.

Samples are compared with laws by Kolmogorov-Smirnov or chi-square tests that a correct engine fails with
probability 1e-4 each. Beside each stands its broken twin, the same comparison with a deliberately wrong law, which
must be rejected at 1e-8. Seeds and worlds were chosen before the first run, worlds with something pending by
their own luck, which tells nothing about their futures.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulate import Scenario, branch, loads, run
from simulate.compile import compile_scenario
from simulate.compiled import Compiled
from simulate.engines.machine import Batch
from simulate.engines.record import WorldRecord
from simulate.engines.reference import Reference
from simulate.engines.state import Branch
from simulate.errors import UsageError
from tests.identity.engines import bits
from tests.identity.scenarios import HORIZON, PROFILE, SEEDS, WORLDS, load, scenarios

FEWER = settings(PROFILE, max_examples=15)
FALSE_ALARM = 1e-4
REJECTED = 1e-8
HEADING = "scenario: Branching\nstart: 2022-08-01\n"
DATES = st.one_of(
    st.just(0.0), st.integers(0, HORIZON - 1).map(float), st.floats(0.0, HORIZON, exclude_max=True, allow_nan=False)
)
FUTURES = st.integers(1, 2**32 - 1)
Row = tuple[int, float, int, tuple[float, ...], int | None]


def scenario_of(text: str) -> Scenario:
    """A scenario written without its heading."""
    return loads(HEADING + text)


def rows(record: WorldRecord) -> list[Row]:
    """Every event with all that identifies it: identity, time, kind, marks, and its parent's identity."""
    events = record.events
    parents = [events.identity[parent] if parent >= 0 else None for parent in events.parent]
    return list(zip(events.identity, events.time, events.event, events.marks, parents, strict=True))


def before(record: WorldRecord, date: float) -> list[Row]:
    """The events before a date."""
    return [row for row in rows(record) if row[1] < date]


def times(compiled: Compiled, record: WorldRecord, event: str) -> list[float]:
    """When an event happened."""
    number = compiled.labels.events.index(event)
    return [time for time, kind in zip(record.events.time, record.events.event, strict=True) if kind == number]


# -- the same history --------------------------------------------------------------------------------------


@FEWER
@given(scenarios(), WORLDS, SEEDS, DATES)
def test_future_0_is_the_world_itself(scenario, world, seed, date):
    """Events, values and paths of the world's own future are those of the world, in both engines, to the bit."""
    compiled = compile_scenario(load(scenario).resolved())
    wanted = bits(Batch(compiled, seed).run(world))
    assert bits(Batch(compiled, seed, branch=Branch(world, date)).run(0)) == wanted
    assert bits(Reference(compiled, seed, branch=Branch(world, date)).run(0)) == wanted


@FEWER
@given(scenarios(), WORLDS, SEEDS, DATES, st.lists(FUTURES, min_size=2, max_size=2, unique=True))
def test_futures_share_their_past_and_the_engines_agree(scenario, world, seed, date, futures):
    """Before the date nothing differs for any future; no identity occurs twice; both engines, any bound, one bit."""
    compiled = compile_scenario(load(scenario).resolved())
    history = before(Batch(compiled, seed).run(world), date)
    at = Branch(world, date)
    reference, batch = Reference(compiled, seed, branch=at), Batch(compiled, seed, branch=at)
    wide = Batch(compiled, seed, widening=40.0, branch=at)
    for future in futures:
        found = batch.run(future)
        assert before(found, date) == history
        assert len(set(found.events.identity)) == len(found.events)
        assert bits(reference.run(future)) == bits(found)
        assert bits(wide.run(future)) == bits(found)


@settings(PROFILE, max_examples=12)
@given(scenarios(), WORLDS, SEEDS, DATES, FUTURES)
def test_an_engine_that_has_run_futures_runs_them_again_alike(scenario, world, seed, date, future):
    """A future depends on the seed, the world, the date and its number alone, whatever was run before it."""
    compiled = compile_scenario(load(scenario).resolved())
    at = Branch(world, date)
    engine = Batch(compiled, seed, branch=at)
    engine.run(future - 1)
    first = engine.run(future)
    assert bits(first) == bits(Batch(compiled, seed, branch=at).run(future))
    chunk = engine.run_chunk(future - 1, future + 1)
    assert int(chunk.events[1]) == len(first.events)
    assert [value.hex() for value in map(float, chunk.value[len(chunk.value) // 2 :])] == [
        value.hex() for value in first.values
    ]


BUSY = """
horizon: 200 d
sample_every: 10 d
state: {heat: {start: 0.5, rest: 0.2, half_life: 20 d, bounds: [0, 3]}}
mechanisms: {pact: {stages: [kept, broken], start: kept, transitions: [
  {from: kept, to: broken, rate: 0.02/d*heat},
  {from: broken, to: kept, after: {lognormal: {median: 9 d, sigma: 1}}}]}}
shocks:
  test: {rate: 0.1/d*(1 + heat), mark: {exponential: {mean: 0.2}}, effects: {heat: mark}}
  echo: {after: {event: test, delay: {gamma: {mean: 3 d, sd: 2 d}}, probability: 0.5}}
  gated: {when: pact == broken}
  quiet: {}
outcomes:
  broken: {ever: pact == broken}
  tests: {count: test}
  kept: {share_of_time: pact == kept}
  heat: {trajectory: heat}
  quiets: {count: quiet}
  gates: {count: gated}
policies:
  answer: {at: [{event: quiet, after: {event: test, delay: 1 d}}]}
"""
COLUMNS = ("numbers", "values", "reached", "left_out", "refused", "events", "history", "paths")


def assert_same(one: Any, other: Any) -> None:
    """Two tables of futures are the same to the bit."""
    for column in COLUMNS:
        np.testing.assert_array_equal(getattr(one.table, column), getattr(other.table, column))


def test_workers_and_engines_make_no_difference():
    """Futures in one thread or three, in either engine: the same tables; and future 0 is a row of `run`."""
    scenario = scenario_of(BUSY)
    wanted = branch(scenario, 3, "100 d", ["test"], 150)
    several = branch(scenario, 3, "100 d", ["test"], 150, workers=3)
    assert_same(wanted.base, several.base)
    assert_same(wanted.injected, several.injected)
    assert wanted.to_json() == several.to_json()
    few, by_hand = (
        branch(scenario, 3, "100 d", ["test"], 15),
        branch(scenario, 3, "100 d", ["test"], 15, engine="reference"),
    )
    assert_same(few.base, by_hand.base)
    assert_same(few.injected, by_hand.injected)
    own = run(scenario, 4).table
    for column in ("values", "events", "history", "paths"):
        np.testing.assert_array_equal(getattr(wanted.base.table, column)[0], getattr(own, column)[3])
    assert wanted.before == sum(time < 100.0 for time in wanted.own.record.events.time) > 0


def test_worker_processes_make_no_difference():
    """The reference engine in two processes."""
    scenario = scenario_of(BUSY)
    one, two = (branch(scenario, 3, "190 d", [], 8, engine="reference", workers=workers) for workers in (1, 2))
    assert_same(one.base, two.base)


def test_paths_and_stages_before_the_date_are_the_worlds_own():
    """Trajectories of all futures coincide up to the date, and part after it."""
    found = branch(scenario_of(BUSY), 5, "105 d", [], 50)
    paths = found.base.trajectories.heat
    past, later = paths.sel(day=slice(0, 105)), paths.sel(day=slice(106, 200))
    np.testing.assert_array_equal(past, np.broadcast_to(past.sel(world=0), past.shape))
    assert len(np.unique(later.values, axis=0)) == 50


# -- futures are distributed right: points of rates --------------------------------------------------------


def counts_fit(counts: Any, mean: float) -> float:
    """The p-value of a chi-square test of counts against the Poisson law."""
    counts = np.asarray(counts)
    law, size = stats.poisson(mean), counts.size
    edges = [k for k in range(int(mean) * 4 + 10) if law.cdf(k) * size > 10 and law.sf(k) * size > 10]
    below = np.array([-1, *edges])
    observed = np.histogram(counts, [-0.5, *(edge + 0.5 for edge in edges), np.inf])[0]
    expected = size * np.diff([0.0, *law.cdf(below[1:]), 1.0])
    return float(stats.chisquare(observed, expected).pvalue)


POINTS = """
horizon: {horizon} d
shocks: {{often: {{rate: 0.5/d}}, seldom: {{rate: 0.02/d}}, fast: {{rate: 7.3/d*(1 if window else 0)}}}}
calendar: {{window: {{first: 25 d, lasts: 10 d}}}}
outcomes:
  often: {{count: often, from: {date} d}}
  seldom: {{count: seldom, from: {date} d}}
  fast: {{count: fast, from: {date} d, by: {until} d}}
  early: {{count: often, by: {past} d}}
  soon: {{first: count(often) > {earlier}, from: {date} d}}
"""


def points(horizon: float, date: float, earlier: int = 0) -> Scenario:
    """Shocks with constant rates, counted from a date on; `earlier` of the frequent ones lie before it."""
    text = POINTS.format(horizon=horizon, date=date, past=max(date, 1.0), until=max(date, 25.0) + 3, earlier=earlier)
    return scenario_of(text)


@pytest.mark.parametrize("date", [0.0, 28.5, 32.0])
def test_counts_after_the_date_are_poisson(date):
    """High and low rates: the law, whatever the world's own future; the twin's rate is 15 % higher.

    32 d is the edge of tiles of many bands, 28.5 d cuts all; within three days a rate of 7.3/d has 21.9 points.
    """
    scenario = points(70, date)
    for world in (0, 1):
        worlds = branch(scenario, world, date, [], 2500).base.worlds[1:]
        for name, mean in {"often": 0.5 * (70 - date), "seldom": 0.02 * (70 - date), "fast": 21.9}.items():
            assert counts_fit(worlds[name], mean) > FALSE_ALARM, name
            if mean > 5:
                assert counts_fit(worlds[name], 1.15 * mean) < REJECTED, name
        assert (worlds.early.nunique() == 1) == (date > 0.0)


def test_the_wait_from_the_date_on_is_exponential():
    """From the very date, in the tiles that it cuts; the twin's rate is a third higher, or it waits a day first."""
    earlier = int(branch(points(100, 28.5), 2, 28.5, [], 1).base.worlds.early[0])
    waits = branch(points(100, 28.5, earlier), 2, 28.5, [], 1500).base.worlds.soon[1:]
    assert earlier > 5
    assert stats.kstest(waits, stats.expon(scale=2.0).cdf).pvalue > FALSE_ALARM
    assert stats.kstest(waits, stats.expon(scale=1.5).cdf).pvalue < REJECTED
    assert stats.kstest(waits, stats.expon(loc=1.0, scale=2.0).cdf).pvalue < REJECTED


def test_counts_after_the_date_do_not_depend_on_history():
    """Over many worlds the number of events before the date tells nothing; the twin lets the past count too."""
    scenario = points(60, 30)
    compiled = compile_scenario(scenario.resolved())
    names = [label.name for label in compiled.labels.outcomes]
    past, future = [], []
    for world in range(150):
        values = np.reshape(Batch(compiled, 1, branch=Branch(world, 30.0)).run_chunk(1, 9).value, (8, -1))
        past.extend(values[:, names.index("early")])
        future.extend(values[:, names.index("often")])
    # Eight futures share a past, so that the standard error is that of independent pairs.
    assert abs(np.corrcoef(past, future)[0, 1]) < 4.0 / np.sqrt(len(past))
    assert np.corrcoef(past, np.add(past, future))[0, 1] > 0.5
    assert counts_fit(future, 15.0) > FALSE_ALARM
    assert np.var(past) == pytest.approx(15.0, rel=0.4)


def test_futures_of_several_numbers_worlds_and_dates_are_independent():
    """What happens after the date has nothing to do with the same future of another world, date, or its neighbour."""
    scenario = points(70, 32)
    one = branch(scenario, 0, 30.0, [], 2000).base.worlds.often
    for other in (
        branch(scenario, 1, 30.0, [], 2000).base.worlds.often,
        branch(scenario, 0, 30.0, [], 2000, seed=2).base.worlds.often,
        one.shift(1),
        run(scenario, 2000).worlds.often,
    ):
        assert abs(one.corr(other)) < 4.0 / np.sqrt(2000)
    # A later date leaves a future the luck that it has after it.
    assert one.corr(branch(scenario, 0, 31.0, [], 2000).base.worlds.often) == pytest.approx(1.0)


STATEFUL = """
horizon: 60 d
state: {anger: {start: 0, rest: 0, half_life: 10 d}}
shocks: {insult: {rate: 0.1/d, effects: {anger: 1}}, protest: {rate: 0.3/d*anger}}
outcomes: {protests: {count: protest, from: 30 d, by: 40 d}, insults: {count: insult, from: 30 d}}
"""


def test_a_future_begins_from_the_state_on_the_date():
    """A rate that reads what history left: the mean count is the integral of the faded anger, and of fresh insults."""
    scenario = scenario_of(STATEFUL)
    half = np.log(2.0) / 10.0
    share = (1.0 - 0.5) / half
    fresh = 0.3 * 0.1 * (10.0 - share) / half
    seen = []
    for world in range(6):
        found = branch(scenario, world, 30.0, [], 1500)
        insults = [time for time in times(found.compiled, found.own.record, "insult") if time < 30.0]
        left = sum(2.0 ** (-(30.0 - time) / 10.0) for time in insults)
        counts = found.base.worlds.protests[1:]
        error = counts.std() / np.sqrt(len(counts))
        assert abs(counts.mean() - 0.3 * left * share - fresh) < 4.0 * error
        if left > 0.5:
            seen.append(world)
            assert abs(counts.mean() - fresh) > 8.0 * error, "the twin forgets what history left"
    assert len(seen) >= 3


# -- futures are distributed right: pending delays ---------------------------------------------------------

PENDING = """
horizon: 4000 d
shocks:
  ruling: {dates: [10 d]}
  uniform: {after: {event: ruling, delay: {uniform: {low: 10 d, high: 60 d}}}}
  normal: {after: {event: ruling, delay: {normal: {mean: 35 d, sd: 15 d}}}}
  lognormal: {after: {event: ruling, delay: {lognormal: {median: 30 d, sigma: 0.7}}}}
  exponential: {after: {event: ruling, delay: {exponential: {mean: 40 d}}}}
  gamma: {after: {event: ruling, delay: {gamma: {mean: 40 d, sd: 20 d}}}}
  weibull: {after: {event: ruling, delay: {weibull: {scale: 50 d, shape: 1.5}}}}
  triangular: {after: {event: ruling, delay: {triangular: {low: 5 d, mode: 30 d, high: 120 d}}}}
  categorical: {after: {event: ruling, delay: {categorical: {5 d: 0.2, 30 d: 0.2, 50 d: 0.6}}}}
  constant: {after: {event: ruling, delay: 33 d}}
  someday: {date: {normal: {mean: 45 d, sd: 20 d}}}
actors: {seoul: {actions: {leave: {}}, responses: [{on: ruling, delay: {gamma: {mean: 40 d, sd: 30 d}}, do: leave}]}}
mechanisms:
  pact: {stages: [kept, noticed, over], start: kept, transitions: [
    {from: kept, to: noticed, on: ruling}, {from: noticed, to: over, after: {lognormal: {median: 30 d, sigma: 1}}}]}
  treaty: {stages: [old, gone], start: old, since: 2022-04-23,
    transitions: [{from: old, to: gone, after: {exponential: {mean: 60 d}}}]}
  link: {stages: [old, gone], start: old, since: 2022-04-23,
    transitions: [{from: old, to: gone, after: {gamma: {mean: 150 d, sd: 50 d}}}]}
outcomes:
"""
DATE = 30.0
LAWS = {
    # event: the law of its delay, and when that began
    "uniform": (stats.uniform(10.0, 50.0), 10.0),
    "normal": (stats.norm(35.0, 15.0), 10.0),
    "lognormal": (stats.lognorm(0.7, scale=30.0), 10.0),
    "exponential": (stats.expon(scale=40.0), 10.0),
    "gamma": (stats.gamma(4.0, scale=10.0), 10.0),
    "weibull": (stats.weibull_min(1.5, scale=50.0), 10.0),
    "triangular": (stats.triang(25.0 / 115.0, 5.0, 115.0), 10.0),
    "someday": (stats.norm(45.0, 20.0), 0.0),
    "seoul.leave": (stats.gamma((40 / 30) ** 2, scale=30**2 / 40), 10.0),
    "pact.over": (stats.lognorm(1.0, scale=30.0), 10.0),
    "treaty.gone": (stats.expon(scale=60.0), -100.0),
    "link.gone": (stats.gamma(9.0, scale=150.0 / 9.0), -100.0),
}

WAITING = [*LAWS, "categorical", "constant"]


@pytest.fixture(scope="module")
def pending():
    """Futures of the first world in which all of these delays are pending on the date: when each ends."""
    ends = [f"  o{place}: {{first: count({event}) > 0}}" for place, event in enumerate(WAITING)]
    scenario = scenario_of(PENDING + "\n".join(ends))
    own = run(scenario, 2000).worlds[[f"o{place}" for place in range(len(WAITING))]]
    world = int((own > DATE).all(axis=1).idxmax())
    futures = branch(scenario, world, DATE, [], 2001).base.worlds
    np.testing.assert_array_equal(futures.loc[0, own.columns], own.loc[world])
    assert (own.loc[world] > DATE).all()
    return {event: futures[f"o{place}"].to_numpy() for place, event in enumerate(WAITING)}


def conditional(law: Any, since: float, stretch: float = 1.0) -> Any:
    """The distribution function of when a delay ends that is pending on the date; a twin's delay is stretched."""

    def cdf(time: Any) -> Any:
        gone = law.cdf((DATE - since) / stretch)
        return (law.cdf((np.asarray(time) - since) / stretch) - gone) / (1.0 - gone)

    return cdf


@pytest.mark.parametrize("event", LAWS)
def test_pending_delays_are_drawn_anew_on_the_condition_that_they_end_later(event, pending):
    """Of each distribution, each way of waiting; the twins are stretched by half, or begin anew on the date."""
    law, since = LAWS[event]
    ends = pending[event][1:]
    assert ends.min() > DATE
    assert stats.kstest(ends, conditional(law, since)).pvalue > FALSE_ALARM
    assert stats.kstest(ends, conditional(law, since, 1.5)).pvalue < REJECTED
    assert stats.kstest(ends - DATE, lambda delay: law.cdf(delay)).pvalue < REJECTED or event in (
        "exponential",
        "treaty.gone",
    ), "only the exponential law has no memory"
    assert (ends == pending[event][0]).mean() < 0.01, "the world's own end is no more likely than any other"


def test_pending_categorical_delays_keep_their_weights(pending):
    """5 d has passed, 30 d and 50 d remain at 1 to 3; the twin keeps the weights of all three."""
    ends = pending["categorical"][1:]
    assert set(ends) == {40.0, 60.0}
    share, size = (ends == 60.0).mean(), len(ends)
    assert abs(share - 0.75) < 4.0 * np.sqrt(0.75 * 0.25 / size)
    assert abs(share - 0.6) > 8.0 * np.sqrt(0.6 * 0.4 / size)


def test_pending_constants_stay(pending):
    """What was certain is certain."""
    assert set(pending["constant"]) == {43.0}


def test_pending_delays_of_one_future_are_independent(pending):
    """Each is drawn for itself; ranks of two have no correlation."""
    names = list(LAWS)
    table = np.array([pending[name][1:] for name in names])
    found = stats.spearmanr(table, axis=1).statistic - np.eye(len(names))
    # 66 pairs at 4.5 standard errors: false alarms 5e-4 in all.
    assert np.abs(found).max() < 4.5 / np.sqrt(table.shape[1])


def test_delays_that_ended_before_the_date_stay():
    """A world in which all have ended: every future has the same ends."""
    compiled = compile_scenario(scenario_of(PENDING + "  c: {count: ruling}").resolved())
    record = Batch(compiled, 1).run(1)
    date = max(record.events.time) + 1.0
    futures = Batch(compiled, 1, branch=Branch(1, date))
    assert {tuple(rows(futures.run(future))) for future in range(30)} == {tuple(rows(record))}


def test_a_delay_keeps_what_its_distribution_was_given():
    """Arguments are read when the delay began, though state has changed since; the twin reads them on the date."""
    text = """
horizon: 4000 d
state: {pace: {start: 1}}
shocks:
  ruling: {dates: [10 d]}
  haste: {dates: [11 d], effects: {pace: =0.2}}
  protest: {after: {event: ruling, delay: {gamma: {mean: 60 d*pace, sd: 20 d}}}}
outcomes: {c: {first: count(protest) > 0}}
"""
    compiled = compile_scenario(scenario_of(text).resolved())
    world = next(w for w in range(50) if times(compiled, Batch(compiled, 1).run(w), "protest")[0] > DATE)
    ends = branch(scenario_of(text), world, DATE, [], 800).base.worlds.c[1:]
    assert stats.kstest(ends, conditional(stats.gamma(9.0, scale=60 / 9), 10.0)).pvalue > FALSE_ALARM
    assert stats.kstest(ends, conditional(stats.gamma(9 / 25, scale=100 / 3), 10.0)).pvalue < REJECTED


FRESH = """
horizon: 200 d
shocks:
  early: {dates: [10 d], mark: {exponential: {mean: 1}}, probability: 0.5}
  late: {dates: [60 d], mark: {exponential: {mean: 1}}, effects: {x: mark}}
  maybe: {dates: [60 d], probability: 0.3}
  answered: {after: {event: late, delay: {exponential: {mean: 10 d}}}}
  ruling: {dates: [20 d]}
state: {x: {start: 0}}
actors: {seoul: {actions: {leave: {}, stay: {}}, responses: [
  {on: ruling, delay: 30 d, choose: {leave: 1, stay: 0}, probability: 0.8}]}}
outcomes:
  mark: {value: x}
  maybe: {count: maybe}
  left: {count: seoul.leave}
  stayed: {count: seoul.stay}
  answered: {first: count(answered) > 0, from: 60 d}
"""


def test_marks_probabilities_choices_and_new_delays_are_fresh():
    """Draws used from the date on follow their laws, of a choice that was pending on the date too."""
    worlds = branch(scenario_of(FRESH), 0, 30.0, [], 3000).base.worlds[1:]
    size = len(worlds)
    assert stats.kstest(worlds.mark, stats.expon().cdf).pvalue > FALSE_ALARM
    assert stats.kstest(worlds.mark, stats.expon(scale=1.3).cdf).pvalue < REJECTED
    assert stats.kstest(worlds.answered, stats.expon(scale=10.0).cdf).pvalue > FALSE_ALARM
    assert stats.kstest(worlds.answered, stats.expon(scale=13.0).cdf).pvalue < REJECTED
    logit = 1.0 / (1.0 + np.exp(-1.0))
    shares = {"maybe": 0.3, "left": 0.8 * logit, "stayed": 0.8 * (1.0 - logit)}
    for name, share in shares.items():
        error = np.sqrt(share * (1.0 - share) / size)
        assert abs(worlds[name].mean() - share) < 4.0 * error, name
        assert abs(worlds[name].mean() - share - 0.1) > 8.0 * error, name
    assert abs(worlds.mark.corr(worlds.answered)) < 4.0 / np.sqrt(size)


def test_a_draw_on_the_very_date_belongs_to_the_future():
    """What happens at the instant of the date is drawn anew; a moment later it is history."""
    scenario = scenario_of(FRESH)
    at_once = branch(scenario, 0, 60.0, [], 400).base.worlds
    assert at_once.mark.nunique() == 400
    assert set(at_once.maybe) == {0.0, 1.0}
    afterwards = branch(scenario, 0, 60.001, [], 50).base.worlds
    assert afterwards.mark.nunique() == afterwards.maybe.nunique() == 1


# -- injected events ---------------------------------------------------------------------------------------


@FEWER
@given(scenarios(), WORLDS, SEEDS, DATES, FUTURES)
def test_an_inert_inject_changes_nothing_else(scenario, world, seed, date, future):
    """It happens once, on the date; every other event of the future keeps identity, time and marks."""
    scenario = scenario | {"shocks": scenario["shocks"] | {"idle": {}}}
    loaded = load(scenario)
    plain, other = (compile_scenario(each.resolved()) for each in (loaded, loaded.with_injected("idle", at=date)))
    assert plain.labels.events == other.labels.events
    one = Batch(plain, seed, branch=Branch(world, date)).run(future)
    two = Batch(other, seed, branch=Branch(world, date)).run(future)
    idle = plain.labels.events.index("idle")
    assert [row[1] for row in rows(two) if row[2] == idle] == [date]
    assert [row for row in rows(two) if row[2] != idle] == rows(one)
    assert bits(Reference(other, seed, branch=Branch(world, date)).run(future)) == bits(two)
    assert two.values == one.values or str(two.values) == str(one.values)


def test_an_injected_event_happens_on_the_date_in_every_future():
    """Counted once in each; what reads nothing of it has the same luck, so that differences are exactly zero."""
    found = branch(scenario_of(BUSY), 3, "2022-11-09", ["quiet"], 200)
    assert (found.at, found.date, found.inject) == (100.0, "2022-11-09", ("quiet",))
    np.testing.assert_array_equal(found.injected.worlds.quiets - found.base.worlds.quiets, 1.0)
    for name in ("broken", "tests", "kept", "gates"):
        assert found.differences[name].difference == 0.0
        np.testing.assert_array_equal(found.injected.worlds[name], found.base.worlds[name])
    np.testing.assert_array_equal(found.injected.trajectories.heat, found.base.trajectories.heat)
    assert found.differences["quiets"].difference == 1.0
    assert found.to_json()["injected"]["refused"] == 0
    assert branch(scenario_of(BUSY), 3, "100 d", [], 5).differences == {}


def test_an_injected_event_has_effects_and_answers():
    """A test on the date heats, and may echo: futures with it have more, those without are as they were."""
    found = branch(scenario_of(BUSY), 3, "100 d", ["test", "test"], 300)
    assert found.differences["tests"].difference > 2.0
    assert (found.injected.worlds.tests - found.base.worlds.tests >= 2).all()
    np.testing.assert_array_equal(
        found.injected.trajectories.heat.sel(day=slice(0, 99)), found.base.trajectories.heat.sel(day=slice(0, 99))
    )


def gated_worlds() -> tuple[int, int]:
    """A world in which the pact is broken on day 100, and one in which it is kept."""
    compiled = compile_scenario(scenario_of(BUSY).resolved())
    grid, engine = compiled.model.grid, Batch(compiled, 1)
    stages = [engine.run(world).stages[int(100 / grid.step)] for world in range(30)]
    return stages.index(1), stages.index(0)


def test_an_inject_that_its_guard_refuses_is_counted():
    """`gated` happens only while the pact is broken: refused in all futures of one world, in none of another."""
    broken, kept = gated_worlds()
    for world, refused in ((broken, 0), (kept, 80)):
        found = branch(scenario_of(BUSY), world, "100 d", ["gated"], 80)
        assert found.to_json()["injected"]["refused"] == refused
        assert found.injected.worlds.gates.sum() == 80 - refused
        if refused:
            assert_all_but_refused_same(found)


def assert_all_but_refused_same(found: Any) -> None:
    """A refused inject leaves every future as it was."""
    for column in ("values", "events", "history", "paths"):
        np.testing.assert_array_equal(getattr(found.base.table, column), getattr(found.injected.table, column))


def test_refusals_are_those_of_the_inject_under_a_policy_with_rules():
    """A policy that answers events has refusals of its own, which are not those of the inject."""
    _, kept = gated_worlds()
    found = branch(scenario_of(BUSY).with_policy("answer"), kept, "100 d", ["gated"], 20)
    assert found.to_json()["injected"]["refused"] == 20


PLACED = """
horizon: 100 d
shocks:
  ruling: {mark: {exponential: {mean: 1}}}
  echo: {after: {event: ruling, delay: {exponential: {mean: 2 d}}, probability: 0.5}}
outcomes: {rulings: {count: ruling}, echoes: {count: echo}}
policies: {plan: {at: [{event: ruling, on: 20 d}, {event: ruling, on: 50 d}, {event: ruling, on: 60 d}]}}
"""


@pytest.mark.parametrize("date", [10.0, 50.0, 55.0])
def test_an_inject_takes_no_luck_from_what_a_policy_places(date):
    """The policy's rulings keep identity, mark and echoes, though another of their kind is injected before them."""
    plan = scenario_of(PLACED).with_policy("plan")
    plain, other = (compile_scenario(each.resolved()) for each in (plan, plan.with_injected("ruling", at=date)))
    ruling = plain.labels.events.index("ruling")
    engines = [Batch(each, 1, branch=Branch(0, date)) for each in (plain, other)]
    for future in range(20):
        one, two = (rows(engine.run(future)) for engine in engines)
        (added,) = (row for row in two if row[2] == ruling and row not in one)
        assert (added[1], added[4]) == (date, None)
        assert set(one) == {row for row in two if row != added and row[4] != added[0]}


def test_two_injects_of_one_event_have_luck_of_their_own():
    """Different identities, and different marks."""
    scenario = scenario_of(PLACED).with_injected("ruling", "ruling", at="30 d")
    record = Batch(compile_scenario(scenario.resolved()), 1).run(0)
    first, second, *_ = rows(record)
    assert first[0] != second[0] and first[3] != second[3] and first[1] == second[1] == 30.0


# -- what is refused ---------------------------------------------------------------------------------------

OUTSIDE = "'{}' lies outside the scenario, which runs from 2022-08-01 to 2023-02-17"
WRITE = "write a day such as 2024-03-01, a day with a shift such as '2024-03-01 + 2 wk', or '90 d'"
WRONG = {
    "before the start": (("2022-07-31",), OUTSIDE.format("2022-07-31")),
    "below zero": (("-1 d",), OUTSIDE.format("-1 d")),
    "at the horizon": (("2023-02-17",), OUTSIDE.format("2023-02-17")),
    "at the horizon in days": ((200.0,), OUTSIDE.format("200.0")),
    "after the horizon": (("2022-08-01 + 5 yr",), OUTSIDE.format("2022-08-01 + 5 yr")),
    "no date": (("2022-02-30",), "'2022-02-30' is no date of the calendar; write a day such as 2024-03-01"),
    "nonsense": (("tomorrow",), f"'tomorrow' is no date; {WRITE}"),
    "no unit": (("100",), f"'100' is no date; {WRITE}"),
    "no number": ((float("nan"),), f"'nan' is no date; {WRITE}"),
    "an unknown event": (("90 d", ["tests"]), "unknown event 'tests'; did you mean 'test'?"),
    "a stage event": (
        ("90 d", ["pact.broken"]),
        "'pact.broken' follows from a transition; inject a shock or an action that brings it",
    ),
    "no futures": (("90 d", [], 0), "0 worlds: at least one is needed"),
    "a seed that does not exist": (("90 d", [], 5, -1), "seed -1: seeds run from 0 to 18446744073709551615"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_refused_whole(case):
    """The whole message."""
    arguments, message = WRONG[case]
    with pytest.raises(UsageError) as caught:
        branch(scenario_of(BUSY), 0, *arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize("world", [-1, 2**32])
def test_worlds_that_do_not_exist(world):
    """The whole message."""
    with pytest.raises(UsageError) as caught:
        branch(scenario_of(BUSY), world, "90 d")
    assert str(caught.value) == f"world {world}: worlds run from 0 to 4294967295"


@pytest.mark.parametrize(
    ("at", "day"),
    [("2022-08-01", 0.0), ("2022-08-01T12:00", 0.5), ("2022-08-31 + 2 wk", 44.0), ("3 mo", 91.3125), (17.25, 17.25)],
)
def test_dates_in_every_form(at, day):
    """A date, with a time, with a shift; an offset; days."""
    assert branch(scenario_of(BUSY), 0, at, [], 1).at == day
