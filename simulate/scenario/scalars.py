"""Plain YAML scalars by the core schema of YAML 1.2: `on`, `no`, `12:30` and dates are words."""

from __future__ import annotations

import re

INTEGER = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,14}")
REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)")
WORDS = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
LONGEST_NUMBER = 30
"""Characters in a number at most; a longer one stays text, which the expression parser refuses."""


def resolve(text: str) -> bool | int | float | str | None:
    """The value of a plain scalar.

    Examples
    --------
    >>> resolve("on"), resolve("1e-3"), resolve("2022-08-01"), resolve("12:30")
    ('on', 0.001, '2022-08-01', '12:30')
    """
    if text in WORDS:
        return WORDS[text]
    if len(text) > LONGEST_NUMBER:
        return text
    if INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if REAL.fullmatch(text):
        return float(text)
    if INFINITE.fullmatch(text) or text in (".nan", ".NaN", ".NAN"):
        return float(text.replace(".", ""))
    return text
