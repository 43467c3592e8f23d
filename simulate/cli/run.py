"""`simulate run`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from simulate.cli import options
from simulate.cli.drawn import print_shares
from simulate.cli.progress import progress_of_worlds
from simulate.cli.tables import print_result
from simulate.errors import UsageError
from simulate.results.folder import write_file, write_json
from simulate.studies.keeping import Workers
from simulate.studies.nested import Drawn, run_drawn
from simulate.studies.run import Result, run
from simulate.studies.worlds import Engine


@click.command("run")
@options.options(
    options.FILE,
    options.POLICY,
    options.WORLDS,
    options.SEED,
    options.SET,
    options.DRAWS,
    options.OUTPUT,
    options.FORCE,
    options.JSON,
    click.option("--worlds-csv", metavar="FILE", type=click.Path(), help="Write one row for each world."),
    options.engine("batch"),
    options.WORKERS,
    options.CHUNK,
    options.EVENTS,
    options.MAX_EVENTS,
    options.ALLOW_CAPPED,
)
def run_command(
    file: str,
    policy: tuple[str, ...],
    worlds: int,
    seed: int,
    settings: tuple[str, ...],
    draws: int | None,
    output: str | None,
    force: bool,
    as_json: bool,
    worlds_csv: str | None,
    engine: Engine,
    workers: Workers | None,
    chunk: int | None,
    keep_events: bool,
    max_events: int,
    allow_capped: bool,
) -> None:
    """Run many worlds of a scenario: each outcome with its interval, and pictures in DIR.

    The same world number and seed is the same world under every policy.
    """
    scenario = options.chosen(file, policy, settings)
    options.warn(scenario.warnings)
    if worlds_csv is not None and os.path.realpath(worlds_csv) == os.path.realpath(file):
        raise UsageError(f"--worlds-csv {worlds_csv} is the scenario itself; name another file")
    how: dict[str, Any] = {
        "engine": engine,
        "workers": options.cores(workers, worlds, engine),
        "max_events": max_events,
        "allow_capped": allow_capped,
    }
    with options.result_folder(output, force, chunk, keep_events) as folder:
        with progress_of_worlds() as progress:
            how |= {"progress": progress, "folder": folder}
            if draws is None:
                result = run(scenario, worlds, seed, **how)
            else:
                result = run_drawn(scenario, worlds, draws or None, seed, **how)
        if folder is not None:
            folder.add(lambda place: fill(result, place))
    if worlds_csv is not None:
        write_file(Path(worlds_csv), result.worlds.to_csv())
    if as_json:
        print(json.dumps(result.to_json()))
    else:
        print_result(result)
        if isinstance(result, Drawn):
            print_shares(result)
        if output is not None:
            print(f"\nPictures and results: {output}")


def fill(result: Result, folder: Path) -> None:
    """What a folder of results holds besides its worlds."""
    from simulate.plots.pictures import draw_all

    write_json(folder / "result.json", result.to_json())
    draw_all(result, folder)
