"""`simulate explain`."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import click

from simulate.cli import options
from simulate.cli.progress import progress_of_worlds
from simulate.cli.tables import console_width, print_table
from simulate.errors import UsageError
from simulate.results.folder import refuse_to_overwrite, write_folder, write_json
from simulate.studies.explain import Cause, Explanation, explain
from simulate.studies.necessity import Necessity, Share, explain_worlds
from simulate.studies.wording import percent

MOST_ROWS = 12


@click.command("explain")
@options.options(
    options.FILE,
    click.option("--outcome", required=True, metavar="NAME", help="The outcome to explain."),
    click.option("--world", "-w", type=int, help="Explain this world; over many worlds if not given."),
    options.POLICY,
    click.option("-n", "--worlds", type=click.IntRange(1), help="Explain so many worlds.  [default: 1000]"),
    options.SEED,
    options.SET,
    options.OUTPUT,
    options.FORCE,
    options.JSON,
    options.THREADS,
    options.MAX_EVENTS,
)
def explain_command(
    file: str,
    outcome: str,
    world: int | None,
    policy: tuple[str, ...],
    worlds: int | None,
    seed: int,
    settings: tuple[str, ...],
    output: str | None,
    force: bool,
    as_json: bool,
    workers: int | None,
    max_events: int,
) -> None:
    """Explain an outcome: which causes it would not have come about without.

    In one world (--world): its causal tree, each ancestor kept from happening in turn and the world run
    again. Over many (-n): each kind of event and each rule removed, and how often that was decisive.
    """
    if world is not None and worlds is not None:
        raise UsageError("give --world or -n, not both: one world is explained, or many")
    scenario = options.chosen(file, policy, settings)
    options.warn(scenario.warnings)
    if output is not None:
        refuse_to_overwrite(Path(output), force)
    found: Explanation | Necessity
    with progress_of_worlds() as progress:
        if world is not None:
            found = explain(scenario, outcome, world, seed, max_events=max_events, progress=progress)
        else:
            found = explain_worlds(
                scenario,
                outcome,
                worlds or 1000,
                seed,
                workers=options.cores(workers, worlds or 1000, "batch"),
                max_events=max_events,
                progress=progress,
            )
    if output is not None:
        write_folder(Path(output), lambda folder: fill(found, folder), force)
    if as_json:
        print(json.dumps(found.to_json()))
        return
    if isinstance(found, Explanation):
        print_explanation(found)
    else:
        print_necessity(found)
    if output is not None:
        print(f"\nPictures and results: {output}")


def fill(found: Explanation | Necessity, folder: Path) -> None:
    """Everything that a folder of an explanation holds."""
    from simulate.plots.causes import draw_explanation

    write_json(folder / "explanation.json", found.to_json())
    draw_explanation(found, folder)


def say(text: str) -> None:
    """Print a sentence, wrapped."""
    print("\n".join(textwrap.wrap(text, console_width())))


def print_explanation(found: Explanation) -> None:
    """One world: the sentence, the tree, and what was necessary as a whole."""
    labels = found.compiled.labels
    print(f"{labels.title}; policy: {labels.policy}; world {found.world}, seed {found.seed}\n")
    say(found.sentence())
    lines = found.lines()
    if lines:
        print("\nCauses below what they led to; * had this one event not happened, the outcome would be another\n")
        print("\n".join(lines))
    if not found.necessary:
        return
    print(f"\nAncestors removed in turn: {len(found.necessary):,}, of which necessary: {len(found.needed):,}.")
    for heading, causes in (("kinds of events", found.events), ("responses", found.responses)):
        say(f"Removed whole, necessary {heading}: {named(causes)}")


def named(causes: list[Cause]) -> str:
    """The necessary ones of some causes."""
    names = [each.name for each in causes if each.necessary]
    return f"{', '.join(names)} ({len(names)} of {len(causes)})" if names else f"none of {len(causes)}"


def print_necessity(found: Necessity) -> None:
    """Many worlds: the sentence, and what was necessary how often."""
    labels = found.compiled.labels
    print(f"{labels.title}; policy: {labels.policy}; {found.worlds:,} worlds, seed {found.seed}\n")
    say(found.sentence())
    if not found.examined:
        return
    for heading, shares in (("event removed", found.told), ("response removed", found.responses)):
        if shares:
            print_shares(heading, shares)
    if found.doubtful:
        print()
        why = "other causes, or time alone, would have led there too"
        count = f"{len(found.doubtful):,} of {len(found.examined):,} worlds"
        say(f"In {count} no single one of these was necessary: {why}.")
    if found.pairs:
        print_shares("only both removed", found.pairs)
    if found.broke_first:
        first = ", ".join(f"{name} in {count:,}" for name, count in found.broke_first.items())
        print()
        say(f"What broke first, of what was necessary: {first}")


def print_shares(heading: str, shares: list[Share]) -> None:
    """A table of what was necessary in which share of worlds."""
    some = [each for each in shares if each.share > 0.0]
    print()
    if some:
        rows = [
            (each.name, percent(each.share), f"{100 * each.low:.1f} to {100 * each.high:.1f} %", worlds_of(each))
            for each in some[:MOST_ROWS]
        ]
        print_table((heading, "necessary in", "95 % interval", "worlds"), rows)
    left = len(shares) - min(len(some), MOST_ROWS)
    if not some:
        print(f"{heading}: none was ever necessary")
    elif left:
        print(f"{left:,} further {'one was' if left == 1 else 'ones were'} necessary less often, or never")


def worlds_of(each: Share) -> str:
    """The first worlds in which something was necessary."""
    shown = ", ".join(map(str, each.necessary[:4]))
    return shown + (", ..." if len(each.necessary) > 4 else "")
