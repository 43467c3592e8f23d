"""How well a difference is known when one looks at it again and again, and stops when it is known well enough.

An interval for a number of worlds fixed beforehand is too narrow then: whoever looks often enough catches a
moment at which it misses. The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and
Ramdas (2024, Annals of Statistics 52:2613, theorem 2.2) holds at all numbers of worlds at once.
"""

from __future__ import annotations

import math

import numpy as np

from simulate.studies.statistics import CONFIDENCE, Column

RULE = "asymptotic confidence sequence (Waudby-Smith et al. 2024), valid whenever one stops"
TIGHTEST = 5_000
"""The number of worlds at which the sequence is at its tightest, about 1.5 times a fixed interval."""
FIRST_LOOK = 500
MOST_WORLDS = 1_000_000
FURTHER_FLIPS = 8


def sequence_half_width(sd: float, worlds: int) -> float:
    """Half the width of the confidence sequence at a number of worlds.

    Examples
    --------
    >>> round(sequence_half_width(0.5, 10_000), 4)
    0.0153
    """
    error = 1.0 - CONFIDENCE
    scale = (-2.0 * math.log(error) + math.log(-2.0 * math.log(error) + 1.0)) / TIGHTEST
    spread = worlds * scale + 1.0
    return sd * math.sqrt(2.0 * spread / (worlds * worlds * scale) * math.log(math.sqrt(spread) / error))


def cautious_sd(influence: Column, counted: float = 1.0) -> float:
    """The sd of what worlds add to a difference of shares, as if four more worlds flipped each way.

    Without that a difference of which no world has shown anything yet would look perfectly known. Where only
    a share of worlds is `counted`, one that flips adds so much more.
    """
    worlds = len(influence)
    flips = FURTHER_FLIPS / max(counted, 1.0 / max(worlds, 1)) ** 2
    return math.sqrt((float(np.square(influence).sum()) + flips) / (worlds + FURTHER_FLIPS))


def next_look(worlds: int, half: float, wanted: float) -> int:
    """With how many worlds to look again: about as many as should do, at most twice as many, at least 500 more."""
    enough = math.ceil(1.05 * worlds * (half / wanted) ** 2)
    return min(max(enough, worlds + FIRST_LOOK), 2 * worlds, MOST_WORLDS)
