"""`simulate compare`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from simulate.cli import options
from simulate.cli.contrast import print_comparison, print_ranks, print_readings
from simulate.cli.drawn import print_robustness
from simulate.cli.progress import progress_of_worlds
from simulate.compile import compile_scenario
from simulate.errors import UsageError
from simulate.results.folder import write_json
from simulate.scenario.loading import Scenario
from simulate.studies.compare import Comparison, compare
from simulate.studies.design import FEWEST_WORLDS
from simulate.studies.keeping import Workers
from simulate.studies.ranking import Rank, Reading, rank, rank_json, rankable, readings
from simulate.studies.robust import DRAWS, Robustness, robustness
from simulate.studies.worlds import Engine


@click.command("compare")
@options.options(
    options.FILE,
    click.argument("policies", metavar="[POLICY ...]", nargs=-1),
    options.WORLDS,
    options.SEED,
    options.SET,
    options.DRAWS,
    click.option("--outcome", "outcomes", multiple=True, metavar="NAME", help="Outcome to compare; all by default."),
    click.option("--precision", type=float, metavar="H", help="Add worlds until differences are known to so much."),
    click.option("--least", metavar="OUTCOME", help="Rank policies: the less of an outcome the better."),
    click.option("--most", metavar="OUTCOME", help="Rank policies: the more of an outcome the better."),
    click.option("--readings", "read_anew", is_flag=True, help="Rank under every reading of contested parameters."),
    options.OUTPUT,
    options.FORCE,
    options.JSON,
    options.engine("batch"),
    options.WORKERS,
    options.CHUNK,
    options.EVENTS,
    options.MAX_EVENTS,
    options.ALLOW_CAPPED,
)
def compare_command(
    file: str,
    policies: tuple[str, ...],
    worlds: int,
    seed: int,
    settings: tuple[str, ...],
    draws: int | None,
    outcomes: tuple[str, ...],
    precision: float | None,
    least: str | None,
    most: str | None,
    read_anew: bool,
    output: str | None,
    force: bool,
    as_json: bool,
    engine: Engine,
    workers: Workers | None,
    chunk: int | None,
    keep_events: bool,
    max_events: int,
    allow_capped: bool,
) -> None:
    """Compare policies with the baseline in the same worlds.

    For each outcome: both values, the difference with its interval, how many worlds flip each way, and how
    much the same luck saves. A+B merges two policies; all policies are compared if none is named.
    """
    ranked, fewer = options.goal(least, most)
    if read_anew and ranked is None:
        raise UsageError("--readings ranks policies; say by which outcome, with --least or --most")
    scenario = options.chosen(file, (), settings)
    options.warn(scenario.warnings)
    if ranked is not None:
        rankable(compile_scenario(scenario.resolved()), ranked)
    how: dict[str, Any] = {
        "engine": engine,
        "workers": options.cores(workers, worlds, engine),
        "max_events": max_events,
        "allow_capped": allow_capped,
    }
    if draws is not None:
        refuse_beside_draws(precision, read_anew, chunk, keep_events, outcomes)
        hold_up(scenario, policies, ranked, fewer, draws, worlds, seed, output, force, as_json, how)
        return
    with options.result_folder(output, force, chunk, keep_events) as folder:
        with progress_of_worlds() as progress:
            how["progress"] = progress
            found = compare(
                scenario, policies, worlds, seed, outcomes=outcomes, precision=precision, folder=folder, **how
            )
            ranks = [] if ranked is None else rank(found, ranked, fewer)
            asked = ranked is not None and read_anew
            read = readings(scenario, policies, worlds, seed, ranked or "", fewer, **how) if asked else []
        if folder is not None:
            folder.add(lambda place: fill(found, place))
    if as_json:
        print(json.dumps(as_plain(found, ranked, fewer, ranks, read)))
        return
    print_comparison(found)
    if ranked is not None:
        print_ranks(found, ranked, fewer, ranks)
        if read:
            print_readings(read)
    if output is not None:
        print(f"\nPictures and results: {output}")


def refuse_beside_draws(*given: object) -> None:
    """Refuse options that are about worlds of one model."""
    for option, each in zip(("--precision", "--readings", "--chunk", "--events", "--outcome"), given, strict=True):
        if each:
            raise UsageError(f"{option} does not go with --draw-parameters, which ranks policies over draws")


def hold_up(
    scenario: Scenario,
    policies: tuple[str, ...],
    outcome: str | None,
    least: bool,
    draws: int,
    worlds: int,
    seed: int,
    output: str | None,
    force: bool,
    as_json: bool,
    how: dict[str, Any],
) -> None:
    """Compare policies over draws of the parameters, `worlds` in all for each policy."""
    if outcome is None:
        raise UsageError("--draw-parameters judges policies; say by which outcome, with --least or --most")
    count = draws or DRAWS
    if worlds < FEWEST_WORLDS * count:
        raise UsageError(f"{count:,} draws in {worlds:,} worlds: take {FEWEST_WORLDS} worlds at least for each")
    each = worlds // count
    with options.result_folder(output, force, None, False) as folder:
        with progress_of_worlds() as progress:
            found = robustness(
                scenario, outcome, policies, least=least, draws=count, worlds=each, seed=seed,
                progress=progress, folder=folder, **how,
            )  # fmt: skip
        if folder is not None:
            folder.add(lambda place: fill_robustness(found, place))
    if as_json:
        print(json.dumps(found.to_json()))
        return
    print_robustness(found)
    if output is not None:
        print(f"\nPictures and results: {output}")


def fill_robustness(found: Robustness, folder: Path) -> None:
    """What a folder of policies over draws holds besides its worlds."""
    from simulate.plots.robust import draw_robustness

    write_json(folder / "robustness.json", found.to_json())
    draw_robustness(found, folder)


def as_plain(
    found: Comparison, ranked: str | None, least: bool, ranks: Sequence[Rank], read: Sequence[Reading]
) -> dict[str, Any]:
    """What `--json` prints."""
    plain = found.to_json()
    if ranked is not None:
        plain["ranking"] = {"outcome": ranked, "least": least, "ranks": rank_json(ranks)}
        plain["readings"] = [{"set": dict(each.settings), "ranks": rank_json(each.ranks)} for each in read]
    return plain


def fill(found: Comparison, folder: Path) -> None:
    """What a folder of a comparison holds besides its worlds."""
    from simulate.plots.contrast import draw_comparison

    write_json(folder / "comparison.json", found.to_json())
    draw_comparison(found, folder)
