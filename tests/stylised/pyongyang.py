"""Facts 12 to 19: launches and tests, what they do to threat and cooperation, and how missiles are counted."""

from __future__ import annotations

from datetime import date

import numpy as np

from .lab import YEAR, Laboratory, Number, mean, share
from .register import MORE, Part, fact

FIXED = {"surge_ends": "0/yr", "surge_begins": "0/yr", "moratorium_begins": "0/yr", "moratorium_ends": "0/yr"}
RECORD = (("turn_to_moratorium", 2159.0), ("turn_to_normal", 2680.0), ("turn_to_surge", 3653.0))
"""January 2012 to July 2022: normal until 28 November 2017, no tests until 4 May 2019, a surge from January 2022."""
DECADE = 3865.0
MONTH = 30
REGIMES = {"surge": (), "normal": ("start_normal",), "moratorium": ("start_moratorium",)}
RATES = {"surge": (25.0, 40.0), "normal": (6.0, 14.0), "moratorium": (0.0, 1.0)}
MOST_WORLDS = 400
"""A world of launches has dozens to hundreds of them, so that few worlds will do."""


def launches(lab: Laboratory, *start: str, horizon: float, place: tuple[tuple[str, float], ...] = ()) -> np.ndarray:
    """Launches on each day, one row for each world, while regimes change on given days only."""
    worlds = min(MOST_WORLDS, lab.worlds // 3)
    seen = lab.run(*start, worlds=worlds, horizon=horizon, step=1.0, watch="launches", place=place, **FIXED)
    return np.diff(seen.path("launches"), axis=1)


def in_a_regime(lab: Laboratory, regime: str) -> np.ndarray:
    """Launches on each day of four years in one regime, the first sixty days left out."""
    return launches(lab, *REGIMES[regime], horizon=60.0 + 4.0 * YEAR)[:, 60:]


def decade(lab: Laboratory) -> np.ndarray:
    """Launches on each day of a decade with the regimes of 2012 to 2022."""
    return launches(lab, "start_normal", horizon=DECADE, place=RECORD)


def monthly(days: np.ndarray) -> np.ndarray:
    """Launch days in each month of thirty days."""
    months = days.shape[1] // MONTH
    return (days[:, : months * MONTH] > 0).reshape(len(days), months, MONTH).sum(axis=2).astype(float)


@fact(
    12,
    "Launch days a year: surge 25 to 40, normal 6 to 14, moratorium 0 to 1; variance/mean of months 1.0 to 2.5 within "
    "a regime, above 1.6 over a decade",
    "CNS, CSIS: observed 1.9 to 2.3 over the decade [S6, S7]",
)
def launch_days(lab: Laboratory) -> list[Part]:
    """Regimes held fixed; the decade with the regimes of the record."""
    parts = []
    for regime, (low, high) in RATES.items():
        days = in_a_regime(lab, regime)
        a_year = mean((days > 0).mean(axis=1) * YEAR)
        parts.append(Part(f"a year, {regime}", a_year, low, high, "number"))
        if regime != "moratorium":
            counts = monthly(days)
            spread = mean(((counts - counts.mean()) ** 2).mean(axis=1), counts.mean(axis=1))
            parts.append(Part(f"variance/mean, {regime}", spread, 1.0, 2.5, "number"))
    counts = monthly(decade(lab))
    spread = counts.var(axis=1, ddof=1) / np.maximum(counts.mean(axis=1), 1.0 / counts.shape[1])
    return [*parts, Part("variance/mean, decade", mean(spread), 1.6, style="number")]


def gaps(days: np.ndarray) -> list[np.ndarray]:
    """Days between launch days, for each world that has three."""
    found = [np.diff(np.flatnonzero(row)) for row in days]
    return [each for each in found if len(each) > 1]


@fact(
    13,
    "Gaps between launch days over regimes like 2012-22: median 10 to 18 d, coefficient of variation 1.6 to 2.3, 25 to "
    "45 % of a week or less; in a surge alone a median of 6 to 10 d",
    "CNS, CSIS [S6, S7]",
)
def gaps_between_launch_days(lab: Laboratory) -> list[Part]:
    """Each number is worked out in every world, as it was in the one record, and averaged over worlds."""
    found = gaps(decade(lab))
    surge = gaps(in_a_regime(lab, "surge"))

    def each(what: object) -> Number:
        return mean(np.array(what, dtype=float))

    return [
        Part("median", each([np.median(gap) for gap in found]), 10.0, 18.0, "days"),
        Part("coefficient of variation", each([gap.std(ddof=1) / gap.mean() for gap in found]), 1.6, 2.3, "number"),
        Part("of a week or less", each([(gap <= 7).mean() for gap in found]), 0.25, 0.45),
        Part("median in a surge", each([np.median(gap) for gap in surge]), 6.0, 10.0, "days"),
    ]


def exercise_days(lab: Laboratory, before: int) -> tuple[np.ndarray, np.ndarray]:
    """For each day of five years, whether a major exercise runs, and whether one begins in so many days."""
    start, days = date(2022, 8, 1), int(5 * YEAR)
    during, ahead = np.zeros(days, dtype=bool), np.zeros(days, dtype=bool)
    firsts = [date(year, 8, 22) for year in range(2022, 2027)] + [date(year, 3, 13) for year in range(2023, 2028)]
    for first in firsts:
        day = (first - start).days
        during[day : day + 11] = True
        ahead[max(0, day - before) : day] = True
    return during, ahead & ~during


@fact(
    14,
    "Launch rate in major exercises at or above that outside (ratio 1.0 to 2.6); no rise in the four weeks before",
    "0.4: own counts 2.0 to 2.3, and 0.9 to 1.0 before [S6, S7]",
)
def exercises(lab: Laboratory) -> list[Part]:
    """Five years as written."""
    worlds = min(MOST_WORLDS, lab.worlds)
    seen = lab.run(worlds=worlds, horizon=5.0 * YEAR, step=1.0, watch="launches")
    days = np.diff(seen.path("launches"), axis=1)
    during, before = (flags[: days.shape[1]] for flags in exercise_days(lab, 28))
    neither = ~during & ~before
    outside = mean(days[:, ~during].mean(axis=1))
    return [
        Part("ratio in exercises", mean(days[:, during].mean(axis=1)) / outside, 1.0, 2.6, "number"),
        Part(
            "ratio four weeks before",
            mean(days[:, before].mean(axis=1)) / mean(days[:, neither].mean(axis=1)),
            high=1.1,
            style="number",
        ),
    ]


@fact(15, "P(nuclear test within 12 months of July 2022): 10 to 40 %", "six tests 2006-17, none since [S7, S37]")
def nuclear_test(lab: Laboratory) -> list[Part]:
    """As written."""
    return [Part("test within a year", share(lab.run().within("tested", 0.0, YEAR)), 0.10, 0.40)]


@fact(
    16,
    "A nuclear test raises T in both by 0.05 to 0.15, which fades to less than a quarter in about 4 months; ROK "
    "approval moves by less than 0.03",
    "Asan around February 2013 [S28]",
)
def after_a_test(lab: Laboratory) -> list[Part]:
    """A test on day 60 against none; four months are 122 days."""
    short = {"horizon": 200.0, "step": 1.0}
    test, none = lab.run(place=(("pyongyang.test_nuclear", 60.0),), **short), lab.run(**short)

    def moved(what: str, day: float) -> Number:
        return mean(test.at(what, day) - none.at(what, day))

    parts = []
    for where in ("seoul", "tokyo"):
        jump = moved(f"threat_{where}", 60.0)
        parts.append(Part(f"T in {where.title()}", jump, 0.05, 0.15, "points"))
        parts.append(Part(f"left after 4 months, {where.title()}", moved(f"threat_{where}", 182.0) / jump, high=0.25))
    return [*parts, Part("ROK approval after a month", moved("approval_seoul", 90.0), -0.03, 0.03, "points")]


@fact(
    17,
    "A test or overflight raises cooperation actions over the next 30 days, but rarely moves a pact from absent to "
    "signed in 6 months (below 5 %)",
    "arc 10: GSOMIA 2016, drills of September 2022 [S43, S35]",
)
def cooperation_after_a_test(lab: Laboratory) -> list[Part]:
    """A test or an overflight on day 60 against neither: drills, meetings and visits; the ACSA."""
    none = lab.run()
    parts = []
    for what, event in (("test", "pyongyang.test_nuclear"), ("overflight", "pyongyang.overfly")):
        seen = lab.run(place=((event, 60.0),))
        more = sum(
            (seen.at(each, 90.0) - seen.at(each, 54.0)) - (none.at(each, 90.0) - none.at(each, 54.0))
            for each in ("drills", "talks", "visits")
        )
        parts.append(Part(f"more actions in 30 days, {what}", mean(more), MORE, style="number"))
        signed = share(seen.within("signed", 60.0, YEAR / 2.0))
        parts.append(Part(f"ACSA signed in 6 months, {what}", signed, high=0.05))
    return parts


@fact(
    18,
    "Threat helps only when both feel it: raising T_JP alone has less than half the effect of raising both",
    "arcs 10, 11: divergence strained the quasi-alliance of 2019 [S18]",
)
def threat_on_both_sides(lab: Laboratory) -> list[Part]:
    """T starts at 0.95 instead of 0.75; drills held in a year."""

    def drills(*start: str) -> np.ndarray:
        return lab.run(*start).at("drills", 360.0)

    none = drills()
    both = mean(drills("start_threat_seoul", "start_threat_tokyo") - none)
    tokyo = mean(drills("start_threat_tokyo") - none)
    return [
        Part("more drills in a year, both", both, MORE, style="number"),
        Part("half of that less the effect of Tokyo alone", both.times(0.5) - tokyo, MORE, style="number"),
    ]


@fact(
    19,
    "Without GSOMIA the two counts disagree on 5 to 10 % of launch days, on more than 30 % of large salvos (4 or "
    "more); with live sharing on less than 3 %",
    "5 of 72 launch days 2022-25; 5 June 2022 [S6, S41]",
)
def miscounts(lab: Laboratory) -> list[Part]:
    """Five years with the pact lapsed, or normal from the start and kept: missiles missed, or one seen too many."""
    worlds = min(MOST_WORLDS, lab.worlds // 20)
    lapsed = counted(lab, worlds, "start_lapsed")
    live = counted(lab, worlds, "start_normalised")
    return [
        Part("without GSOMIA", mean(lapsed[:, 1], lapsed[:, 0]), 0.05, 0.10),
        Part("large salvos without GSOMIA", mean(lapsed[:, 3], lapsed[:, 2]), 0.30),
        Part("with live sharing", mean(live[:, 1], live[:, 0]), high=0.03),
    ]


def counted(lab: Laboratory, worlds: int, start: str) -> np.ndarray:
    """Launches, those counted wrongly, large salvos, and those counted wrongly; one row for each world."""
    names, records = lab.logs(start, worlds=worlds, horizon=5.0 * YEAR, without=("seoul.weigh_the_pact",))
    launch, wrong = names.index("pyongyang.launch"), (names.index("missed"), names.index("false_split"))
    table = np.zeros((worlds, 4))
    for row, record in enumerate(records):
        events = record.events
        mistaken = {parent for kind, parent in zip(events.event, events.parent, strict=True) if kind in wrong}
        for place, kind in enumerate(events.event):
            if kind == launch:
                large = events.marks[place][0] >= 4.0
                table[row] += (1, place in mistaken, large, large and place in mistaken)
    return table
