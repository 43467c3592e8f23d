"""What a stylised fact is: a statement with its source, and parts that worlds of the scenario can contradict."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from .lab import TABLE, Laboratory, Number

MORE = 1e-12
"""More than nothing: the lower end of what must be positive."""


@dataclass(frozen=True)
class Part:
    """One number of a fact.

    Attributes
    ----------
    label : str
        What was measured.
    number : Number
    low, high : float
        Between which it must lie; infinite where nothing is asked.
    style : {'%', 'points', 'number', 'days'}
        How it is written.
    asked : bool
        Whether the fact asks for it; other parts are told for the record.
    """

    label: str
    number: Number
    low: float = -math.inf
    high: float = math.inf
    style: str = "%"
    asked: bool = True

    @property
    def holds(self) -> bool:
        """Whether the estimate lies in its range."""
        return self.low <= self.number.value <= self.high

    def contradicts(self, errors: float) -> bool:
        """Whether the range lies outside the interval of so many standard errors either way."""
        low, high = self.number.interval(errors)
        return high < self.low or low > self.high or math.isnan(self.number.value)

    @property
    def verdict(self) -> str:
        """In a word, with a question mark where the 95 % interval reaches over an end of the range."""
        if not self.asked:
            return "for the record"
        low, high = self.number.interval(TABLE)
        sure = (self.low <= low and high <= self.high) if self.holds else self.contradicts(TABLE)
        return ("yes" if self.holds else "no") + ("" if sure else "?")


@dataclass(frozen=True)
class Fact:
    """A stylised fact of `evidence.md`, section 3.

    Attributes
    ----------
    number : int
    statement : str
    source : str
        What stands behind the range, beside section 3 itself.
    measure : callable
        Its parts, measured in a laboratory.
    """

    number: int
    statement: str
    source: str
    measure: Callable[[Laboratory], list[Part]]

    @property
    def name(self) -> str:
        """Its number as in the evidence."""
        return f"F{self.number}"


FACTS: dict[int, Fact] = {}
Measure = Callable[[Laboratory], list[Part]]


def fact(number: int, statement: str, source: str) -> Callable[[Measure], Measure]:
    """Enter what a function measures as a fact."""

    def enter(measure: Measure) -> Measure:
        FACTS[number] = Fact(number, statement, source, measure)
        return measure

    return enter
