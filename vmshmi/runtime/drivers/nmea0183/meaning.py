"""A sentence in words, for a person who looks for a sensor. Pure."""

from vmshmi.core.quality import Quality
from vmshmi.runtime.drivers.nmea0183.binding import TRANSDUCERS, transducers
from vmshmi.runtime.drivers.nmea0183.catalogue import SENTENCES
from vmshmi.runtime.drivers.nmea0183.fields import Form, reader, written
from vmshmi.runtime.drivers.nmea0183.sentence import Sentence


def meaning(sentence: Sentence) -> str:
    """`speed 649.5 rpm, pitch 80 %, status valid`; empty for a sentence that is not in the table."""
    fields = sentence.fields
    if sentence.formatter == TRANSDUCERS:
        return ", ".join(f"{name} {quad[1]} {quad[2]}".strip() for name, quad in transducers(fields))
    known = SENTENCES.get(sentence.formatter)
    if known is None:
        return ""
    if len(fields) < known.least:
        return f"{known.title}: too few fields"
    parts: list[str] = []
    for field in known.fields:
        value, quality = reader(field)(fields)
        if quality is Quality.BAD_NOT_CONNECTED:
            continue
        unit = "" if field.form in (Form.TIME, Form.MOMENT) else field.unit
        text = quality.reason if value is None else f"{written(field, value)} {unit}".strip()
        doubt = f" ({quality.reason})" if value is not None and not quality.is_good else ""
        parts.append(f"{field.name} {text}{doubt}")
    return ", ".join(parts) or known.title
