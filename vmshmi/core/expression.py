"""The small language of `enable_when`: comparisons, `and`, `or`, `not`, arithmetic and tag ids. Never `eval`.

    expression  = conjunction {"or" conjunction}
    conjunction = negation {"and" negation}
    negation    = "not" negation | comparison
    comparison  = sum [("==" | "!=" | "<" | "<=" | ">" | ">=") sum]
    sum         = product {("+" | "-") product}
    product     = factor {("*" | "/") factor}
    factor      = "-" factor | number | "true" | "false" | tag id | "(" expression ")"

Three answers: true, false and unknown (None). An input that is None, a text or not finite is unknown, so is a division
by zero and a result that is not finite. `and`, `or` and `not` follow Kleene: `false and unknown` is false, `true or
unknown` is true, everything else with an unknown in it is unknown. `true` is 1, `false` is 0; a number other than 0
holds.

Hyphen or minus: an id goes on as far as letters, digits, `_`, `.` and `-` go. `fuel-day` is one id; `fuel - day` and
`fuel -day` subtract. What the text means never depends on which tags exist.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from vmshmi.core.errors import ConfigurationError
from vmshmi.core.values import Scalar, TagId

MAX_LENGTH = 2_000
"""Longest text, in characters."""
MAX_DEPTH = 32
"""Deepest nesting of parentheses, `not` and signs; eight frames of the interpreter each."""
WORDS = frozenset({"and", "or", "not", "true", "false"})
"""Words of the language: no tag can be called by them."""

Lookup = Callable[[TagId], Scalar | None]
"""Gives the value of a tag; None when it is bad or there is none."""

_Node = Callable[[Lookup], float | None]

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_.\-]*)"
    r"|(?P<mark>==|!=|<=|>=|[<>+\-*/()])"
)
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_VALUE = "a number, true, false, a tag id, '-' or '('"
_HINTS = {
    "=": "'==' compares",
    "&": "write 'and'",
    "|": "write 'or'",
    "!": "write 'not', or '!=' to compare",
    "%": "there is no remainder or percent sign",
    ",": "write numbers with a decimal point",
    "'": "texts cannot be compared",
    '"': "texts cannot be compared",
}


class ExpressionError(ConfigurationError):
    """A text that is no expression.

    Attributes:
        position: characters before the place, 0 is the beginning.
    """

    def __init__(self, position: int, message: str) -> None:
        super().__init__(f"column {position + 1}: {message}")
        self.position = position


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression; made by `parse` only. May be used by any thread.

    Attributes:
        text: as it was written.
        tags: every tag it reads.
    """

    text: str
    tags: frozenset[TagId]
    _root: _Node = field(repr=False, compare=False)

    def evaluate(self, lookup: Lookup) -> bool | None:
        """True, False, or None when the inputs do not say."""
        value = self._root(lookup)
        return None if value is None else value != 0

    def value(self, lookup: Lookup) -> float | None:
        """The number it works out to (a comparison gives 1 or 0); None when the inputs do not say."""
        return self._root(lookup)


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        ExpressionError: with the column and what was expected there.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(MAX_LENGTH, f"longer than {MAX_LENGTH} characters")
    parser = _Parser(_tokens(text))
    root = parser.whole()
    return Expression(text, frozenset(parser.tags), root)


class _Token(NamedTuple):
    """A piece of the text; `kind` is number, name, mark or end."""

    kind: str
    text: str
    position: int

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else f"'{self.text}'"


