"""Facts 20, 21, 25 to 27, 29 and 30: leaders, the umbrella, the ACSA, and how one mechanism helps another."""

from __future__ import annotations

from .dispute import baseline
from .lab import YEAR, Laboratory, Number, mean, share
from .register import MORE, Part, fact


@fact(
    20,
    "Abe shock: U_JP drops at once; A_JP falls 5 to 22 points over 12 weeks in most runs; P(new PM in 12 months) rises "
    "by a factor of 1.2 to 2.5",
    "NHK 59, 46, 40, 38 [S25]; factions [S26]",
)
def loss_of_abe(lab: Laboratory) -> list[Part]:
    """The scenario starts after it; its counterpart has the unity of before and no church scandal.

    The drop itself lies before the start: what is told of U_JP is how the two starts differ.
    """
    after = lab.run()
    spared = lab.run("abe_united", standing__church_cost=0, standing__church_unity=0)
    fall = after.at("support_tokyo", 0.0) - after.at("support_tokyo", 84.0)
    risks = [share(seen.within("new_pm", 0.0, YEAR)) for seen in (after, spared)]
    unity = mean(after.at("unity", 0.0) - spared.at("unity", 0.0))
    return [
        Part("A_JP falls 5 to 22 points in 12 weeks", share((fall >= 0.05) & (fall <= 0.22)), 0.5),
        Part("P(new PM), ratio", risks[0] / risks[1], 1.2, 2.5, "number"),
        Part("U_JP at the start, against before", unity, style="points", asked=False),
        Part("A_JP falls in 12 weeks by", mean(fall), style="points", asked=False),
    ]


@fact(
    21,
    "The Abe sign parameter, positive or negative, flips the sign of the shock's effect on Tokyo's concession",
    "0.10: two channels of unclear net sign [S26]",
)
def sign_of_abe(lab: Laboratory) -> list[Part]:
    """A plan on 12 August 2022: whether Tokyo answers it, against a united party, under either sign."""

    def effect(sign: float) -> Number:
        plan = {"place": (("seoul.announce_plan", 11.0),), "horizon": 150.0, "abe_sign": sign}
        divided, united = (
            share(lab.run(*start, **plan).within("reciprocated", 11.0, 120.0)) for start in ((), ("abe_united",))
        )
        return divided - united

    return [
        Part("P(answer), sign +1", effect(1.0), high=-MORE, style="points"),
        Part("P(answer), sign -1", effect(-1.0), low=MORE, style="points"),
    ]


@fact(
    25,
    "ACSA signed within 24 months: below 10 %; twice as likely or more with normal GSOMIA, plan and conservative "
    "Seoul; less with secrecy and abort risk",
    "2012: shelved hours before signing [S4, S5]",
)
def acsa(lab: Laboratory) -> list[Part]:
    """As written; or GSOMIA normal at the start and a plan on day 0; the latter also open, or with twice the risk."""
    two_years = {"horizon": 740.0}

    def signed(*start: str, **arrangement: object) -> Number:
        return share(lab.run(*start, **two_years, **arrangement).within("signed", 0.0, 2.0 * YEAR))

    written, plan = signed(), {"place": (("seoul.announce_plan", 0.0),)}
    good = signed("start_normalised", **plan)
    open_process = signed("start_normalised", open_process=1, **plan) - good
    more_risk = signed("start_normalised", abort_chance=0.6, **plan) - good
    parts = [
        Part("as written", written, high=0.10),
        Part("ratio in good conditions", good / written, 2.0, style="number"),
        Part("open instead of closed", open_process, MORE, style="points"),
        Part("abort risk 0.6 instead of 0.3", more_risk, high=-MORE, style="points"),
    ]
    if not lab.brief:
        worst = signed("start_progressive", "start_without_plan")
        parts.append(Part("progressive Seoul, no plan to come", worst, asked=False))
    return parts


@fact(
    26,
    "Less trust in the umbrella raises bilateral cooperation and support for an own bomb if b_K > 0, the latter alone "
    "if b_K < 0",
    "0.5: Cha 1999 [S17] against the study of 2019 and 2023 [S18]",
)
def umbrella(lab: Laboratory) -> list[Part]:
    """Trust 0.2 lower at the start, b_K at either end of its range; ACSA talks opened in a year."""
    parts = []
    for sign, (low, high) in ((1.5, (MORE, 1.0)), (-1.0, (-1.0, 0.0))):
        doubt, trust = (lab.run(*start, umbrella_sign=sign) for start in (("start_doubt",), ()))
        talks = share(doubt.within("talks", 0.0, YEAR)) - share(trust.within("talks", 0.0, YEAR))
        bomb = mean(doubt.at("own_bomb", 90.0) - trust.at("own_bomb", 90.0))
        parts.append(Part(f"P(talks), b_K {sign:+g}", talks, low, high, "points"))
        parts.append(Part(f"own bomb, b_K {sign:+g}", bomb, MORE, style="points"))
    return parts


@fact(
    27,
    "China shock: raises ROK support for trilateral ties; effect in Japan about 0",
    "EAI/Genron 2020-21: +10 points in Korea, -2.9 in Japan [S20]",
)
def china(lab: Laboratory) -> list[Part]:
    """Eight incidents in the first four months against none of them; support at the end of the first half-year."""
    incidents = tuple(("china_incident", 15.0 * place) for place in range(1, 9))
    struck, spared = (lab.run(place=place, horizon=200.0) for place in (incidents, ()))
    return [
        Part(
            f"support in {where}",
            mean(struck.at(f"trilateral_{where}", 180.0) - spared.at(f"trilateral_{where}", 180.0)),
            *between,
            style="points",
        )
        for where, between in (("seoul", (MORE, 0.2)), ("tokyo", (-0.02, 0.02)))
    ]


@fact(
    29,
    "Progressive government in Seoul raises notice risk but does not imply it",
    "2019 against 2025 [S31, S47]",
)
def progressives(lab: Laboratory) -> list[Part]:
    """Five years from a progressive start against five as written."""
    progressive = share(lab.run("start_progressive", horizon=5.0 * YEAR).within("notice", 0.0, 5.0 * YEAR))
    written = share(baseline(lab).within("notice", 0.0, 5.0 * YEAR))
    return [
        Part("ratio of P(notice) in five years", progressive / written, 1.0 + MORE, style="number"),
        Part("P(notice), progressive", progressive, high=0.5),
    ]


@fact(
    30,
    "More depth in one mechanism raises the formation odds of others, not only its own survival",
    "Kinne 2018 [S15]",
)
def one_helps_another(lab: Laboratory) -> list[Part]:
    """Depth at the start 0.7 for GSOMIA (0.3 as written), 0.5 for ministers (0.1) and drills (0.05): whether ACSA
    talks open or warning data are agreed in two years.
    """

    def formed(*start: str) -> Number:
        return share(lab.run(*start, horizon=740.0).within("formed", 0.0, 2.0 * YEAR))

    return [
        Part(f"something new, {what} deep: ratio", formed(f"start_deep_{what}") / formed(), 1.0 + MORE, style="number")
        for what in ("gsomia", "ministers", "drills")
    ]
