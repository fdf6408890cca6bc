"""Backticks, `<>`, an ellipsis with spaces in it, a backslash that continues nothing.

https://docs.python.org/2.7/reference/expressions.html#string-conversions
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from porter.python2 import constructs, markers
from porter.python2.occurrences import Edit, Occurrence, Reading, delete
from porter.python2.outline import CLOSE_REPR, OPEN_REPR, Outline
from porter.python2.structure import before, find_top_level, is_word

_REPR = re.compile(f"[{OPEN_REPR}{CLOSE_REPR}]")
_NOT_EQUAL = re.compile("<>")
_SPACED_ELLIPSIS = re.compile(r"\.(?:\s+\.\s*|\.\s+)\.")


def find_reprs(outline: Outline) -> Iterator[Occurrence]:
    code = outline.code
    if not outline.has_repr:
        return
    opened: list[int] = []
    for match in _REPR.finditer(code):
        if match[0] == OPEN_REPR:
            opened.append(match.start())
            continue
        start, end = opened.pop(), match.start()
        if find_top_level(code, start + 1, end, "for") >= 0:
            return  # no repr; the parser will say what is wrong with it
        # A call's arguments are no tuple, so `a, b` needs parentheses of its own.
        is_tuple = find_top_level(code, start + 1, end, ",") >= 0
        edits = (
            Edit(start, start + 1, f"{_space_before(code, start)}{markers.REPR}({'(' if is_tuple else ''}"),
            Edit(end, end + 1, "))" if is_tuple else ")"),
        )
        yield Occurrence(constructs.REPR, start, Reading.ONLY_PYTHON2, edits)


def _space_before(code: str, at: int) -> str:
    if code.endswith(("print", "exec"), 0, at):
        return ""  # lowered to a call themselves
    return " " if is_word(code[at - 1 : at]) else ""


def find_not_equals(outline: Outline) -> Iterator[Occurrence]:
    for match in _NOT_EQUAL.finditer(outline.code):
        edit = Edit(match.start(), match.end(), "!=")
        yield Occurrence(constructs.NOT_EQUAL, match.start(), Reading.ONLY_PYTHON2, (edit,))


def find_spaced_ellipses(outline: Outline) -> Iterator[Occurrence]:
    code = outline.code
    for match in _SPACED_ELLIPSIS.finditer(code):
        end = before(code, match.start())
        if end == 0 or code[end - 1] not in "[,":
            continue  # `from . . import x` is good in Python 3 too
        first, middle, last = (match.start() + at for at, character in enumerate(match[0]) if character == ".")
        if outline.text[first : last + 1].strip(". \t") == "":
            edits: tuple[Edit, ...] = (Edit(first, last + 1, "..."),)
        else:  # a comment or a line break stands between the dots
            edits = (Edit(first, first + 1, "..."), delete(middle, middle + 1), delete(last, last + 1))
        yield Occurrence(constructs.ELLIPSIS, first, Reading.ONLY_PYTHON2, edits)


def find_last_backslashes(outline: Outline) -> Iterator[Occurrence]:
    for at in outline.last_backslashes:
        yield Occurrence(constructs.LAST_BACKSLASH, at, Reading.ONLY_PYTHON2, (delete(at, at + 1),))
