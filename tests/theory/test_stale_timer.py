"""Leaving a stage cancels its clock, and entering it again draws anew.

Each entry lapses with probability q = exp(-r*d) (a fixed notice d against a reversal at rate r), whatever
came before, so that lapse in the end has p = q + (1 - q)*s*p, where s is the chance of another notice.
Comparisons at 4 standard errors: false alarms 6e-5 each. The twins are models whose timer is a shock that
starts at each entry and is not cancelled: run in the same way, they must fail the same comparison.
"""

import math

CYCLES = """
horizon: 5000 d
mechanisms:
  pact:
    stages: [notice, kept, lapsed, renewed]
    start: notice
    transitions:
      - {from: notice, to: lapsed, TIMER}
      - {from: notice, to: kept, rate: 0.05/d}
      - {from: kept, to: notice, rate: 0.1/d}
      - {from: kept, to: renewed, rate: 0.05/d}
shocks:
  start: {dates: [0 d]}
  alarm: {after: {event: [start, pact.notice], delay: 40 d}}
outcomes:
  lapses: {ever: pact == lapsed}
  settled: {at_end: "pact in [lapsed, renewed]"}
"""

ANEW = """
horizon: 200 d
mechanisms:
  pact:
    stages: [notice, kept, lapsed]
    start: notice
    transitions:
      - {from: notice, to: lapsed, TIMER}
      - {from: notice, to: kept, on: take_back}
      - {from: kept, to: notice, on: give_notice}
shocks:
  start: {dates: [0 d]}
  take_back: {dates: [50 d]}
  give_notice: {dates: [60 d]}
  alarm: {after: {event: [start, pact.notice], delay: {uniform: {low: 0 d, high: 100 d}}}}
outcomes:
  lapsed_at: {first: pact == lapsed}
  kept: {ever: pact == kept}
"""


def test_each_notice_runs_its_full_length(simulated):
    """Lapse in the end with probability q / (1 - (1 - q)*s); an uncancelled timer gives more."""
    once, again = math.exp(-0.05 * 40.0), 0.1 / 0.15
    expected = once / (1.0 - (1.0 - once) * again)
    right = simulated(CYCLES.replace("TIMER", "after: 40 d"), 600)
    stale = simulated(CYCLES.replace("TIMER", "on: alarm"), 350)
    assert right["settled"].values.all()
    assert stale["settled"].values.all()
    assert right["lapses"].share_is(expected)
    assert not stale["lapses"].share_is(expected)


def test_a_new_entry_draws_a_new_delay(simulated, sample):
    """Reversed on day 50 and given again on day 60, notice lasts as long as a fresh one: uniform on 0..100.

    The twin's first timer, never cancelled, ends it as well.
    """
    points = [70.0, 80.0, 90.0, 100.0, 120.0, 140.0]

    def second_lapse(worlds):
        return sample(worlds["lapsed_at"].values[worlds["kept"].values == 1.0])

    def fresh(day):
        return (day - 60.0) / 100.0

    right = simulated(ANEW.replace("TIMER", "after: {uniform: {low: 0 d, high: 100 d}}"), 1700)
    stale = simulated(ANEW.replace("TIMER", "on: alarm"), 600)
    assert right["kept"].share_is(0.5)
    assert not right["kept"].share_is(0.62)
    assert second_lapse(right).mean_is(110.0)
    assert not second_lapse(stale).mean_is(110.0)
    assert second_lapse(right).law_is(fresh, points)
    assert not second_lapse(stale).law_is(fresh, points)


def test_a_fixed_delay_starts_again(story):
    """Reversed on day 50 and given again on day 60, a notice of 90 d ends on day 150, not on day 90."""
    right = story(ANEW.replace("TIMER", "after: 90 d"))
    stale = story(ANEW.replace("TIMER", "on: alarm").replace("{uniform: {low: 0 d, high: 100 d}}", "90 d"))
    assert (150.0, "pact.lapsed") in right
    assert (150.0, "pact.lapsed") not in stale
    assert (90.0, "pact.lapsed") in stale
