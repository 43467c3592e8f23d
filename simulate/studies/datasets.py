"""What studies of the parameters found as datasets with named dimensions, and units in their attributes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from simulate.compiled import OutcomeLabel
from simulate.studies.indices import Interval
from simulate.studies.statistics import CONFIDENCE, Estimate, Fan, TimeToEvent
from simulate.studies.summary import Summary
from simulate.studies.tables import Floats
from simulate.units import unit_attribute

if TYPE_CHECKING:
    import xarray as xr

    from simulate.studies.design import Measured
    from simulate.studies.sensitivity import Sensitivity
    from simulate.studies.sweep import Sweep, SweepPoint


def unused(name: str, taken: set[str]) -> str:
    """A name that no other has, marked by `_` where it had to be changed; from now on it is taken."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def attributes_of(label: OutcomeLabel) -> dict[str, str]:
    """What a dataset says of an outcome's column."""
    return {"about": label.about, "kind": label.kind, "expression": label.text, "units": "1"}


def on_grid(summary: Summary, days: Floats) -> Floats:
    """The mean of a trajectory on all days of the grid; NaN outside its window, and where no world counts."""
    assert isinstance(summary, Fan)
    means = np.full(len(days), np.nan)
    means[np.searchsorted(days, summary.days)] = summary.mean
    return means


def level_of(point: SweepPoint, name: str) -> float | None:
    """A mean, a share, or the probability that a time is reached."""
    summary = point.outcomes[name]
    assert isinstance(summary, (Estimate, TimeToEvent))
    return summary.probability if isinstance(summary, TimeToEvent) else summary.mean


def of_difference(point: SweepPoint, name: str, what: str) -> float | None:
    """A number of the difference from the base."""
    value: float | None = getattr(point.differences[name], what)
    return value


Pick: TypeAlias = "Callable[[SweepPoint, str], float | None]"


def end_of(end: str) -> Pick:
    """What picks an end of an outcome's interval."""

    def pick(point: SweepPoint, name: str) -> float | None:
        value: float | None = getattr(point.outcomes[name], end)
        return value

    return pick


PICKED: dict[str, Pick] = {
    "": level_of,
    "_low": end_of("low"),
    "_high": end_of("high"),
    "_difference": lambda point, name: of_difference(point, name, "difference"),
    "_difference_low": lambda point, name: of_difference(point, name, "low"),
    "_difference_high": lambda point, name: of_difference(point, name, "high"),
}


def sweep_dataset(sweep: Sweep) -> xr.Dataset:
    """Every outcome of a sweep over its grid."""
    import xarray as xr

    taken = {"policy", "day"}
    names = {label.name: unused(label.name, taken) for label in sweep.labels}
    axes = [unused(axis.name, taken) for axis in sweep.axes]
    every = [point for points in sweep.points.values() for point in points]
    base, sizes, dimensions = next(iter(sweep.bases.values())), (len(sweep.points), *sweep.shape), ("policy", *axes)
    coordinates: dict[str, Any] = {"policy": list(sweep.points)}
    coordinates |= {name: list(axis.values) for name, axis in zip(axes, sweep.axes, strict=True)}
    data: dict[str, Any] = {}
    grid = base.compiled.model.grid
    days: Floats = np.arange(grid.size, dtype=float) * grid.step
    if any(label.kind == "trajectory" for label in sweep.labels):
        coordinates["day"] = ("day", days, {"units": f"days since {base.compiled.labels.start.date()}"})
    for label in sweep.labels:
        attributes, name = attributes_of(label), names[label.name]
        if label.kind == "trajectory":
            means = np.array([on_grid(point.outcomes[label.name], days) for point in every])
            data[name] = ((*dimensions, "day"), means.reshape(*sizes, -1), attributes)
            continue
        for suffix, pick in PICKED.items():
            found = np.array([pick(point, label.name) for point in every], dtype=float).reshape(sizes)
            units = "d" if label.is_timed and "difference" in suffix else "1"
            data[unused(name + suffix, taken) if suffix else name] = dimensions, found, attributes | {"units": units}
    told: dict[str, Any] = {"scenario": base.compiled.labels.title, "worlds": base.counted, "seed": base.seed}
    dataset = xr.Dataset(data, coords=coordinates, attrs={**told, "confidence": CONFIDENCE})
    for name, axis in zip(axes, sweep.axes, strict=True):
        if not isinstance(axis.values[0], str):
            dataset[name].attrs["units"] = unit_attribute(axis.dimension)
    return dataset


def measured_dataset(measured: Measured) -> xr.Dataset:
    """Every outcome at points of the parameters."""
    import xarray as xr

    taken = {"policy", "point"}
    data: dict[str, Any] = {}
    for place, label in enumerate(measured.labels):
        units = {"units": "d" if label.is_timed else "1"}
        values = measured.values[:, :, place]
        data[unused(label.name, taken)] = (("policy", "point"), values, attributes_of(label) | units)
    coordinates: dict[str, Any] = {"policy": list(measured.policies), "point": np.arange(len(measured.points))}
    for column, prior in enumerate(measured.priors.values()):
        attributes = {"units": unit_attribute(prior.dimension), "about": prior.about}
        coordinates[unused(prior.name, taken)] = ("point", measured.points[:, column], attributes)
    told = {"scenario": measured.scenario, "worlds": measured.worlds, "seed": measured.seed}
    return xr.Dataset(data, coords=coordinates, attrs=told)


def indices_dataset(found: Sensitivity) -> xr.Dataset:
    """Every index of a sensitivity study."""
    import xarray as xr

    outcomes, policies = [label.name for label in found.measured.labels], found.measured.policies
    shape = (len(outcomes), len(policies), len(found.names))
    data: dict[str, Floats] = {}
    for place in np.ndindex(shape[:2]):
        outcome, policy = outcomes[place[0]], None if place[1] == 0 else policies[place[1]]
        if not np.isnan(found.explained(outcome, policy)).any():
            for name, column in columns_of(found, outcome, policy).items():
                data.setdefault(name, np.full(shape, np.nan))[place] = column
    coordinates = {"outcome": outcomes, "policy": list(policies), "parameter": list(found.names)}
    told = {"scenario": found.measured.scenario, "method": found.method, "confidence": CONFIDENCE}
    dimensions = ("outcome", "policy", "parameter")
    return xr.Dataset({name: (dimensions, each) for name, each in data.items()}, coords=coordinates, attrs=told)


def columns_of(found: Sensitivity, outcome: str, policy: str | None) -> dict[str, Sequence[float]]:
    """The indices of one outcome, parameter by parameter."""
    if found.method == "sobol":
        indices = found.indices(outcome, policy)
        return with_ends("first", indices.first) | with_ends("total", indices.total)
    effects = found.effects(outcome, policy)
    return with_ends("strength", effects.strength) | {"mean": effects.mean, "sd": effects.sd, "noise": effects.noise}


def with_ends(name: str, intervals: Sequence[Interval]) -> dict[str, Sequence[float]]:
    """Estimates, and the ends of their intervals, as columns."""
    return {
        name: [each.estimate for each in intervals],
        f"{name}_low": [each.low for each in intervals],
        f"{name}_high": [each.high for each in intervals],
    }
