"""The names that a scenario declares, what each of them is, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from simulate.scenario.nodes import Path
from simulate.scenario.schema import ScenarioFile
from simulate.scenario.schema.parts import Actor, Event, Group, Lifecycle, Mechanism, Variable
from simulate.units import UNITS

FUNCTIONS = {
    "exp": 1,
    "log": 1,
    "sqrt": 1,
    "abs": 1,
    "min": 2,
    "max": 2,
    "clip": 3,
    "logistic": 1,
    "logit": 1,
}
"""Functions of expressions, and how many arguments each takes (min and max: at least so many)."""

RESERVED = frozenset([*UNITS, *FUNCTIONS, "mark", "nothing", "and", "or", "not", "in", "if", "else", "count", "recent"])

OWNED_BY_POLICIES = "<policy>"
"""The owner of policies' responses, whatever the policy is called, so that they share their luck."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One declared name.

    Attributes
    ----------
    kind : str
        'parameter', 'group', 'state', 'lifecycle', 'calendar', 'indicator', 'shock', 'action', 'stage',
        'transition', 'ending', 'actor' or 'mechanism'; the last of 'stage', 'transition' and 'ending'
        are events that lifecycles fire.
    stages : tuple of str
        Of a lifecycle.
    marks : tuple of str
        Names of an event's marks; ('',) for a single `mark`.
    holds : bool
        Whether a state variable keeps its value between events.
    """

    kind: str
    name: str
    path: Path
    stages: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    holds: bool = False


EVENTS = ("shock", "action", "stage", "transition", "ending")
READABLE = ("parameter", "state", "calendar", "indicator")


@dataclass(slots=True)
class Symbols:
    """All declared names; `clashes` are (path, message) of names that may not stand."""

    table: dict[str, Symbol] = field(default_factory=dict)
    clashes: list[tuple[Path, str]] = field(default_factory=list)

    def add(self, symbol: Symbol) -> None:
        """Declare a name; the first of its kind stands."""
        last = symbol.name.rsplit(".", 1)[-1]
        other = self.table.get(symbol.name)
        if last in RESERVED:
            self.clashes.append((symbol.path, f"'{last}' is a reserved word and cannot be a name"))
        elif other is not None:
            message = f"'{symbol.name}' is taken already, by the {other.kind} of that name; names are distinct"
            self.clashes.append((symbol.path, f"{message} across sections and inside one owner"))
        else:
            self.table[symbol.name] = symbol

    def names(self, kinds: Iterable[str]) -> list[str]:
        """Declared names of some kinds, as written."""
        wanted = set(kinds)
        return [name for name, symbol in self.table.items() if symbol.kind in wanted]

    def event(self, name: str) -> Symbol | None:
        """An event of this name, None if there is none."""
        symbol = self.table.get(name)
        return symbol if symbol is not None and symbol.kind in EVENTS else None


def marks_of(event: Event) -> tuple[str, ...]:
    """The names of an event's marks."""
    if event.mark is not None:
        return ("",)
    return tuple(event.marks or ())


def declare(model: ScenarioFile) -> Symbols:
    """Declare every name of a scenario."""
    symbols = Symbols()
    for name, parameter in model.parameters.items():
        path: Path = ("parameters", name)
        if isinstance(parameter, Group):
            symbols.add(Symbol("group", name, path))
            for member in parameter.values:
                symbols.add(Symbol("parameter", f"{name}.{member}", (*path, "values", member)))
        else:
            symbols.add(Symbol("parameter", name, path))
    declare_state(symbols, model.state, "", ("state",))
    declare_phases(symbols, model.phases, "", ("phases",))
    for name in model.calendar:
        symbols.add(Symbol("calendar", name, ("calendar", name)))
    for name, mechanism in model.mechanisms.items():
        declare_mechanism(symbols, name, mechanism)
    for name, actor in model.actors.items():
        declare_actor(symbols, name, actor)
    for name, shock in model.shocks.items():
        symbols.add(Symbol("shock", name, ("shocks", name), marks=marks_of(shock)))
    declare_indicators(symbols, model.indicators, "", ("indicators",))
    return symbols


def declare_state(symbols: Symbols, state: dict[str, Variable], prefix: str, path: Path) -> None:
    for name, variable in state.items():
        holds = variable.half_life is None
        symbols.add(Symbol("state", prefix + name, (*path, name), holds=holds))


def declare_indicators(symbols: Symbols, indicators: dict[str, object], prefix: str, path: Path) -> None:
    for name in indicators:
        symbols.add(Symbol("indicator", prefix + name, (*path, name)))


def declare_actions(symbols: Symbols, actions: dict[str, Event], prefix: str, path: Path) -> None:
    for name, action in actions.items():
        symbols.add(Symbol("action", prefix + name, (*path, name), marks=marks_of(action)))


def declare_phases(symbols: Symbols, phases: dict[str, Lifecycle], prefix: str, path: Path) -> None:
    for name, lifecycle in phases.items():
        symbols.add(Symbol("lifecycle", prefix + name, (*path, name), stages=tuple(lifecycle.stages)))
        declare_stages(symbols, prefix + name, lifecycle, (*path, name))


def declare_stages(symbols: Symbols, name: str, lifecycle: Lifecycle, path: Path) -> None:
    """The events of a lifecycle: entered stages, named transitions, endings to come."""
    for place, stage in enumerate(lifecycle.stages):
        symbols.add(Symbol("stage", f"{name}.{stage}", (*path, "stages", place)))
    for place, transition in enumerate(lifecycle.transitions):
        where = (*path, "transitions", place)
        if transition.name is not None:
            symbols.add(Symbol("transition", f"{name}.{transition.name}", (*where, "name")))
        if transition.at is not None and transition.at.warn is not None:
            for stage in transition.source:
                ending = f"{name}.{stage}.ending"
                if ending not in symbols.table:
                    symbols.add(Symbol("ending", ending, (*where, "at", "warn")))


def declare_mechanism(symbols: Symbols, name: str, mechanism: Mechanism) -> None:
    path: Path = ("mechanisms", name)
    symbols.add(Symbol("lifecycle", name, path, stages=tuple(mechanism.stages)))
    declare_stages(symbols, name, mechanism, path)
    declare_state(symbols, mechanism.state, f"{name}.", (*path, "state"))
    declare_actions(symbols, mechanism.actions, f"{name}.", (*path, "actions"))
    declare_indicators(symbols, mechanism.indicators, f"{name}.", (*path, "indicators"))


def declare_actor(symbols: Symbols, name: str, actor: Actor) -> None:
    path: Path = ("actors", name)
    symbols.add(Symbol("actor", name, path))
    declare_state(symbols, actor.state, f"{name}.", (*path, "state"))
    declare_phases(symbols, actor.phases, f"{name}.", (*path, "phases"))
    declare_actions(symbols, actor.actions, f"{name}.", (*path, "actions"))
    declare_indicators(symbols, actor.indicators, f"{name}.", (*path, "indicators"))
