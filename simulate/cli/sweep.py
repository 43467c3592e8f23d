"""`simulate sweep`."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import click

from simulate.cli import options
from simulate.cli.progress import progress_of_worlds
from simulate.cli.tables import print_table
from simulate.compiled import OutcomeLabel
from simulate.errors import UsageError
from simulate.results.folder import write_json
from simulate.scenario.nearest import suggestion
from simulate.studies.axes import Axis, Value
from simulate.studies.contrast import amount, scale
from simulate.studies.keeping import Workers
from simulate.studies.paired import Difference
from simulate.studies.summary import as_json
from simulate.studies.sweep import Sweep, SweepPoint, sweep
from simulate.studies.wording import number, percent, title
from simulate.studies.worlds import Engine

MOST_AXES_DRAWN = 2
SHARES = ("ever", "never", "at_end", "share_of_time")


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
        chosen = chosen_names(found, outcomes)
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


def chosen_names(found: Sweep, outcomes: tuple[str, ...]) -> list[str]:
    """The outcomes that are told: the named ones, or all but trajectories."""
    known = [label.name for label in found.labels if label.kind != "trajectory"]
    for name in outcomes:
        if name not in known:
            raise UsageError(f"unknown outcome '{name}'{suggestion(name, known)}")
    return [name for name in known if not outcomes or name in outcomes]


def print_sweep(found: Sweep, outcomes: list[str]) -> None:
    """A table for each outcome: every point with its interval, and its difference from the base."""
    base = next(iter(found.bases.values()))
    print(f"{base.compiled.labels.title}; {base.counted:,} worlds, seed {base.seed}, the same at every point")
    for label in found.labels:
        if label.name not in outcomes:
            continue
        print(f"\n{title(label)}")
        for policy, points in found.points.items():
            if len(found.points) > 1:
                print(f"under {policy}:")
            where = product(*(axis.told for axis in found.axes))
            rows = [(*map(rounded, at), *cells(label, point)) for at, point in zip(where, points, strict=True)]
            columns = (*map(heading, found.axes), "estimate", "95 % interval", "from base", "95 % interval")
            print_table(columns, rows)
    for name in found.dead:
        print(f"dead: {name} changed no event in any world; nothing reads it")


def cells(label: OutcomeLabel, point: SweepPoint) -> tuple[str, str, str, str]:
    """An outcome at a point, and its difference from the base, each with its interval."""
    form = percent if label.kind in (*SHARES, "first", "recovery") else number
    shown = as_json(label.kind, point.outcomes[label.name], point.counted)
    difference = point.differences[label.name]
    assert isinstance(difference, Difference)
    unit = scale(label, difference)
    return (
        form(shown.get("probability", shown.get("mean"))),
        f"{form(shown['low'])} to {form(shown['high'])}",
        amount(difference.difference, unit),
        f"{amount(difference.low, unit)} to {amount(difference.high, unit)}",
    )


def heading(axis: Axis) -> str:
    """An axis with its unit."""
    return f"{axis.name} ({axis.unit})" if axis.unit else axis.name


def rounded(value: Value) -> str:
    """A value of an axis as short as it can be read."""
    return value if isinstance(value, str) else f"{value:.4g}"


def fill(found: Sweep, outcomes: list[str], folder: Path) -> None:
    """What a folder of a sweep holds besides its worlds."""
    from simulate.plots.sweep import draw_sweep

    write_json(folder / "sweep.json", found.to_json())
    if len(found.axes) <= MOST_AXES_DRAWN:
        draw_sweep(found, outcomes, folder)
