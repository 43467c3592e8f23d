"""Lifecycles with constant transition rates are Markov chains.

The law at time t is the start's row of expm(t*Q), and the mean time in a stage its integral (Norris, *Markov
Chains*, 1997, sections 2.1 and 3.5). Comparisons at 4 standard errors: false alarms 6e-5 each.
"""

import numpy as np
from scipy.integrate import quad_vec
from scipy.linalg import expm

TWO = """
horizon: 20.5 d
sample_every: 5 d
mechanisms:
  pact:
    stages: [kept, broken]
    start: kept
    transitions:
      - {from: kept, to: broken, rate: 0.1/d}
      - {from: broken, to: kept, rate: 0.15/d}
outcomes:
  broken: {trajectory: pact == broken}
  broken_at_end: {at_end: pact == broken}
  broken_share: {share_of_time: pact == broken}
  first_broken: {first: pact == broken}
"""

FIVE = """
horizon: 20 d
sample_every: 4 d
mechanisms:
  pact:
    stages: [talks, signed, frozen, notice, lapsed]
    start: talks
    transitions:
      - {from: talks, to: signed, rate: 0.3/d}
      - {from: signed, to: frozen, rate: 0.2/d}
      - {from: [signed, frozen], to: notice, rate: 0.1/d}
      - {from: frozen, to: signed, rate: 0.25/d}
      - {from: notice, to: signed, rate: 0.2/d}
      - {from: notice, to: lapsed, rate: 0.15/d}
      - {from: lapsed, to: talks, rate: 0.05/d}
outcomes:
  talks: {trajectory: pact == talks}
  signed: {trajectory: pact == signed}
  frozen: {trajectory: pact == frozen}
  notice: {trajectory: pact == notice}
  lapsed: {trajectory: pact == lapsed}
  signed_at_end: {at_end: pact == signed}
  signed_share: {share_of_time: pact == signed}
  lapsed_share: {share_of_time: pact == lapsed, from: 5 d, by: 15 d}
"""
STAGES = ["talks", "signed", "frozen", "notice", "lapsed"]
FIVE_RATES = {
    ("talks", "signed"): 0.3,
    ("signed", "frozen"): 0.2,
    ("signed", "notice"): 0.1,
    ("frozen", "notice"): 0.1,
    ("frozen", "signed"): 0.25,
    ("notice", "signed"): 0.2,
    ("notice", "lapsed"): 0.15,
    ("lapsed", "talks"): 0.05,
}


def generator(stages, rates):
    """The matrix of rates between stages, each row summing to 0."""
    matrix = np.zeros((len(stages), len(stages)))
    for (source, target), rate in rates.items():
        matrix[stages.index(source), stages.index(target)] = rate
    return matrix - np.diag(matrix.sum(axis=1))


def law(matrix, day):
    """The probability of each stage, started in the first."""
    return expm(matrix * day)[0]


def mean_share(matrix, begin, end):
    """The mean share of time in each stage."""
    return quad_vec(lambda day: law(matrix, day), begin, end)[0] / (end - begin)


def test_two_stages(simulated):
    """Shares at several days, at the end and over time; the twin breaks twice as often."""
    worlds = simulated(TWO, 800)
    right = generator(["kept", "broken"], {("kept", "broken"): 0.1, ("broken", "kept"): 0.15})
    wrong = generator(["kept", "broken"], {("kept", "broken"): 0.2, ("broken", "kept"): 0.15})
    for day in (5.0, 10.0, 15.0, 20.0):
        assert worlds.at("broken", day).share_is(law(right, day)[1])
        assert not worlds.at("broken", day).share_is(law(wrong, day)[1])
    assert worlds["broken_at_end"].share_is(law(right, 20.5)[1])
    assert not worlds["broken_at_end"].share_is(law(wrong, 20.5)[1])
    assert worlds["broken_share"].mean_is(mean_share(right, 0.0, 20.5)[1])
    assert not worlds["broken_share"].mean_is(mean_share(wrong, 0.0, 20.5)[1])
    points = [1.0, 3.0, 7.0, 12.0, 18.0]
    assert worlds["first_broken"].law_is(lambda day: 1.0 - np.exp(-0.1 * day), points)
    assert not worlds["first_broken"].law_is(lambda day: 1.0 - np.exp(-0.2 * day), points)


def test_five_stages(simulated):
    """All shares at all days; the twins: no way back from the freeze, none out of the lapsed stage."""
    worlds = simulated(FIVE, 900)
    right = generator(STAGES, FIVE_RATES)
    frozen_for_good = generator(STAGES, FIVE_RATES | {("frozen", "signed"): 0.0})
    lapsed_for_good = generator(STAGES, FIVE_RATES | {("lapsed", "talks"): 0.0})
    for day in (4.0, 8.0, 12.0, 16.0):
        for stage, share in zip(STAGES, law(right, day), strict=True):
            assert worlds.at(stage, day).share_is(share)
    for day in (8.0, 12.0, 16.0):
        assert not worlds.at("frozen", day).share_is(law(frozen_for_good, day)[2])
    assert worlds["signed_at_end"].share_is(law(right, 20.0)[1])
    assert not worlds["signed_at_end"].share_is(law(frozen_for_good, 20.0)[1])
    assert worlds["signed_share"].mean_is(mean_share(right, 0.0, 20.0)[1])
    assert not worlds["signed_share"].mean_is(mean_share(frozen_for_good, 0.0, 20.0)[1])
    assert worlds["lapsed_share"].mean_is(mean_share(right, 5.0, 15.0)[4])
    assert not worlds.at("talks", 16.0).share_is(law(lapsed_for_good, 16.0)[0])
