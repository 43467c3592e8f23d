"""Options that several commands share, and the scenario that they choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from simulate.engines.order import MOST_EVENTS
from simulate.errors import UsageError
from simulate.scenario.loading import Scenario, load

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
FORCE = click.option("--force", is_flag=True, help="Replace a folder that is not empty.")


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