def _tokens(text: str) -> list[_Token]:
    """The pieces of a text, an `end` last."""
    found: list[_Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            sign = text[position]
            hint = _HINTS.get(sign)
            raise ExpressionError(position, f"{sign!r} is not part of the language" + (f"; {hint}" if hint else ""))
        kind = match.lastgroup or ""
        if kind != "space":
            before = found[-1] if found else None
            if before and before.kind == "number" and kind in ("number", "name") and _end(before) == position:
                raise ExpressionError(before.position, f"'{before.text}{match[0]}' is neither a number nor a tag id")
            found.append(_Token(kind, match[0], position))
        position = match.end()
    found.append(_Token("end", "", len(text)))
    return found


def _end(token: _Token) -> int:
    return token.position + len(token.text)


class _Parser:
    """Recursive descent over the tokens of one text; gathers the tags on its way."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self.tags: set[TagId] = set()

    def whole(self) -> _Node:
        """The expression, and nothing after it."""
        node = self._expression()
        rest = self._peek()
        if rest.kind == "end":
            return node
        if rest.text in _COMPARISONS:
            raise ExpressionError(rest.position, f"a second comparison {rest}; join two comparisons with 'and' or 'or'")
        hint = f"; write '{rest.text.lower()}' in small letters" if rest.text.lower() in WORDS - {rest.text} else ""
        raise ExpressionError(rest.position, f"expected 'and', 'or', a comparison or the end, found {rest}{hint}")

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, *texts: str) -> _Token | None:
        """The next token when it is one of these words or marks."""
        token = self._peek()
        if token.text not in texts or token.kind == "end":
            return None
        self._next += 1
        return token

    def _deeper(self, token: _Token) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(token.position, f"nested deeper than {MAX_DEPTH} levels")

    def _expression(self) -> _Node:
        nodes = [self._conjunction()]
        while self._take("or"):
            nodes.append(self._conjunction())
        return nodes[0] if len(nodes) == 1 else _any_of(nodes)

    def _conjunction(self) -> _Node:
        nodes = [self._negation()]
        while self._take("and"):
            nodes.append(self._negation())
        return nodes[0] if len(nodes) == 1 else _all_of(nodes)

    def _negation(self) -> _Node:
        token = self._take("not")
        if token is None:
            return self._comparison()
        self._deeper(token)
        node = _not(self._negation())
        self._depth -= 1
        return node

    def _comparison(self) -> _Node:
        left = self._sum()
        token = self._take(*_COMPARISONS)
        return left if token is None else _compare(token.text, left, self._sum())

    def _sum(self) -> _Node:
        first, rest = self._product(), list[tuple[str, _Node]]()
        while token := self._take("+", "-"):
            rest.append((token.text, self._product()))
        return _chain(first, rest) if rest else first

    def _product(self) -> _Node:
        first, rest = self._factor(), list[tuple[str, _Node]]()
        while token := self._take("*", "/"):
            rest.append((token.text, self._factor()))
        return _chain(first, rest) if rest else first

    def _factor(self) -> _Node:
        token = self._peek()
        self._next += 1
        match token.kind, token.text:
            case "number", text:
                return self._number(token.position, text)
            case "name", "true" | "false":
                return _constant(1.0 if token.text == "true" else 0.0)
            case "name", text if text not in WORDS:
                self.tags.add(TagId(text))
                return _tag(TagId(text))
            case "mark", "-":
                self._deeper(token)
                node = _negative(self._factor())
            case "mark", "(":
                self._deeper(token)
                node = self._expression()
                if self._take(")") is None:
                    found = self._peek()
                    opened = token.position + 1
                    raise ExpressionError(found.position, f"expected ')' for the '(' of column {opened}, found {found}")
            case _:
                raise ExpressionError(token.position, f"expected {_VALUE}, found {token}")
        self._depth -= 1
        return node

    def _number(self, position: int, text: str) -> _Node:
        number = float(text)
        if not math.isfinite(number):
            raise ExpressionError(position, f"the number {text[:20]} is too large")
        return _constant(number)


def _constant(number: float) -> _Node:
    return lambda lookup: number


def _tag(tag_id: TagId) -> _Node:
    def read(lookup: Lookup) -> float | None:
        value = lookup(tag_id)
        if value is None or isinstance(value, str):
            return None
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None

    return read


def _negative(node: _Node) -> _Node:
    def work(lookup: Lookup) -> float | None:
        value = node(lookup)
        return None if value is None else -value

    return work


def _not(node: _Node) -> _Node:
    def work(lookup: Lookup) -> float | None:
        value = node(lookup)
        return None if value is None else float(value == 0)

    return work


def _all_of(nodes: Sequence[_Node]) -> _Node:
    def work(lookup: Lookup) -> float | None:
        values = [node(lookup) for node in nodes]
        if 0 in values:
            return 0.0
        return None if None in values else 1.0

    return work


def _any_of(nodes: Sequence[_Node]) -> _Node:
    def work(lookup: Lookup) -> float | None:
        values = [node(lookup) for node in nodes]
        if any(value is not None and value != 0 for value in values):
            return 1.0
        return None if None in values else 0.0

    return work


def _chain(first: _Node, rest: Sequence[tuple[str, _Node]]) -> _Node:
    """Operations of one rank, from left to right."""

    def work(lookup: Lookup) -> float | None:
        total = first(lookup)
        for operator, node in rest:
            value = node(lookup)
            if total is None or value is None:
                return None
            total = _operate(operator, total, value)
        return total

    return work


def _operate(operator: str, left: float, right: float) -> float | None:
    match operator:
        case "+":
            result = left + right
        case "-":
            result = left - right
        case "*":
            result = left * right
        case _:
            if right == 0:
                return None
            result = left / right
    return result if math.isfinite(result) else None


def _compare(operator: str, left_node: _Node, right_node: _Node) -> _Node:
    def work(lookup: Lookup) -> float | None:
        left, right = left_node(lookup), right_node(lookup)
        if left is None or right is None:
            return None
        return float(_holds(operator, left, right))

    return work


def _holds(operator: str, left: float, right: float) -> bool:
    match operator:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right
