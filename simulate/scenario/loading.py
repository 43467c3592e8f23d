"""`load`: a scenario from a file, checked whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path as FilePath

from simulate.errors import Problem, ScenarioError, UsageError
from simulate.model.arithmetic import INFINITY
from simulate.scenario.audit import audit
from simulate.scenario.checking import DATE, Checker, Known
from simulate.scenario.constants import constant
from simulate.scenario.dimensions import mismatch
from simulate.scenario.expression import NOTHING, Resolver, read_tree
from simulate.scenario.extending import load_family
from simulate.scenario.nearest import suggestion
from simulate.scenario.nodes import Node, SourceFile
from simulate.scenario.reading import decode, read_file, read_standard_input
from simulate.scenario.resolve.policies import merge
from simulate.scenario.resolve.scenario import resolve
from simulate.scenario.resolved import Placement, Resolved, When
from simulate.scenario.schema import ScenarioFile
from simulate.scenario.symbols import Symbols, declare
from simulate.scenario.tokens import ExpressionError
from simulate.scenario.validation import validate
from simulate.units import date_of, days_between

INJECTED = "inject"
"""The policy under which refusals of injected events are counted."""


@dataclass(frozen=True, slots=True, repr=False)
class Scenario:
    """A checked scenario, with the policies and parameter values chosen so far.

    Attributes
    ----------
    name : str
        The file's name.
    model : ScenarioFile
        The file's content, checked for its form.
    root : Node
        The nodes that it was read from, with their positions.
    policies : tuple of str
        Policies in force, in order; none for the baseline.
    overrides : dict
        Parameter values that replace those of the file, in days.
    settings : dict
        The same as they were written.
    removed : tuple of str
        Events and rules that never happen, besides those that the file and its policies name.
    injected : tuple of (str, float)
        Events that are injected by hand, with their days.
    starts : dict
        Other start stages and start values.
    warnings : tuple of Problem
        What is allowed and can hardly be meant.
    notes : tuple of Problem
        What is good to know.
    known : dict
        Its expressions as they were read and checked once, whatever policies and values are chosen.

    Examples
    --------
    >>> scenario = loads('''
    ... scenario: Coin
    ... start: 2022-08-01
    ... horizon: 1 yr
    ... parameters: {pace: 2/yr}
    ... shocks: {ruling: {rate: pace}}
    ... outcomes: {rulings: {count: ruling}}
    ... ''')
    >>> scenario.with_parameters(pace="4/yr").overrides["pace"] * 365.25
    4.0
    """

    name: str
    model: ScenarioFile
    root: Node
    policies: tuple[str, ...] = ()
    overrides: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    injected: tuple[tuple[str, float], ...] = ()
    starts: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    known: Known = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        chosen = " + ".join(self.policies) or "baseline"
        return f"<Scenario '{self.model.scenario}' from {self.name}: policy {chosen}>"

    def with_policy(self, *names: str) -> Scenario:
        """The scenario under other policies than before.

        Parameters
        ----------
        *names : str
            Policies, merged in order; `baseline` stands for none.

        Returns
        -------
        Scenario

        Raises
        ------
        UsageError
            If there is no such policy.
        """
        for name in names:
            if name != "baseline" and name not in self.model.policies:
                allowed = ["baseline", *self.model.policies]
                raise UsageError(f"unknown policy '{name}'{suggestion(name, allowed)}")
        return replace(self, policies=tuple(name for name in names if name != "baseline"))

    def without(self, *names: str) -> Scenario:
        """The scenario in which further events or rules never happen, as by a policy's `without`.

        Parameters
        ----------
        *names : str
            Events, or rules as `owner.rule`.

        Returns
        -------
        Scenario
            What is no event and no rule is refused when it is resolved.
        """
        return replace(self, removed=(*self.removed, *names))

    def with_injected(self, *events: str, at: str | float) -> Scenario:
        """The scenario in which further events happen on a date; their `when` may still refuse them.

        Parameters
        ----------
        *events : str
            Shocks or actions.
        at : str or float
            A date, a date with a shift such as `2024-03-01 + 2 wk`, an offset such as `90 d`, or days from the start.

        Returns
        -------
        Scenario

        Raises
        ------
        UsageError
            If an event is unknown or follows from a transition, or the date lies outside the scenario.
        """
        resolved = self.resolved()
        day, known = self.day(at), resolved.events
        for name in events:
            if name in resolved.without:
                raise UsageError(f"'{name}' never happens here, as `without` says; it cannot be injected")
            if name not in known:
                raise UsageError(f"unknown event '{name}'{suggestion(name, known)}")
            if known[name].kind not in ("shock", "action"):
                raise UsageError(f"'{name}' follows from a transition; inject a shock or an action that brings it")
        return replace(self, injected=(*self.injected, *((name, day) for name in events)))

    def day(self, at: str | float) -> float:
        """A time in days from the start, given as a date, a date with a shift, an offset, or days.

        Raises
        ------
        UsageError
            If it is none of these, or lies outside the scenario.
        """
        resolved = self.resolved()
        hint = "write a day such as 2024-03-01, a day with a shift such as '2024-03-01 + 2 wk', or '90 d'"
        match = DATE.fullmatch(at) if isinstance(at, str) else None
        if match is None:
            try:
                days = parse_value("date", at, 1.0 if isinstance(at, str) else None)
            except UsageError:
                raise UsageError(f"'{at}' is no date; {hint}") from None
        else:
            day, clock, rest = match.groups()
            try:
                instant = datetime.fromisoformat(f"{day}T{clock or '00:00'}").replace(tzinfo=UTC)
            except ValueError:
                raise UsageError(f"'{at}' is no date of the calendar; write a day such as 2024-03-01") from None
            try:
                shift = 0.0 if rest is None else parse_value("shift", rest.lstrip("+ "), 1.0)
            except UsageError:
                raise UsageError(f"'{at}' is no date; {hint}") from None
            days = days_between(resolved.start, instant) + shift
        if not 0.0 <= days < resolved.horizon:
            first, last = date_of(resolved.start, 0.0), date_of(resolved.start, resolved.horizon)
            raise UsageError(f"'{at}' lies outside the scenario, which runs from {first} to {last}")
        return days

    def with_parameters(self, values: Mapping[str, object] | None = None, /, **named: object) -> Scenario:
        """The scenario with other parameter values.

        Parameters
        ----------
        values : mapping, optional
            Values by name, for names with a dot such as `notice.salience`.
        **named
            Further values. Each is a number in days and powers of days, or text with units such as `'18/yr'`.

        Returns
        -------
        Scenario

        Raises
        ------
        UsageError
            If there is no such parameter, or a value has another dimension than the file's.
        """
        overrides, settings = dict(self.overrides), dict(self.settings)
        known = self.resolved().parameters
        for name, value in {**(values or {}), **named}.items():
            if name not in known:
                raise UsageError(f"unknown parameter '{name}'{suggestion(name, known)}")
            overrides[name] = parse_value(name, value, known[name].dimension)
            settings[name] = str(value)
        return replace(self, overrides=overrides, settings=settings)

    def with_initial(self, values: Mapping[str, object]) -> Scenario:
        """The scenario from other start stages, or other start values of state variables.

        Parameters
        ----------
        values : mapping
            Stages of mechanisms and phases, and numbers of state variables, by name.

        Returns
        -------
        Scenario

        Raises
        ------
        UsageError
            If there is no such mechanism, phase, stage or variable, or a number lies outside its bounds.
        """
        resolved = self.resolved()
        for name, value in values.items():
            check_initial(resolved, name, value)
        return replace(self, starts={**self.starts, **values})

    def fixed(self) -> frozenset[str]:
        """The parameters that settings or policies have given a value."""
        checker = Checker(self.root, declare(self.model), frozenset(), self.known)
        return frozenset(self.overrides) | frozenset(merge(checker, self.model, self.policies).set)

    def resolved(self) -> Resolved:
        """The explicit scenario under the chosen policies and parameters.

        Raises
        ------
        ScenarioError
            If the policies contradict each other.
        UsageError
            If a parameter was given a value that the policies set too.
        """
        checker = Checker(self.root, declare(self.model), frozenset(), self.known)
        for name in merge(checker, self.model, self.policies).set.keys() & self.overrides.keys():
            chosen = " + ".join(self.policies)
            raise UsageError(f"'{name}' was given a value, and policy {chosen} sets it too; choose one of them")
        resolved = resolve(checker, self.model, self.policies, self.overrides, self.removed, self.starts)
        if checker.problems:
            raise ScenarioError(sorted(set(checker.problems)))
        for name, day in (each for each in self.injected if each[0] not in resolved.without):
            at = When(day, None, ("inject",), name)
            resolved.placements.append(Placement(INJECTED, name, at, ("inject",), route="injected"))
        return resolved


def check_initial(resolved: Resolved, name: str, value: object) -> None:
    """Refuse a start stage or start value that there cannot be.

    Raises
    ------
    UsageError
    """
    if name in resolved.lifecycles:
        stages = resolved.lifecycles[name].stages
        if value not in stages:
            raise UsageError(f"'{name}' has no stage '{value}'{suggestion(str(value), stages)}")
        return
    if name not in resolved.variables:
        allowed = [*resolved.variables, *resolved.lifecycles]
        raise UsageError(f"'{name}' is no state variable, mechanism or phase{suggestion(name, allowed)}")
    variable = resolved.variables[name]
    low, high = (
        end if bound is None else constant(bound.tree, resolved.values)
        for bound, end in ((variable.low, -INFINITY), (variable.high, INFINITY))
    )
    try:
        number = float(str(value))
    except ValueError:
        raise UsageError(f"'{name}' starts at a number, got '{value}'") from None
    if not low <= number <= high or number - number != 0.0:
        bounds = f", between {low:g} and {high:g}" if low > -INFINITY or high < INFINITY else ""
        raise UsageError(f"'{name}' cannot start at {number:g}: give a finite number{bounds}")


def parse_value(name: str, value: object, dimension: float | None) -> float:
    """A parameter's value from outside the file; a number, unlike text, is in days and powers of days as it is."""
    try:
        tree = read_tree(value if isinstance(value, str) else float(str(value)))
        checker = Resolver(Symbols(), NOTHING, {}, lambda _: False)
        resolved, given = checker.resolve(tree)
    except (ExpressionError, ValueError) as error:
        raise UsageError(f"{name}={value}: {error}") from None
    fits = not isinstance(value, str) or (dimension is None and given == 0.0)
    why = None if fits else mismatch(dimension or 0.0, given)
    number = constant(resolved, {})
    if why is not None:
        raise UsageError(f"{name}={value}: {why}")
    if number - number != 0.0:
        raise UsageError(f"{name}={value}: must be a finite number")
    return number


