"""`simulate check`."""

from __future__ import annotations

import sys

import click

from simulate.cli import options
from simulate.compile import compile_scenario
from simulate.errors import ScenarioError
from simulate.scenario.loading import load


@click.command("check")
@options.options(
    options.FILE,
    click.option("--resolved", is_flag=True, help="Print the explicit scenario: files merged, short forms in full."),
    click.option("--unsourced", is_flag=True, help="List the numbers in formulas that no parameter names."),
)
def check_command(file: str, resolved: bool, unsourced: bool) -> None:
    """List every problem of a scenario file at once, as file:line:column.

    Exit status 2 if there is one; warnings alone do not fail.
    """
    try:
        scenario = load(file)
        # What is too large shows only when it is compiled.
        for name in ("baseline", *scenario.model.policies):
            compile_scenario(scenario.with_policy(name).resolved())
    except ScenarioError as error:
        for problem in error.problems:
            print(problem)
        sys.exit(2)
    if resolved:
        from simulate.scenario.explicit import explicit

        print(explicit(scenario), end="")
        return
    if unsourced:
        from simulate.scenario.audit.unsourced import unsourced_report

        print(unsourced_report(scenario), end="")
        return
    for warning in scenario.warnings:
        print(warning.labelled("warning"))
    for note in scenario.notes:
        print(note.labelled("note"))
    number = len(scenario.warnings)
    print(f"{scenario.name}: no faults, {number or 'no'} warning{'' if number == 1 else 's'}")
