"""What a sweep varies: parameters over ranges, and start stages or start values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulate.errors import UsageError
from simulate.scenario.loading import Scenario, check_initial, parse_value
from simulate.scenario.nearest import suggestion
from simulate.units import PURE, Unit, unit_of

Value = float | str
MOST_POINTS = 10_000
"""Points of a grid at most."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied, with its values as they are given and as numbers of the file's dimension.

    Attributes
    ----------
    name : str
        A parameter, or a mechanism, phase or state variable for its start.
    written : tuple of str
        The values as text.
    values : tuple
        Numbers (times in days), or stages.
    is_parameter : bool
    dimension : float
        Of a parameter the power of time: 1 of a duration, -1 of a rate.
    unit : Unit
        In what its values are told: that in which they were written.
    """

    name: str
    written: tuple[str, ...]
    values: tuple[Value, ...]
    is_parameter: bool
    dimension: float = 0.0
    unit: Unit = PURE

    @property
    def told(self) -> tuple[Value, ...]:
        """The values in that unit."""
        return tuple(value if isinstance(value, str) else self.unit.of(value) for value in self.values)


STEPS = re.compile(r"(?P<low>[^:]+):(?P<high>[^:]+):(?P<steps>[^:]+)")


def axis_of(scenario: Scenario, name: str, given: str | Iterable[object]) -> Axis:
    """One axis: `low:high:steps`, a list of values behind commas, or the values themselves.

    Raises
    ------
    UsageError
        If there is no such thing, or a value is none of it.
    """
    resolved = scenario.resolved()
    is_parameter = name in resolved.parameters
    known = [*resolved.parameters, *resolved.lifecycles, *resolved.variables]
    if name not in known:
        raise UsageError(f"cannot vary '{name}'{suggestion(name, known)}")
    if name in scenario.fixed():
        who = "--set" if name in scenario.overrides else f"policy {' + '.join(scenario.policies)}"
        raise UsageError(f"cannot vary '{name}': {who} gives it a value")
    if not isinstance(given, (str, Iterable)):
        raise UsageError(f"--vary {name}: give low:high:steps, or two values or more behind commas")
    values = from_text(scenario, name, given) if isinstance(given, str) else [plain(name, each) for each in given]
    if len(values) < 2 or "" in values:
        raise UsageError(f"--vary {name}: give low:high:steps, or two values or more behind commas")
    written = tuple(each if isinstance(each, str) else repr(each) for each in values)
    if is_parameter:
        dimension = resolved.parameters[name].dimension
        numbers = tuple(parse_value(name, each, dimension) for each in values)
        refuse_twice(name, written, numbers)
        steps = STEPS.fullmatch(given.strip()) if isinstance(given, str) else None
        text = steps["high"] if steps else " ".join(written)
        return Axis(name, written, numbers, True, float(dimension or 0.0), unit_of(float(dimension or 0.0), text))
    starts: tuple[Value, ...] = written
    if name not in resolved.lifecycles:
        starts = tuple(start_value(name, each) for each in values)
    for each in starts:
        check_initial(resolved, name, each)
    refuse_twice(name, written, starts)
    return Axis(name, written, starts, False)


def refuse_twice(name: str, written: Sequence[str], values: Sequence[Value]) -> None:
    """Refuse values that are given twice."""
    seen: set[Value] = set()
    for text, value in zip(written, values, strict=True):
        if value in seen:
            raise UsageError(f"--vary {name}: {text} is given twice; every value stands once")
        seen.add(value)


def plain(name: str, value: object) -> Value:
    """A value from Python: text as it is, anything else as a number."""
    try:
        return value if isinstance(value, str) else float(str(value))
    except ValueError:
        raise UsageError(f"--vary {name}: values are numbers or text, got {value!r}") from None


def start_value(name: str, value: Value) -> float:
    """A start value of a state variable."""
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"--vary {name}: start values of a state variable are finite numbers, got '{value}'")
    return number


def from_text(scenario: Scenario, name: str, given: str) -> list[Value]:
    """The values of `low:high:steps`, both ends included, or those behind commas."""
    match = STEPS.fullmatch(given.strip())
    if match is None:
        return [part.strip() for part in given.split(",")]
    low, high, steps = (match[part].strip() for part in ("low", "high", "steps"))
    if not steps.isdecimal() or int(steps) < 2:
        raise UsageError(f"--vary {name}={given}: steps must be a whole number from 2, got '{steps}'")
    if int(steps) > MOST_POINTS:
        raise UsageError(f"--vary {name}={given}: {int(steps):,} steps; at most {MOST_POINTS:,} points at once")
    resolved = scenario.resolved()
    if name in resolved.lifecycles:
        raise UsageError(
            f"--vary {name}={given}: stages stand behind commas, as in {','.join(resolved.lifecycles[name].stages)}"
        )
    if name in resolved.parameters:
        ends = [parse_value(name, each, resolved.parameters[name].dimension) for each in (low, high)]
    else:
        ends = [start_value(name, each) for each in (low, high)]
    if not math.isfinite(ends[1] - ends[0]):
        raise UsageError(f"--vary {name}={given}: {low} and {high} lie too far apart")
    return [float(each) for each in np.linspace(ends[0], ends[1], int(steps))]


def moved(scenario: Scenario, axes: tuple[Axis, ...], at: tuple[int, ...]) -> Scenario:
    """The scenario at a point of the grid."""
    values = [(axis, axis.values[place]) for axis, place in zip(axes, at, strict=True)]
    parameters = {axis.name: float(value) for axis, value in values if axis.is_parameter}
    starts = {axis.name: value for axis, value in values if not axis.is_parameter}
    return replace(
        scenario,
        overrides={**scenario.overrides, **parameters},
        settings={**scenario.settings, **{name: str(value) for name, value in parameters.items()}},
        starts={**scenario.starts, **starts},
    )
