"""The words of an expression: numbers, names and signs, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_NUMBER = 30
TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|[-+*/()\[\],<>])"
)


class ExpressionError(ValueError):
    """An expression is wrong at a place inside it."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its kind ('number', 'name', 'sign' or 'end'), its text, its place."""

    kind: str
    text: str
    place: int

    def __str__(self) -> str:
        return f"'{self.text}'" if self.kind != "end" else "the end"


def tokenize(text: str) -> list[Token]:
    """The words of an expression, closed by one of kind 'end'.

    Raises
    ------
    ExpressionError
        At a character that no expression has, or a number that is too long.
    """
    tokens = []
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise ExpressionError(stray(text[place]), place)
        kind = match.lastgroup or ""
        if kind == "number" and len(match.group()) > LONGEST_NUMBER:
            message = f"a number of {len(match.group()):,} characters; at most {LONGEST_NUMBER} are allowed"
            raise ExpressionError(message, place)
        if kind != "space":
            tokens.append(Token(kind, match.group(), place))
        place = match.end()
    return [*tokens, Token("end", "", len(text))]


def stray(character: str) -> str:
    """What to say of a character that no expression has."""
    hints = {
        "=": "write == to compare; a leading = (to set instead of add) may stand only before an effect",
        "^": "write ** for a power",
        "&": "write and",
        "|": "write or",
        "!": "write not, or !=",
        "%": "write a share as a number, such as 0.12",
        "'": "names stand without quotes",
        '"': "names stand without quotes",
    }
    hint = hints.get(character, "an expression has numbers, names, + - * / **, comparisons and parentheses")
    return f"'{character}' has no meaning in an expression; {hint}"
