"""Expressions as programs: rows of operations in the order of evaluation, each thing once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from simulate.compile.tables import Ranges
from simulate.errors import Problem, ScenarioError
from simulate.model import operations as op
from simulate.model.arithmetic import operate
from simulate.model.layout import Code
from simulate.scenario.constants import constant, operation_of
from simulate.scenario.expression import Expression
from simulate.scenario.nodes import Path
from simulate.scenario.tree import Tree, postorder
from simulate.units import UNITS

MOST_ROWS = 2_000_000
Row = tuple[int, int, int, int]


@dataclass(slots=True)
class Names:
    """Indices of everything that an expression can read, and the values of parameters, which are constants.

    `moving` are the variables that change between events.

    Marks of the same name share a slot, whichever event draws them.
    """

    variables: dict[str, int]
    moving: frozenset[int]
    lifecycles: dict[str, int]
    stages: dict[str, tuple[str, ...]]
    events: dict[str, int]
    calendar: dict[str, int]
    marks: dict[str, int]
    values: dict[str, float]
    indicators: dict[str, Expression]


@dataclass(slots=True)
class Reads:
    """What a program reads; `recent` are (event, duration)."""

    variables: set[int] = field(default_factory=set)
    lifecycles: set[int] = field(default_factory=set)
    events: set[int] = field(default_factory=set)
    calendar: set[int] = field(default_factory=set)
    recent: list[tuple[int, float]] = field(default_factory=list)


class Programs:
    """Collects programs; -1 stands for an expression that is absent."""

    def __init__(self, names: Names, problem: Callable[[Path, str], Problem]) -> None:
        self.names = names
        self.problem = problem
        self.programs: list[list[Row]] = []
        self.size = 0
        self.constants: list[float] = []
        self.constant_index: dict[str, int] = {}
        self.stage_set: list[int] = []
        self.stage_index: dict[tuple[str, frozenset[str]], int] = {}
        self.reads: list[Reads] = []
        self.sources: list[Expression] = []
        self.needs = {name: indicators_in(indicator.tree) for name, indicator in names.indicators.items()}

    def add(self, expression: Expression | None) -> int:
        """Compile an expression; -1 if there is none."""
        if expression is None:
            return -1
        writer = Writer(self)
        for name in self.closure(expression.tree):
            writer.indicators[name] = writer.tree(self.names.indicators[name].tree)
        result = writer.tree(expression.tree)
        if result != len(writer.rows) - 1:
            writer.repeat(result)
        self.programs.append(writer.rows)
        self.size += len(writer.rows)
        self.reads.append(writer.reads)
        self.sources.append(expression)
        if self.size > MOST_ROWS:
            message = f"the scenario's expressions come to more than {MOST_ROWS:,} operations, indicators included"
            raise ScenarioError([self.problem(expression.path, message)])
        return len(self.programs) - 1

    def closure(self, tree: Tree) -> list[str]:
        """The indicators that a tree needs, those that others read first."""
        needed: set[str] = set()
        found = indicators_in(tree)
        while found:
            needed |= found
            found = {each for name in found for each in self.needs[name]} - needed
        return [name for name in self.names.indicators if name in needed]

    def constant(self, value: float) -> int:
        """The index of a constant."""
        key = value.hex()
        if key not in self.constant_index:
            self.constant_index[key] = len(self.constants)
            self.constants.append(value)
        return self.constant_index[key]

    def stages(self, lifecycle: str, wanted: Iterable[str]) -> int:
        """Where a row of flags, one for each stage of a lifecycle, begins."""
        key = (lifecycle, frozenset(wanted))
        if key not in self.stage_index:
            self.stage_index[key] = len(self.stage_set)
            self.stage_set.extend(int(stage in key[1]) for stage in self.names.stages[lifecycle])
        return self.stage_index[key]

    def code(self) -> Code:
        """Everything compiled so far."""
        constants_from = max([1, *map(len, self.programs)])
        rows: list[tuple[int, ...]] = []
        first, last = [], []
        for program in self.programs:
            first.append(len(rows))
            rows.extend(without_constants(program, rows_that_move(program, self.names.moving), constants_from))
            last.append(len(rows))
        moving = Ranges()
        for number in range(len(self.programs)):
            for variable in sorted(self.moving(number)):
                moving.add(number, variable)
        first_moving, last_moving, variables = moving.layout(len(self.programs))
        return Code(
            first=first,
            last=last,
            rows=[number for row in rows for number in row],
            constant=self.constants,
            constants_from=constants_from,
            stage_set=self.stage_set,
            first_moving=first_moving,
            last_moving=last_moving,
            moving=variables,
        )

    def moving(self, program: int) -> frozenset[int]:
        """The variables that a program reads and that change between events."""
        return self.names.moving & self.reads[program].variables

    def moves(self, program: int) -> bool:
        """Whether a program reads a variable that changes between events."""
        return program >= 0 and bool(self.moving(program))


def indicators_in(tree: Tree) -> set[str]:
    """The indicators that a tree names."""
    return {str(node.value) for node in postorder(tree) if node.operation == "indicator"}


def rows_that_move(rows: list[Row], moving: frozenset[int]) -> list[int]:
    """For each row, 1 if its value changes between events."""
    moves: list[int] = []
    for operation, a, b, c in rows:
        if operation >= op.FIRST_OPERATION:
            moves.append(max(moves[operand] for operand in (a, b, c)))
        else:
            moves.append(int(operation == op.STATE and a in moving))
    return moves


def without_constants(rows: list[Row], moves: list[int], constants_from: int) -> list[tuple[int, ...]]:
    """Rows with whether they move, but for constants, which are read where they stand; the last row is kept."""
    places: list[int] = []
    kept: list[tuple[int, ...]] = []
    for number, (operation, a, b, c) in enumerate(rows):
        if operation == op.CONSTANT and number < len(rows) - 1:
            places.append(constants_from + a)
            continue
        places.append(len(kept))
        if operation >= op.FIRST_OPERATION:
            a, b, c = places[a], places[b], places[c]
        elif operation == op.RECENT:
            b = places[b]
        kept.append((operation, a, b, c, moves[number]))
    return kept


class Writer:
    """Writes the rows of one program; a row that is already there is used again."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.names = programs.names
        self.rows: list[Row] = []
        self.index: dict[Row, int] = {}
        self.indicators: dict[str, int] = {}
        self.reads = Reads()

    def row(self, operation: int, a: int = 0, b: int = 0, c: int = 0) -> int:
        key = (operation, a, b, c)
        if key not in self.index:
            self.index[key] = len(self.rows)
            self.rows.append(key)
        return self.index[key]

    def repeat(self, result: int) -> None:
        """Make an earlier row the last one, which holds the program's value."""
        self.rows.append(self.rows[result])

    def constant(self, value: float) -> int:
        return self.row(op.CONSTANT, self.programs.constant(value))

    def tree(self, root: Tree) -> int:
        """Write a tree; returns the row of its value."""
        done: dict[int, int] = {}
        for node in postorder(root):
            done[id(node)] = self.node(node, [done[id(operand)] for operand in node.operands])
        return done[id(root)]

    def node(self, node: Tree, operands: list[int]) -> int:
        if node.operation == "number":
            assert isinstance(node.value, float)
            return self.constant(node.value)
        if node.operation == "unit":
            return self.constant(UNITS[str(node.value)])
        if node.operation == "indicator":
            return self.indicators[str(node.value)]
        if node.operation in LEAVES:
            return LEAVES[node.operation](self, node, operands)
        operation = operation_of(node)
        if operation in (op.MINIMUM, op.MAXIMUM):
            result = operands[0]
            for operand in operands[1:]:
                result = self.operation(operation, [result, operand])
            return result
        return self.operation(operation, operands)

    def operation(self, operation: int, operands: list[int]) -> int:
        """An operation, worked out at once if all that it takes is constant."""
        if all(self.rows[operand][0] == op.CONSTANT for operand in operands):
            values = [self.programs.constants[self.rows[operand][1]] for operand in operands]
            x, y, z = (*values, 0.0, 0.0, 0.0)[:3]
            value = operate(operation, x, y, z)
            if value == value:
                return self.constant(value)
        # Operands that an operation does not take repeat its first one.
        a, b, c = (*operands, operands[0], operands[0])[:3]
        return self.row(operation, a, b, c)

    def parameter(self, node: Tree, _: list[int]) -> int:
        return self.constant(self.names.values[str(node.value)])

    def state(self, node: Tree, _: list[int]) -> int:
        variable = self.names.variables[str(node.value)]
        self.reads.variables.add(variable)
        return self.row(op.STATE, variable)

    def stage(self, node: Tree, _: list[int]) -> int:
        assert isinstance(node.value, tuple)
        name, *stages = node.value
        lifecycle = self.names.lifecycles[name]
        self.reads.lifecycles.add(lifecycle)
        return self.row(op.STAGE, lifecycle, self.programs.stages(name, stages))

    def calendar(self, node: Tree, _: list[int]) -> int:
        name = self.names.calendar[str(node.value)]
        self.reads.calendar.add(name)
        return self.row(op.CALENDAR, name)

    def count(self, node: Tree, _: list[int]) -> int:
        event = self.names.events[str(node.value)]
        self.reads.events.add(event)
        return self.row(op.COUNT, event)

    def recent(self, node: Tree, operands: list[int]) -> int:
        event = self.names.events[str(node.value)]
        self.reads.events.add(event)
        self.reads.recent.append((event, constant(node.operands[0], self.names.values)))
        return self.row(op.RECENT, event, operands[0])

    def mark(self, node: Tree, _: list[int]) -> int:
        return self.row(op.MARK, self.names.marks[str(node.value)])


LEAVES = {
    "parameter": Writer.parameter,
    "state": Writer.state,
    "stage": Writer.stage,
    "calendar": Writer.calendar,
    "count": Writer.count,
    "recent": Writer.recent,
    "mark": Writer.mark,
}