def assemble(file: SourceFile, path: FilePath | None) -> Scenario:
    """Check a file whole, and make a scenario of it."""
    root, problems = load_family(file, path)
    mended = validate(root)
    problems = [*problems, *mended.problems]
    warnings: set[Problem] = set()
    notes: list[Problem] = []
    known: Known = {}
    if mended.model is not None:
        found: set[Problem] = set()
        resolved = []
        symbols = declare(mended.model)
        for names in [(), *((name,) for name in mended.model.policies)]:
            checker = Checker(root, symbols, mended.broken, known)
            resolved.append(resolve(checker, mended.model, names, {}))
            found.update(checker.problems)
            warnings.update(checker.warnings)
        problems.extend(found)
        if not problems:
            checker = Checker(root, symbols, mended.broken, known)
            resolve(checker, mended.model, (), {})
            audit(checker, resolved[0], resolved[1:])
            warnings.update(checker.warnings)
            notes = sorted(checker.notes)
    if problems or mended.model is None:
        raise ScenarioError(sorted(set(problems)))
    return Scenario(file.name, mended.model, root, warnings=tuple(sorted(warnings)), notes=tuple(notes), known=known)


def load(path: str | os.PathLike[str]) -> Scenario:
    """Load and check a scenario file.

    Parameters
    ----------
    path : path-like
        The file; `-` reads standard input.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With every fault of the file and of those that it extends.
    """
    if str(path) == "-":
        return assemble(read_standard_input(), None)
    return assemble(read_file(FilePath(path), str(path)), FilePath(path))


def loads(text: str, name: str = "<text>") -> Scenario:
    """Load and check a scenario from text, which cannot extend a file.

    Parameters
    ----------
    text : str
        What a scenario file would hold.
    name : str
        How messages name it.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With every fault of the text.
    """
    return assemble(decode(text.encode(), name), None)
