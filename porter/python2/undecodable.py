"""Bytes that are no UTF-8 in a file whose cookie says that it is: 2.7 takes them, Python 3 does not.

They reach the front end as lone surrogates (see `decoding`). In a comment they are read as Windows-1252, which is what
such bytes nearly always are; in a byte string they become escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from porter.python2 import constructs
from porter.python2.occurrences import Edit, Occurrence, Reading
from porter.python2.outline import Outline

SURROGATES = re.compile("[\udc80-\udcff]+")


def byte_escapes(characters: str, encoding: str) -> str:
    """The escapes of the bytes of characters in an encoding."""
    try:
        data = characters.encode(encoding, "surrogateescape")
    except (UnicodeError, LookupError):
        data = characters.encode("utf-8", "surrogateescape")
    return "".join(f"\\x{byte:02x}" for byte in data)


def text_escapes(characters: str) -> str | None:
    """The escapes of surrogates that stand in the file as if they were characters, which 2.7's UTF-8 allows."""
    try:
        text = characters.encode("utf-8", "surrogateescape").decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return "".join(f"\\u{ord(character):04x}" for character in text)


def find_undecodable_comments(outline: Outline) -> Iterator[Occurrence]:
    if outline.text.isascii():
        return
    for match in SURROGATES.finditer(outline.text):
        if outline.code[match.start()] == " ":
            data = match[0].encode("utf-8", "surrogateescape")
            edit = Edit(match.start(), match.end(), "".join(_readable(byte) for byte in data))
            yield Occurrence(constructs.UNDECODABLE, match.start(), Reading.ONLY_PYTHON2, (edit,))


def _readable(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return "\ufffd"
