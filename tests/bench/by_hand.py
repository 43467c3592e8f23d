"""The core of reset-2022 as a SimPy user would write it by hand: for a comparison of speed, not equal in law."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from typing import Any

import simpy

YEAR = 365.25
HORIZON = 5 * YEAR
Process = Generator[simpy.Event, Any, None]


class Fading:
    """A number that relaxes towards its rest."""

    def __init__(self, value: float, rest: float, half_life: float) -> None:
        self.anchor, self.rest, self.half_life, self.since = value, rest, half_life, 0.0

    def at(self, now: float) -> float:
        """The value now."""
        return self.rest + (self.anchor - self.rest) * 0.5 ** ((now - self.since) / self.half_life)

    def push(self, now: float, by: float) -> None:
        """Add to it."""
        self.anchor, self.since = min(max(self.at(now) + by, 0.0), 10.0), now


class World:
    """One run: processes that wait, look and act."""

    def __init__(self, seed: int) -> None:
        self.luck = random.Random(seed)
        self.env = simpy.Environment()
        self.events = 0
        self.momentum = Fading(0.0, 0.0, 12.0)
        self.threat = Fading(0.55, 0.45, 180.0)
        self.seoul = Fading(0.58, 0.62, 200.0)
        self.tokyo = Fading(0.44, 0.46, 200.0)
        self.salience = Fading(0.3, 0.2, 60.0)
        self.gsomia, self.plan, self.acsa, self.summits = "suspended_notice", "council", "absent", "suspended"
        for process in (self.launches(), self.notices(), self.calendar()):
            self.env.process(process)
        for rate, most, act in self.sources():
            self.env.process(self.arrivals(rate, most, act))

    def sources(self) -> list[tuple[Callable[[], float], float, Callable[[], None]]]:
        """Everything with a rate: the rate a year, a bound of it, and what happens."""
        env = self.env
        return [
            (lambda: 0.3 * (0.4 if self.plan == "implemented" else 1.0), 0.3, self.ruling),
            (lambda: 1.5 * (1.5 - self.seoul.at(env.now)), 2.3, self.normalise),
            (lambda: 4.0 * (1.2 - self.tokyo.at(env.now)), 4.8, lambda: self.push(self.tokyo, -0.01)),
            (lambda: 1.2 * (1.2 - self.seoul.at(env.now)), 1.5, lambda: self.push(self.seoul, -0.02)),
            (lambda: 3.0, 3.0, lambda: self.push(self.seoul, -0.005)),
            (lambda: 2.5 * (0.5 + self.threat.at(env.now)), 3.8, lambda: self.push(self.threat, -0.01)),
            (lambda: 4.0, 4.0, lambda: self.push(self.threat, 0.02)),
            (lambda: 2.0, 2.0, lambda: self.push(self.salience, 0.1)),
            (lambda: 1.0 if self.plan == "council" else 0.5, 1.0, self.advance_plan),
            (lambda: 0.4 * (1.0 - self.seoul.at(env.now)), 0.4, lambda: setattr(self, "acsa", "signed")),
        ]

    def push(self, what: Fading, by: float) -> None:
        """One event that moves something."""
        self.events += 1
        what.push(self.env.now, by)

    def arrivals(self, rate: Callable[[], float], most: float, act: Callable[[], None]) -> Process:
        """Arrivals by thinning under a constant bound."""
        while True:
            yield self.env.timeout(self.luck.expovariate(most / YEAR))
            if self.luck.random() * most < rate():
                act()

    def launches(self) -> Process:
        """Self-exciting launches, each with what it does to both capitals."""
        while True:
            base = 11.0 / YEAR
            bound = base + 0.03 * self.momentum.at(self.env.now)
            yield self.env.timeout(self.luck.expovariate(bound))
            if self.luck.random() * bound < base + 0.03 * self.momentum.at(self.env.now):
                self.push(self.momentum, 1.0)
                self.threat.push(self.env.now, 0.01 * self.luck.choice((1, 1, 2, 3)))
                self.env.process(self.respond(self.luck.lognormvariate(1.0, 0.7)))

    def respond(self, delay: float) -> Process:
        """An answer after a delay, if any."""
        yield self.env.timeout(delay)
        if self.luck.random() < 0.3:
            self.push(self.tokyo, 0.01)

    def ruling(self) -> None:
        """A ruling angers both; Tokyo may answer, and Seoul may give notice."""
        self.push(self.salience, 0.3)
        self.tokyo.push(self.env.now, 0.05)
        if self.luck.random() < self.salience.at(self.env.now):
            self.env.process(self.respond(self.luck.expovariate(1 / 20)))
        if self.luck.random() < 0.1 * self.seoul.at(self.env.now):
            self.gsomia = "notice_given"

    def normalise(self) -> None:
        """Seoul takes back what it said of GSOMIA."""
        if self.gsomia == "suspended_notice" and self.salience.at(self.env.now) < 0.5:
            self.events += 1
            self.gsomia = "normalised"

    def advance_plan(self) -> None:
        """The compensation plan goes a step further."""
        if self.plan in ("council", "announced"):
            self.plan = "announced" if self.plan == "council" else "implemented"
            self.push(self.seoul, -0.05)

    def notices(self) -> Process:
        """Every 23 November a notice that stands ends the agreement."""
        yield self.env.timeout(114.0)
        while True:
            if self.gsomia == "notice_given":
                self.events += 1
                self.gsomia = "lapsed"
            yield self.env.timeout(YEAR)

    def calendar(self) -> Process:
        """Exercises and elections at known dates."""
        while True:
            yield self.env.timeout(YEAR / 4)
            self.events += 1
            if self.luck.random() < 0.05:
                self.push(self.seoul, 0.1)


def run_world(seed: int) -> int:
    """Run one world; returns how many events it had."""
    world = World(seed)
    world.env.run(until=HORIZON)
    return world.events
