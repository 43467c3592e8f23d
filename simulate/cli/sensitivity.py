"""`simulate sensitivity`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from simulate.cli import options
from simulate.cli.drawn import worth_sentence
from simulate.cli.progress import progress_of_worlds
from simulate.cli.tables import print_shown
from simulate.errors import UsageError
from simulate.results.folder import write_json
from simulate.studies.keeping import Workers
from simulate.studies.outcomes import measurable, outcomes_of
from simulate.studies.sensitivity import Method, Sensitivity, check_worth, sensitivity
from simulate.studies.shown import drivers_table, study_notes
from simulate.studies.wording import how_many, title
from simulate.studies.worlds import Engine
from simulate.studies.worth import worth_json

SHOWN = 15


@click.command("sensitivity")
@options.options(
    options.FILE,
    click.option("--outcome", "outcomes", multiple=True, metavar="NAME", help="Outcome to explain; all by default."),
    click.option("--method", type=click.Choice(["morris", "sobol"]), default="morris", show_default=True,
                 help="Screening of all parameters, or shares of variance."),
    click.option("--policy", "-p", "policies", multiple=True, metavar="NAME", help="Explain what it changes, too."),
    click.option("--parameter", "parameters", multiple=True, metavar="NAME", help="Parameter or group; all."),
    click.option("--points", type=click.IntRange(2), help="Trajectories (20), or base points (256)."),
    click.option("--least", metavar="OUTCOME", help="What knowing each is worth: the less of an outcome the better."),
    click.option("--most", metavar="OUTCOME", help="What knowing each is worth: the more of an outcome the better."),
    click.option("-n", "--worlds", type=click.IntRange(2), default=200, show_default=True, help="Worlds at a point."),
    options.SEED,
    options.SET,
    options.OUTPUT,
    options.FORCE,
    options.JSON,
    options.engine("batch"),
    options.WORKERS,
    options.MAX_EVENTS,
    options.ALLOW_CAPPED,
)  # fmt: skip
def sensitivity_command(
    file: str,
    outcomes: tuple[str, ...],
    method: Method,
    policies: tuple[str, ...],
    parameters: tuple[str, ...],
    points: int | None,
    least: str | None,
    most: str | None,
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
    """Find which parameters drive an outcome, or what a policy changes in it.

    Every point of the parameters runs in the same worlds, and the noise of few worlds is told apart.
    """
    goal, fewer = options.goal(least, most)
    if goal is not None and outcomes and goal not in outcomes:
        outcomes = (*outcomes, goal)
    scenario = options.chosen(file, (), settings)
    options.warn(scenario.warnings)
    if goal is not None:
        measurable(outcomes_of(scenario), [goal])
        check_worth(method, policies)
    with options.result_folder(output, force, None, False) as folder:
        with progress_of_worlds() as progress:
            found = sensitivity(
                scenario, outcomes, method, policies, parameters, points, worlds, seed,
                engine=engine, workers=options.cores(workers, worlds, engine), max_events=max_events,
                allow_capped=allow_capped, progress=progress, folder=folder,
            )  # fmt: skip
        worth = [] if goal is None else found.worth(goal, fewer)
        plain = found.to_json() | ({} if goal is None else {"worth": worth_json(worth)})
        if folder is not None:
            folder.add(lambda place: fill(found, plain, place))
    if as_json:
        print(json.dumps(plain))
        return
    print_sensitivity(found)
    if goal is not None:
        print(f"\n{worth_sentence(worth, found.measured, goal)}")
    if output is not None:
        print(f"\nPictures and results: {output}")


def print_sensitivity(found: Sensitivity) -> None:
    """For each outcome the parameters that drive it most."""
    told = found.measured
    runs = f"{len(told.points):,} points, {told.worlds:,} worlds each, the same everywhere; seed {told.seed}"
    print(f"{told.scenario}; {how_many(len(found.names), 'parameter')} by {found.method}, {runs}")
    for label in told.labels:
        for policy in (None, *told.policies[1:]):
            print(f"\n{title(label)}" + ("" if policy is None else f": what {policy} changes"))
            print_drivers(found, label.name, policy)
    for note in study_notes(told):
        print(f"\n{note}")
    if found.dead:
        print(f"\ndead: {', '.join(found.dead)}: nothing that happens or is read moves with them at any point")


def print_drivers(found: Sensitivity, outcome: str, policy: str | None) -> None:
    """The parameters that drive one outcome most, with what noise would show."""
    try:
        shown = drivers_table(found, outcome, policy, SHOWN)
    except UsageError as error:
        print(error)
        return
    print_shown(shown)
    hidden = len(found.names) - len(shown.rows)
    if hidden > 0:
        print(f"{how_many(hidden, 'further parameter')} moved it less")
    if found.method == "morris":
        return
    noise = found.indices(outcome, policy).noise
    print(f"noise of few worlds: {100 * noise:.0f} % of the variance that is seen, in none of the indices")


def fill(found: Sensitivity, plain: dict[str, Any], folder: Path) -> None:
    """What a folder of the study holds besides its worlds."""
    from simulate.plots.sensitivity import draw_drivers

    write_json(folder / "sensitivity.json", plain)
    draw_drivers(found, list(found.measured.policies[1:]), folder)
