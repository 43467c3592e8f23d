"""`simulate verify`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from simulate.cli import options
from simulate.cli.progress import progress_of_worlds
from simulate.results.verify import SAMPLE, verify
from simulate.studies.keeping import Workers
from simulate.studies.worlds import Engine


@click.command("verify")
@options.options(
    click.argument("folder", metavar="DIR"),
    click.option(
        "--sample", type=click.IntRange(0), default=SAMPLE, show_default=True, help="How many worlds to run again."
    ),
    options.JSON,
    options.engine("batch"),
    options.WORKERS,
)
def verify_command(folder: str, sample: int, as_json: bool, engine: Engine, workers: Workers | None) -> None:
    """Read every chunk of a result folder, and run a sample of its worlds again.

    Exit status 1 if a chunk is not what was written, or a world comes out otherwise; each is named.
    """
    with progress_of_worlds() as progress:
        found = verify(folder, sample, engine=engine, workers=options.cores(workers, sample, engine), progress=progress)
    if as_json:
        print(json.dumps({"folder": folder, "intact": not found.faults, **asdict(found)}))
    else:
        print(f"{folder}: {found.worlds:,} worlds in {found.chunks:,} chunks read, {found.again:,} worlds run again")
        for line in (*found.faults, *found.notes):
            print(line)
        print("not as it was written" if found.faults else "all as it was written")
    if found.faults:
        sys.exit(1)
