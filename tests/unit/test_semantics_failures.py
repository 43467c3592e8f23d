"""Runs that mean nothing stop: what the error says, and where it says it happened."""

import math

import pytest

from simulate import loads, run, trace
from simulate.errors import CappedError, RunError, UsageError

HEAD = "scenario: test\nstart: 2022-08-01\nhorizon: 100 d\n"
END = "\noutcomes: {n: {value: 1}}\n"
FINITE = "a rate, a utility, a condition and a state must be finite numbers (world 4, {})"
MESSAGES = [
    (
        "state: {x: {start: 0}}\nshocks: {s: {dates: [3 d], effects: {x: log(x)}}}",
        "shocks.s.effects.x: 'log(x)' comes to -inf; " + FINITE.format("2022-08-04"),
    ),
    (
        "state: {x: {start: 0}, y: {start: 0}}\nshocks: {s: {dates: [3 d], effects: {x: 1/y}}}",
        "shocks.s.effects.x: '1/y' comes to inf; " + FINITE.format("2022-08-04"),
    ),
    (
        "state: {x: {start: 1e308}, y: {start: 1e308}}\nshocks: {s: {dates: [3 d], effects: {x: y}}}",
        "shocks.s.effects.x: 'y' takes its variable beyond the largest number, about 1.8e308 (world 4, 2022-08-04)",
    ),
    (
        "state: {x: {start: 0}}\nshocks: {s: {dates: [3 d], when: log(x - 1) > 0}}",
        "shocks.s.when: 'log(x - 1) > 0' is not a number; " + FINITE.format("2022-08-04"),
    ),
    (
        "state: {x: {start: 0}}\nshocks: {s: {dates: [3 d], probability: 0/x}}",
        "shocks.s.probability: '0/x' is not a number; " + FINITE.format("2022-08-04"),
    ),
    (
        "state: {x: {start: 0}}\nshocks: {s: {rate: 1/d/x}}",
        "shocks.s.rate: '1/d/x' comes to inf; " + FINITE.format("2022-08-01"),
    ),
    (
        "state: {x: {start: 0}}\nshocks: {s: {dates: [3 d]}}\n"
        "actors: {a: {actions: {act: {}}, responses: [{on: s, choose: {act: 1/x, nothing: 0}}]}}",
        "actors.a.responses[0].choose.act: '1/x' comes to inf; " + FINITE.format("2022-08-04"),
    ),
    (
        "shocks: {s: {rate: 2e9/d}}",
        "shocks.s.rate: '2e9/d' is a rate of 2e+09 per day; at most 1e9 per day are allowed (world 4, 2022-08-01)",
    ),
    (
        "state: {x: {start: 1}, y: {start: 0, half_life: 5 d*x}}\nshocks: {s: {dates: [3 d], effects: {x: -1}}}",
        "state.y.half_life: '5 d*x' is a half-life of 0 d; a half-life must be above zero (world 4, 2022-08-04)",
    ),
    (
        "state: {x: {start: 0}}\nshocks:\n  s: {dates: [3 d]}\n"
        "  t: {after: {event: s, delay: {weibull: {scale: x*1 d, shape: 1}}}}",
        "shocks.t.after[0].delay.weibull.scale: 'x*1 d' belongs to a distribution whose arguments describe none "
        "(its first is 0) (world 4, 2022-08-04)",
    ),
    (
        "shocks: {s: {dates: [1 d]}, t: {after: {event: [s, u]}}, u: {after: {event: t}}}",
        "more than 10,000 events at one instant (world 4, 2022-08-02): a loop without delay of u -> t; "
        "give one of these rules a delay or a `when`",
    ),
]


@pytest.mark.parametrize(("body", "message"), MESSAGES)
def test_a_run_that_means_nothing_names_the_expression_the_world_and_the_date(body, message):
    """Never a silent number; the whole message."""
    with pytest.raises(RunError) as error:
        trace(loads(HEAD + body + END), 4)
    assert str(error.value) == message


def test_an_outcome_that_is_not_a_number_is_an_error_too():
    """Outcomes are judged like everything else."""
    with pytest.raises(RunError) as error:
        run(loads(HEAD + "state: {x: {start: 0}}\noutcomes: {o: {value: log(x - 1)}}\n"), 1)
    assert str(error.value).startswith("outcomes.o.value: 'log(x - 1)' is not a number; ")


def test_a_branch_not_taken_drops_its_nan():
    """`a if c else b` reads only what its condition chooses."""
    scenario = loads(HEAD + "state: {x: {start: 0}}\noutcomes: {o: {value: log(x) if x > 0 else 7}}\n")
    assert run(scenario, 1).worlds.o[0] == 7.0


BUSY = HEAD + "shocks: {busy: {rate: 0.05/d}, rare: {dates: [50 d]}}\noutcomes: {n: {count: busy}}\n"


def test_worlds_that_reach_the_limit_of_events_fail_the_run():
    """The error says in how many worlds, and what exploded."""
    with pytest.raises(CappedError) as error:
        run(loads(BUSY.replace("0.05", "5")), 3, max_events=10)
    assert str(error.value) == (
        "3 of the 3 worlds run so far reached 10 events, the most allowed; "
        "in the first of them 'busy' happened 10 times; mend what feeds it, raise --max-events, "
        "or leave such worlds out with --allow-capped"
    )


def test_allow_capped_keeps_the_rest_and_says_so():
    """Capped worlds are counted and enter no mean."""
    full = run(loads(BUSY), 40).worlds.n
    result = run(loads(BUSY), 40, max_events=5, allow_capped=True)
    shown = result.to_json()
    kept = full[full <= 3]
    assert 0 < len(kept) < 40
    assert shown["capped"] == 40 - len(kept)
    assert shown["worlds"] == shown["outcomes"]["n"]["worlds"] == len(kept)
    assert shown["outcomes"]["n"]["mean"] == pytest.approx(kept.mean())


def test_a_run_in_which_every_world_is_capped_fails_even_so():
    """There is nothing left to report."""
    with pytest.raises(CappedError):
        run(loads(BUSY.replace("0.05", "5")), 3, max_events=10, allow_capped=True)


def test_one_world_that_reaches_the_limit_fails_its_trace():
    """A story without its end is not told."""
    with pytest.raises(CappedError) as error:
        trace(loads(BUSY.replace("0.05", "5")), 3, max_events=10)
    assert str(error.value) == "world 3 reached 10 events, the most allowed; raise --max-events"


@pytest.mark.parametrize(
    ("seed", "worlds", "message"),
    [
        (-1, 1, "seed -1: seeds run from 0 to 18446744073709551615"),
        (2**64, 1, "seed 18446744073709551616: seeds run from 0 to 18446744073709551615"),
        (1, 0, "0 worlds: at least one is needed"),
    ],
)
def test_seeds_and_worlds_that_do_not_exist_are_refused(seed, worlds, message):
    """The edges of the key's words."""
    with pytest.raises(UsageError) as error:
        run(loads(BUSY), worlds, seed)
    assert str(error.value) == message


def test_the_last_seed_and_the_last_world_exist():
    """Both edges run."""
    assert len(trace(loads(BUSY), 2**32 - 1, 2**64 - 1)) > 0


def test_ten_thousand_events_at_one_instant_are_allowed():
    """The limit itself is not an error."""
    body = "shocks: {s: {dates: [1 d]}, t: {after: {event: [s, t]}, when: count(t) < 9999}}"
    story = trace(loads(HEAD + body + END))
    assert len(story) == 10_000
    assert math.isclose(story.record.events.time[-1], 1.0)
