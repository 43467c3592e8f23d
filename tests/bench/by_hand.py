"""The core of reset-2022 as a SimPy user would write it by hand: for a comparison of speed, not equal in law."""

import random
from collections.abc import Callable, Generator
from math import exp

import simpy

YEAR = 365.25
EXITS = {"surge": {"normal": 0.35}, "normal": {"surge": 0.15, "moratorium": 0.1}, "moratorium": {"normal": 0.7}}
LAUNCHES = {"surge": 20.0, "normal": 6.5, "moratorium": 0.3}
LEVELS = {"momentum": (1, 0, 12), "threat": (0.75, 0.65, 60), "salience": (0.4, 0.3, 60), "seoul": (0.58, 0.68, 200)}
LEVELS |= {"tokyo": (0.44, 0.51, 200), "mediation": (0.4, 0.4, 120), "president": (0.28, 0.35, 180)}
LEVELS |= {"cabinet": (0.59, 0.42, 180), "flow": (0.35, 0.35, 45), "depth": (0.3, 0, 500), "china": (0.5, 0.5, 180)}
RESTS = {False: {"seoul": 0.68, "tokyo": 0.51, "salience": 0.3}, True: {"seoul": 0.48, "tokyo": 0.4, "salience": 0.15}}
FLOWS = {"normalised": 1.0, "suspended_notice": 0.35, "notice_given": 0.0, "lapsed": 0.0}
COLLAPSE = {"council": 0.1, "announced": 0.3, "implemented": 0.12, "collapsed": 0.0}
AFTER = {"grieved": 0.0, "regular": False, "settled": False}  # a retaliation
Process = Generator[simpy.Event, object, None]


def logistic(x: float) -> float:
    return 1 / (1 + exp(-x))


