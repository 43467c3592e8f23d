"""The whole file, and what it measures."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from simulate.scenario.schema.fields import (
    Date,
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
from simulate.scenario.schema.parts import (
    Actor,
    Event,
    Lifecycle,
    Mechanism,
    ParameterForm,
    Policy,
    Variable,
    Window,
)

Windows: TypeAlias = Annotated[list[Window], BeforeValidator(as_list), OneOrMore()]


class Recovery(Strict):
    """How long a value takes to come back after an event."""

    of: Formula
    after: References
    to: Formula = 0.9


OUTCOME_KINDS = (
    "ever",
    "never",
    "at_end",
    "share_of_time",
    "first",
    "count",
    "value",
    "mean",
    "minimum",
    "maximum",
    "trajectory",
    "recovery",
    "change",
)


class Outcome(Strict):
    """Something that is measured in every world."""

    model_config = strict(
        dependencies={"within": ["after"], "at_least": ["count"]},
        **one_of(*OUTCOME_KINDS),
        **not_both(("after", "from"), ("after", "by"), ("after", "recovery")),
    )

    about: Text = ""
    ever: Formula | None = None
    never: Formula | None = None
    at_end: Formula | None = None
    share_of_time: Formula | None = None
    first: Formula | None = None
    count: Reference | None = None
    value: Formula | None = None
    mean: Formula | None = None
    minimum: Formula | None = None
    maximum: Formula | None = None
    trajectory: Formula | None = None
    recovery: Recovery | None = None
    change: Formula | None = None
    opens: Date | None = Field(default=None, alias="from")
    by: Date | None = None
    after: Reference | None = None
    within: Formula | None = None
    given: Formula | None = None
    at_least: Formula | None = None

    @model_validator(mode="after")
    def consistent(self) -> Outcome:
        exactly_one(self, OUTCOME_KINDS, "an outcome")
        faults = {
            "within needs after: the event from which the window runs": self.within is not None and self.after is None,
            "after cannot stand beside from or by; its window runs from the event": self.after is not None
            and (self.opens is not None or self.by is not None),
            "at_least goes with count only": self.at_least is not None and self.count is None,
            "recovery names its event inside; write from and by to limit it": self.recovery is not None
            and (self.after is not None),
        }
        for message, wrong in faults.items():
            if wrong:
                raise PydanticCustomError("form", message, {})
        return self

    @property
    def kind(self) -> str:
        """What is measured: one of OUTCOME_KINDS."""
        return next(kind for kind in OUTCOME_KINDS if getattr(self, kind) is not None)


class ScenarioFile(Strict):
    """A scenario: who acts, what may happen, which agreements are in force, and what is asked."""

    scenario: Text
    question: Text = ""
    about: Text = ""
    start: Date
    horizon: Formula
    sample_every: Formula = "30 d"
    extends: Annotated[list[Text], BeforeValidator(as_list), OneOrMore()] | None = None
    parameters: dict[Name, ParameterForm] = {}
    state: dict[Name, Variable] = {}
    phases: dict[Name, Lifecycle] = {}
    calendar: dict[Name, Windows] = {}
    mechanisms: dict[Name, Mechanism] = {}
    actors: dict[Name, Actor] = {}
    shocks: dict[Name, Event] = {}
    indicators: dict[Name, Formula] = {}
    outcomes: Annotated[dict[Name, Outcome], Field(min_length=1)]
    policies: dict[Name, Policy] = {}
    initial: dict[Reference, Formula] = {}
    without: list[Reference] = []
