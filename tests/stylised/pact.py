"""Facts 1 to 8: notices of ending GSOMIA, how they are taken back, and what a normal pact changes."""

from __future__ import annotations

from .lab import YEAR, Laboratory, Number, Seen, mean, share
from .register import MORE, Part, fact

EVENTS_OF_HISTORY = ("new_ruling", "sale_ordered", "leader_provocation", "military_incident")
RULING = (("new_ruling", 0.0), ("sale_ordered", 0.0))
"""An adverse ruling and, at once, its execution: assets may be sold."""
HARSH = ("start_progressive", "start_without_plan")
NOTICE_DAY, EXPIRY_DAY = 21.0, 114.0
"""22 August and 23 November 2022: a notice as long as that of 2019."""


def noticed(seen: Seen, first: float = 0.0) -> Number:
    """The probability of a notice, or an end at once, within a year of a day."""
    return share(seen.within("notice", first, YEAR))


@fact(1, "P(GSOMIA notice in 12 months), no ruling, dispute quiet: 0.5 to 5 %", "2d haz_notice0: ATOP [S13]")
def quiet_year(lab: Laboratory) -> list[Part]:
    """The scenario's start without rulings, orders to sell, provocations and incidents."""
    return [Part("notice in a quiet year", noticed(lab.run(without=EVENTS_OF_HISTORY)), 0.005, 0.05)]


@fact(
    2,
    "The same after an adverse ruling that is executed, no plan, low depth: 20 to 45 % under a progressive, 3 to 12 % "
    "under a conservative",
    "2019: notice after 296 d [S2]",
)
def year_after_a_ruling(lab: Laboratory) -> list[Part]:
    """Ruling and order to sell on the first day; no council; the court's case of August 2022 taken out."""
    alone = {"place": RULING[:1], "without": ("ruling_due",)}
    executed = {"place": RULING, "without": ("ruling_due",)}
    parts = [
        Part("progressive", noticed(lab.run(*HARSH, **executed)), 0.20, 0.45),
        Part("conservative", noticed(lab.run(HARSH[1], **executed)), 0.03, 0.12),
    ]
    for who, start in () if lab.brief else (("progressive", HARSH), ("conservative", HARSH[1:])):
        parts.append(Part(f"{who}, ruling not executed", noticed(lab.run(*start, **alone)), asked=False))
    return parts


@fact(
    3,
    "Retaliation after the ruling at least doubles (2); a ruling without retaliation moves H_KR by less than 0.05",
    "0.2: 49.9 % seven months after the ruling, 71.6 % after the export controls [S12]",
)
def ruling_then_retaliation(lab: Laboratory) -> list[Part]:
    """Retaliation on day 60 against none at all; H_KR at its furthest in the year after a ruling."""
    none = {"place": RULING, "without": ("ruling_due", "tokyo.retaliate")}
    some = {"place": (*RULING, ("tokyo.retaliate", 60.0)), "without": ("ruling_due",)}
    parts = [
        Part(f"{who}: ratio", noticed(lab.run(*start, **some)) / noticed(lab.run(*start, **none)), 2.0, style="number")
        for who, start in (("progressive", HARSH), ("conservative", HARSH[1:]))
    ]
    calm = {"without": ("tokyo.retaliate",)}
    shift = lab.run(place=(("new_ruling", 0.0),), **calm).path("hostility_seoul")
    shift = shift - lab.run(**calm).path("hostility_seoul")
    furthest = abs(shift.mean(axis=0)).argmax()
    return [*parts, Part("H_KR moved by a ruling", mean(shift[:, furthest]), -0.05, 0.05, "points")]


def notice_given(lab: Laboratory, *policies: str) -> tuple[Seen, Number]:
    """A notice on 22 August 2022, and how likely it is to be taken back."""
    seen = lab.run(*policies, horizon=130.0, place=(("seoul.give_notice", NOTICE_DAY),))
    return seen, share(seen.day("kept") < EXPIRY_DAY, abs(seen.day("notice") - NOTICE_DAY) < 0.01)