class World:
    """One run: processes that wait, look and act."""

    def __init__(self, seed: int) -> None:
        self.luck, self.env, self.events = random.Random(seed), simpy.Environment(), 0
        self.posture, self.gsomia, self.plan, self.acsa = "surge", "suspended_notice", "council", "shelved"
        self.progressive = self.hawkish = self.regular = self.resumed = self.settled = False
        self.grieved, self.levels = 0.0, {name: (*numbers, 0.0) for name, numbers in LEVELS.items()}
        for process in (self.launches(), self.calendar(), *(self.arrivals(*source) for source in self.sources())):
            self.env.process(process)

    def now(self, name: str) -> float:
        """A level at this moment, on its way to its rest."""
        start, rest, half_life, since = self.levels[name]
        return rest + (start - rest) * 0.5 ** ((self.env.now - since) / half_life)

    def push(self, name: str, by: float = 0.0, rest: float | None = None) -> None:
        """Add to a level, or move its rest."""
        value, most = self.now(name) + by, 1e9 if name == "momentum" else 1.0
        _, old, half_life, _ = self.levels[name]
        self.levels[name] = (min(max(value, 0.0), most), old if rest is None else rest, half_life, self.env.now)

    def happen(self, stages: dict[str, object] | None = None, **pushes: float) -> None:
        """One event: new stages, the rests that follow them, and pushes."""
        self.events += 1
        vars(self).update(stages or {})
        for name, rest in {**RESTS[self.settled], "flow": FLOWS[self.gsomia]}.items() if stages else ():
            self.push(name, rest=rest)
        for name, by in pushes.items():
            self.push(name, by)

    def arrivals(self, most: float, rate: Callable[[], float], act: Callable[[], object]) -> Process:
        """Arrivals at a rate a year, by thinning under a constant bound."""
        while True:
            yield self.env.timeout(self.luck.expovariate(most / YEAR))
            if self.luck.random() * most < rate():
                act()

    def sources(self) -> list[tuple[float, Callable[[], float], Callable[[], object]]]:
        """All that comes at a rate: a bound of it, the rate a year, and what happens."""
        at, do, go, luck, odds = self.now, self.happen, self.env.process, self.luck.random, logistic
        return [
            (0.7, lambda: sum(EXITS[self.posture].values()), self.turn),
            (0.25, lambda: 0.025 if self.posture == "moratorium" else 0.25, lambda: do(threat=0.1, cabinet=0.03)),
            (6, lambda: 6, lambda: do(salience=0.04, seoul=0.003, tokyo=0.003)),  # shrines, islets, textbooks
            (2, lambda: 2, lambda: do(china=0.08, threat=0.005)),
            (0.12, lambda: 0.12 if self.hawkish else 0.06, lambda: do(salience=0.2, seoul=0.15, tokyo=0.075)),
            (0.15, lambda: 0.15, lambda: do({"regular": False}, seoul=0.02, tokyo=0.02)),  # a radar lock-on
            (0.3, lambda: 0.3, lambda: go(self.court(luck() < 0.4, 6.0))),
            (2, lambda: 12 * odds(at("tokyo") - 3) * (self.env.now < self.grieved), lambda: do(AFTER, seoul=0.25)),
            (4, lambda: 12 * odds(at("threat") - at("seoul") - 2) * (self.plan == "council"), lambda: go(self.plans())),
            (0.3, lambda: COLLAPSE[self.plan], lambda: do({"plan": "collapsed", "settled": False})),
            (0.3, lambda: 0.3 * (self.plan == "collapsed"), lambda: do({"plan": "council"})),
            (5, lambda: 5 * (FLOWS[self.gsomia] > 0), lambda: go(self.weigh())),
            (2, lambda: 12 * odds(at("depth") - at("seoul") - 2.8) * (self.acsa == "shelved"), lambda: go(self.talk())),
            (11, lambda: (4 if self.regular else 1.5) * exp(1 - at("seoul") - at("tokyo")), lambda: do(salience=-0.01)),
            (5.5, lambda: (2 if self.settled else 0.3) * exp(1 - 2 * at("seoul")), lambda: do({"regular": True})),
            (3, lambda: 3, lambda: do(salience=-0.01, seoul=-0.002, tokyo=-0.002)),  # envoys
            (9, lambda: (3 if self.resumed else 1.2) * exp(at("threat") - at("seoul")), lambda: do({"resumed": True})),
            (9, lambda: 0.4 * exp(max(0, 3 - 6 * at("cabinet"))), lambda: do({"hawkish": luck() < 0.35}, cabinet=0.1)),
        ]

    def turn(self) -> None:
        self.happen({"posture": self.luck.choices(*zip(*EXITS[self.posture].items(), strict=True))[0]})
        self.push("threat", rest=0.45 if self.posture == "moratorium" else 0.65)

    def launches(self) -> Process:
        while True:
            bound = 32 + 7.4 * self.now("momentum")  # momentum only falls until the next
            yield self.env.timeout(self.luck.expovariate(bound / YEAR))
            base = LAUNCHES[self.posture] * (1.6 if (self.env.now - 21) % (YEAR / 2) < 11 else 1)  # exercises
            if self.luck.random() * bound < base + 7.4 * self.now("momentum"):
                self.happen(momentum=1, threat=0.01, depth=0.02 * self.now("flow") * (1 - self.now("depth")))
                for chance, threat in ((0.1, 0.04), (0.015, 0.04), (0.05 * 0.25 ** self.now("flow"), 0.01)):
                    if self.luck.random() < chance:  # an ICBM, an overflight, a salvo miscounted
                        self.happen(threat=threat)

    def calendar(self) -> Process:
        yield self.env.timeout(18)  # 19 August 2022: the ruling that is due
        self.env.process(self.court(self.luck.random() < 0.45, 0.0))
        yield self.env.timeout(885)  # 20 January 2025: Washington
        self.happen(mediation=-0.2 if self.luck.random() < 0.45 else 0.0)
        yield self.env.timeout(840)  # 10 May 2027: Seoul
        self.happen({"progressive": self.luck.random() < logistic(3 * (0.35 - self.now("president")))}, president=0.17)

    def court(self, ordered: bool, delay: float) -> Process:
        self.happen({"grieved": self.env.now + YEAR}, salience=0.25, tokyo=0.05)
        for pause, chance, quiet in ((delay, ordered, ("implemented",)), (5.0, 0.6, ("announced", "implemented"))):
            yield self.env.timeout(self.luck.lognormvariate(pause, 0.5))  # to an order, then to a sale
            if self.plan in quiet or self.luck.random() >= chance:
                return
            self.happen({"grieved": self.env.now + YEAR}, salience=0.2, tokyo=0.04)

    def plans(self) -> Process:
        self.happen({"plan": "announced", "settled": True}, president=-0.04, salience=-0.1)
        yield self.env.timeout(self.luck.lognormvariate(3.7, 0.6))
        if self.gsomia == "suspended_notice" and self.luck.random() < 0.7:
            self.happen({"gsomia": "normalised", "regular": True}, seoul=-0.03)
        yield self.env.timeout(self.luck.lognormvariate(4.7, 0.5))
        if self.plan == "announced":
            self.happen({"plan": "implemented"})

    def weigh(self) -> Process:
        self.happen()
        yield self.env.timeout(self.luck.lognormvariate(3.0, 0.7))
        case = 3 * (self.now("salience") + self.now("seoul")) + 1.8 * self.progressive - 2.5 * self.now("depth") - 7.3
        if FLOWS[self.gsomia] > 0 and self.luck.random() < logistic(case):
            self.happen({"gsomia": "notice_given", "regular": False}, tokyo=0.03, salience=0.1, mediation=0.4)
            yield self.env.timeout(90 + (24 - self.env.now) % YEAR)  # the first 23 November after 90 days
            kept = self.luck.random() < logistic(2.2 * self.now("mediation") - 0.6)
            self.happen({"gsomia": "suspended_notice" if kept else "lapsed"})
        elif self.luck.random() < 0.6:
            self.happen(salience=0.02)  # a protest

    def talk(self) -> Process:
        self.happen({"acsa": "negotiating"})
        yield self.env.timeout(self.luck.lognormvariate(6.0, 0.5))
        self.happen({"acsa": "shelved" if self.luck.random() < logistic(4 * self.now("seoul") - 3.2) else "signed"})


def run_world(seed: int) -> int:
    """Run one world; returns how many events it had."""
    world = World(seed)
    world.env.run(until=5 * YEAR)
    return world.events
