"""What a sweep varies: parameters over ranges, and start stages or start values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from simulate.errors import UsageError
from simulate.scenario.loading import Scenario
from simulate.scenario.nearest import suggestion

Value = float | str


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
    """

    name: str
    written: tuple[str, ...]
    values: tuple[Value, ...]
    is_parameter: bool
    dimension: float = 0.0


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
        raise UsageError(f"cannot vary '{name}': --set or a policy gives it a value")
    if isinstance(given, str):
        match = STEPS.fullmatch(given.strip())
        written = stepped(scenario, name, match) if match else [part.strip() for part in given.split(",")]
    else:
        written = [each if isinstance(each, str) else repr(float(str(each))) for each in given]
    if not all(written) or len(written) < 2:
        raise UsageError(f"--vary {name}: give low:high:steps, or two values or more behind commas")
    if is_parameter:
        numbers = tuple(parameter_value(scenario, name, each) for each in written)
        return Axis(name, tuple(written), numbers, True, float(resolved.parameters[name].dimension or 0.0))
    if name in resolved.lifecycles:
        for each in written:
            scenario.with_initial({name: each})
        return Axis(name, tuple(written), tuple(written), False)
    try:
        return Axis(name, tuple(written), tuple(float(each) for each in written), False)
    except ValueError:
        raise UsageError(
            f"--vary {name}: start values of a state variable are numbers, got {', '.join(written)}"
        ) from None


def parameter_value(scenario: Scenario, name: str, written: str) -> float:
    """A parameter's value in the units of the file's dimension, from text or from a number in days."""
    try:
        return scenario.with_parameters({name: float(written)}).overrides[name]
    except ValueError:
        return scenario.with_parameters({name: written}).overrides[name]


def stepped(scenario: Scenario, name: str, match: re.Match[str]) -> list[str]:
    """The values of `low:high:steps`, both ends included."""
    low, high, steps = (match[part].strip() for part in ("low", "high", "steps"))
    if not steps.isdecimal() or int(steps) < 2:
        raise UsageError(f"--vary {name}={match[0]}: steps must be a whole number from 2, got '{steps}'")
    if name in scenario.resolved().parameters:
        ends = [parameter_value(scenario, name, each) for each in (low, high)]
    else:
        try:
            ends = [float(low), float(high)]
        except ValueError:
            raise UsageError(f"--vary {name}={match[0]}: give stages behind commas, or numbers") from None
    return [repr(float(each)) for each in np.linspace(ends[0], ends[1], int(steps))]


def moved(scenario: Scenario, axes: tuple[Axis, ...], at: tuple[int, ...]) -> Scenario:
    """The scenario at a point of the grid."""
    values = [(axis, axis.values[place]) for axis, place in zip(axes, at, strict=True)]
    parameters = {axis.name: value for axis, value in values if axis.is_parameter}
    starts = {axis.name: value for axis, value in values if not axis.is_parameter}
    if parameters:
        scenario = scenario.with_parameters(parameters)
    return scenario.with_initial(starts) if starts else scenario
