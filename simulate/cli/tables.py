"""Results as text: one screen, in a terminal or a file."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence

from simulate.studies.run import Result
from simulate.studies.shown import Shown
from simulate.studies.wording import describe, how_many, notes

WIDEST = 110
NARROWEST = 60
NAMES = 20
"""So wide a column of names must be."""


def console_width() -> int:
    """The width to print in; fixed where nobody sees a terminal."""
    from shutil import get_terminal_size

    return max(NARROWEST, min(WIDEST, get_terminal_size().columns)) if sys.stdout.isatty() else WIDEST


def print_result(result: Result) -> None:
    """The question, what was run, and each outcome with its interval in numbers and words."""
    labels = result.compiled.labels
    width = console_width()
    if labels.question:
        print("\n".join(textwrap.wrap(labels.question, width)))
    events = result.table.events[~result.table.capped].mean()
    run = f"{how_many(result.counted, 'world')}, seed {result.seed}; {events:.0f} events a world"
    print(f"{labels.title}; policy: {result.setting}; {run}\n")
    print_outcomes(result)


def print_outcomes(result: Result) -> None:
    """Each outcome with its interval in numbers and words, and what else must be said."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("outcome", max_width=44)
    table.add_column("estimate", justify="right", no_wrap=True)
    table.add_column("95 % interval", justify="right", no_wrap=True)
    table.add_column("in words")
    for label in result.compiled.labels.outcomes:
        if label.kind != "trajectory":
            table.add_row(*(Text(cell) for cell in describe(result, label)))
    Console(width=console_width(), highlight=False).print(table)
    for note in notes(result):
        print(note)


def print_shown(shown: Shown) -> None:
    """A table of a study."""
    print_table(shown.columns, shown.rows, shown.spare)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], spare: Sequence[int] = ()) -> None:
    """A table whose first column is text and whose others are figures.

    Where it is too wide for the terminal, the `spare` columns are left away, one after the other.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    kept = list(range(len(columns)))
    widths = [max(len(columns[place]), *(len(row[place]) for row in rows), 0) for place in kept]
    widths[0] = min(widths[0], NAMES)
    for place in spare:
        if sum(widths[each] for each in kept) + 3 * (len(kept) - 1) > console_width():
            kept.remove(place)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place in kept:
        if place == 0:
            table.add_column(columns[place], min_width=widths[0], max_width=38)
        else:
            table.add_column(columns[place], justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(row[place]) for place in kept))
    Console(width=console_width(), highlight=False).print(table)
