"""`make claims`: for each claim of the causal map a lever, and what it changes in the same worlds of reset-2022."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simulate import Scenario, load, run
from simulate.studies.compare import Differences, altered, differences_of
from simulate.studies.contrast import amount, is_clear, level, scale
from simulate.studies.paired import Difference
from simulate.studies.run import Result
from simulate.studies.wording import title

RESET = Path(__file__).parents[2] / "scenarios" / "reset-2022.yaml"
Change = Callable[[Scenario], Scenario]


@dataclass(frozen=True, slots=True)
class Lever:
    """A claim, what is pulled to see whether it matters, and the outcome that it speaks of.

    `base` is what the lever is compared with where that is not the baseline.
    """

    claim: str
    says: str
    pulled: str
    change: Change
    outcome: str
    base: str = "baseline"


def setting(**values: object) -> Change:
    """Parameters set to other values; two underscores stand for a dot."""
    return lambda scenario: scenario.with_parameters({name.replace("__", "."): value for name, value in values.items()})


def policy(name: str) -> Change:
    """A policy of the scenario."""
    return lambda scenario: scenario.with_policy(name)


LEVERS = (
    Lever(
        "C1",
        "North Korea is a common threat",
        "both feel half of it",
        setting(threat_start=0.35, threats__rest=0.35),
        "drills_held",
    ),
    Lever(
        "C2",
        "institutions built step by step last",
        "use earns no depth, depth eases nothing",
        setting(depth_per_meeting=0, depth_per_exchange=0, easing=0),
        "notices",
    ),
    Lever("C3", "normalise GSOMIA", "policy normalise_early", policy("normalise_early"), "sharing_flow"),
    Lever("C4", "GSOMIA is a political pawn", "Tokyo never retaliates", policy("no_retaliation"), "notices"),
    Lever(
        "C5",
        "poor sharing shows in miscounts",
        "sharing adds nothing to a count",
        setting(counting__q_gain=1),
        "missed_salvos",
    ),
    Lever("C6", "negotiate an ACSA", "policy acsa_push", policy("acsa_push"), "acsa_signed_24m"),
    Lever("C7", "both have ACSAs with Washington", "neither has", setting(us_acsas=0), "acsa_signed_at"),
    Lever("C8", "decouple security from history", "policy decouple", policy("decouple"), "notices"),
    Lever("C9", "the plan races the court", "policy plan_first", policy("plan_first"), "assets_sold"),
    Lever(
        "C10",
        "Abe's death leaves the LDP's right without a unifier",
        "the LDP stays united",
        policy("abe_united"),
        "retaliation",
    ),
    Lever(
        "C11",
        "dissent against Kishida rises",
        "no church scandal",
        lambda scenario: scenario.without("church_scandal"),
        "new_prime_minister_12m",
    ),
    Lever("C12", "China presses at sea", "no incidents with China", setting(china_incidents=0), "drills_held"),
    Lever(
        "C13",
        "China's build-up brings doubt of the umbrella",
        "no build-up",
        setting(china_warheads=0),
        "bomb_wanted",
    ),
    Lever(
        "C14", "doubt pushes the two together", "doubt keeps them apart", setting(umbrella_sign=-1), "acsa_signed_at"
    ),
    Lever("C15", "the window may close", "the package a year later", policy("package_12m"), "assets_sold", "package"),
)


@cache
def base_of(name: str, worlds: int) -> Result:
    """What levers are compared with."""
    return run(load(RESET).with_policy(name), worlds, workers=2)


def pull(lever: Lever, worlds: int) -> tuple[int, Differences]:
    """In how many worlds a lever changes any event, and how every outcome differs."""
    base, other = base_of(lever.base, worlds), run(lever.change(load(RESET)), worlds, workers=2)
    return altered(base.table, other.table), differences_of(base, other, base.compiled.labels.outcomes, False)


def main() -> None:
    """Print the table, and the outcomes that no lever moves; fails if a lever changes no event."""
    parser = argparse.ArgumentParser(description="What each claim's lever changes in the same worlds.")
    parser.add_argument("-n", "--worlds", type=int, default=4000)
    worlds = parser.parse_args().worlds
    labels = base_of("baseline", worlds).compiled.labels.outcomes
    moved: dict[str, int] = dict.fromkeys((label.name for label in labels if label.kind != "trajectory"), 0)
    dead = []
    print(f"{worlds:,} worlds, seed 1, 95 % intervals.\n")
    print("| claim | lever | events differ in | outcome | without | with | difference | interval | outcomes moved |")
    print("|---|---|---|---|---|---|---|---|---|")
    for lever in LEVERS:
        changed, differences = pull(lever, worlds)
        dead += [lever.claim] if changed == 0 else []
        clear = [name for name, each in differences.items() if isinstance(each, Difference) and is_clear(each)]
        for name in clear:
            moved[name] += 1
        label = next(each for each in labels if each.name == lever.outcome)
        found = differences[lever.outcome]
        assert isinstance(found, Difference)
        unit = scale(label, found)
        cells = (
            f"{lever.claim} {lever.says}",
            lever.pulled,
            f"{100 * changed / worlds:.1f} %",
            title(label),
            level(found.base, unit),
            level(found.other, unit),
            amount(found.difference, unit),
            f"{amount(found.low, unit)} to {amount(found.high, unit)}",
            f"{len(clear)} of {len(moved)}",
        )
        print(f"| {' | '.join(cells)} |", flush=True)
    still = [name for name, count in moved.items() if count == 0]
    few = [name for name, count in moved.items() if count == 1]
    print(f"\nOutcomes that no lever moves: {', '.join(still) or 'none'}.")
    print(f"Outcomes that one lever alone moves: {', '.join(few) or 'none'}.")
    if dead:
        raise SystemExit(f"levers that change no event: {', '.join(dead)}")


if __name__ == "__main__":
    main()
