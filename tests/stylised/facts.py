"""The stylised facts of `evidence.md`, section 3, measured on reset-2022: `python -m tests.stylised.facts`.

Prints a table in Markdown: each fact, its range and source, the simulated number with its 95 % interval, and
whether it holds. A question mark says that the interval reaches over an end of the range.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping

from . import dispute, pact, politics, pyongyang  # each enters its facts
from .lab import Laboratory
from .register import FACTS, MORE, Fact, Part

__all__ = ["FACTS", "dispute", "measure", "pact", "politics", "pyongyang", "table"]

FORMS = {"%": lambda value: f"{100 * value:.1f} %", "points": "{:+.3f}".format, "number": "{:.2f}".format,
         "days": "{:.0f} d".format}  # fmt: skip
OUR_READING = (
    "Where it gives no number the range is our reading, fixed before the first run: F4 mostly (half), F5 (5 points), "
    "F8 almost unchanged (0.02), F9 at once (a point in six days), F14 no rise (1.1), F20 most (half). Two readings "
    "came later: F24 well below 1 (the record's upper end; 0.8 before) and F30 formation (warning data count too)."
)


def measure(lab: Laboratory, numbers: list[int] | None = None) -> dict[int, list[Part]]:
    """The parts of every fact, or of some."""
    return {number: FACTS[number].measure(lab) for number in sorted(numbers or FACTS)}


def target(part: Part) -> str:
    """The range of a part in words."""
    form = FORMS[part.style]
    if not part.asked:
        return ""
    if part.low in (MORE, 1.0 + MORE):
        return f"above {round(part.low)}"
    if part.high in (-MORE, 1.0 - MORE):
        return f"below {round(part.high)}"
    if math.isfinite(part.low) and math.isfinite(part.high):
        return f"{form(part.low)} to {form(part.high)}"
    return f"at least {form(part.low)}" if math.isfinite(part.low) else f"at most {form(part.high)}"


def found(part: Part) -> str:
    """The number of a part with its interval."""
    form = FORMS[part.style]
    low, high = part.number.interval()
    return form(part.number.value) + ("" if low == high else f" ({form(low)} to {form(high)})")


def row(*cells: str) -> str:
    """One line of a table in Markdown."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def rows(fact: Fact, parts: list[Part]) -> list[str]:
    """The lines of one fact: its statement, then its parts."""
    verdict = "**yes**" if all(part.holds for part in parts if part.asked) else "**no**"
    lines = [row(fact.name, fact.statement, fact.source, "", verdict)]
    return lines + [row("", part.label, target(part), found(part), part.verdict) for part in parts]


def table(measured: Mapping[int, list[Part]], worlds: int) -> str:
    """The whole table, and which facts hold."""
    held = [FACTS[n].name for n, parts in measured.items() if parts and all(p.holds for p in parts if p.asked)]
    failed = [FACTS[n].name for n, parts in measured.items() if any(p.asked and not p.holds for p in parts)]
    lines = [
        "| fact | statement, and what is measured | source, and range | simulated (95 %) | holds |",
        "|---|---|---|---|---|",
    ]
    for number, parts in measured.items():
        lines += rows(FACTS[number], parts)
    return "\n".join(
        [
            *lines,
            "",
            f"{worlds:,} worlds, seed 1. Ranges are those of evidence.md, section 3; S6 and the like its sources.",
            OUR_READING,
            f"{len(held)} hold: {', '.join(held)}.",
            f"{len(failed)} fail: {', '.join(failed) or 'none'}.",
        ]
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("-n", "--worlds", type=int, default=2000, help="how many worlds (2000)")
    parser.add_argument("facts", type=int, nargs="*", help="numbers of facts, all if none is given")
    given = parser.parse_args()
    print(table(measure(Laboratory(given.worlds), given.facts), given.worlds))


if __name__ == "__main__":
    main()
