"""A scenario with every name looked up, every default explicit, and one policy applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simulate.errors import Problem
from simulate.scenario.dimensions import Dimension
from simulate.scenario.expression import Expression
from simulate.scenario.nodes import Path


@dataclass(frozen=True, slots=True)
class When:
    """A time: days from the start, and a shift over parameters (in days) if one was written."""

    days: float
    shift: Expression | None
    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution; a constant has the kind 'constant', a categorical one rows of (value, weight)."""

    kind: str
    arguments: tuple[Expression, ...]
    rows: tuple[tuple[float, Expression], ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter's value in the units of the file's dimension (days), its prior and its provenance."""

    name: str
    value: Expression
    dimension: Dimension
    prior: Distribution | None
    spread: Expression | None
    about: str
    source: str
    path: Path


@dataclass(frozen=True, slots=True)
class Variable:
    """A state variable; one without half-life holds its value."""

    name: str
    start: Expression
    rest: Expression | None
    half_life: Expression | None
    low: Expression | None
    high: Expression | None
    about: str
    path: Path


@dataclass(frozen=True, slots=True)
class Window:
    """A recurring window (`first`, `every`, `lasts`) or one around a date (`around`, `before`, `after`)."""

    at: When | None
    around_event: str | None
    every: Expression | None
    every_months: int | None
    lasts: Expression | None
    before: Expression | None
    after: Expression | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What is added to a variable, or what it is set to."""

    variable: str
    expression: Expression
    sets: bool


@dataclass(frozen=True, slots=True)
class Dates:
    """Known dates of an event: a list, or a first one and a step."""

    route: str
    dates: tuple[When, ...] = ()
    every: Expression | None = None
    every_months: int | None = None
    distribution: Distribution | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things a rule may bring about; event None is `nothing`."""

    event: str | None
    utility: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """An answer to events: a response, or the `after` of an event; `policy` names the one that placed it."""

    owner: str
    name: str
    on: tuple[str, ...]
    when: Expression | None
    probability: Expression | None
    delay: Distribution | None
    options: tuple[Option, ...]
    path: Path
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A shock, an action, or what a lifecycle fires, with all the ways in which it arises by itself."""

    name: str
    kind: str
    rate: Expression | None = None
    dates: tuple[Dates, ...] = ()
    causes: tuple[Rule, ...] = ()
    marks: tuple[tuple[str, Distribution], ...] = ()
    when: Expression | None = None
    probability: Expression | None = None
    effects: tuple[Effect, ...] = ()
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """A move between stages; exactly one of `on`, `delay`, `anniversary` and `rate` is given."""

    sources: tuple[str, ...]
    target: str
    name: str | None
    on: tuple[str, ...]
    delay: Distribution | None
    anniversary: tuple[int, int] | None
    notice: Expression | None
    warn: Expression | None
    rate: Expression | None
    when: Expression | None
    probability: Expression | None
    effects: tuple[Effect, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A mechanism's stages, or a phase."""

    name: str
    stages: tuple[str, ...]
    start: str
    since: When | None
    transitions: tuple[Transition, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something measured; the fields that its kind does not use are None."""

    name: str
    kind: str
    expression: Expression | None
    event: str | None
    opens: When | None
    closes: When | None
    after: tuple[str, ...]
    within: Expression | None
    given: Expression | None
    target: Expression | None
    at_least: Expression | None
    about: str
    path: Path


@dataclass(frozen=True, slots=True)
class Placement:
    """An event that is placed on a date: by a policy, or injected by hand; those after an event are rules.

    `route` keys its luck, so that an injected event takes none from what policies place.
    """

    policy: str
    event: str
    at: When
    path: Path
    route: str = "placed"


@dataclass(slots=True)
class Resolved:
    """The explicit model of a scenario under one policy."""

    title: str
    question: str
    policy: str
    start: datetime
    horizon: float
    step: float
    parameters: dict[str, Parameter] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    """Values of the parameters under the policies, times in days."""
    variables: dict[str, Variable] = field(default_factory=dict)
    calendar: dict[str, tuple[Window, ...]] = field(default_factory=dict)
    lifecycles: dict[str, Lifecycle] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    indicators: dict[str, Expression] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    placements: list[Placement] = field(default_factory=list)
    without: frozenset[str] = frozenset()
    owners: tuple[str, ...] = ()
    """Actors, then mechanisms, as written."""
    mechanisms: tuple[str, ...] = ()
    problem: Callable[[Path, str], Problem] = field(kw_only=True)
    """A fault of something in the scenario's files, with its position."""
