"""What a scenario says of its parameters' uncertainty, and draws from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulate.errors import UsageError
from simulate.model import quantile as known
from simulate.scenario.constants import constant
from simulate.scenario.loading import Scenario
from simulate.scenario.nearest import suggestion
from simulate.scenario.resolved import Parameter, Resolved
from simulate.studies.tables import Floats
from simulate.units import Unit, unit_of

KINDS = {
    "uniform": known.UNIFORM,
    "normal": known.NORMAL,
    "lognormal": known.LOGNORMAL,
    "exponential": known.EXPONENTIAL,
    "gamma": known.GAMMA,
    "weibull": known.WEIBULL,
    "beta": known.BETA,
    "triangular": known.TRIANGULAR,
}
JUDGEMENT = "judgement"
TAIL = 0.005
"""Beyond this share at either end a prior without bounds is cut where a range is needed."""


@dataclass(frozen=True, slots=True)
class Prior:
    """The prior of one parameter, in the units of the file's dimension (times in days).

    Attributes
    ----------
    name : str
    kind : str
        A distribution of the language.
    arguments : tuple of float
        In the order in which the language lists them; of a categorical prior none.
    rows : tuple of (float, float)
        Values and weights of a categorical prior.
    value : float
        What the file says.
    dimension : float
        The power of time: 1 of a duration, -1 of a rate, 0 of a pure number.
    unit : Unit
        In what it is told: that in which the file writes its value.
    is_judgement : bool
        Whether the file gives no source but judgement.
    about : str
    """

    name: str
    kind: str
    arguments: tuple[float, ...]
    rows: tuple[tuple[float, float], ...]
    value: float
    dimension: float
    unit: Unit
    is_judgement: bool
    about: str

    def quantile(self, share: float) -> float:
        """The number below which a share of the prior lies."""
        if self.kind == "categorical":
            passed = 0.0
            for value, weight in self.rows:
                passed += weight
                if share < passed:
                    return value
            return self.rows[-1][0]
        first, second, third = (*self.arguments, 0.0, 0.0, 0.0)[:3]
        return known.quantile(KINDS[self.kind], share, first, second, third)

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of its range; of an unbounded one, those of its middle 99 %."""
        if self.kind == "triangular":
            return self.arguments[0], self.arguments[2]
        if self.kind == "uniform":
            return self.arguments[0], self.arguments[1]
        if self.kind == "categorical":
            return self.rows[0][0], self.rows[-1][0]
        return self.quantile(TAIL), self.quantile(1.0 - TAIL)


def priors_of(scenario: Scenario, names: Sequence[str] = ()) -> dict[str, Prior]:
    """Priors by parameter, in the file's order; of all parameters that have one, or of the named ones and groups.

    A parameter that the scenario's policies or settings fix has none.

    Raises
    ------
    UsageError
        If a named parameter does not exist or has no prior, or if no parameter has one.
    """
    resolved = scenario.resolved()
    fixed = scenario.fixed()
    found = {
        name: prior_of(parameter, resolved)
        for name, parameter in resolved.parameters.items()
        if name not in fixed and is_uncertain(parameter, resolved)
    }
    if not names:
        if not found and fixed & {name for name, each in resolved.parameters.items() if is_uncertain(each, resolved)}:
            raise UsageError("--set or a policy fixes every parameter that has a prior: there is nothing to draw")
        if not found:
            raise UsageError("no parameter has a range, a prior or a spread: there is nothing to draw")
        return found
    chosen: dict[str, Prior] = {}
    for name in names:
        members = [each for each in found if is_of(name, each)]
        if not members:
            every = [*resolved.parameters, *{each.partition(".")[0] for each in resolved.parameters}]
            if name in every:
                why = (
                    "is fixed by --set or a policy"
                    if any(is_of(name, each) for each in fixed)
                    else "has no range, prior or spread"
                )
                raise UsageError(f"parameter '{name}' {why}")
            raise UsageError(f"unknown parameter '{name}'{suggestion(name, every)}")
        chosen.update({each: found[each] for each in members})
    return chosen


def is_of(group: str, name: str) -> bool:
    """Whether a parameter is the named one, or of the named group."""
    return name == group or name.startswith(f"{group}.")


def is_uncertain(parameter: Parameter, resolved: Resolved) -> bool:
    """Whether a parameter has a prior of some width."""
    if parameter.prior is not None:
        return parameter.prior.kind != "constant"
    if parameter.spread is None:
        return False
    return constant(parameter.spread.tree, resolved.values) * resolved.values[parameter.name] != 0.0


def prior_of(parameter: Parameter, resolved: Resolved) -> Prior:
    """A parameter's prior, with its arguments as numbers."""
    value = resolved.values[parameter.name]
    prior = parameter.prior
    kind, arguments, rows = "normal", (value, 0.0), ()
    if prior is None:
        assert parameter.spread is not None
        arguments = (value, abs(value) * constant(parameter.spread.tree, resolved.values))
    else:
        kind = prior.kind
        arguments = tuple(constant(each.tree, resolved.values) for each in prior.arguments)  # type: ignore[assignment]
        rows = tuple(  # type: ignore[assignment]
            (number, constant(weight.tree, resolved.values)) for number, weight in prior.rows
        )
    dimension = float(parameter.dimension or 0.0)
    return Prior(
        name=parameter.name,
        kind=kind,
        arguments=arguments,
        rows=rows,
        value=value,
        dimension=dimension,
        unit=unit_of(dimension, parameter.value.text),
        is_judgement=parameter.source.strip().lower().startswith(JUDGEMENT) or not parameter.source.strip(),
        about=parameter.about,
    )


def draw(priors: Mapping[str, Prior], count: int, seed: int) -> Floats:
    """Draws from the priors, shape (count, parameters): a scrambled Sobol sequence (Owen 1998) of a seed.

    Raises
    ------
    UsageError
        If there are more parameters than such a sequence has dimensions.
    """
    return at_shares(priors, shares(len(priors), count, seed))


def shares(dimensions: int, count: int, seed: int) -> Floats:
    """Points of a scrambled Sobol sequence in the unit cube, shape (count, dimensions)."""
    import warnings

    from scipy.stats import qmc

    if dimensions > qmc.Sobol.MAXDIM:
        raise UsageError(f"{dimensions:,} parameters: a Sobol sequence has at most {qmc.Sobol.MAXDIM:,}")
    sequence = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    with warnings.catch_warnings():
        # A number of draws that is no power of two only loses balance, which nothing here relies on.
        warnings.simplefilter("ignore", UserWarning)
        points: Floats = sequence.random(count)
    return np.clip(points, 2.0**-53, 1.0 - 2.0**-53)


def at_shares(priors: Mapping[str, Prior], points: Floats) -> Floats:
    """Values of parameters at points of the unit cube, of the same shape."""
    values = np.empty_like(points)
    for column, prior in enumerate(priors.values()):
        values[:, column] = [prior.quantile(share) for share in points[:, column].tolist()]
    return values


def with_rows(scenario: Scenario, names: Sequence[str], rows: Floats) -> Iterator[tuple[Scenario, dict[str, float]]]:
    """The scenario with each row of values of parameters, times in days, and these; what a policy sets stays so."""
    fixed = scenario.fixed()
    free = [(place, name) for place, name in enumerate(names) if name not in fixed]
    for row in rows:
        values = {name: float(row[place]) for place, name in free}
        yield replace(scenario, overrides={**scenario.overrides, **values}), values
