"""The command `simulate`, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from simulate.errors import ScenarioError, SimulateError, UsageError
from simulate.version import __version__

COMMANDS = {
    "run": "run many worlds: the outcomes with intervals, and pictures",
    "compare": "compare policies with the baseline in the same worlds",
    "sweep": "vary parameters or start stages over a grid, in the same worlds",
    "sensitivity": "find which parameters drive an outcome",
    "discover": "find the region of parameters in which an outcome fails",
    "explain": "tell without which causes an outcome would not have come about",
    "branch": "give one world fresh futures from a date on, with or without an inject",
    "trace": "tell one world as a dated story, with causes",
    "verify": "read a result folder, and run a sample of its worlds again",
    "check": "list every problem of a scenario file at once",
    "schema": "print the JSON Schema of scenario files, for editors",
}


class Commands(click.Group):
    """Commands that are imported when they are called, so that help is there at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return getattr(import_module(f"simulate.cli.{cmd_name}"), f"{cmd_name}_command")  # type: ignore[no-any-return]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from simulate.scenario.nearest import suggestion

            ctx.fail(f"there is no command '{args[0]}'{suggestion(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "SIMULATE"})
@click.version_option(__version__, message="simulate %(version)s")
@click.option("--debug", is_flag=True, help="Show where in the program an error arose.")
def cli(debug: bool) -> None:
    """Simulate scenarios of policy: same luck, different policy.

    A scenario is a YAML file: who acts, what may happen, which agreements are in force and how those end.
    Every option can also be set as SIMULATE_COMMAND_OPTION in the environment.
    """


def fail(message: str, status: int) -> NoReturn:
    """Print one message and leave."""
    print(message, file=sys.stderr)
    sys.exit(status)


def kept(error: BaseException | None) -> str:
    """What was kept before an error, in words; empty if nothing was."""
    return "; ".join(getattr(error, "__notes__", []))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every error becomes one message and an exit status.

    0 done, 1 the run failed, 2 the input was wrong, 130 interrupted.
    """
    given = sys.argv[1:] if arguments is None else arguments
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by the caller: what is printed there goes nowhere.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (it stays open)
    try:
        cli.main(args=arguments, prog_name="simulate", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort as error:
        fail(f"simulate: interrupted; {kept(error.__context__) or 'nothing was written'}", 130)
    except KeyboardInterrupt as error:
        fail(f"simulate: interrupted; {kept(error) or 'nothing was written'}", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has gone; what is left of it has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except SimulateError as error:
        if "--debug" in given or os.environ.get("SIMULATE_DEBUG"):
            raise
        more = f"\nsimulate: {note}" if (note := kept(error)) else ""
        if isinstance(error, ScenarioError):
            fail(f"{error}{more}", 2)
        fail(f"simulate: {error}{more}", 2 if isinstance(error, UsageError) else 1)
    except OSError as error:
        # Standard output is full, or gone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        fail(f"simulate: cannot print the result: {error.strerror or error}", 1)
