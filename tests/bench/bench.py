"""`make bench`: every speed that is promised, measured side by side in one run, as a table for BENCHMARKS.md."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from simulate import load, loads
from simulate.compile import compile_scenario
from simulate.engines.machine import Batch
from simulate.engines.reference import Reference
from simulate.scenario.explicit import explicit
from simulate.studies.worlds import run_worlds

from . import by_hand, keeping, rivals
from .timing import row, side_by_side

ROOT = Path(__file__).parents[2]
RESET = ROOT / "scenarios" / "reset-2022.yaml"
DEATHS = """
scenario: Immigration and death
start: 2022-08-01
horizon: 50 d
sample_every: 50 d
state: {{number: {{start: {start}}}}}
shocks:
  arrival: {{rate: {arrival}/d, effects: {{number: 1}}}}
  death: {{rate: 0.1/d*number, effects: {{number: -1}}}}
outcomes: {{deaths: {{count: death}}}}
"""


def against_reference_and_hand() -> None:
    """Worlds of reset-2022, one core each."""
    compiled = compile_scenario(load(RESET).resolved())
    batch, reference = Batch(compiled, 1), Reference(compiled, 1)
    fast, slow, hand = side_by_side(
        lambda: batch.run_chunk(0, 500),
        lambda: [reference.run(world) for world in range(10)],
        lambda: [by_hand.run_world(seed) for seed in range(40)],
    )
    world, there, other = fast / 500, slow / 10, hand / 40
    row(
        "reset-2022, a world: batch, reference",
        f"{world * 1e3:.2f}, {there * 1e3:.0f} ms",
        f"{there / world:.0f}",
        "200",
    )
    row("the same core in SimPy by hand", f"{other * 1e3:.1f} ms", f"{other / world:.0f}", "50")


def against_others(arrival: float, start: int, worlds: int) -> None:
    """Immigration and death, events a second on one core."""
    compiled = compile_scenario(loads(DEATHS.format(arrival=arrival, start=start)).resolved())
    batch = Batch(compiled, 1)
    events = int(batch.run_chunk(0, worlds).events.sum())
    rivals.direct_method(1, 1, arrival, 0.1, start, 50.0)
    actions: dict[str, Callable[[], object]] = {
        "batch": lambda: batch.run_chunk(0, worlds),
        "direct method by hand": lambda: rivals.direct_method(1, worlds, arrival, 0.1, start, 50.0),
    }
    for name, make in (("libRoadRunner", rivals.roadrunner_runs), ("GillesPy2", rivals.gillespy_runs)):
        runs = make(arrival, 0.1, start, 50.0)
        if runs is None:
            print(f"<!-- {name} cannot be had here -->")
        else:
            actions[name] = lambda runs=runs: runs(worlds)
    taken = dict(zip(actions, side_by_side(*actions.values()), strict=True))
    for name, seconds in taken.items():
        if name != "batch":
            speeds = f"{events / taken['batch'] / 1e6:.2f}, {events / seconds / 1e6:.2f} million events/s"
            aim = {"libRoadRunner": "3", "direct method by hand": "0.25"}.get(name, "")
            title = f"immigration {arrival:g}/d from {start}: batch, {name}"
            row(title, speeds, f"{seconds / taken['batch']:.2f}", aim)


def scaling() -> None:
    """Threads, worlds and horizon."""
    compiled = compile_scenario(load(RESET).resolved())

    def worlds(number: int, workers: int) -> Callable[[], object]:
        return lambda: run_worlds(compiled, 1, 0, number, workers=workers, most_events=10**6)

    one, two = side_by_side(worlds(2000, 1), worlds(2000, 2))
    row("two threads against one, 2,000 worlds", f"{two:.2f}, {one:.2f} s", f"{one / two:.2f}", "1.8")
    teaching = compile_scenario(load(ROOT / "scenarios" / "notice-and-recovery.yaml").resolved())
    sizes = (1_000, 10_000, 100_000, 1_000_000)
    taken = side_by_side(*(lambda n=n: run_worlds(teaching, 1, 0, n, workers=2, most_events=10**6) for n in sizes))
    each = [f"{seconds / n * 1e6:.1f}" for n, seconds in zip(sizes, taken, strict=True)]
    slope = (taken[3] - taken[1]) / 990_000
    row(
        "notice-and-recovery, µs a world at 10^3 to 10^6 worlds",
        ", ".join(each),
        f"10^5: {taken[2] / 100_000 / slope:.2f} of the slope",
        "1.1",
    )
    text = explicit(load(RESET))
    years = (1, 5, 20)
    long = [
        Batch(compile_scenario(loads(text.replace("horizon: 5 yr", f"horizon: {n} yr")).resolved()), 1) for n in years
    ]
    taken = side_by_side(*(lambda engine=engine: engine.run_chunk(0, 100) for engine in long))
    each = [f"{seconds / n * 10:.2f}" for n, seconds in zip(years, taken, strict=True)]
    row("reset-2022, ms for a world and year at 1, 5, 20 years", ", ".join(each), "", "")


def commands() -> None:
    """Whole processes, with compiled code in the cache."""
    run = [sys.executable, "-m", "simulate", "run", str(RESET), "-n"]
    whole, start, helped = side_by_side(
        lambda: subprocess.run([*run, "10000"], capture_output=True, check=True),
        lambda: subprocess.run([*run, "1"], capture_output=True, check=True),
        lambda: subprocess.run([sys.executable, "-m", "simulate", "--help"], capture_output=True, check=True),
    )
    row("`simulate run reset-2022 -n 10000`, whole", f"{whole:.1f} s", "", "5 s")
    row("the same with one world", f"{start:.1f} s", "", "1 s")
    row("`simulate --help`", f"{helped:.2f} s", "", "0.4 s")


def main() -> None:
    """Print the table."""
    day = datetime.date.today().isoformat()
    print(f"Measured on {day}: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}.\n")
    print("| what | measured | ratio | aim |\n|---|---|---|---|")
    against_reference_and_hand()
    against_others(1.0, 0, 20_000)
    against_others(100.0, 1000, 200)
    scaling()
    commands()
    keeping.main()


if __name__ == "__main__":
    main()
