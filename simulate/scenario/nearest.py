"""The nearest right name to a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from simulate.errors import UsageError

MOST_LISTED = 12


def with_article(noun: str) -> str:
    """A noun with its indefinite article."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def suggestion(name: str, allowed: Iterable[str]) -> str:
    """A clause that offers the nearest right name, or lists what is allowed if that is short.

    Examples
    --------
    >>> suggestion("seoul.hostilty", ["seoul.hostility", "tokyo.hostility"])
    "; did you mean 'seoul.hostility'?"
    """
    choices = sorted(allowed)
    close = difflib.get_close_matches(name, choices, n=1, cutoff=0.6)
    if not close:
        # A name given without its owner, or under the wrong one.
        tail = name.rsplit(".", 1)[-1]
        close = [choice for choice in choices if choice.rsplit(".", 1)[-1] == tail][:1]
    if close:
        return f"; did you mean '{close[0]}'?"
    if 0 < len(choices) <= MOST_LISTED:
        return f"; allowed: {', '.join(choices)}"
    return ""


def place_of(names: Sequence[str], name: str) -> int:
    """Where an outcome stands among others.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    if name not in names:
        raise UsageError(f"unknown outcome '{name}'{suggestion(name, names)}")
    return list(names).index(name)
