"""From bytes to data, and from a place in the data back to its line."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.config import json_text
from vmshmi.config.json_text import DataPath, decode_json, read_json
from vmshmi.core.errors import ConfigurationError

plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
documents = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)


def problem_of(content: bytes) -> str:
    with pytest.raises(ConfigurationError) as caught:
        decode_json(content)
    (problem,) = caught.value.problems
    return problem


def lines_of(value: object, path: DataPath = (), line: int = 1) -> Iterator[tuple[DataPath, int]]:
    """Where each part stands when `json.dumps(indent=0)` wrote it: one part a line, closings on lines of their own."""
    yield path, line
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        line += 1
        for key, part in parts:
            yield from lines_of(part, (*path, key), line)
            line = line + json.dumps(part, indent=0).count("\n") + 1


@given(documents)
def test_every_part_of_a_document_is_found_on_its_line(document: object) -> None:
    file = decode_json(json.dumps(document, indent=0).encode())
    assert file.data == document
    for path, line in lines_of(document):
        assert file.line(path) == line


@given(st.binary() | documents.map(lambda document: json.dumps(document).encode()[:-1]))
def test_no_bytes_raise_anything_but_a_configuration_error(content: bytes) -> None:
    with suppress(ConfigurationError):
        decode_json(content)


def test_a_part_that_is_not_there_is_on_the_line_of_what_should_hold_it() -> None:
    file = decode_json(b'{\n"a": [\n1,\n{"b": 2}\n]\n}')
    assert file.line(("a", 1, "c")) == 4
    assert file.line(("a", 7)) == 2
    assert file.line(("z", "y")) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "line 1: the file is empty"),
        (b" \n", "line 1: the file is empty"),
        (b"{", "line 1, column 2: expected a key in double quotes, found the end of the file"),
        (b'{"a": 1,}', "line 1, column 9: one ',' too many before '}'"),
        (b"[1,\n]", "line 2, column 1: one ',' too many before ']'"),
        (b'{"a" 1}', "line 1, column 6: expected ':' between key and value, found '1'"),
        (b'{"a": 1\n "b": 2}', "line 2, column 2: expected ',' or the end of the list or object, found '\"'"),
        (b'{"a": tru}', "line 1, column 7: expected a value, found 't'"),
        (b'{"a": True}', "line 1, column 7: JSON writes true"),
        (b"{'a': 1}", "line 1, column 2: JSON wants double quotes"),
        (b'{\n  // why\n "a": 1}', "line 2, column 3: JSON has no comments"),
        (b'{"a": 1} x', "line 1, column 10: expected the end of the file, but there is more, found 'x'"),
        (b'{"a": "b}', "line 1, column 7: this text never ends; its closing '\"' is missing"),
        (b'{"a": "b\nc"}', "line 1, column 9: a text must not contain a line break or a control character"),
        (b'{"a": "C:\\dir"}', "line 1, column 10: unknown escape in a text; write a backslash as '\\\\'"),
        ('{"é":\n "ö'.encode() + b'\xe9"}', "line 2, column 4: the byte 0xe9 is not UTF-8; save the file as UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "line 1: the file is UTF-16; save it as UTF-8"),
        ('{"a": 1}'.encode("utf-32"), "line 1: the file is UTF-32; save it as UTF-8"),
        (b"[" * 100_000, "line 1: lists and objects are nested too deeply"),
    ],
)
def test_what_is_no_json_is_said_with_line_and_column(content: bytes, problem: str) -> None:
    assert problem_of(content) == problem


def test_the_line_of_a_key_counts_when_its_value_stands_below() -> None:
    assert decode_json(b'{"a":\n\n[1]}').line(("a",)) == 1


def test_a_byte_order_mark_of_utf8_is_skipped() -> None:
    assert decode_json(b'\xef\xbb\xbf{"a": 1}').data == {"a": 1}


def test_windows_line_ends_count_once() -> None:
    assert decode_json(b'{\r\n"a": 1,\r\n"b": 2\r\n}').line(("b",)) == 3


def test_a_key_written_twice_is_found_with_both_lines() -> None:
    file = decode_json(b'{"t": [{"x": 1,\n"y": 2,\n"x": 3,\n"x": 4}],\n"t2": {"x": 1}}')
    assert file.doubled_keys() == [(("t", 0, "x"), 1)]
    assert file.line(("t", 0, "x")) == 4


def test_a_number_of_absurd_length_is_read_as_infinite() -> None:
    assert decode_json(b'{"a": ' + b"9" * 10_000 + b"}").data == {"a": float("inf")}


@pytest.mark.parametrize(("name", "problem"), [("", "file: this is a folder"), ("no", "file: there is no such file")])
def test_what_is_no_file_is_said_plainly(tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        read_json(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="not a regular file"):
        read_json(tmp_path / "pipe")


def test_a_name_no_file_can_have_is_an_error_too() -> None:
    with pytest.raises(ConfigurationError, match="file: cannot be read: "):
        read_json(Path("a\0b"))
    with pytest.raises(ConfigurationError, match="file: cannot be read: "):
        read_json(Path("x" * 5000))


def test_a_file_of_absurd_size_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MAX_BYTES", 10)
    (tmp_path / "big").write_bytes(b"[1, 2, 3, 4]")
    with pytest.raises(ConfigurationError, match="file: larger than"):
        read_json(tmp_path / "big")
