"""`simulate sweep`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from simulate.cli import options
from simulate.cli.progress import progress_of_worlds
from simulate.cli.tables import print_shown
from simulate.errors import UsageError
from simulate.results.folder import write_json
from simulate.studies.keeping import Workers
from simulate.studies.outcomes import Outcomes, measurable, outcomes_of
from simulate.studies.shown import points_table
from simulate.studies.sweep import Sweep, sweep
from simulate.studies.wording import title
from simulate.studies.worlds import Engine

MOST_AXES_DRAWN = 2


@click.command("sweep")
@options.options(
    options.FILE,
    click.option(
        "--vary",
        multiple=True,
        required=True,
        metavar="NAME=LOW:HIGH:STEPS",
        help="A parameter over a range, or NAME=A,B,C; of a mechanism, phase or state variable the start.",
    ),
    click.option("--policy", "-p", "policies", multiple=True, metavar="NAME", help="Policy to sweep under; several."),
    options.WORLDS,
    options.SEED,
    options.SET,
    click.option("--outcome", "outcomes", multiple=True, metavar="NAME", help="Outcome to tell; all by default."),
    options.OUTPUT,
    options.FORCE,
    options.JSON,
    options.engine("batch"),
    options.WORKERS,
    options.CHUNK,
    options.MAX_EVENTS,
    options.ALLOW_CAPPED,
)
def sweep_command(
    file: str,
    vary: tuple[str, ...],
    policies: tuple[str, ...],
    worlds: int,
    seed: int,
    settings: tuple[str, ...],
    outcomes: tuple[str, ...],
    output: str | None,
    force: bool,
    as_json: bool,
    engine: Engine,
    workers: Workers | None,
    chunk: int | None,
    max_events: int,
    allow_capped: bool,
) -> None:
    """Vary parameters or start stages over a grid, every point in the same worlds.

    One --vary gives curves, two a heat map, more a table. What changes no event anywhere is said to be dead.
    """
    scenario = options.chosen(file, (), settings)
    options.warn(scenario.warnings)
    chosen = measurable(outcomes_of(scenario), outcomes)
    with options.result_folder(output, force, chunk, False) as folder:
        with progress_of_worlds() as progress:
            found = sweep(
                scenario,
                read_axes(vary),
                policies,
                worlds,
                seed,
                engine=engine,
                workers=options.cores(workers, worlds, engine),
                max_events=max_events,
                allow_capped=allow_capped,
                progress=progress,
                folder=folder,
            )
        if folder is not None:
            folder.add(lambda place: fill(found, chosen, place))
    if as_json:
        print(json.dumps(found.to_json()))
        return
    print_sweep(found, chosen)
    if output is not None:
        print(f"\nPictures and results: {output}")


def read_axes(vary: tuple[str, ...]) -> dict[str, str]:
    """What is varied, by name.

    Raises
    ------
    UsageError
        If one is not NAME=VALUES, or given twice.
    """
    axes: dict[str, str] = {}
    for each in vary:
        name, equals, values = each.partition("=")
        if not equals or not name.strip() or not values.strip():
            raise UsageError(f"--vary {each}: write NAME=LOW:HIGH:STEPS, such as coupling=0:1:11, or NAME=A,B,C")
        if name.strip() in axes:
            raise UsageError(f"--vary {each}: '{name.strip()}' is varied twice")
        axes[name.strip()] = values.strip()
    return axes


def print_sweep(found: Sweep, outcomes: Outcomes) -> None:
    """A table for each outcome: every point with its interval, and its difference from the base."""
    base = next(iter(found.bases.values()))
    print(f"{base.compiled.labels.title}; {base.counted:,} worlds, seed {base.seed}, the same at every point")
    for label in outcomes:
        print(f"\n{title(label)}")
        for policy in found.points:
            if len(found.points) > 1:
                print(f"under {policy}:")
            print_shown(points_table(found, label, policy))
        if label.is_timed:
            print("estimate: that it is reached; from base: mean days up to the end of the window")
    for name in found.dead:
        print(f"dead: {name} changed nothing in any world" + "; nothing reads it" * (name in found.unread))


def fill(found: Sweep, outcomes: Outcomes, folder: Path) -> None:
    """What a folder of a sweep holds besides its worlds."""
    from simulate.plots.sweep import draw_sweep

    write_json(folder / "sweep.json", found.to_json())
    found.table.to_csv(folder / "sweep.csv", index=False)
    if len(found.axes) <= MOST_AXES_DRAWN:
        draw_sweep(found, outcomes, folder)
