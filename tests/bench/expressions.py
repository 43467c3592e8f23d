"""`make expressions`: events a world, worlds a second, and the expressions of reset-2022 that take most of the work.

Work is counted in operations, as the reference engine evaluates the same programs as the batch engine does: once for
a value, and once for each bound of a rate over a stretch of time. Counts are the same on every machine.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from simulate import load, run
from simulate.compile import compile_scenario
from simulate.engines.order import MOST_EVENTS
from simulate.engines.reference import Reference
from simulate.model import evaluate

RESET = Path(__file__).parents[2] / "scenarios" / "reset-2022.yaml"
SHOWN = 15


def count_calls(function: Any, calls: Counter[int]) -> None:
    """Count the calls of a rule by its program, wherever in the package the rule is known."""

    def counted(model: Any, world: Any, program: int, *rest: Any) -> Any:
        calls[program] += 1
        return function(model, world, program, *rest)

    for name, module in list(sys.modules.items()):
        if name.startswith("simulate.") and getattr(module, function.__name__, None) is function:
            setattr(module, function.__name__, counted)


def main() -> None:
    """Print the three."""
    parser = argparse.ArgumentParser(description="Events a world, worlds a second, the slowest expressions.")
    parser.add_argument("-n", "--worlds", type=int, default=2000, help="worlds of the batch engine (2000)")
    parser.add_argument("--counted", type=int, default=10, help="worlds in which operations are counted (10)")
    given = parser.parse_args()
    scenario = load(RESET)
    run(scenario, 10)
    begun = time.perf_counter()
    result = run(scenario, given.worlds)
    took = time.perf_counter() - begun
    events = result.table.events.mean()
    print(f"reset-2022: {events:.0f} events a world, {given.worlds / took:,.0f} worlds a second on one thread.\n")

    compiled = compile_scenario(scenario.resolved())
    values: Counter[int] = Counter()
    bounds: Counter[int] = Counter()
    count_calls(evaluate.evaluate, values)
    count_calls(evaluate.range_over, bounds)
    engine = Reference(compiled, 1, MOST_EVENTS)
    for world in range(given.counted):
        engine.run(world)
    code = compiled.model.code
    rows = {program: int(code.last[program] - code.first[program]) for program in values | bounds}
    work = {program: rows[program] * (values[program] + bounds[program]) for program in rows}
    total = sum(work.values())
    print("| operations | values a world | bounds a world | operations each | where | expression |")
    print("|---|---|---|---|---|---|")
    for program in sorted(work, key=lambda each: -work[each])[:SHOWN]:
        where, text = compiled.labels.programs[program]
        share, often = 100 * work[program] / total, [each[program] / given.counted for each in (values, bounds)]
        told = " ".join(text.split())
        shown = told if len(told) <= 70 else told[:69] + "…"
        print(f"| {share:.1f} % | {often[0]:,.0f} | {often[1]:,.0f} | {rows[program]} | {where} | `{shown}` |")


if __name__ == "__main__":
    main()
