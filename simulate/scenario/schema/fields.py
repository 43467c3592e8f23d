"""Forms of single values: formulas, names, dates, and lists that may be one value."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

NAME_PATTERN = "^[a-z][a-z0-9_]*$"
NAME = re.compile(NAME_PATTERN)
REFERENCE_PATTERN = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
REFERENCE = re.compile(REFERENCE_PATTERN)


def kind_of(value: object) -> str:
    """A value's form in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"'{str(value).lower()}'"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}...'"


def refuse(wanted: str, value: object) -> PydanticCustomError:
    """A value of the wrong form."""
    return PydanticCustomError("form", "expected {wanted}, got {given}", {"wanted": wanted, "given": kind_of(value)})


def read_formula(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError(
            "form",
            "expected a number or an expression, got {given}; write {number}",
            {"given": kind_of(value), "number": "1" if value else "0"},
        )
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise PydanticCustomError("form", "must be a finite number, got {given}", {"given": str(value)})
        return float(value)
    if isinstance(value, str):
        return value
    raise refuse("a number or an expression", value)


def read_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise refuse("text", value)


def read_name(value: object) -> str:
    if not isinstance(value, str):
        raise refuse("a name", value)
    if not NAME.match(value):
        raise PydanticCustomError(
            "form",
            "{given} is no name; names begin with a small letter and have a-z, 0-9 and _ only",
            {"given": kind_of(value)},
        )
    return value


def read_reference(value: object) -> str:
    if not isinstance(value, str) or not REFERENCE.match(value):
        raise refuse("a name such as 'launch' or 'seoul.protest'", value)
    return value


def read_date(value: object) -> object:
    if isinstance(value, (bool, dict, list)) or value is None:
        raise refuse("a date such as 2022-08-01, or an offset such as 22.5 d", value)
    return read_formula(value)


def as_list(value: object) -> object:
    """One value as a list of it."""
    if isinstance(value, list):
        if not value:
            raise PydanticCustomError("form", "is an empty list; name at least one", {})
        return value
    return [value]


Formula: TypeAlias = Annotated[Any, BeforeValidator(read_formula), WithJsonSchema({"type": ["number", "string"]})]
Text: TypeAlias = Annotated[str, BeforeValidator(read_text), WithJsonSchema({"type": ["string", "number"]})]
Name: TypeAlias = Annotated[
    str, BeforeValidator(read_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
Reference: TypeAlias = Annotated[
    str, BeforeValidator(read_reference), WithJsonSchema({"type": "string", "pattern": REFERENCE_PATTERN})
]
Date: TypeAlias = Annotated[Any, BeforeValidator(read_date), WithJsonSchema({"type": ["number", "string"]})]


class OneOrMore:
    """Marks a list that may be written as its one entry, for the JSON Schema."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        several = handler(core)
        return {"anyOf": [several["items"], {**several, "minItems": 1}]}


References: TypeAlias = Annotated[list[Reference], BeforeValidator(as_list), OneOrMore()]
Dates: TypeAlias = Annotated[list[Date], BeforeValidator(as_list), OneOrMore()]


class Strict(BaseModel):
    """A mapping that has its own keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def one_of(*keys: str) -> dict[str, Any]:
    """JSON Schema's words for exactly one of some keys."""
    return {"oneOf": [{"required": [key]} for key in keys]}


def not_both(*pairs: tuple[str, str]) -> dict[str, Any]:
    """JSON Schema's words for pairs of keys that exclude each other."""
    return {"not": {"anyOf": [{"required": list(pair)} for pair in pairs]}}


def strict(**schema: Any) -> ConfigDict:
    """The configuration of a strict mapping with rules about which keys go together."""
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra=schema)


def exactly_one(model: BaseModel, keys: tuple[str, ...], what: str) -> None:
    """Refuse a mapping unless it has one, and only one, of these keys."""
    given = [key for key in keys if getattr(model, key) is not None]
    if len(given) != 1:
        raise PydanticCustomError(
            "form",
            "{what} takes exactly one of {keys}; got {given}",
            {"what": what, "keys": ", ".join(keys), "given": " and ".join(given) or "none"},
        )
