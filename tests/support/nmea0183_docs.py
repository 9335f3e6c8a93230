"""The table of sentences as the manual has it. `python -m tests.support.nmea0183_docs` writes it there."""

from collections.abc import Iterator
from pathlib import Path

from vmshmi.runtime.drivers.nmea0183.catalogue import SENTENCES
from vmshmi.runtime.drivers.nmea0183.fields import FieldDef, Form

PAGE = Path(__file__).parents[2] / "docs" / "protocols-nmea0183.md"
_BEGIN, _END = "<!-- table of sentences -->", "<!-- end of the table -->"


def table() -> str:
    """A row for each field of each sentence."""
    rows = ["| sentence | field | position | unit or values |", "| --- | --- | --- | --- |"]
    for name, sentence in SENTENCES.items():
        key = f"; `instance` `{sentence.key_example}`" if sentence.key_example else ""
        rows.append(f"| **{name}** | *{sentence.title}{key}* | | |")
        rows += [f"| | `{field.name}` | {field.position} | {_values(field)} |" for field in sentence.fields]
    return "\n".join(rows)


def _values(field: FieldDef) -> str:
    match field.form:
        case Form.LETTER:
            return ", ".join(_codes(field))
        case Form.TEXT:
            return "text"
        case Form.TIME:
            return "seconds of the day; a text is `08:54:11.25`"
        case Form.MOMENT:
            return "seconds since 1970 UTC; a text is `2014-04-03T08:54:11Z`"
        case _:
            return field.unit or "number"


def _codes(field: FieldDef) -> Iterator[str]:
    for letter, words in (field.codes or {}).items():
        mark = " (true)" if letter in field.on else " (false)" if letter in field.off else ""
        yield f"`{letter}` {words}{mark}" if words != letter else f"`{letter}`"


def written() -> str:
    """The table that stands in the manual."""
    return PAGE.read_text(encoding="utf-8").partition(_BEGIN)[2].partition(_END)[0].strip()


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    PAGE.write_text(f"{before}{_BEGIN}\n{table()}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")
