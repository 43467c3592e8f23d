"""Rules as machine code: plain functions compiled by numba, so that nothing is written twice.

A rule's tables are named tuples. Compiled code finds them in memory (`simulate.engines.memory`): passed by
value, each of their two hundred arrays would be an argument of every call.
"""

from __future__ import annotations

import dis
import sys
from itertools import pairwise
from types import FunctionType, ModuleType
from typing import Any, get_args, get_origin, get_type_hints

from llvmlite import ir
from numba import njit, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model
from numba.np.arrayobj import make_array, populate_array

from simulate.engines.memory import INTEGER, INTEGERS, NUMBER, NUMBERS, Layout, layout_of
from simulate.model.layout import Floats, MutableFloats

OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    # Nothing compiled allocates or is called from Python, but for the entry.
    "_nrt": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
KINDS: dict[str, Any] = {
    INTEGER: types.int64,
    NUMBER: types.float64,
    INTEGERS: types.int64[::1],
    NUMBERS: types.float64[::1],
}
SCALARS: dict[Any, Any] = {int: types.int64, float: types.float64, bool: types.boolean}
WORD = ir.IntType(64)


class TableType(types.Type):
    """A table in memory."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        super().__init__(name=f"Table[{layout.name}]")

    def kind_of(self, field: str) -> Any:
        """The type of a field."""
        kind = self.layout.fields[field].kind
        return TableType(kind) if isinstance(kind, Layout) else KINDS[kind]


@register_model(TableType)
class TableModel(models.PrimitiveModel):
    """A table is the address of its first word."""

    def __init__(self, manager: Any, table: TableType) -> None:
        super().__init__(manager, table, WORD.as_pointer())


@infer_getattr
class TableFields(AttributeTemplate):
    """A table's fields can be read, not bound anew."""

    key = TableType

    def generic_resolve(self, table: TableType, name: str) -> Any:
        """The type of a field, None if there is none."""
        return table.kind_of(name) if name in table.layout.fields else None


@lower_getattr_generic(TableType)
def get_field(context: Any, builder: Any, table: TableType, address: Any, name: str) -> Any:
    """Read a field; an array has no owner that counts who uses it."""
    place = table.layout.fields[name].offset
    kind = table.kind_of(name)
    field = builder.gep(address, [ir.Constant(WORD, place)], inbounds=True)
    if isinstance(kind, TableType):
        return field
    word = load_fixed(builder, field)
    if kind is types.int64:
        return word
    if kind is types.float64:
        return builder.bitcast(word, ir.DoubleType())
    length = load_fixed(builder, builder.gep(address, [ir.Constant(WORD, place + 1)], inbounds=True))
    array = make_array(kind)(context, builder)
    item = ir.Constant(WORD, 8)
    populate_array(array, builder.inttoptr(word, array.data.type), [length], [item], item, meminfo=None, parent=None)
    return array._getvalue()


def load_fixed(builder: Any, address: Any) -> Any:
    """Load a word of a table, which stands as it is while compiled code runs: one load serves for many reads."""
    word = builder.load(address)
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word


def reader(table: type[Any]) -> Any:
    """A compiled function that finds a table of this class in memory, given its words."""
    kind = TableType(layout_of(table))  # type: ignore[arg-type]  # mypy takes no class of Any for hashable

    @intrinsic
    def read(typing_context: Any, words: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return make_array(signature.args[0])(context, builder, arguments[0]).data

        return kind(words), generate

    return read


class Compiler:
    """Compiles a function and all that it calls, each once, for the types that its annotations name.

    The functions themselves are left as they are: twins of their modules hold the compiled forms.
    """

    def __init__(self) -> None:
        self.twins: dict[str, ModuleType] = {}
        self.compiled: dict[FunctionType, Any] = {}

    def twin(self, module: ModuleType) -> ModuleType:
        """A copy of a module, to hold compiled functions."""
        if module.__name__ not in self.twins:
            self.twins[module.__name__] = ModuleType(module.__name__)
            vars(self.twins[module.__name__]).update(vars(module))
        return self.twins[module.__name__]

    def compile(self, function: FunctionType) -> Any:
        """The compiled form of a function."""
        if function not in self.compiled:
            home = self.twin(sys.modules[function.__module__])
            instructions = list(dis.get_instructions(function))
            for instruction, following in pairwise(instructions):
                if instruction.opname == "LOAD_GLOBAL":
                    self.replace(home, instruction.argval, following.argval)
            twin = FunctionType(function.__code__, vars(home), function.__name__)
            compiled = njit(twin, **OPTIONS)
            hints = get_type_hints(function)
            compiled.compile(tuple(type_of(hint) for name, hint in hints.items() if name != "return"))
            # From here on a call with other types, such as a literal, is a conversion and no new variant.
            compiled.disable_compile()
            self.compiled[function] = compiled
        return self.compiled[function]

    def replace(self, home: ModuleType, name: str, attribute: Any) -> None:
        """Put the compiled form of what a function calls into its module, or into the module that it calls it from."""
        value = vars(home).get(name)
        if isinstance(value, FunctionType):
            setattr(home, name, self.compile(value))
        elif isinstance(value, ModuleType) and value.__name__.startswith("simulate."):
            there = self.twin(sys.modules[value.__name__])
            setattr(home, name, there)
            self.replace(there, attribute, None)


def type_of(hint: Any) -> Any:
    """The compiled type of an annotation."""
    if hasattr(hint, "_fields"):
        return TableType(layout_of(hint))
    if get_origin(hint) is tuple:
        return types.UniTuple(type_of(get_args(hint)[0]), len(get_args(hint)))
    if hint in SCALARS:
        return SCALARS[hint]
    return KINDS[NUMBERS if hint in (Floats, MutableFloats) else INTEGERS]
