"""Distributions: of delays, dates, marks and priors."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

from simulate.scenario.schema.fields import Formula, Strict, exactly_one, one_of, strict


class Uniform(Strict):
    """Evenly between two numbers."""

    low: Formula
    high: Formula


class Normal(Strict):
    """Normal, by mean and standard deviation."""

    mean: Formula
    sd: Formula


class Lognormal(Strict):
    """Lognormal, by its median and the standard deviation of its logarithm."""

    median: Formula
    sigma: Formula


class Exponential(Strict):
    """Exponential, by its mean."""

    mean: Formula


class Gamma(Strict):
    """Gamma, by mean and standard deviation."""

    mean: Formula
    sd: Formula


class Weibull(Strict):
    """Weibull, by scale and shape."""

    scale: Formula
    shape: Formula


class Beta(Strict):
    """Beta on 0..1, by mean and standard deviation."""

    mean: Formula
    sd: Formula


class Triangular(Strict):
    """Triangular, by its ends and its peak."""

    low: Formula
    mode: Formula
    high: Formula


KINDS = (
    "uniform",
    "normal",
    "lognormal",
    "exponential",
    "gamma",
    "weibull",
    "beta",
    "triangular",
    "categorical",
)


class Drawn(Strict):
    """A distribution other than a constant."""

    model_config = strict(**one_of(*KINDS))

    uniform: Uniform | None = None
    normal: Normal | None = None
    lognormal: Lognormal | None = None
    exponential: Exponential | None = None
    gamma: Gamma | None = None
    weibull: Weibull | None = None
    beta: Beta | None = None
    triangular: Triangular | None = None
    categorical: Annotated[dict[str, Formula] | None, Field(min_length=1)] = None

    @model_validator(mode="after")
    def one_kind(self) -> Drawn:
        exactly_one(self, KINDS, "a distribution")
        return self

    @property
    def kind(self) -> str:
        """The name of the distribution."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)


def distribution_form(value: Any) -> str:
    """Which form a distribution was written in."""
    return "<drawn>" if isinstance(value, (dict, Drawn)) else "<constant>"


Distribution: TypeAlias = Annotated[
    Annotated[Drawn, Tag("<drawn>")] | Annotated[Formula, Tag("<constant>")],
    Discriminator(distribution_form),
]
