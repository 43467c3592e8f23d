"""`simulate schema`."""

from __future__ import annotations

import json

import click

from simulate.scenario.schema import json_schema


@click.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check while you write."""
    print(json.dumps(json_schema(), indent=1))
