"""A notice that runs against its reversal.

A notice of fixed length d lapses if no reversal at rate r comes first: with probability exp(-r*d). With an
anniversary, d is the time to the first such date at least the notice away. Elementary (an exponential time
against a constant). Comparisons at 4 standard errors: false alarms 6e-5 each.
"""

import math

from scipy.integrate import quad
from scipy.stats import truncexpon

RATE = """
horizon: 100 d
mechanisms:
  pact:
    stages: [notice, kept, lapsed]
    start: notice
    transitions:
      - {from: notice, to: lapsed, after: 90 d}
      - {from: notice, to: kept, rate: 0.01/d}
outcomes:
  lapses: {ever: pact == lapsed}
  lapsed_at: {first: pact == lapsed}
  kept_at: {first: pact == kept}
"""

ANSWER = """
horizon: 100 d
mechanisms:
  pact:
    stages: [kept, notice, lapsed]
    start: kept
    transitions:
      - {from: kept, to: notice, on: give_notice}
      - {from: notice, to: lapsed, after: 60 d}
      - {from: notice, to: kept, on: take_back}
shocks:
  give_notice: {dates: [20 d]}
  take_back: {after: {event: pact.notice, delay: {exponential: {mean: 50 d}}}}
outcomes:
  lapses: {ever: pact == lapsed}
  lapsed_at: {first: pact == lapsed}
"""

# From 2022-08-01, 23 November is day 114, then day 479: a notice of 90 d given after day 24 has to wait for the second.
ANNIVERSARY = """
horizon: 500 d
mechanisms:
  pact:
    stages: [kept, notice, lapsed, saved]
    start: kept
    transitions:
      - {from: kept, to: notice, on: give_notice}
      - {from: notice, to: lapsed, at: {anniversary: 11-23, notice: 90 d}}
      - {from: notice, to: saved, rate: 0.005/d}
shocks:
  give_notice: {date: {uniform: {low: 0 d, high: 60 d}}}
outcomes:
  lapses_first: {ever: pact == lapsed, by: 115 d}
  lapses: {ever: pact == lapsed}
  lapsed_at: {first: pact == lapsed}
"""


def test_a_fixed_notice_against_a_reversal_rate(simulated, sample):
    """Lapse with probability exp(-0.9), on day 90; else reversal by a truncated exponential law.

    The twins: a notice a third shorter, a reversal by the untruncated law.
    """
    worlds = simulated(RATE, 1500)
    lapses = worlds["lapses"]
    assert lapses.share_is(math.exp(-0.9))
    assert not lapses.share_is(math.exp(-0.6))
    assert set(worlds["lapsed_at"].values[lapses.values == 1.0]) == {90.0}
    reversed_at = sample(worlds["kept_at"].values[lapses.values == 0.0])
    law = truncexpon(b=0.9, scale=100.0)
    points = [10.0, 25.0, 40.0, 60.0, 80.0]
    assert reversed_at.mean_is(law.mean())
    assert not reversed_at.mean_is(100.0)
    assert reversed_at.law_is(law.cdf, points)
    assert not reversed_at.law_is(lambda day: 1.0 - math.exp(-0.01 * day), points)


def test_a_fixed_notice_against_an_answer_with_an_exponential_delay(simulated):
    """Given on day 20, lapse on day 80 with probability exp(-60/50); the twin counts from the start."""
    worlds = simulated(ANSWER, 1000)
    lapses = worlds["lapses"]
    assert lapses.share_is(math.exp(-60.0 / 50.0))
    assert not lapses.share_is(math.exp(-40.0 / 50.0))
    assert set(worlds["lapsed_at"].values[lapses.values == 1.0]) == {80.0}


def test_an_anniversary_with_notice_against_a_reversal_rate(simulated):
    """Lapse on day 114 if notice fell by day 24, else on day 479; the twins: no notice needed, no reversal."""
    worlds = simulated(ANNIVERSARY, 1500)
    first, lapses = worlds["lapses_first"], worlds["lapses"]

    def survival(until, begin, end):
        return quad(lambda given: math.exp(-0.005 * (until - given)) / 60.0, begin, end)[0]

    on_first, on_second = survival(114.0, 0.0, 24.0), survival(479.0, 24.0, 60.0)
    assert first.share_is(on_first)
    assert not first.share_is(survival(114.0, 0.0, 60.0))
    assert not first.share_is(24.0 / 60.0)
    assert lapses.share_is(on_first + on_second)
    assert not lapses.share_is(survival(114.0, 0.0, 60.0))
    assert set(worlds["lapsed_at"].values[lapses.values == 1.0]) == {114.0, 479.0}
