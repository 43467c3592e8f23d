"""Options that several commands share, and the scenario that they choose."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar, overload

import click

from simulate.engines.order import MOST_EVENTS
from simulate.errors import Problem, UsageError
from simulate.scenario.loading import Scenario, load

if TYPE_CHECKING:
    from simulate.results.store import ResultFolder
    from simulate.studies.keeping import Workers

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.argument("file", metavar="FILE", type=click.Path(allow_dash=True))
POLICY = click.option("--policy", "-p", multiple=True, metavar="NAME", help="Policy to apply; several are merged.")
SEED = click.option("--seed", type=int, default=1, show_default=True, help="Another seed gives other worlds.")
SET = click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Give a parameter another value.")
MAX_EVENTS = click.option(
    "--max-events", type=click.IntRange(1), default=MOST_EVENTS, show_default=True, help="Events in one world at most."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
OUTPUT = click.option("-o", "--output", metavar="DIR", type=click.Path(), help="Folder for pictures and results.")
WORLDS = click.option(
    "-n", "--worlds", type=click.IntRange(1), default=1000, show_default=True, help="How many worlds."
)
THREADS = click.option(
    "--workers", type=click.IntRange(1), help="Threads (reference: processes); all cores if not given."
)
WORKERS = click.option(
    "--workers",
    metavar="N|ADDRESS",
    callback=lambda _, __, given: read_workers(given),
    help="Threads (reference: processes), all cores if not given; or the address of a Dask cluster.",
)
UNSAID = "as many as fit"
DRAWS = click.option(
    "--draw-parameters",
    "draws",
    metavar="[D]",
    is_flag=False,
    flag_value=UNSAID,
    callback=lambda _, __, given: read_draws(given),
    help="Draw the parameters D times from their priors.",
)
CHUNK = click.option("--chunk", metavar="WORLDS", type=click.IntRange(1), help="Worlds in a chunk of DIR.")
EVENTS = click.option("--events", "keep_events", is_flag=True, help="Keep every event of every world in DIR, too.")
ALLOW_CAPPED = click.option("--allow-capped", is_flag=True, help="Leave out worlds that reach the limit of events.")
FORCE = click.option("--force", is_flag=True, help="Replace a folder that is not empty.")

ADDRESS = re.compile(r"([a-z]+://)?[\w.\[\]:-]*[\w\]]:\d{1,5}", re.ASCII)

FEW_WORLDS = 100
"""Fewer worlds than this are not worth the start of further processes."""


def read_draws(given: str | None) -> int | None:
    """How many draws; 0 where the option stands without a number.

    Raises
    ------
    BadParameter
        If it is no number from 2.
    """
    if given is None or given == UNSAID:
        return None if given is None else 0
    if not given.strip().isdecimal() or int(given) < 2:
        raise click.BadParameter(f"'{given}' is no number of draws from 2; write --draw-parameters last, or =100")
    return int(given)


def read_workers(given: str | None) -> Workers | None:
    """A number of workers, or an address.

    Raises
    ------
    BadParameter
        If it is neither.
    """
    if given is None:
        return None
    if given.strip().isdecimal() and int(given) >= 1:
        return int(given)
    if ADDRESS.fullmatch(given.strip()):
        return given.strip()
    raise click.BadParameter(f"'{given}' is neither a number from 1 nor an address such as tcp://10.0.0.1:8786")


def result_folder(
    output: str | None, force: bool, chunk: int | None, keep_events: bool
) -> AbstractContextManager[ResultFolder | None]:
    """The result folder of a command; none if no folder was asked for.

    Raises
    ------
    UsageError
        If what is only for a folder was asked for without one.
    """
    if output is not None:
        from simulate.results.store import ResultFolder

        command = shlex.join(["simulate", *sys.argv[1:]])
        return ResultFolder(output, force=force, chunk=chunk, keep_events=keep_events, command=command)
    for option, given in (("--chunk", chunk), ("--events", keep_events)):
        if given:
            raise UsageError(f"{option} is about a result folder; name one with -o DIR")
    return nullcontext()


@overload
def cores(workers: int | None, worlds: int, engine: str) -> int: ...
@overload
def cores(workers: Workers | None, worlds: int, engine: str) -> Workers: ...
def cores(workers: Workers | None, worlds: int, engine: str) -> Workers:
    """Who runs worlds: as many threads or processes as asked for, else one for each core; or a cluster."""
    if workers is not None:
        return workers
    if worlds < FEW_WORLDS and engine == "reference":
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def warn(warnings: tuple[Problem, ...]) -> None:
    """Say on stderr that there are warnings, and how to read them."""
    if warnings:
        plural = "s" if len(warnings) > 1 else ""
        print(
            f"simulate: {len(warnings)} warning{plural} about {warnings[0].file}; `simulate check` lists them",
            file=sys.stderr,
        )


def engine(default: str) -> Callable[[Command], Command]:
    """Which engine runs the worlds."""
    choice = click.Choice(["batch", "reference"])
    text = "Compiled code, or SimPy; both give the same."
    return click.option("--engine", type=choice, default=default, show_default=True, help=text)


def options(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in the order in which help lists them."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def chosen(file: str, policies: tuple[str, ...], settings: tuple[str, ...]) -> Scenario:
    """The scenario of a file under the policies and settings of the command line.

    Raises
    ------
    UsageError
        If a setting is not NAME=VALUE.
    """
    scenario = load(file).with_policy(*policies)
    values: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"--set {setting}: write NAME=VALUE, such as coupling=0.5 or wait='6 mo'")
        if name.strip() in values:
            raise UsageError(f"--set {setting}: '{name.strip()}' is set twice")
        values[name.strip()] = value.strip()
    return scenario.with_parameters(values) if values else scenario


def goal(least: str | None, most: str | None) -> tuple[str | None, bool]:
    """By which outcome policies are judged, if by any, and whether less of it is better.

    Raises
    ------
    UsageError
        If both are given.
    """
    if least is not None and most is not None:
        raise UsageError("give --least or --most, not both: policies are ranked by one outcome")
    return (most, False) if least is None else (least, True)
