"""What worlds say about an outcome: the estimate that belongs to its kind."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from simulate.compiled import Compiled
from simulate.model import observe
from simulate.studies.statistics import CONFIDENCE, Estimate, Fan, TimeToEvent, fan, mean, share, time_to_event
from simulate.studies.tables import WorldTable

Summary: TypeAlias = Estimate | TimeToEvent | Fan
ANY = (-math.inf, math.inf)
RANGES = {observe.COUNT: (0.0, math.inf), observe.SHARE_OF_TIME: (0.0, 1.0)}
"""Between which numbers a mean must lie, and so its interval."""
TIMES = (observe.FIRST, observe.RECOVERY)


def summarise(compiled: Compiled, table: WorldTable) -> dict[str, Summary]:
    """The estimate of every outcome, by name; capped worlds are left out."""
    outcomes = compiled.model.outcomes
    grid = compiled.model.grid
    summaries: dict[str, Summary] = {}
    for index, label in enumerate(compiled.labels.outcomes):
        counted = ~table.left_out[:, index] & ~table.capped
        values = table.values[:, index]
        if outcomes.kind[index] == observe.TRAJECTORY:
            days = np.arange(grid.size, dtype=float) * grid.step
            path = outcomes.path[index]
            kept = table.paths[counted[: len(table.paths)], path]
            if table.keeps_all_paths:
                summaries[label.name] = fan(days, kept)
            else:
                few = fan(days, kept, table.moments.of(path))
                summaries[label.name] = replace(few, worlds=int(counted.sum()))
        elif outcomes.kind[index] in TIMES:
            summaries[label.name] = time_to_event(values[counted], table.reached[counted, index])
        elif label.binary:
            summaries[label.name] = share(values[counted])
        else:
            kept = values[counted & ~np.isnan(values)]
            always_alike = outcomes.kind[index] == observe.SHARE_OF_TIME and bool(np.all(kept == kept[:1]))
            # A share of time that is 0 or 1 in every world says no more than as many zeros or ones do.
            constant = always_alike and bool(np.all((kept == 0.0) | (kept == 1.0)))
            summaries[label.name] = share(kept) if constant else mean(kept, *RANGES.get(outcomes.kind[index], ANY))
    return summaries


def as_json(kind: str, summary: Summary, worlds: int) -> dict[str, Any]:
    """A summary as plain values; `worlds` is how many were run, of which some may be left out."""
    if isinstance(summary, Fan):
        return {
            "kind": kind,
            "days": summary.days.tolist(),
            "mean": numbers(summary.mean),
            "sd": numbers(summary.sd),
            "quantiles": {level: numbers(values) for level, values in summary.quantiles.items()},
            "worlds": summary.worlds,
            "left_out": worlds - summary.worlds,
        }
    if isinstance(summary, TimeToEvent):
        return {
            "kind": kind,
            "probability": summary.probability,
            "low": summary.low,
            "high": summary.high,
            "median": summary.quantiles["0.5"],
            "quantiles": summary.quantiles,
            "restricted_mean": summary.restricted_mean,
            "confidence": CONFIDENCE,
            "worlds": summary.worlds,
            "left_out": worlds - summary.worlds,
        }
    return {
        "kind": kind,
        "mean": summary.mean,
        "sd": summary.sd,
        "low": summary.low,
        "high": summary.high,
        "confidence": CONFIDENCE,
        "worlds": summary.worlds,
        "left_out": worlds - summary.worlds,
    }


def numbers(values: Any) -> list[float | None]:
    """Numbers for JSON, which has no NaN."""
    return [None if math.isnan(value) else float(value) for value in values]
