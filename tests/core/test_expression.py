"""The language of enable_when: against a second, plain evaluator; its three answers; and whatever a person may type."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.core.errors import ConfigurationError
from vmshmi.core.expression import MAX_DEPTH, MAX_LENGTH, ExpressionError, parse
from vmshmi.core.values import Scalar, TagId

Values = Mapping[str, Scalar | None]


def answer(text: str, **values: Scalar | None) -> bool | None:
    return parse(text).evaluate(lambda tag: values.get(tag))


# --- a second evaluator: a tree that knows its own text and its own meaning ------------------------------------------


@dataclass(frozen=True)
class Leaf:
    text: str

    def written(self) -> str:
        return self.text

    def meaning(self, values: Values) -> float | None:
        if self.text in ("true", "false"):
            return float(self.text == "true")
        if self.text[0].isdigit():
            return float(self.text)
        value = values[self.text]
        if value is None or isinstance(value, str) or not math.isfinite(value):
            return None
        return float(value)


@dataclass(frozen=True)
class One:
    operator: str
    inner: "Tree"

    def written(self) -> str:
        return f"{self.operator} ({self.inner.written()})"

    def meaning(self, values: Values) -> float | None:
        value = self.inner.meaning(values)
        if value is None:
            return None
        return -value if self.operator == "-" else float(not value)


@dataclass(frozen=True)
class Two:
    left: "Tree"
    operator: str
    right: "Tree"

    def written(self) -> str:
        return f"({self.left.written()}) {self.operator} ({self.right.written()})"

    def meaning(self, values: Values) -> float | None:
        left, right = self.left.meaning(values), self.right.meaning(values)
        if self.operator in ("and", "or"):
            deciding = self.operator == "or"
            if any(side is not None and bool(side) == deciding for side in (left, right)):
                return float(deciding)
            return None if left is None or right is None else float(not deciding)
        if left is None or right is None or (self.operator == "/" and right == 0):
            return None
        result = {
            "+": lambda: left + right,
            "-": lambda: left - right,
            "*": lambda: left * right,
            "/": lambda: left / right,
            "==": lambda: left == right,
            "!=": lambda: left != right,
            "<": lambda: left < right,
            "<=": lambda: left <= right,
            ">": lambda: left > right,
            ">=": lambda: left >= right,
        }[self.operator]()
        return float(result) if math.isfinite(result) else None


Tree = Leaf | One | Two
TAGS = ("me_p.run", "tank-1.level", "x", "_2")
OPERATORS = ("and", "or", "+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=")

leaves = st.sampled_from((*TAGS, "true", "false", "0", "1", "2.5", "1e3", "1e300", "10.")).map(Leaf)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.builds(One, st.sampled_from(("-", "not")), inner) | st.builds(Two, inner, st.sampled_from(OPERATORS), inner)
    ),
    max_leaves=12,
)
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.just("text")
readings = st.fixed_dictionaries(dict.fromkeys(TAGS, scalars))


@given(trees, readings)
def test_a_parsed_expression_says_what_a_plain_evaluator_says(tree: Tree, values: Values) -> None:
    expression = parse(tree.written())
    expected = tree.meaning(values)
    assert expression.value(lambda tag: values[tag]) == expected
    assert expression.evaluate(lambda tag: values[tag]) is (None if expected is None else bool(expected))


@given(trees)
def test_an_expression_names_exactly_the_tags_it_reads(tree: Tree) -> None:
    asked: set[str] = set()

    def read(tag: TagId) -> Scalar:
        asked.add(tag)
        return 1

    expression = parse(tree.written())
    expression.evaluate(read)
    assert expression.tags >= asked
    assert expression.tags == {name for name in TAGS if name in tree.written()}


fragments = st.sampled_from(
    ("and", "or", "not", "(", ")", "-", "+", "<", "==", "=", "1", ".", "a.b-c", " ", "é", "\x00")
)


@given(st.text() | st.lists(fragments, max_size=60).map("".join))
def test_no_text_raises_anything_but_an_expression_error(text: str) -> None:
    wrong: ExpressionError | None = None
    try:
        parse(text).evaluate(lambda tag: 1)
    except ExpressionError as error:
        wrong = error
    if wrong is not None:
        assert 0 <= wrong.position <= len(text)
        assert str(wrong).startswith(f"column {wrong.position + 1}: ")


# --- precedence and lexing, by example --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 - 4 - 2", 2),
        ("16 / 4 / 2", 2),
        ("-2 - -3", 1),
        ("2 * -3", -6),
        ("not 1 == 2", 1),
        ("not 0 and 0", 0),
        ("1 or 0 and 0", 1),
        ("2 > 1 and 1 + 1 == 2", 1),
        (".5 + 1.", 1.5),
        ("\ttrue\n+ 1 ", 2),
    ],
)
def test_operators_bind_as_engineers_expect(text: str, expected: float) -> None:
    assert parse(text).value(lambda tag: None) == expected


def test_a_hyphen_without_a_space_before_it_belongs_to_the_id() -> None:
    assert parse("fuel-day > 1").tags == {"fuel-day"}
    assert parse("fuel - day > 1").tags == {"fuel", "day"}
    assert parse("fuel -day > 1").tags == {"fuel", "day"}
    assert parse("3-day").tags == {"day"}
    assert parse("(fuel)-day").tags == {"fuel", "day"}


def test_a_digital_tag_may_be_compared_with_a_number_or_with_true() -> None:
    for text in ("run", "run == 1", "run == true", "run != 0", "not run == false"):
        assert answer(text, run=True) is True, text
        assert answer(text, run=False) is False, text


# --- three answers ----------------------------------------------------------------------------------------------------

KLEENE: dict[str, dict[tuple[bool | None, bool | None], bool | None]] = {
    "and": {(True, True): True, (True, None): None, (None, True): None, (None, None): None},
    "or": {(False, False): False, (False, None): None, (None, False): None, (None, None): None},
}


@pytest.mark.parametrize(("a", "b"), list(product((True, False, None), repeat=2)))
def test_and_and_or_follow_kleene(a: bool | None, b: bool | None) -> None:
    assert answer("a and b", a=a, b=b) is KLEENE["and"].get((a, b), False)
    assert answer("a or b", a=a, b=b) is KLEENE["or"].get((a, b), True)


def test_not_unknown_is_unknown() -> None:
    assert answer("not a", a=None) is None


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf, "running", 10**400])
def test_an_input_that_is_no_finite_number_is_unknown(value: Scalar | None) -> None:
    assert answer("a == 1", a=value) is None
    assert answer("a != 1", a=value) is None


@pytest.mark.parametrize("text", ["1 / 0", "1 / (2 - 2)", "1e300 * 1e300", "-1e308 - 1e308", "0 / 0 == 0 / 0"])
def test_a_result_that_is_no_finite_number_is_unknown(text: str) -> None:
    assert answer(text) is None


def test_an_unknown_part_does_not_hide_a_certain_answer() -> None:
    assert answer("run == 0 or speed / 0 > 1", run=0) is True
    assert answer("run == 1 and pressure < 2", run=0, pressure=None) is False


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "expected a number, true, false, a tag id, '-' or '(', found the end"),
        ("a ==", 5, "found the end"),
        ("a == == 1", 6, "found '=='"),
        ("a = 1", 3, "'==' compares"),
        ("a && b", 3, "write 'and'"),
        ("a || b", 3, "write 'or'"),
        ("!a", 1, "write 'not'"),
        ("a == 1 AND b == 2", 8, "write 'and' in small letters"),
        ("(a == 1", 8, "expected ')' for the '(' of column 1"),
        ("a == 1)", 7, "found ')'"),
        ("1 < a < 5", 7, "second comparison '<'"),
        ("a b", 3, "found 'b'"),
        ("2x > 1", 1, "'2x' is neither a number nor a tag id"),
        ("1.2.3 > a", 1, "'1.2.3' is neither a number nor a tag id"),
        ("1e999 > a", 1, "too large"),
        ("a == 2,5", 7, "decimal point"),
        ("a == 'on'", 6, "texts cannot be compared"),
        ("1 + not a", 5, "found 'not'"),
        ("é > 1", 1, "not part of the language"),
    ],
)
def test_an_error_says_where_and_what(text: str, column: int, says: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert str(caught.value).startswith(f"column {column}: ")
    assert says in str(caught.value)


def test_an_expression_error_is_a_problem_for_the_engineer() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse("1 +")
    assert caught.value.problems == (str(caught.value),)


@pytest.mark.parametrize("opening", ["(", "not ", "- ", "-("])
def test_deep_nesting_is_an_error_and_never_a_recursion_error(opening: str) -> None:
    deepest = MAX_DEPTH // len(opening.replace(" ", "").replace("not", "n"))
    closing = ")" * opening.count("(")
    assert parse(opening * deepest + "1" + closing * deepest).evaluate(lambda tag: None) is True
    with pytest.raises(ExpressionError, match="nested deeper"):
        parse(opening * (deepest + 1) + "1" + closing * (deepest + 1))
    with pytest.raises(ExpressionError, match="nested deeper"):
        parse((opening * MAX_LENGTH)[:MAX_LENGTH])


def test_a_long_chain_is_no_deep_nesting() -> None:
    assert parse("+".join(["1"] * 1000)).value(lambda tag: None) == 1000
    assert parse(" and ".join(["1"] * 250)).evaluate(lambda tag: None) is True


def test_the_length_of_a_text_is_bounded() -> None:
    parse("1" + " " * (MAX_LENGTH - 1))
    with pytest.raises(ExpressionError, match=f"longer than {MAX_LENGTH} characters"):
        parse("1" + " " * MAX_LENGTH)


def test_expressions_of_the_same_text_are_equal() -> None:
    assert parse("a > 1") == parse("a > 1")
    assert parse("a > 1") != parse("a > 2")
