"""Compares the engines event for event: `python -m tests.identity.engines -n 10000` for the shipped scenarios."""

from __future__ import annotations

import argparse
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from simulate import load
from simulate.compile import compile_scenario
from simulate.engines.machine import Batch
from simulate.engines.record import WorldRecord
from simulate.engines.reference import Reference

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(path.name for path in SCENARIOS.glob("*.yaml"))


def bits(record: WorldRecord) -> str:
    """All of a world as text that tells every double from every other."""
    return repr(
        (
            record.events,
            [float(value).hex() for value in record.values],
            list(record.reached),
            list(record.left_out),
            [float(value).hex() for value in record.paths],
            list(record.stages),
            list(record.refused),
            record.capped,
        )
    )


def compare(name: str, first: int, last: int, seed: int = 1) -> tuple[int, list[int]]:
    """Run worlds of a shipped scenario in both engines: how many events there were, and the worlds that differ."""
    compiled = compile_scenario(load(SCENARIOS / name).resolved())
    reference, batch = Reference(compiled, seed), Batch(compiled, seed)
    events, different = 0, []
    for world in range(first, last):
        one, other = reference.run(world), batch.run(world)
        events += len(one.events)
        if bits(one) != bits(other):
            different.append(world)
    return events, different


def main() -> None:
    """Compare many worlds on all cores, and say how many events were compared."""
    parser = argparse.ArgumentParser(description="Compare the engines over many worlds of the shipped scenarios.")
    parser.add_argument("-n", "--worlds", type=int, default=10_000)
    worlds = parser.parse_args().worlds
    context = multiprocessing.get_context("spawn")
    failed = False
    with ProcessPoolExecutor(os.cpu_count(), context) as pool:
        for name in SHIPPED:
            parts = [pool.submit(compare, name, begin, min(begin + 100, worlds), 7) for begin in range(0, worlds, 100)]
            found = [part.result() for part in parts]
            different = [world for _, worlds_of_part in found for world in worlds_of_part]
            failed = failed or bool(different)
            events = sum(count for count, _ in found)
            print(
                f"{name}: {events:,} events of {worlds:,} worlds compared, {len(different)} worlds differ", flush=True
            )
            if different:
                print(f"  worlds {different[:20]}")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
