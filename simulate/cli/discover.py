"""`simulate discover`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from simulate.cli import options
from simulate.cli.progress import progress_of_worlds
from simulate.cli.tables import print_shown
from simulate.results.folder import write_json
from simulate.studies.discover import DRAWS, Discovery, discover
from simulate.studies.keeping import Workers
from simulate.studies.shown import limits_table, no_region, study_notes
from simulate.studies.wording import how_many, percent
from simulate.studies.worlds import Engine


@click.command("discover")
@options.options(
    options.FILE,
    click.option("--outcome", required=True, metavar="NAME", help="Outcome to find the region of."),
    click.option("--above", type=float, metavar="X", help="It fails above X (times in days)."),
    click.option("--below", type=float, metavar="X", help="It fails below X (times in days)."),
    click.option("--policy", "-p", metavar="NAME", help="Where this policy loses to the baseline."),
    click.option("--more-is-better", is_flag=True, help="With --policy: it loses by less of the outcome."),
    click.option("--parameter", "parameters", multiple=True, metavar="NAME", help="Parameter or group; all."),
    click.option("--draws", type=click.IntRange(2), default=DRAWS, show_default=True, help="Draws of the priors."),
    click.option("-n", "--worlds", type=click.IntRange(2), default=100, show_default=True, help="Worlds at a draw."),
    options.SEED,
    options.SET,
    options.OUTPUT,
    options.FORCE,
    options.JSON,
    options.engine("batch"),
    options.WORKERS,
    options.MAX_EVENTS,
    options.ALLOW_CAPPED,
)
def discover_command(
    file: str,
    outcome: str,
    above: float | None,
    below: float | None,
    policy: str | None,
    more_is_better: bool,
    parameters: tuple[str, ...],
    draws: int,
    worlds: int,
    seed: int,
    settings: tuple[str, ...],
    output: str | None,
    force: bool,
    as_json: bool,
    engine: Engine,
    workers: Workers | None,
    max_events: int,
    allow_capped: bool,
) -> None:
    """Find the region of the parameters in which an outcome fails, or a policy loses to the baseline.

    By PRIM over draws of the priors; a region no better than in shuffled cases is not reported.
    """
    scenario = options.chosen(file, (), settings)
    options.warn(scenario.warnings)
    with options.result_folder(output, force, None, False) as folder:
        with progress_of_worlds() as progress:
            found = discover(
                scenario, outcome, policy, above=above, below=below, more_is_worse=not more_is_better,
                parameters=parameters, draws=draws, worlds=worlds, seed=seed, engine=engine,
                workers=options.cores(workers, worlds, engine), max_events=max_events,
                allow_capped=allow_capped, progress=progress, folder=folder,
            )  # fmt: skip
        if folder is not None:
            folder.add(lambda place: fill(found, place))
    if as_json:
        print(json.dumps(found.to_json()))
        return
    print_discovery(found)
    if output is not None:
        print(f"\nPictures and results: {output}")


def print_discovery(found: Discovery) -> None:
    """The box, if there is one, in the scenario's own units."""
    told = found.measured
    draws = f"{len(found.hits):,} draws of {how_many(len(told.priors), 'parameter')}"
    print(f"{told.scenario}; {draws}, {told.worlds:,} worlds each, seed {told.seed}")
    print(f"{found.sought}: {percent(float(found.hits.mean()))} over all draws\n")
    for note in study_notes(told):
        print(f"{note}\n")
    box = found.box
    if box is None:
        print(no_region(found))
        return
    print_shown(limits_table(found))
    print(
        f"coverage {percent(box.coverage)}: the share of such cases that lies in it\n"
        f"density {percent(box.density)}: the share of what lies in it, against {percent(float(found.hits.mean()))}\n"
        f"support {percent(box.support)}: the share of all draws that lies in it"
    )


def fill(found: Discovery, folder: Path) -> None:
    """What a folder of the search holds besides its worlds."""
    from simulate.plots.discover import draw_discovery

    write_json(folder / "discovery.json", found.to_json())
    draw_discovery(found, folder)
