"""The grammar of expressions: a small recursive-descent parser. Nothing is ever evaluated as Python."""

from __future__ import annotations

import math
from functools import lru_cache

from simulate.scenario.tokens import ExpressionError, Token, tokenize
from simulate.scenario.tree import Tree, Value
from simulate.units import UNITS, WRITTEN_OUT

LONGEST = 2_000
MOST_NODES = 500
DEEPEST = 64
REMEMBERED = 10_000
"""Texts whose trees are kept: studies resolve the same scenario many times."""
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
WORDS = ("and", "or", "not", "if", "else", "in")


class Parser:
    """Reads the tokens of one expression from the left."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.nodes = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def accept(self, *texts: str) -> Token | None:
        """Take the next token if it is one of these."""
        token = self.token
        if token.kind != "end" and token.text in texts:
            self.at += 1
            return token
        return None

    def expect(self, text: str, why: str) -> None:
        if self.accept(text) is None:
            raise ExpressionError(f"expected '{text}' {why}, found {self.token}", self.token.place)

    def make(self, operation: str, place: int, *operands: Tree, value: Value = None) -> Tree:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            message = f"has more than {MOST_NODES} parts, the most allowed; name parts of it as indicators"
            raise ExpressionError(message, place)
        return Tree(operation, operands, value, place)

    def whole(self) -> Tree:
        """The whole text."""
        tree = self.choice()
        if self.token.kind != "end":
            raise ExpressionError(self.leftover(), self.token.place)
        return tree

    def leftover(self) -> str:
        """What to say of a token that cannot follow."""
        before = self.tokens[self.at - 1]
        if self.token.text in (")", "]"):
            return f"{self.token} closes nothing that was opened"
        if before.kind == "number" and self.token.kind == "name":
            if self.token.text in WRITTEN_OUT:
                unit = WRITTEN_OUT[self.token.text]
                return f"'{self.token.text}' is no unit; write {before.text} {unit}"
            units = ", ".join(UNITS)
            return f"'{self.token.text}' cannot follow {before.text}: no unit ({units}); write * to multiply"
        return f"expected an operator such as + or * after '{before.text}', found {self.token}"

    def deeper(self, levels: int) -> None:
        """Go some levels down; the caller comes up again by `depth`."""
        self.depth += levels
        if self.depth > DEEPEST:
            raise ExpressionError(f"is nested deeper than {DEEPEST} levels, the most allowed", self.token.place)

    def choice(self) -> Tree:
        """`a if c else b`, the loosest of all."""
        self.deeper(1)
        chosen = self.disjunction()
        if (token := self.accept("if")) is not None:
            condition = self.disjunction()
            self.expect("else", "after the condition of 'if'")
            otherwise = self.choice()
            chosen = self.make("if", token.place, condition, chosen, otherwise)
        self.depth -= 1
        return chosen

    def disjunction(self) -> Tree:
        tree = self.conjunction()
        while (token := self.accept("or")) is not None:
            tree = self.make("or", token.place, tree, self.conjunction())
        return tree

    def conjunction(self) -> Tree:
        tree = self.negation()
        while (token := self.accept("and")) is not None:
            tree = self.make("and", token.place, tree, self.negation())
        return tree

    def negation(self) -> Tree:
        negated: list[Token] = []
        while (token := self.accept("not")) is not None:
            negated.append(token)
        self.deeper(len(negated))
        tree = self.comparison()
        self.depth -= len(negated)
        for token in reversed(negated):
            tree = self.make("not", token.place, tree)
        return tree

    def comparison(self) -> Tree:
        """Comparisons, chained ones too, and membership in a list of stages."""
        left = self.sum()
        parts = []
        while True:
            if (token := self.accept(*COMPARISONS)) is not None:
                right = self.sum()
                parts.append(self.compare(token, left, right))
                left = right
            elif self.token.text == "not" and self.tokens[self.at + 1].text == "in":
                place = self.token.place
                self.at += 1
                parts.append(self.make("not", place, self.membership(left)))
            elif self.token.text == "in":
                parts.append(self.membership(left))
            else:
                break
        if not parts:
            return left
        tree = parts[0]
        for part in parts[1:]:
            tree = self.make("and", part.place, tree, part)
        return tree

    def compare(self, token: Token, left: Tree, right: Tree) -> Tree:
        if token.text in (">", ">="):
            return self.make(token.text.replace(">", "<"), token.place, right, left)
        return self.make(token.text, token.place, left, right)

    def membership(self, left: Tree) -> Tree:
        """`name in [stage, stage]`."""
        place = self.token.place
        self.expect("in", "")
        self.expect("[", "after 'in', which takes a list of stages")
        stages = []
        while True:
            if self.token.kind != "name":
                raise ExpressionError(f"expected the name of a stage, found {self.token}", self.token.place)
            stages.append(self.token.text)
            self.at += 1
            if self.accept(",") is None:
                break
        self.expect("]", "after the stages")
        return self.make("in", place, left, value=tuple(stages))

    def sum(self) -> Tree:
        tree = self.product()
        while (token := self.accept("+", "-")) is not None:
            tree = self.make(token.text, token.place, tree, self.product())
        return tree

    def product(self) -> Tree:
        tree = self.signed()
        while (token := self.accept("*", "/")) is not None:
            tree = self.make(token.text, token.place, tree, self.signed())
        return tree

    def signed(self) -> Tree:
        signs = []
        while (token := self.accept("-", "+")) is not None:
            signs.append(token)
        self.deeper(len(signs))
        tree = self.power()
        self.depth -= len(signs)
        for token in reversed(signs):
            if token.text == "-":
                tree = self.make("negative", token.place, tree)
        return tree

    def power(self) -> Tree:
        base = self.atom()
        token = self.accept("**")
        if token is None:
            return base
        self.deeper(1)
        exponent = self.signed()
        self.depth -= 1
        return self.make("**", token.place, base, exponent)

    def atom(self) -> Tree:
        """A number with or without a unit, a name, a call, or something in parentheses."""
        token = self.token
        if token.kind == "number":
            return self.number()
        if token.kind == "name" and token.text not in WORDS:
            self.at += 1
            if self.token.text == "(" and self.token.kind == "sign":
                return self.call(token)
            return self.make("name", token.place, value=token.text)
        if self.accept("(") is not None:
            tree = self.choice()
            self.expect(")", f"to close the '(' at character {token.place + 1}")
            return tree
        raise ExpressionError(f"expected a number, a name or '(', found {token}", token.place)

    def number(self) -> Tree:
        """A number; a unit directly behind it binds more tightly than any operator."""
        token = self.token
        self.at += 1
        value = float(token.text)
        if not math.isfinite(value):
            raise ExpressionError(f"'{token.text}' is larger than the largest number, about 1.8e308", token.place)
        tree = self.make("number", token.place, value=value)
        if self.token.kind == "name" and self.token.text in UNITS:
            unit = self.make("unit", self.token.place, value=self.token.text)
            self.at += 1
            return self.make("*", token.place, tree, unit)
        return tree

    def call(self, name: Token) -> Tree:
        """`function(argument, ...)`."""
        self.expect("(", "")
        arguments = []
        if self.token.text != ")":
            arguments.append(self.choice())
            while self.accept(",") is not None:
                arguments.append(self.choice())
        self.expect(")", f"to close the arguments of '{name.text}'")
        return self.make("call", name.place, *arguments, value=name.text)


@lru_cache(maxsize=REMEMBERED)
def parse(text: str) -> Tree:
    """The tree of an expression.

    Raises
    ------
    ExpressionError
        With the place of the first fault.

    Examples
    --------
    >>> tree = parse("18/yr + rate")
    >>> tree.operation, [operand.operation for operand in tree.operands]
    ('+', ['/', 'name'])
    """
    if len(text) > LONGEST:
        message = f"an expression of {len(text):,} characters; at most {LONGEST:,} are allowed"
        raise ExpressionError(message, 0)
    if not text.strip():
        raise ExpressionError("is empty; expected a number or an expression", 0)
    return Parser(tokenize(text)).whole()
