"""Parameters, their priors, and the values that a policy or a caller sets."""

from __future__ import annotations

import math
from dataclasses import replace

from simulate.scenario import expression as scopes
from simulate.scenario.checking import Checker
from simulate.scenario.constants import constant
from simulate.scenario.nodes import Path
from simulate.scenario.resolved import Distribution, Parameter
from simulate.scenario.schema import ScenarioFile, parts


def resolve_parameters(checker: Checker, model: ScenarioFile) -> dict[str, Parameter]:
    """All parameters at the values written; their dimensions and values become known to the checker."""
    parameters: dict[str, Parameter] = {}
    for name, given in model.parameters.items():
        path: Path = ("parameters", name)
        if isinstance(given, parts.Group):
            spread = checker.optional(given.spread, (*path, "spread"), 0.0, scopes.CONSTANT)
            if spread is not None and (checker.number(spread) or 0.0) < 0.0:
                checker.fault(
                    (*path, "spread"), f"a relative standard deviation must not be below 0, got {given.spread}"
                )
            for member, value in given.values.items():
                full, where = f"{name}.{member}", (*path, "values", member)
                single = parts.Parameter(value=value, about=given.about, source=given.source)
                parameters[full] = replace(add(checker, full, value, where, single), spread=spread)
        elif isinstance(given, parts.Parameter):
            parameters[name] = add(checker, name, given.value, (*path, "value"), given)
        else:
            parameters[name] = add(checker, name, given, path, parts.Parameter(value=given))
    return parameters


def add(checker: Checker, name: str, value: object, path: Path, given: parts.Parameter) -> Parameter:
    """Resolve one parameter and make it known."""
    expression = checker.expression(value, path, None, scopes.NOTHING)
    number = constant(expression.tree, {})
    if not math.isfinite(number):
        checker.fault(path, f"must be a finite number, got {number}")
        number = 0.0
    checker.dimensions[name] = expression.dimension
    checker.values[name] = number
    prior = prior_of(checker, given, path[:-1] if path[-1] == "value" else path, expression.dimension, number)
    return Parameter(name, expression, expression.dimension, prior, None, given.about, given.source, path)


def prior_of(
    checker: Checker, given: parts.Parameter, path: Path, dimension: float | None, value: float
) -> Distribution | None:
    """A parameter's prior: as written, or triangular over its range with the mode at its value."""
    if given.prior is not None:
        return checker.distribution(given.prior, (*path, "prior"), dimension, scopes.CONSTANT)
    if given.range is None:
        return None
    where = (*path, "range")
    low, high = (
        checker.expression(end, (*where, place), dimension, scopes.CONSTANT) for place, end in enumerate(given.range)
    )
    ends = checker.number(low), checker.number(high)
    if ends[0] is None or ends[1] is None:
        return None
    if ends[0] > ends[1]:
        checker.fault(where, f"begins above its end: {given.range[0]} is more than {given.range[1]}")
    elif not ends[0] <= value <= ends[1]:
        checker.fault(where, f"the value {given.value} lies outside the range {given.range[0]} to {given.range[1]}")
    mode = checker.expression(given.value, (*path, "value"), dimension, scopes.CONSTANT)
    return Distribution("triangular", (low, mode, high), (), where)


def set_parameter(checker: Checker, name: str, value: object, path: Path) -> None:
    """Give a parameter another value, of the same dimension."""
    if not checker.reference(name, ("parameter",), path, "a parameter"):
        return
    expression = checker.expression(value, path, checker.dimensions.get(name), scopes.NOTHING)
    number = constant(expression.tree, {})
    if not math.isfinite(number):
        checker.fault(path, f"must be a finite number, got {number}")
    else:
        checker.values[name] = number
