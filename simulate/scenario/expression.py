"""Expressions with every name looked up and every dimension known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulate.scenario import dimensions
from simulate.scenario.dimensions import Dimension
from simulate.scenario.nearest import suggestion
from simulate.scenario.nodes import Path
from simulate.scenario.parse import parse
from simulate.scenario.symbols import EVENTS, FUNCTIONS, READABLE, Symbols
from simulate.scenario.tokens import ExpressionError
from simulate.scenario.tree import Tree, postorder
from simulate.units import UNITS, WRITTEN_OUT

SPECIAL = ("count", "recent")


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A checked expression: its tree, where it stands, and its text.

    In the tree names have become 'parameter', 'state', 'calendar', 'indicator' or 'mark'; a stage test is
    'stage' with the lifecycle and the stages as value; 'count' and 'recent' have the event as value.
    """

    tree: Tree
    path: Path
    text: str
    dimension: Dimension


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may read.

    Attributes
    ----------
    kinds : tuple of str
        Kinds of names.
    marks : tuple of str or None
        Names of the marks at hand, ('',) for a single one; None where no mark is drawn.
    moving : bool
        Whether variables that move between events may be read, and `recent`.
    why : str
        Named in the message when something else is read.
    """

    kinds: tuple[str, ...] = READABLE
    marks: tuple[str, ...] | None = None
    moving: bool = True
    why: str = ""

    @property
    def stages(self) -> bool:
        """Whether stages and events may be read."""
        return "state" in self.kinds


NOTHING = Scope(kinds=(), why="a parameter's value reads no other names")
CONSTANT = Scope(kinds=(), why="no names may be read here")
PARAMETERS = Scope(kinds=("parameter",), why="may read parameters only")
REST = Scope(moving=False, why="may read parameters, stages, calendar, counts and variables that hold")
ANYTHING = Scope()


class Resolver:
    """Looks names up and follows dimensions through one tree."""

    def __init__(
        self,
        symbols: Symbols,
        scope: Scope,
        parameters: Mapping[str, Dimension],
        moves: Callable[[str], bool],
    ) -> None:
        self.symbols = symbols
        self.scope = scope
        self.parameters = parameters
        self.moves = moves
        self.done: dict[int, tuple[Tree, Dimension]] = {}

    def resolve(self, tree: Tree) -> tuple[Tree, Dimension]:
        """The resolved tree and its dimension."""
        inside_tests = self.stage_tests(tree)
        for node in postorder(tree):
            if id(node) in inside_tests or id(node) in self.done:
                continue
            if node.operation == "name":
                self.done[id(node)] = self.name(node)
            elif node.operation == "call" and node.value in SPECIAL:
                self.done[id(node)] = self.special(node)
            else:
                operands = [self.done[id(operand)] for operand in node.operands]
                dimension = dimensions.of_operation(self.known(node), [operand[1] for operand in operands])
                resolved = Tree(node.operation, tuple(operand[0] for operand in operands), node.value, node.place)
                self.done[id(node)] = resolved, dimension
        return self.done[id(tree)]

    def stage_tests(self, tree: Tree) -> set[int]:
        """Resolve tests such as `gsomia == lapsed`; the names inside them are no names by themselves."""
        inside: set[int] = set()
        for node in postorder(tree):
            if node.operation == "call" and node.value in SPECIAL and node.operands:
                inside.add(id(node.operands[0]))
            if node.operation in ("==", "!=", "in") and node.operands[0].operation == "name":
                lifecycle = self.symbols.table.get(str(node.operands[0].value))
                if lifecycle is not None and lifecycle.kind == "lifecycle":
                    inside.update(id(operand) for operand in node.operands)
                    self.done[id(node)] = self.stage_test(node, lifecycle.name, lifecycle.stages)
        return inside

    def stage_test(self, node: Tree, lifecycle: str, stages: tuple[str, ...]) -> tuple[Tree, Dimension]:
        self.require_state(node, f"stage of '{lifecycle}'")
        if node.operation == "in":
            assert isinstance(node.value, tuple)
            wanted = node.value
        else:
            right = node.operands[1]
            if right.operation != "name":
                message = f"'{lifecycle}' is compared with its stages; allowed: {', '.join(stages)}"
                raise ExpressionError(message, right.place)
            wanted = (str(right.value),)
        for stage in wanted:
            if stage not in stages:
                place = node.place if node.operation == "in" else node.operands[1].place
                raise ExpressionError(f"'{lifecycle}' has no stage '{stage}'{suggestion(stage, stages)}", place)
        test = Tree("stage", (), (lifecycle, *wanted), node.operands[0].place)
        return (Tree("not", (test,), None, node.place) if node.operation == "!=" else test), 0.0

    def require_state(self, node: Tree, what: str) -> None:
        """Refuse what only a running world knows."""
        if not self.scope.stages:
            raise ExpressionError(f"reads the {what}; {self.scope.why}", node.place)

    def known(self, node: Tree) -> Tree:
        """Refuse functions that do not exist or have the wrong number of arguments."""
        if node.operation == "in":
            name = node.operands[0].value
            raise ExpressionError(f"'in' tests the stage of a lifecycle, and '{name}' is none", node.place)
        if node.operation != "call":
            return node
        name = str(node.value)
        if name not in FUNCTIONS:
            allowed = [*FUNCTIONS, *SPECIAL]
            raise ExpressionError(f"there is no function '{name}'{suggestion(name, allowed)}", node.place)
        given, wanted = len(node.operands), FUNCTIONS[name]
        several = name in ("min", "max")
        if given < wanted or (given > wanted and not several):
            least = "at least " if several else ""
            plural = "s" if wanted > 1 else ""
            raise ExpressionError(f"{name} takes {least}{wanted} argument{plural}, got {given}", node.place)
        return node

    def name(self, node: Tree) -> tuple[Tree, Dimension]:
        """A name that stands for a number."""
        name = str(node.value)
        if name in UNITS:
            return Tree("unit", (), name, node.place), 1.0
        if name == "mark" or name.startswith("mark."):
            return self.mark(node, name)
        symbol = self.symbols.table.get(name)
        if symbol is None:
            raise UnknownName(name, self.unknown(name), node.place)
        if symbol.kind not in READABLE:
            raise ExpressionError(self.not_a_number(name, symbol.kind, symbol.stages), node.place)
        if symbol.kind not in self.scope.kinds:
            raise ExpressionError(f"reads the {symbol.kind} '{name}'; {self.scope.why}", node.place)
        if not self.scope.moving and self.moves(name):
            raise ExpressionError(f"reads '{name}', which moves between events; {self.scope.why}", node.place)
        dimension = self.parameters.get(name, 0.0) if symbol.kind == "parameter" else 0.0
        return Tree(symbol.kind, (), name, node.place), dimension

    def unknown(self, name: str) -> str:
        """What to say of a name that is not declared."""
        if name in RESERVED_ALONE:
            return f"'{name}' cannot stand here"
        if name in WRITTEN_OUT:
            return f"'{name}' is no unit; write {WRITTEN_OUT[name]}, as in 0.3/yr or 90 d"
        homes = [each.name for each in self.symbols.table.values() if name in each.stages]
        if homes:
            return f"'{name}' is a stage; write {homes[0]} == {name}"
        kinds = self.scope.kinds or READABLE
        return f"unknown name '{name}'{suggestion(name, self.symbols.names(kinds))}"

    def not_a_number(self, name: str, kind: str, stages: tuple[str, ...]) -> str:
        """What to say of a name that is no number."""
        if kind == "lifecycle":
            return f"'{name}' is a lifecycle; test its stage, such as {name} == {stages[0]}"
        if kind == "group":
            members = [other for other in self.symbols.table if other.startswith(f"{name}.")]
            return f"'{name}' is a group of parameters; read one of {', '.join(members)}"
        if kind == "actor":
            return f"'{name}' is an actor; read one of its variables"
        return f"'{name}' is an event; read count({name}) or recent({name}, 90 d)"

    def mark(self, node: Tree, name: str) -> tuple[Tree, Dimension]:
        """A mark of the event at hand."""
        if self.scope.marks is None or not self.scope.marks:
            raise ExpressionError("reads a mark, and no mark is drawn here", node.place)
        wanted = name.partition(".")[2]
        if wanted not in self.scope.marks:
            allowed = [f"mark.{mark}" if mark else "mark" for mark in self.scope.marks]
            raise ExpressionError(f"there is no '{name}' here{suggestion(name, allowed)}", node.place)
        return Tree("mark", (), wanted, node.place), 0.0

    def special(self, node: Tree) -> tuple[Tree, Dimension]:
        """`count(event)` and `recent(event, duration)`."""
        function = str(node.value)
        wanted = 1 if function == "count" else 2
        if len(node.operands) != wanted or node.operands[0].operation != "name":
            form = "count(event)" if function == "count" else "recent(event, 90 d)"
            raise ExpressionError(f"write {form}", node.place)
        event = str(node.operands[0].value)
        place = node.operands[0].place
        if self.symbols.event(event) is None:
            message = f"unknown event '{event}'{suggestion(event, self.symbols.names(EVENTS))}"
            raise UnknownName(event, message, place)
        self.require_state(node, f"history of '{event}'")
        if function == "count":
            return Tree("count", (), event, node.place), 0.0
        if not self.scope.moving:
            raise ExpressionError(f"reads recent(), which expires between events; {self.scope.why}", node.place)
        duration, dimension = self.done[id(node.operands[1])]
        why = dimensions.mismatch(1.0, dimension)
        if why is not None:
            raise ExpressionError(f"how long ago 'recent' looks {why}", node.operands[1].place)
        for part in postorder(duration):
            if part.operation in ("state", "calendar", "indicator", "stage", "count", "recent", "mark"):
                raise ExpressionError("how long ago 'recent' looks may read parameters only", part.place)
        return Tree("recent", (duration,), event, node.place), 0.0


RESERVED_ALONE = ("nothing", "count", "recent", *FUNCTIONS)


class UnknownName(ExpressionError):
    """A name that nothing declares; no further fault if its declaration was broken."""

    def __init__(self, name: str, message: str, place: int) -> None:
        super().__init__(message, place)
        self.name = name


def read_tree(value: object) -> Tree:
    """The tree of a formula as it stands in a file: a number, or text."""
    if isinstance(value, str):
        return parse(value)
    assert isinstance(value, (int, float))
    number = Tree("number", (), abs(float(value)), 0)
    return Tree("negative", (number,), None, 0) if value < 0 else number
