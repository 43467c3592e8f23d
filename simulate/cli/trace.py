"""`simulate trace`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from simulate.cli import options
from simulate.results.folder import refuse_to_overwrite, write_folder
from simulate.studies.trace import Trace, trace
from simulate.studies.worlds import Engine


@click.command("trace")
@options.options(
    options.FILE,
    click.option("--world", "-w", type=int, default=0, show_default=True, help="Which world."),
    options.POLICY,
    options.SEED,
    options.SET,
    options.OUTPUT,
    options.FORCE,
    options.JSON,
    options.engine("reference"),
    options.MAX_EVENTS,
)
def trace_command(
    file: str,
    world: int,
    policy: tuple[str, ...],
    seed: int,
    settings: tuple[str, ...],
    output: str | None,
    force: bool,
    as_json: bool,
    engine: Engine,
    max_events: int,
) -> None:
    """Tell one world as a dated story: what happened, and because of what.

    With -o DIR the story is also drawn as a lane chart. With --json: one event a line.
    """
    scenario = options.chosen(file, policy, settings)
    if output is not None:
        refuse_to_overwrite(Path(output), force)
    story = trace(scenario, world, seed, engine=engine, max_events=max_events)
    if output is not None:
        write_folder(Path(output), lambda folder: fill(story, folder), force)
    if as_json:
        for row in story.rows():
            print(json.dumps(row))
        return
    labels = story.compiled.labels
    print(f"{labels.title}; policy: {labels.policy}; world {world}, seed {seed}; {len(story)} events\n")
    for line in story.story():
        print(line)
    if output is not None:
        print(f"\nPicture and story: {output}")


def fill(story: Trace, folder: Path) -> None:
    """The story as text and as a picture."""
    from simulate.plots.lanes import lane_chart
    from simulate.plots.style import save

    (folder / "story.txt").write_text("\n".join(story.story()) + "\n", encoding="utf-8")
    (folder / "events.jsonl").write_text("".join(json.dumps(row) + "\n" for row in story.rows()), encoding="utf-8")
    save(lane_chart(story), folder, "lanes")
