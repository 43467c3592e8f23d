"""Comparisons as text: what each policy changes, and which does best."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from simulate.cli.tables import console_width, print_table
from simulate.studies.compare import Comparison
from simulate.studies.contrast import (
    contrast,
    contrast_path,
    is_clear,
    level,
    saving,
    scale,
    sentence,
    test_of,
    verdicts,
)
from simulate.studies.paired import Difference, PathDifference
from simulate.studies.precision import MOST_WORLDS, RULE
from simulate.studies.ranking import Rank, Reading
from simulate.studies.wording import number, percent, title

COLUMNS = ("outcome", "baseline", "policy", "difference", "95 % interval", "up / down", "same luck saves")
SPARE = (6, 5, 1, 2)
"""Columns that a narrow terminal can do without, the first first."""
MOST_SENTENCES = 3


def print_comparison(comparison: Comparison) -> None:
    """The question, what was run, and what each policy changes."""
    labels, base = comparison.base.compiled.labels, comparison.base
    width = console_width()
    if labels.question:
        print("\n".join(textwrap.wrap(labels.question, width)))
    run = f"{len(base.table.numbers):,} worlds, seed {base.seed}, the same under every policy"
    print(f"{labels.title}{base.changed}; {run}")
    if comparison.precision is not None:
        known = f"differences are known to {comparison.precision:g} either way"
        if not comparison.reached_precision:
            known = (
                f"not known to {comparison.precision:g} either way with {MOST_WORLDS:,} worlds, the most that are run"
            )
        print("\n".join(textwrap.wrap(f"{known}: {RULE}", width)))
    asked = len(comparison.outcomes) < len(labels.outcomes)
    for policy in comparison.others:
        print()
        print_policy(comparison, policy, asked or len(comparison.others) == 1)


def print_policy(comparison: Comparison, policy: str, whole: bool) -> None:
    """What one policy changes: all outcomes, or those that can be told from chance."""
    width = console_width()
    print(f"{policy.upper()}")
    first, *others = verdicts(comparison, policy)
    for line in (first, *others):
        print("\n".join(textwrap.wrap(line, width)))
    if comparison.has_no_effect(policy):
        return
    differences = [(label, comparison.differences[policy][label.name]) for label in comparison.outcomes]
    rows = [(label, found) for label, found in differences if isinstance(found, Difference)]
    clear = [(label, found) for label, found in rows if is_clear(found)]
    shown = rows if whole else clear
    paths = [contrast_path(label, found) for label, found in differences if isinstance(found, PathDifference)]
    cells = [contrast(label, found) for label, found in shown] + (paths if whole or not rows else [])
    if cells:
        print()
        print_table(COLUMNS, cells, SPARE)
    if len(shown) < len(rows):
        hidden = len(rows) - len(shown)
        plural = "outcome shows" if hidden == 1 else "outcomes show"
        print(f"{hidden} {plural} no difference that can be told from chance")
    told = rows if whole and len(rows) <= MOST_SENTENCES else clear
    for label, found in sorted(told, key=lambda row: row[1].mcnemar_p is None)[:MOST_SENTENCES]:
        said = [sentence(policy, label, found), test_of(found), saving(found)]
        print("\n".join(textwrap.wrap("- " + "; ".join(part for part in said if part), width)))


def print_ranks(comparison: Comparison, outcome: str, least: bool, ranks: Sequence[Rank]) -> None:
    """Policies from the best on."""
    label = next(each for each in comparison.base.compiled.labels.outcomes if each.name == outcome)
    unit = scale(label)
    print(f'\nRANKING: the {"less" if least else "more"} of "{title(label)}" the better')
    rows = [
        (
            each.policy,
            level(each.value, unit),
            level(each.regret.mean, unit),
            "-" if each.regret.low is None else f"{level(each.regret.low, unit)} to {level(each.regret.high, unit)}",
            percent(each.best),
        )
        for each in ranks
    ]
    counted = ranks[0].regret.worlds
    print(f"over the {counted:,} worlds in which it counts under every policy")
    print_table(("policy", "mean", "regret", "95 % interval", "none better in"), rows)
    print("regret: how far a policy falls short, on average, of whichever is best in each world")


def print_readings(found: Sequence[Reading]) -> None:
    """Which policy is best under which reading of the contested parameters."""
    print("\nREADINGS: the same worlds, contested parameters read in each way")
    names = list(found[0].settings)
    rows = []
    for reading in found:
        least = reading.ranks[0].regret.mean or 0.0
        best = [each for each in reading.ranks if (each.regret.mean or 0.0) == least]
        behind = next((each for each in reading.ranks if each not in best), None)
        apart = "-" if behind is None else number((behind.regret.mean or 0.0) - least)
        how = ", ".join(f"{name} {reading.settings[name]}" for name in names)
        rows.append((how, ", ".join(each.policy for each in best), "-" if behind is None else behind.policy, apart))
    print_table(("reading", "least regret", "next", "by"), rows)
