"""An actor's delayed choice is a multinomial logit on the utilities at decision time.

P(option) = exp(u) / sum of exp(u) over the options left (McFadden 1974), with utilities read after the delay:
on x(t + delay) of a relaxing variable, not on x(t). Comparisons at 4 standard errors: false alarms 6e-5 each.
"""

import numpy as np
from scipy.integrate import quad

FIXED = """
horizon: 300 d
state: {anger: {start: 0, rest: 0, half_life: 3 d}}
calendar: {thaw: {first: 2023-01-01, lasts: 1000 d}}
shocks:
  ruling: {first: 2022-08-02, every: 10 d, effects: {anger: =2}}
actors:
  seoul:
    actions: {protest: {}, recall: {}, sue: {when: not thaw}}
    responses:
      - {on: ruling, delay: 6 d, choose: {protest: 1.5*anger, recall: -0.4, nothing: 0.3, sue: 3*anger - 1}}
outcomes:
  protests: {count: seoul.protest, by: 150 d}
  recalls: {count: seoul.recall, by: 150 d}
  suits: {count: seoul.sue, by: 150 d}
  protests_in_thaw: {count: seoul.protest, from: 160 d}
  recalls_in_thaw: {count: seoul.recall, from: 160 d}
  suits_in_thaw: {count: seoul.sue, from: 160 d}
"""

DRAWN = """
horizon: 1001 d
state: {anger: {start: 0, rest: 0, half_life: 6 d}}
shocks:
  ruling: {first: 2022-08-02, every: 40 d, mark: {uniform: {low: 0, high: 4}}, effects: {anger: =mark}}
actors:
  seoul:
    actions: {protest: {}, recall: {}}
    responses:
      - {on: ruling, delay: {uniform: {low: 0 d, high: 30 d}}, choose: {protest: 2*anger - 1, recall: 0.25*mark}}
outcomes:
  protests: {count: seoul.protest}
  recalls: {count: seoul.recall}
"""


def logit(*utilities):
    """The probability of each option."""
    weights = np.exp(utilities)
    return weights / weights.sum()


def test_utilities_are_read_after_the_delay(simulated):
    """Anger of 2 has faded to 0.5 after two half-lives; the twin reads utilities at the trigger.

    15 rulings fall before day 150 and are answered by then, and 14 after day 160. In the thaw, whose action
    is forbidden then, the choice is made among the rest; the twin counts the forbidden option as nothing.
    """
    worlds = simulated(FIXED, 220)
    free = logit(1.5 * 0.5, -0.4, 0.3, 3.0 * 0.5 - 1.0)
    at_once = logit(1.5 * 2.0, -0.4, 0.3, 3.0 * 2.0 - 1.0)
    for outcome, option in (("protests", 0), ("recalls", 1), ("suits", 3)):
        assert worlds[outcome].mean_is(15.0 * free[option])
        assert not worlds[outcome].mean_is(15.0 * at_once[option])
    rest = logit(1.5 * 0.5, -0.4, 0.3)
    for outcome, option in (("protests_in_thaw", 0), ("recalls_in_thaw", 1)):
        assert worlds[outcome].mean_is(14.0 * rest[option])
    assert not worlds["protests_in_thaw"].mean_is(14.0 * free[0])
    assert worlds["suits_in_thaw"].values.max() == 0.0


def test_a_drawn_delay_and_the_marks_of_the_trigger(simulated):
    """The logit averaged over mark and delay; the twins: at the trigger, and without the mark in a utility."""
    worlds = simulated(DRAWN, 200)

    def protests(delay_weight, mark_weight):
        def given(mark, delay):
            return logit(2.0 * mark * 2.0 ** (-delay_weight * delay / 6.0) - 1.0, mark_weight * mark)[0]

        return 25.0 * quad(lambda mark: quad(lambda delay: given(mark, delay), 0.0, 30.0)[0], 0.0, 4.0)[0] / 120.0

    assert worlds["protests"].mean_is(protests(1.0, 0.25))
    assert worlds["recalls"].mean_is(25.0 - protests(1.0, 0.25))
    assert not worlds["protests"].mean_is(protests(0.0, 0.25))
    assert not worlds["protests"].mean_is(protests(1.0, 0.0))
