"""Tabs mixed with spaces: a tab is eight columns in Python 2, and Python 3 wants to need no such rule.

https://docs.python.org/3/reference/lexical_analysis.html#indentation

Python 3 reckons every indentation twice, with a tab as eight columns and as one, and rejects a line that the two
put into different blocks. Such a line gets the indentation of its block; no other line is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from porter.python2 import constructs
from porter.python2.occurrences import Edit, Occurrence, Reading, delete
from porter.python2.outline import Outline
from porter.python2.structure import after

_TAB_INDENTED = re.compile(r"\n[ \f]*\t")
_LINE = re.compile(r"^([ \t\f]*)[^ \t\f\n]", re.MULTILINE)
_BLANK = re.compile(r"[ \t\f]*")
_LONE_BACKSLASH = re.compile(r"[\r\n]\f*(\\)[\r\n]")
_BLANKS = re.compile(r"[ \t\f]+")
_TAB = 8


@dataclass(frozen=True, slots=True)
class _Level:
    """A block's indentation: its columns, its columns with a tab as one, and the characters themselves."""

    column: int
    narrow: int
    indent: str


def find_mixed_indentation(outline: Outline) -> Iterator[Occurrence]:
    if "\t" not in outline.code or _TAB_INDENTED.search(outline.code) is None:
        return
    levels = [_Level(0, 0, "")]
    for match in _LINE.finditer(outline.code):
        # A continued blank line is indented as far as its backslash.
        indent = _BLANK.match(outline.text, match.start())
        assert indent is not None
        found = _measure(indent[0])
        while found.column < levels[-1].column and len(levels) > 1:
            levels.pop()
        top = levels[-1]
        wanted = found
        if found.column == top.column:
            wanted = top
        elif found.column > top.column:
            if found.narrow <= top.narrow:
                wanted = _measure(top.indent + " " * (found.column - top.column))
            levels.append(wanted)
        if wanted.narrow != found.narrow:
            edit = Edit(indent.start(), indent.end(), wanted.indent)
            yield Occurrence(constructs.INDENTATION, indent.start(), Reading.ONLY_PYTHON2, (edit,))


def find_continued_indentation(outline: Outline) -> Iterator[Occurrence]:
    """A line that is a backslash alone: Python 2 takes its column for the line's, Python 3 that of the next one."""
    code = outline.code
    if not outline.is_continued:
        return
    for match in _LONE_BACKSLASH.finditer(outline.text):
        start = match.start(1)
        if code[start] != " " or code[match.start()] != "\n":
            continue  # inside a string or brackets
        first = after(code, start)
        blanks = tuple(delete(*blank.span()) for blank in _BLANKS.finditer(outline.text, start, first))
        if first < len(code) and code[first] != "\n" and blanks:
            yield Occurrence(constructs.INDENTATION, start, Reading.ONLY_PYTHON2, blanks)


def _measure(indent: str) -> _Level:
    column = narrow = 0
    for character in indent:
        if character == " ":
            column, narrow = column + 1, narrow + 1
        elif character == "\t":
            column, narrow = (column // _TAB + 1) * _TAB, narrow + 1
        else:  # a form feed
            column = narrow = 0
    return _Level(column, narrow, indent)
