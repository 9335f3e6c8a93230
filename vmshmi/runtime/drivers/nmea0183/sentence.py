"""One line of NMEA 0183 or IEC 61162-450: is it a whole sentence, and what are its parts? Pure.

Whatever cannot be right is a `Fault`, never a sentence with some fields missing.
"""

import re
from enum import Enum
from typing import NamedTuple

DATAGRAM_HEADER = b"UdPbC\0"
"""Before each sentence of IEC 61162-450."""
_ADDRESS = re.compile(r"P[A-Z]{3}[A-Z0-9]*|[A-Z0-9]{5}")
_TAG_FIELD = re.compile(r"([a-z]):(.*)")
_HEX = frozenset(b"0123456789ABCDEFabcdef")
_ESCAPE = re.compile(r"\^([0-9A-Fa-f]{2})")


class Fault(Enum):
    """Why a line is no sentence; the name of its counter."""

    NOISE = "noise"
    """No sentence begins in it, or it has characters that no sentence has."""
    TRUNCATED = "no_checksum"
    """No checksum at its end: cut off, or from a device that sends none."""
    CHECKSUM = "bad_checksum"
    TAG_BLOCK = "bad_tag_block"
    """The block before the sentence is not what was sent: then nobody knows whose sentence it is."""


class TagBlock(NamedTuple):
    """What IEC 61162-450 and NMEA 4.00 write before a sentence, `\\s:GP0001,n:17,c:1398176789*hh\\`.

    Attributes:
        source: system function id, `GP0001`; empty when it does not say.
        line: counts the sender's lines, 1 to 999; None when it does not say.
        at: seconds since 1970 UTC; None when it does not say.
        group: place in a group, number of its lines, its id; None when the line stands alone.
    """

    source: str = ""
    line: int | None = None
    at: float | None = None
    group: tuple[int, int, str] | None = None


class Sentence(NamedTuple):
    """A sentence whose checksum is right.

    Attributes:
        address: talker and formatter, `GPRMC`, or that of a proprietary one, `PFEC`.
        fields: as they came, without the address; number 1 of the standard is the first.
        tags: of the block before it.
        after_noise: something stood before it on the line.
    """

    address: str
    fields: list[str]
    tags: TagBlock | None
    after_noise: bool

    @property
    def talker(self) -> str:
        """`GP`; empty of a proprietary sentence."""
        return "" if self.address.startswith("P") else self.address[:2]

    @property
    def formatter(self) -> str:
        """`RMC`; of a proprietary sentence its whole address."""
        return self.address if self.address.startswith("P") else self.address[2:]


def checksum(data: bytes) -> int:
    """Exclusive or of all bytes."""
    folded = int.from_bytes(data, "big")
    shift = 8 << max(len(data) - 1, 0).bit_length()
    while shift > 8:
        shift >>= 1
        folded ^= folded >> shift
    return folded & 0xFF


def parse(line: bytes, *, need_checksum: bool = True) -> Sentence | Fault:
    """The sentence of a line without its end, or why it is none.

    Args:
        line: what came between two line ends; may have noise, a datagram's header and TAG blocks before the sentence.
        need_checksum: False takes a sentence without one on its word, for devices from before IEC 61162; not behind
            noise, for then it may begin in the middle of another.
    """
    # reserved characters: neither can be inside a sentence, so the last one begins it
    start = max(line.rfind(b"$"), line.rfind(b"!"))
    if start < 0:
        return Fault.NOISE
    end = line.rfind(b"*", start)
    if end < 0:
        if need_checksum:
            return Fault.TRUNCATED
        line = line.rstrip()
        end = len(line)
    elif not _says(line[end + 1 :].rstrip(b" \0"), checksum(line[start + 1 : end])):
        return Fault.CHECKSUM
    text = line[start + 1 : end].decode("latin-1")
    if not (text.isascii() and text.isprintable()):
        return Fault.NOISE
    address, *fields = text.split(",")
    if not _ADDRESS.fullmatch(address):
        return Fault.NOISE
    if start == 0:
        return Sentence(address, fields, None, False)
    found = _after(line[:start], address, fields)
    return Fault.TRUNCATED if end == len(line) and isinstance(found, Sentence) and found.after_noise else found


def _says(said: bytes, number: int) -> bool:
    return len(said) == 2 and _HEX.issuperset(said) and int(said, 16) == number


def _after(before: bytes, address: str, fields: list[str]) -> Sentence | Fault:
    """The sentence behind a datagram's header, TAG blocks, noise, or all of them."""
    before = before.removeprefix(DATAGRAM_HEADER)
    begin = before.find(b"\\")
    if not before or not before.endswith(b"\\") or begin == len(before) - 1:
        return Sentence(address, fields, None, bool(before))
    blocks = [_tag_block(block) for block in before[begin:].split(b"\\") if block]
    tags = TagBlock()
    for block in blocks:
        if block is None:
            return Fault.TAG_BLOCK
        tags = TagBlock(
            block.source or tags.source,
            tags.line if block.line is None else block.line,
            tags.at if block.at is None else block.at,
            block.group or tags.group,
        )
    return Sentence(address, fields, tags, begin > 0)


def _tag_block(block: bytes) -> TagBlock | None:
    """The content of one block between its backslashes; None when it is not what was sent."""
    content, star, said = block.rpartition(b"*")
    if not star or not _says(said, checksum(content)):
        return None
    matches = (_TAG_FIELD.fullmatch(field) for field in content.decode("latin-1").split(","))
    found = {str(match[1]): str(match[2]) for match in matches if match is not None}
    return TagBlock(found.get("s", ""), _whole(found.get("n", "")), _seconds(found.get("c", "")), _group(found))


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _seconds(text: str) -> float | None:
    number = int(text) if text.isdecimal() and len(text) < 16 else None
    if number is None:
        return None
    return number / 1000.0 if number > 100_000_000_000 else float(number)  # NMEA 4 allows milliseconds


def _group(found: dict[str, str]) -> tuple[int, int, str] | None:
    """`g:1-3-1234`: the first of three lines of group 1234."""
    parts = found.get("g", "").split("-")
    if len(parts) != 3:
        return None
    number, total = _whole(parts[0]), _whole(parts[1])
    return None if number is None or total is None else (number, total, parts[2])


def unescaped(text: str) -> str:
    """A text field with its `^hh` turned into the characters they stand for."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "^" in text else text
