"""What every part of resolving needs: expressions, dates and distributions, with their faults collected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeAlias

from simulate.errors import Problem
from simulate.model.quantile import valid
from simulate.scenario import expression as scopes
from simulate.scenario.constants import constant
from simulate.scenario.dimensions import Dimension, mismatch
from simulate.scenario.expression import Expression, Resolver, Scope, UnknownName, read_tree
from simulate.scenario.nearest import suggestion, with_article
from simulate.scenario.nodes import Mapping, Node, Path, Position, Scalar, descend
from simulate.scenario.resolved import Distribution, When
from simulate.scenario.schema.distributions import KINDS, Drawn
from simulate.scenario.schema.fields import kind_of
from simulate.scenario.symbols import EVENTS, Symbols
from simulate.scenario.tokens import ExpressionError
from simulate.scenario.tree import Tree, postorder
from simulate.units import days_between

DATE = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?)?(?:\s*([+-].*))?\s*", re.DOTALL)
Known: TypeAlias = dict[tuple[Path, str, float | None, Scope, int], Expression]
"""Expressions that were checked already, by where they stand, their text, and what they must be."""

NEEDS = {
    "uniform": "low must not lie above high",
    "normal": "sd must not be below zero",
    "lognormal": "median must be above zero and sigma not below it",
    "exponential": "mean must not be below zero",
    "gamma": "mean must be above zero and sd not below it",
    "weibull": "scale and shape must be above zero",
    "beta": "mean must lie between 0 and 1, and sd below sqrt(mean*(1 - mean))",
    "triangular": "low, mode and high must be in order",
}
FAULTY = Tree("number", (), 0.0, 0)
"""Stands for an expression that was at fault, so that what is checked next finds no further fault in it."""
LIKE_A_DATE = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\s*")
WHOLE_STEP = re.compile(r"\s*(\d{1,6})\s*(mo|yr)\s*")


class Checker:
    """Collects the faults of one file while its parts are resolved."""

    def __init__(self, root: Node, symbols: Symbols, broken: frozenset[str], known: Known | None = None) -> None:
        self.root = root
        self.known: Known = {} if known is None else known
        self.symbols = symbols
        self.broken = broken
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.notes: list[Problem] = []
        self.dimensions: dict[str, Dimension] = {}
        self.values: dict[str, float] = {}
        self.overridden: frozenset[str] = frozenset()
        self.indicator_moves: dict[str, bool] = {}
        self.start = datetime(1, 1, 1, tzinfo=UTC)

    # -- faults ------------------------------------------------------------------------------------

    def position(self, path: Path, place: int = 0) -> Position:
        """Where a path leads, `place` characters into an expression that stands there."""
        node, _ = descend(self.root, path)
        if isinstance(node, Scalar) and node.written is not None and isinstance(node.value, str):
            file = node.position.file
            wanted = len(re.sub(r"\s", "", node.value[:place]))
            index = node.written
            while wanted > 0 or file.text[index : index + 1].isspace():
                wanted -= not file.text[index].isspace()
                index += 1
            return Position(file, index)
        return node.position

    def key_position(self, path: Path) -> Position:
        """Where the key stands that a path ends with."""
        parent, _ = descend(self.root, path[:-1])
        if isinstance(parent, Mapping) and path and path[-1] in parent.keys:
            return parent.keys[str(path[-1])]
        return self.position(path)

    def fault(self, path: Path, message: str, place: int = 0) -> None:
        """Note a fault of a value."""
        self.problems.append(self.position(path, place).problem(path, message))

    def fault_of_key(self, path: Path, message: str) -> None:
        """Note a fault of a key."""
        self.problems.append(self.key_position(path).problem(path, message))

    def warn(self, path: Path, message: str) -> None:
        """Note something that is allowed and can hardly be meant."""
        self.warnings.append(self.key_position(path).problem(path, message))

    def note(self, path: Path, message: str) -> None:
        """Note something that is as it should be, and good to know."""
        self.notes.append(self.key_position(path).problem(path, message))

    def is_broken(self, name: str) -> bool:
        """Whether the declaration of a name was itself at fault."""
        return any(part in self.broken for part in name.split("."))

    # -- names -------------------------------------------------------------------------------------

    def reference(self, name: str, kinds: Iterable[str], path: Path, what: str) -> bool:
        """Whether a name is declared as one of some kinds; a fault is noted if not."""
        symbol = self.symbols.table.get(name)
        kinds = tuple(kinds)
        if symbol is not None and symbol.kind in kinds:
            return True
        if self.is_broken(name):
            return False
        if symbol is not None:
            message = (
                f"'{name}' is {with_article(symbol.kind)}, not {what}{suggestion(name, self.symbols.names(kinds))}"
            )
        else:
            message = f"unknown {what.split(' ', 1)[-1]} '{name}'{suggestion(name, self.symbols.names(kinds))}"
        self.fault(path, message)
        return False

    def events(self, names: Iterable[str], path: Path) -> tuple[str, ...]:
        """Those of some names that are events; the others are faults."""
        given = list(names)
        return tuple(
            name for place, name in enumerate(given) if self.reference(name, EVENTS, (*path, place), "an event")
        )

    # -- expressions -------------------------------------------------------------------------------

    def moves(self, name: str) -> bool:
        """Whether a variable or an indicator changes between events."""
        symbol = self.symbols.table[name]
        if symbol.kind == "indicator":
            return self.indicator_moves.get(name, True)
        return symbol.kind == "state" and not symbol.holds

    def expression(
        self, value: object, path: Path, wanted: float | None, scope: Scope = scopes.ANYTHING, skip: int = 0
    ) -> Expression:
        """A checked expression; after a fault, zero stands in its place.

        `wanted` is the dimension that it must have, None for any; `skip` characters of the text stand
        before it. What was checked once is known: names and dimensions are the same under every policy.
        """
        key = (path, str(value), wanted, scope, skip)
        if key not in self.known:
            self.known[key] = self.new_expression(value, path, wanted, scope, skip)
        return self.known[key]

    def new_expression(self, value: object, path: Path, wanted: float | None, scope: Scope, skip: int) -> Expression:
        """Read an expression for the first time."""
        text = str(value)
        if wanted == 1.0 and skip == 0 and LIKE_A_DATE.fullmatch(text):
            self.fault(path, f"'{text}' is no length of time; write one such as 5 yr, and days as 2022-08-01")
            return Expression(FAULTY, path, text, None)
        try:
            tree = read_tree(value[skip:] if isinstance(value, str) else value)
            resolver = Resolver(self.symbols, scope, self.dimensions, self.moves)
            resolved, dimension = resolver.resolve(tree)
            why = mismatch(wanted, dimension) if wanted is not None else None
            if why is not None:
                raise ExpressionError(why, 0)
        except UnknownName as error:
            if not self.is_broken(error.name):
                self.fault(path, error.message, error.place + skip)
        except ExpressionError as error:
            self.fault(path, error.message, error.place + skip)
        else:
            return Expression(resolved, path, text, dimension)
        return Expression(FAULTY, path, text, None)

    def optional(self, value: object, path: Path, wanted: float, scope: Scope = scopes.ANYTHING) -> Expression | None:
        """An expression that may be absent."""
        return None if value is None else self.expression(value, path, wanted, scope)

    def reads_overridden(self, checked: Expression | None) -> bool:
        """Whether an expression reads a parameter whose value was given from outside, as draws do: a run clips it."""
        return checked is not None and any(
            node.operation == "parameter" and node.value in self.overridden for node in postorder(checked.tree)
        )

    def probability(self, value: object, path: Path, scope: Scope = scopes.ANYTHING) -> Expression | None:
        """A probability; one that is written outside 0..1 is a fault."""
        checked = self.optional(value, path, 0.0, scope)
        number = None if checked is None else self.number(checked)
        if number is not None and not 0.0 <= number <= 1.0 and not self.reads_overridden(checked):
            self.fault(path, f"a probability must lie between 0 and 1, got {number:g}")
        return checked

    def number(self, expression: Expression) -> float | None:
        """The value of an expression that reads parameters only, None if it reads anything else or is at fault."""
        if expression.tree is FAULTY:
            return None
        for node in postorder(expression.tree):
            if node.operation in ("state", "calendar", "indicator", "stage", "count", "recent", "mark"):
                return None
        return constant(expression.tree, self.values)

    def positive(self, expression: Expression | None, path: Path, what: str) -> None:
        """Refuse a length of time that is known and not above zero."""
        number = None if expression is None else self.number(expression)
        if number is not None and not number > 0.0:
            self.fault(path, f"{what} must be above zero, got {number:g} d")

    # -- times -------------------------------------------------------------------------------------

    def when(self, value: object, path: Path, early: bool = False) -> When:
        """A date, a date with a shift, or an offset from the start.

        Before the start it is a fault, unless `early` allows it.
        """
        text = str(value)
        match = DATE.fullmatch(text) if isinstance(value, str) else None
        if match is None:
            shift = self.expression(value, path, 1.0, scopes.PARAMETERS)
            when = When(0.0, shift, path, text)
        else:
            day, clock, rest = match.groups()
            try:
                instant = datetime.fromisoformat(f"{day}T{clock or '00:00'}").replace(tzinfo=UTC)
            except ValueError:
                self.fault(path, f"'{text.strip()}' is no date of the calendar; write a day such as 2022-08-01")
                return When(0.0, None, path, text)
            shifted = None
            if rest is not None:
                shifted = self.expression(text, path, 1.0, scopes.PARAMETERS, skip=match.start(3))
            when = When(days_between(self.start, instant), shifted, path, text)
        if not early and self.days(when) < 0.0:
            start = self.start.date().isoformat()
            self.fault(path, f"'{text}' lies before the scenario's start, {start}")
        return when

    def days(self, when: When) -> float:
        """A time in days from the start, at the parameters' values."""
        return when.days + (0.0 if when.shift is None else constant(when.shift.tree, self.values))

    def step(self, value: object, path: Path) -> tuple[Expression, int | None]:
        """A period, and its calendar months if it is a whole number of `mo` or `yr`."""
        expression = self.expression(value, path, 1.0, scopes.PARAMETERS)
        self.positive(expression, path, "a period")
        match = WHOLE_STEP.fullmatch(str(value))
        if match is None:
            return expression, None
        return expression, int(match.group(1)) * (12 if match.group(2) == "yr" else 1)

    # -- distributions -----------------------------------------------------------------------------

    def distribution(
        self, value: object, path: Path, wanted: float | None, scope: Scope = scopes.ANYTHING
    ) -> Distribution:
        """A distribution; its arguments have the dimension of what is drawn, shapes excepted."""
        if not isinstance(value, Drawn):
            return Distribution("constant", (self.expression(value, path, wanted, scope),), (), path)
        kind = value.kind
        given = getattr(value, kind)
        where = (*path, kind)
        if kind == "categorical":
            return Distribution(kind, (), self.rows(given, where, wanted), where)
        arguments = []
        for name in type(given).model_fields:
            pure = name in ("sigma", "shape") or kind == "beta"
            arguments.append(self.expression(getattr(given, name), (*where, name), 0.0 if pure else wanted, scope))
        self.check_arguments(kind, list(type(given).model_fields), arguments, where)
        return Distribution(kind, tuple(arguments), (), where)

    def check_arguments(self, kind: str, names: list[str], arguments: list[Expression], path: Path) -> None:
        """Refuse arguments that are known and describe no distribution."""
        numbers = [self.number(argument) for argument in arguments]
        known = [number for number in numbers if number is not None]
        if len(known) == len(numbers) and not valid(KINDS.index(kind) + 1, *(*known, 0.0, 0.0)[:3]):
            given = ", ".join(f"{name} {argument.text}" for name, argument in zip(names, arguments, strict=True))
            self.fault(path, f"there is no {kind} distribution with {given}; {NEEDS[kind]}")

    def rows(self, table: dict[str, object], path: Path, wanted: float | None) -> tuple[tuple[float, Expression], ...]:
        """The rows of a categorical distribution, in the order of their values."""
        rows = []
        for key, weight in table.items():
            where = (*path, key)
            try:
                tree, dimension = Resolver(self.symbols, scopes.CONSTANT, {}, self.moves).resolve(read_tree(key))
                why = mismatch(wanted, dimension) if wanted is not None else None
                if why is not None:
                    raise ExpressionError(why, 0)
            except ExpressionError as error:
                self.fault_of_key(where, f"{kind_of(key)} is no value that can be drawn: {error.message}")
                continue
            value = constant(tree, {})
            checked = self.expression(weight, where, 0.0, scopes.PARAMETERS)
            number = self.number(checked)
            if number is not None and number < 0.0:
                self.fault(where, f"a weight must not be below 0, got {number:g}")
            rows.append((value, checked))
        weights = [self.number(weight) for _, weight in rows]
        total = sum(weight for weight in weights if weight is not None)
        if len(rows) == len(table) and None not in weights and abs(total - 1.0) > 1e-6:
            self.fault(path, f"weights must sum to 1, got {total:g}")
        values = [value for value, _ in rows]
        if len(set(values)) < len(values):
            self.fault(path, "weighs the same value twice; write the sum of both weights")
        return tuple(sorted(rows, key=lambda row: row[0]))
