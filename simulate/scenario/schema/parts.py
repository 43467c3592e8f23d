"""The parts of a scenario: parameters, state, calendar, events, rules, lifecycles, owners, policies."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from simulate.scenario.schema.distributions import Distribution
from simulate.scenario.schema.fields import (
    Date,
    Dates,
    Formula,
    Name,
    OneOrMore,
    Reference,
    References,
    Strict,
    Text,
    as_list,
    exactly_one,
    not_both,
    one_of,
    strict,
)


class Parameter(Strict):
    """A number that sweeps, priors and calibration may change."""

    model_config = strict(**not_both(("range", "prior")))

    value: Formula
    range: Annotated[list[Formula] | None, Field(min_length=2, max_length=2)] = None
    prior: Distribution | None = None
    about: Text = ""
    source: Text = ""

    @model_validator(mode="after")
    def one_prior(self) -> Parameter:
        if self.range is not None and self.prior is not None:
            raise PydanticCustomError("form", "has both range and prior; a range is itself a prior: keep one", {})
        return self


class Group(Strict):
    """Parameters with a common meaning and source, read as `group.name`."""

    values: Annotated[dict[Name, Formula], Field(min_length=1)]
    spread: Formula | None = None
    about: Text = ""
    source: Text = ""


def parameter_form(value: Any) -> str:
    """Which form a parameter was written in."""
    if isinstance(value, Group) or (isinstance(value, dict) and "values" in value):
        return "<group>"
    return "<parameter>" if isinstance(value, (dict, Parameter)) else "<value>"


ParameterForm: TypeAlias = Annotated[
    Annotated[Group, Tag("<group>")] | Annotated[Parameter, Tag("<parameter>")] | Annotated[Formula, Tag("<value>")],
    Discriminator(parameter_form),
]


class Variable(Strict):
    """A state variable."""

    model_config = strict(dependencies={"rest": ["half_life"]})

    start: Formula
    rest: Formula | None = None
    half_life: Formula | None = None
    bounds: Annotated[list[Formula] | None, Field(min_length=2, max_length=2)] = None
    about: Text = ""

    @model_validator(mode="after")
    def rest_needs_half_life(self) -> Variable:
        if self.rest is not None and self.half_life is None:
            raise PydanticCustomError(
                "form",
                "has rest without half_life; give both, or neither for one that holds its value",
                {},
            )
        return self


class Window(Strict):
    """Times at which a calendar name is true."""

    model_config = strict(
        oneOf=[
            {"required": ["first", "lasts"], **not_both(("first", "around"))},
            {
                "required": ["around"],
                "anyOf": [{"required": ["before"]}, {"required": ["after"]}],
                **not_both(("around", "first"), ("around", "every"), ("around", "lasts")),
            },
        ]
    )

    first: Date | None = None
    every: Formula | None = None
    lasts: Formula | None = None
    around: Dates | None = None
    before: Formula | None = None
    after: Formula | None = None

    @model_validator(mode="after")
    def one_form(self) -> Window:
        if self.around is not None and (self.first or self.every or self.lasts):
            raise PydanticCustomError("form", "mixes around with first, every or lasts; keep one form", {})
        if self.around is None and (self.first is None or self.lasts is None):
            raise PydanticCustomError("form", "needs first and lasts, or around with before and after", {})
        if self.around is not None and self.before is None and self.after is None:
            raise PydanticCustomError("form", "needs before or after beside around", {})
        return self


class Cause(Strict):
    """An event that brings about another, after a delay."""

    event: References
    delay: Distribution | None = None
    probability: Formula | None = None
    name: Name | None = None


class Event(Strict):
    """A shock or an action: how it arises, and what it does."""

    model_config = strict(dependencies={"first": ["every"], "every": ["first"]}, **not_both(("mark", "marks")))

    about: Text = ""
    rate: Formula | None = None
    dates: Dates | None = None
    first: Date | None = None
    every: Formula | None = None
    date: Distribution | None = None
    after: Annotated[list[Cause], BeforeValidator(as_list), OneOrMore()] | None = None
    mark: Distribution | None = None
    marks: dict[Name, Distribution] | None = None
    when: Formula | None = None
    probability: Formula | None = None
    effects: dict[Reference, Formula] = {}

    @model_validator(mode="after")
    def consistent(self) -> Event:
        if (self.first is None) != (self.every is None):
            given, missing = ("first", "every") if self.every is None else ("every", "first")
            raise PydanticCustomError(
                "form",
                "has {given} without {missing}; a single date goes under dates",
                {"given": given, "missing": missing},
            )
        if self.mark is not None and self.marks is not None:
            raise PydanticCustomError("form", "has both mark and marks; keep one", {})
        return self


class Anniversary(Strict):
    """The first such day of a year that is at least the notice after entering the stage."""

    anniversary: Text
    notice: Formula = 0.0
    warn: Formula | None = None


class Transition(Strict):
    """A move between stages."""

    model_config = strict(**one_of("on", "after", "at", "rate"))

    source: References = Field(alias="from")
    to: Name
    name: Name | None = None
    on: References | None = None
    after: Distribution | None = None
    at: Anniversary | None = None
    rate: Formula | None = None
    when: Formula | None = None
    probability: Formula | None = None
    effects: dict[Reference, Formula] = {}
    about: Text = ""

    @model_validator(mode="after")
    def one_kind(self) -> Transition:
        exactly_one(self, ("on", "after", "at", "rate"), "a transition")
        return self


class Lifecycle(Strict):
    """Stages and the transitions between them."""

    about: Text = ""
    stages: Annotated[list[Name], Field(min_length=1)]
    start: Name
    since: Date | None = None
    transitions: list[Transition] = []


class Response(Strict):
    """A rule by which an owner answers an event."""

    model_config = strict(**one_of("do", "choose"))

    name: Name | None = None
    about: Text = ""
    on: References
    when: Formula | None = None
    probability: Formula | None = None
    delay: Distribution | None = None
    do: Reference | None = None
    choose: Annotated[dict[Reference, Formula] | None, Field(min_length=1)] = None

    @model_validator(mode="after")
    def one_answer(self) -> Response:
        exactly_one(self, ("do", "choose"), "a response")
        return self


class Mechanism(Lifecycle):
    """An agreement or channel."""

    parties: list[Name] = []
    state: dict[Name, Variable] = {}
    actions: dict[Name, Event] = {}
    indicators: dict[Name, Formula] = {}


class Actor(Strict):
    """Someone who acts."""

    about: Text = ""
    state: dict[Name, Variable] = {}
    phases: dict[Name, Lifecycle] = {}
    actions: dict[Name, Event] = {}
    responses: list[Response] = []
    indicators: dict[Name, Formula] = {}


class PlacementCause(Strict):
    """When a placement follows an event."""

    event: References
    delay: Distribution | None = None
    probability: Formula | None = None


class Placement(Strict):
    """An event that a policy makes happen."""

    model_config = strict(**one_of("on", "after"))

    event: Reference
    on: Date | None = None
    after: PlacementCause | None = None
    about: Text = ""

    @model_validator(mode="after")
    def one_time(self) -> Placement:
        exactly_one(self, ("on", "after"), "a placement")
        return self


class Policy(Strict):
    """A named change to the scenario."""

    about: Text = ""
    set: dict[Reference, Formula] = {}
    at: list[Placement] = []
    responses: list[Response] = []
    without: list[Reference] = []
    initial: dict[Reference, Formula] = {}
    include: list[Name] = []
