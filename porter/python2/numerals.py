"""Octal `0777` and long `10L`, and numbers that run into the next word.

https://docs.python.org/2.7/reference/lexical_analysis.html#integer-and-long-integer-literals
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from porter.python2 import constructs
from porter.python2.occurrences import Edit, Occurrence, Reading
from porter.python2.outline import NUMBER, Outline

# What makes a look at every number worth while.
_UNUSUAL = re.compile(r"[0-9](?<!\w[0-9])(?:[0-9xXoObBa-fA-F]*[lL_]|(?<=(?<!\.)0)[0-9]|[0-9]{4000})")
_OCTAL = re.compile(r"0[0-7]*[1-7][0-7]*\Z")
_DIGITS = re.compile(r"[0-9]+\Z")
# A word that Python 3 does not split from a number before it; `and`, `or`, `if` … it does.
_STUCK_WORD = re.compile(r"as\b")
# Python 3 refuses to read longer decimal numbers (sys.int_info); hexadecimal ones have no limit.
_LONGEST_DECIMAL = 4300
_CHUNK = 4000


def find_numerals(outline: Outline) -> Iterator[Occurrence]:
    code = outline.code
    for at in outline.stuck_numbers:
        match = NUMBER.match(outline.text, at)
        assert match is not None
        yield from _number(code, match)
    if _UNUSUAL.search(code):
        for match in NUMBER.finditer(code):
            if match.end() - match.start() > 1 or code.startswith("_", match.end()):
                yield from _number(code, match)


def _number(code: str, match: re.Match[str]) -> Iterator[Occurrence]:
    start, end = match.span()
    if code.startswith("_", end):
        yield Occurrence("an underscore in a number", start, Reading.ONLY_PYTHON3)
        return
    construct, new = _lowered(match[0], is_fraction=code[start - 1 : start] == ".")
    if _STUCK_WORD.match(code, end):
        construct, new = construct or constructs.NUMBER_SPACE, (new or match[0]) + " "
    if construct is None or new is None:
        return
    if code.startswith(".", end) and _DIGITS.match(new):
        new += " "  # `7L.real`; `7.real` would begin with a float
    yield Occurrence(construct, start, Reading.ONLY_PYTHON2, (Edit(start, end, new),))


def _lowered(number: str, *, is_fraction: bool) -> tuple[str | None, str | None]:
    """The construct that a number is, and how Python 3 spells it; nothing where both spell it alike."""
    if is_fraction:
        return None, None
    digits = number.rstrip("lL")
    if _OCTAL.match(digits):
        return constructs.OCTAL, f"0o{digits[1:]}"
    if len(digits) > _LONGEST_DECIMAL and _DIGITS.match(digits):
        return constructs.LONG, _hexadecimal(digits)
    if digits != number:
        return constructs.LONG, digits
    return None, None


def _hexadecimal(digits: str) -> str:
    value = 0
    for start in range(0, len(digits), _CHUNK):
        chunk = digits[start : start + _CHUNK]
        value = value * 10 ** len(chunk) + int(chunk)
    return hex(value)
