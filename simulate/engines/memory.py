"""Tables in memory as compiled code reads them: arrays, and one block of words that says where they stand."""

from __future__ import annotations

import struct
from functools import cache
from typing import Any, NamedTuple, TypeVar, get_type_hints

import numpy as np
import numpy.typing as npt

from simulate.model.layout import Floats, MutableFloats

Words = npt.NDArray[np.int64]
Table = TypeVar("Table", bound=tuple[Any, ...])

INTEGER = "integer"
NUMBER = "number"
INTEGERS = "integers"
NUMBERS = "numbers"


class Field(NamedTuple):
    """One field of a table: from which word on it stands, and what it is; a table within has fields of its own."""

    offset: int
    kind: str | Layout


class Layout(NamedTuple):
    """The fields of a table and the words that it takes: one for a number, two for an array."""

    name: str
    fields: dict[str, Field]
    size: int


@cache
def layout_of(table: type[Any]) -> Layout:
    """The layout of a class of named tuples, from the types of its fields."""
    fields: dict[str, Field] = {}
    size = 0
    for name, hint in get_type_hints(table).items():
        kind: str | Layout
        if hasattr(hint, "_fields"):
            kind = layout_of(hint)
            width = kind.size
        elif hint in (int, float):
            kind, width = (INTEGER if hint is int else NUMBER), 1
        else:
            kind, width = (NUMBERS if hint in (Floats, MutableFloats) else INTEGERS), 2
        fields[name] = Field(size, kind)
        size += width
    return Layout(table.__name__, fields, size)


def as_arrays(table: Table) -> Table:
    """The same table with every sequence as an array."""
    layout = layout_of(type(table))
    values = []
    for field, value in zip(layout.fields.values(), table, strict=True):
        if isinstance(field.kind, Layout):
            values.append(as_arrays(value))
        elif field.kind in (INTEGERS, NUMBERS):
            values.append(np.asarray(value, dtype=np.int64 if field.kind == INTEGERS else np.float64))
        else:
            values.append(value)
    return type(table)(*values)


def words_of(table: tuple[Any, ...]) -> Words:
    """Where the arrays of a table stand, and its numbers, in the order of its layout.

    The words hold no array alive: whoever uses them keeps the table.
    """
    words: list[int] = []
    for value in table:
        if isinstance(value, np.ndarray):
            words += [value.ctypes.data, len(value)]
        elif isinstance(value, tuple):
            words += words_of(value).tolist()
        elif isinstance(value, float):
            words += struct.unpack("q", struct.pack("d", value))
        else:
            words.append(value)
    return np.array(words, dtype=np.int64)