@fact(
    4,
    "A notice is taken back before expiry in 65 to 95 % with strong US mediation, in 20 to 55 % without; mostly in the "
    "last 30 % of the period",
    "2d p_rev_med, p_rev_nomed, d_rev: GSOMIA 2019, VFA 2020 [S2, S36]",
)
def notice_taken_back(lab: Laboratory) -> list[Part]:
    """A notice placed on 22 August 2022, under the scenario's own policies on mediation."""
    strong, kept = notice_given(lab, "strong_mediation")
    _, alone = notice_given(lab, "washington_absent")
    late = strong.day("kept") >= NOTICE_DAY + 0.7 * (EXPIRY_DAY - NOTICE_DAY)
    parts = [
        Part("strong mediation", kept, 0.65, 0.95),
        Part("mediation off", alone, 0.20, 0.55),
        Part("of these in the last 30 %", share(late, strong.day("kept") < EXPIRY_DAY), 0.50),
    ]
    for about, policy in (
        () if lab.brief else (("strong mediation", "strong_mediation"), ("mediation off", "washington_absent"))
    ):
        _, kept = notice_given(lab, "start_progressive", policy)
        parts.append(Part(f"progressive, {about}", kept, asked=False))
    return parts


@fact(
    5,
    "A majority for the notice (~55 %) can coexist with reversal, which is no function of Korean opinion alone",
    "54.9 % for ending it in August, 55.4 % for keeping to it in November 2019 [S31]",
)
def reversal_against_opinion(lab: Laboratory) -> list[Part]:
    """Opinion of the notice is not in the scenario; a hostile public (H_KR 0.72, as in 2020) stands for it."""
    _, kept = notice_given(lab, "start_angry", "strong_mediation")
    _, alone = notice_given(lab, "start_angry", "washington_absent")
    return [
        Part("taken back, hostile public, strong mediation", kept, 0.05),
        Part("the same with mediation off: less by", kept - alone, 0.05, style="points"),
    ]


@fact(
    6,
    "From a suspended notice the lapse hazard exceeds that from a normal pact, all else equal, by 1.5 or more",
    "2d hr_norm: Seoul claimed it could end the pact at any time [S2, S3]",
)
def suspended_and_normal(lab: Laboratory) -> list[Part]:
    """Progressive Seoul, no plan, retaliation on day 30; two years; a suspended notice stays one."""
    harsh = {"horizon": 740.0, "place": (("tokyo.retaliate", 30.0),), "normalise__no_plan": 60, "normalise__later": 60}
    suspended, normal = (lab.run(*HARSH, *start, **harsh) for start in ((), ("start_normalised",)))
    hazards = [share(seen.within("ended", 0.0, 2.0 * YEAR)).hazard() for seen in (suspended, normal)]
    return [Part("ratio of hazards", hazards[0] / hazards[1], 1.5, style="number")]


@fact(
    7,
    "Normalising before a ruling lowers P(notice | ruling) by 40 to 75 %; after retaliation has begun by less",
    "2g normalised; hr_norm [prior]",
)
def normalise_in_time(lab: Laboratory) -> list[Part]:
    """Normalised on day 0, ruling on day 30; or retaliation on day 120 and normalised a day before or after it."""
    never = {"without": ("ruling_due",), "normalise__no_plan": 60, "normalise__later": 60}
    ruling = tuple((name, 30.0) for name, _ in RULING)
    retaliation = (*ruling, ("tokyo.retaliate", 120.0))

    def risk(*more: tuple[str, float]) -> Number:
        return noticed(lab.run(*HARSH, place=more, **never), 30.0)

    early, late = ("seoul.normalise_gsomia", 0.0), ("seoul.normalise_gsomia", 121.0)
    before = risk(*retaliation, early) / risk(*retaliation)
    after = risk(*retaliation, late) / risk(*retaliation)
    return [
        Part("lowered by, before the ruling", (risk(*ruling, early) / risk(*ruling)).times(-1, plus=1), 0.40, 0.75),
        Part("less when after retaliation, by", after - before, MORE, style="points"),
    ]


@fact(
    8,
    "Fully decoupled: history shocks leave D_GSOMIA almost unchanged but still lower the rate of ministerials "
    "and summits",
    "arc 53: 'completely different dimensions' [S34]",
)
def decoupled(lab: Laboratory) -> list[Part]:
    """A ruling on day 30 and a retaliation on day 120 against neither; what has changed a year after the ruling."""
    shocks = (("new_ruling", 30.0), ("tokyo.retaliate", 120.0))

    def change(coupling: float, what: str) -> Number:
        struck, spared = (lab.run(place=place, coupling=coupling) for place in (shocks, ()))
        return mean(struck.at(what, 390.0) - spared.at(what, 390.0))

    parts = [
        Part("D_GSOMIA, decoupled", change(0.0, "depth"), -0.02, 0.02, "points"),
        Part("meetings in the year, decoupled", change(0.0, "talks"), high=-MORE, style="number"),
    ]
    if not lab.brief:
        parts.append(Part("D_GSOMIA, coupled as written", change(0.7, "depth"), style="points", asked=False))
    return parts
