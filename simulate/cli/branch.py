"""`simulate branch`."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import click

from simulate.cli import options
from simulate.cli.progress import progress_of_worlds
from simulate.cli.tables import console_width, print_outcomes, print_table
from simulate.results.folder import refuse_to_overwrite, write_folder, write_json
from simulate.studies.branch import Branching, branch
from simulate.studies.contrast import contrast
from simulate.studies.paired import Difference
from simulate.studies.wording import notes
from simulate.studies.worlds import Engine

COLUMNS = ("outcome", "without", "with", "difference", "95 % interval", "up / down")


@click.command("branch")
@options.options(
    options.FILE,
    click.option("--world", "-w", type=int, required=True, help="Which world to branch."),
    click.option("--at", required=True, metavar="DATE", help="From when on, such as 2024-03-01 or '90 d'."),
    click.option("--inject", multiple=True, metavar="EVENT", help="A shock or action that happens on the date."),
    options.POLICY,
    click.option("-n", "--futures", type=click.IntRange(1), default=1000, show_default=True, help="How many futures."),
    options.SEED,
    options.SET,
    options.OUTPUT,
    options.FORCE,
    options.JSON,
    options.engine("batch"),
    options.THREADS,
    options.MAX_EVENTS,
    options.ALLOW_CAPPED,
)
def branch_command(
    file: str,
    world: int,
    at: str,
    inject: tuple[str, ...],
    policy: tuple[str, ...],
    futures: int,
    seed: int,
    settings: tuple[str, ...],
    output: str | None,
    force: bool,
    as_json: bool,
    engine: Engine,
    workers: int | None,
    max_events: int,
    allow_capped: bool,
) -> None:
    """Branch one world on a date: its history up to then, to the bit, and fresh futures from there.

    Injected events happen on the date, and the same futures are run without them beside. Future 0 is the
    world's own.
    """
    scenario = options.chosen(file, policy, settings)
    options.warn(scenario.warnings)
    if output is not None:
        refuse_to_overwrite(Path(output), force)
    with progress_of_worlds() as progress:
        found = branch(
            scenario,
            world,
            at,
            inject,
            futures,
            seed,
            engine=engine,
            workers=options.cores(workers, futures, engine),
            max_events=max_events,
            allow_capped=allow_capped,
            progress=progress,
        )
    if output is not None:
        write_folder(Path(output), lambda folder: fill(found, folder), force)
    if as_json:
        print(json.dumps(found.to_json()))
        return
    print_branching(found)
    if output is not None:
        print(f"\nPictures and results: {output}")


def fill(found: Branching, folder: Path) -> None:
    """Everything that a folder of a branching holds."""
    from simulate.plots.branch import draw_branching

    write_json(folder / "branch.json", found.to_json())
    found.base.worlds.rename_axis("future").to_csv(folder / "futures.csv")
    if found.injected is not None:
        found.injected.worlds.rename_axis("future").to_csv(folder / "futures_injected.csv")
    draw_branching(found, folder)


def print_branching(found: Branching) -> None:
    """What was branched, and what its futures come to."""
    labels = found.compiled.labels
    print(f"{labels.title}; policy: {found.base.setting}; world {found.world}, seed {found.base.seed}")
    inject = f", with {', '.join(found.inject)} injected on that day" if found.inject else ""
    line = f"{found.before:,} events up to {found.date}, then {found.base.counted:,} futures from there{inject}"
    print("\n".join(textwrap.wrap(line, console_width())) + "\n")
    if found.injected is None:
        print_outcomes(found.base)
        return
    pairs = [(label, found.differences[label.name]) for label in labels.outcomes]
    print_table(COLUMNS, [contrast(label, each)[:-1] for label, each in pairs if isinstance(each, Difference)])
    for note in notes(found.injected):
        print(note)
