"""Comparisons as text: what each policy changes, and which does best."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from simulate.cli.tables import console_width
from simulate.studies.compare import Comparison
from simulate.studies.contrast import contrast, is_clear, saving, sentence, verdicts
from simulate.studies.paired import Difference
from simulate.studies.precision import MOST_WORLDS, RULE
from simulate.studies.ranking import Rank, Reading
from simulate.studies.wording import number, percent, title

COLUMNS = ("outcome", "baseline", "policy", "difference", "95 % interval", "up / down", "same luck saves")
MOST_SENTENCES = 3


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose first column is text and whose others are figures."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, name in enumerate(columns):
        if place == 0:
            table.add_column(name, max_width=38)
        else:
            table.add_column(name, justify="right", no_wrap=place < len(columns) - 1)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(width=console_width(), highlight=False).print(table)


def print_comparison(comparison: Comparison) -> None:
    """The question, what was run, and what each policy changes."""
    labels, base = comparison.base.compiled.labels, comparison.base
    width = console_width()
    if labels.question:
        print("\n".join(textwrap.wrap(labels.question, width)))
    changed = "".join(f", {name}={value}" for name, value in base.settings.items())
    print(f"{labels.title}{changed}; {base.counted:,} worlds, seed {base.seed}, the same under every policy")
    if comparison.precision is not None:
        reached = "" if base.counted < MOST_WORLDS else f"; stopped at {MOST_WORLDS:,} worlds"
        print(f"differences known to {comparison.precision:g} either way: {RULE}{reached}")
    for policy in comparison.others:
        print()
        print_policy(comparison, policy, len(comparison.others) == 1)


def print_policy(comparison: Comparison, policy: str, whole: bool) -> None:
    """What one policy changes: all outcomes, or those that can be told from chance."""
    width = console_width()
    print(f"{policy.upper()}")
    first, *others = verdicts(comparison, policy)
    for line in (first, *others):
        print("\n".join(textwrap.wrap(line, width)))
    rows = [
        (label, found)
        for label in comparison.outcomes
        if isinstance(found := comparison.differences[policy][label.name], Difference)
    ]
    clear = [(label, found) for label, found in rows if is_clear(found)]
    shown = rows if whole else clear
    if shown and not comparison.has_no_effect(policy):
        print()
        print_table(COLUMNS, [contrast(label, found) for label, found in shown])
    if not whole and len(shown) < len(rows) and not comparison.has_no_effect(policy):
        hidden = len(rows) - len(shown)
        plural = "outcome shows" if hidden == 1 else "outcomes show"
        print(f"{hidden} other {plural} no difference that can be told from chance")
    told = sorted(clear, key=lambda row: row[1].p_value is None)[:MOST_SENTENCES] if whole else []
    for label, found in told:
        line = sentence(policy, label, found)
        print("\n".join(textwrap.wrap(f"- {line}" + (f"; {saving(found)}" if saving(found) else ""), width)))


def print_ranks(comparison: Comparison, outcome: str, least: bool, ranks: Sequence[Rank]) -> None:
    """Policies from the best on."""
    label = next(each for each in comparison.base.compiled.labels.outcomes if each.name == outcome)
    print(f'\nRANKING: the {"less" if least else "more"} of "{title(label)}" the better')
    rows = [
        (
            each.policy,
            number(each.value),
            number(each.regret.mean),
            "-" if each.regret.low is None else f"{number(each.regret.low)} to {number(each.regret.high)}",
            percent(each.best),
        )
        for each in ranks
    ]
    print_table(("policy", "mean", "regret", "95 % interval", "none better in"), rows)
    print("regret: how far a policy falls short, on average, of whichever is best in each world")


def print_readings(found: Sequence[Reading]) -> None:
    """Which policy is best under which reading of the contested parameters."""
    print("\nREADINGS: the same worlds, contested parameters read in each way")
    names = list(found[0].settings)
    rows = []
    for reading in found:
        first, second = reading.ranks[0], reading.ranks[1]
        apart = number((second.regret.mean or 0.0) - (first.regret.mean or 0.0))
        rows.append(
            (", ".join(f"{name} {reading.settings[name]}" for name in names), first.policy, second.policy, apart)
        )
    print_table(("reading", "best", "next", "by"), rows)
