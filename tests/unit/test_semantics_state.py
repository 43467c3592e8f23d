"""State between events: exact relaxation, an anchor that moves only for a reason, rest inside its bounds."""

import itertools

import pytest

from simulate import loads, run

HEAD = "scenario: test\nstart: 2022-08-01\nhorizon: 100 d\nsample_every: 1 d\n"


def path(body):
    """The trajectory `x` of the first world, one value a day."""
    return run(loads(HEAD + body + "\noutcomes: {x: {trajectory: x}}\n"), 1).trajectories.x.values[0]


def test_relaxation_is_exact():
    """x(t) = rest + (x0 - rest) 2^(-t/half_life), to the last digits, and x0 itself at the start."""
    found = path("state: {x: {start: 0.9, rest: 0.2, half_life: 7 d}}")
    assert found[0] == 0.9
    exact = [0.2 + (0.9 - 0.2) * 2.0 ** (-day / 7.0) for day in range(100)]
    assert list(found) == pytest.approx(exact, rel=1e-14)


def test_a_variable_without_half_life_holds_its_value():
    """Between events nothing changes it."""
    assert set(path("state: {x: {start: 0.7}}")) == {0.7}


def test_a_variable_without_rest_fades_to_zero():
    """`half_life` alone means a rest of zero."""
    assert path("state: {x: {start: 1, half_life: 10 d}}")[20] == 0.25


@pytest.mark.parametrize(
    "shocks", ["{dates: [33.3 d], effects: {x: 0}}", "{dates: [33.3 d], effects: {x: =x}}", "{rate: 3/d}"]
)
def test_what_leaves_a_variable_alone_moves_no_anchor(shocks):
    """Zero effects, setting to its own value, and unrelated events change no bit of a trajectory."""
    state = "state: {x: {start: 0.9, rest: 0.2, half_life: 7 d, bounds: [0, 1]}}"
    assert list(path(f"{state}\nshocks: {{other: {shocks}}}")) == list(path(state))


def test_an_effect_moves_the_anchor():
    """From an event on the value relaxes anew from what the event left."""
    found = path("state: {x: {start: 0, rest: 0, half_life: 10 d}}\nshocks: {hit: {dates: [20 d], effects: {x: 1}}}")
    assert found[19] == 0.0
    assert [found[20], found[30], found[40]] == [1.0, 0.5, 0.25]


def test_a_new_rest_moves_the_anchor_at_the_moment_of_the_change():
    """The value is continuous where its rest changes."""
    found = path("""
state: {x: {start: 1, rest: 0 if calm else 2, half_life: 10 d}}
calendar: {calm: {first: 0 d, lasts: 10 d}}
""")
    assert [found[0], found[10]] == [1.0, 0.5]
    assert found[20] == pytest.approx(2 + (0.5 - 2) / 2, rel=1e-15)


def test_a_new_half_life_moves_the_anchor():
    """What was lost stays lost; only the pace changes."""
    found = path("""
state: {x: {start: 1, rest: 0, half_life: 10 d if count(slow) == 0 else 20 d}}
shocks: {slow: {dates: [10 d]}}
""")
    assert [found[10], found[30], found[50]] == [0.5, 0.25, 0.125]


def test_rest_may_read_a_held_variable():
    """An event that sets a held variable moves the rest of what reads it."""
    found = path("""
state: {level: {start: 0}, x: {start: 0, rest: level, half_life: 10 d}}
shocks: {lift: {dates: [10 d], effects: {level: =1}}}
""")
    assert [found[10], found[20], found[30]] == [0.0, 0.5, 0.75]


def test_rest_is_clamped_to_the_bounds():
    """A rest beyond a bound acts like the bound itself."""
    assert list(path("state: {x: {start: 0, rest: 5, half_life: 9 d, bounds: [0, 1]}}")) == list(
        path("state: {x: {start: 0, rest: 1, half_life: 9 d, bounds: [0, 1]}}")
    )


def test_a_value_never_passes_its_rest():
    """The result stays between the anchor and the rest, however small the gap."""
    found = path("state: {x: {start: 0.3, rest: 0.1, half_life: 0.5 d}}")
    assert found.min() == 0.1
    assert all(later <= earlier for earlier, later in itertools.pairwise(found))


def test_a_rate_below_zero_counts_as_zero():
    """A rate that falls through zero stops its event there."""
    scenario = loads(
        HEAD
        + """
state: {x: {start: 1, rest: -1, half_life: 20 d}}
shocks: {s: {rate: 5/d*x}}
outcomes: {early: {count: s, by: 20 d}, late: {count: s, from: 20 d}}
"""
    )
    worlds = run(scenario, 20).worlds
    assert worlds.early.min() > 10
    assert worlds.late.max() == 0


def test_initial_and_policy_change_start_values():
    """A file's `initial` and a policy's replace what a variable starts with."""
    scenario = loads(
        HEAD
        + """
state: {x: {start: 1}, y: {start: 1}}
initial: {x: 2}
outcomes: {x: {value: x}, y: {value: y}}
policies: {other: {initial: {y: 3}}}
"""
    )
    assert run(scenario, 1).worlds.iloc[0].to_dict() == {"x": 2.0, "y": 1.0}
    assert run(scenario.with_policy("other"), 1).worlds.iloc[0].to_dict() == {"x": 2.0, "y": 3.0}
