"""`raise E, value, traceback` and `except E, target` of Python 2.

https://docs.python.org/2.7/reference/simple_stmts.html#the-raise-statement
https://docs.python.org/2.7/reference/compound_stmts.html#the-try-statement
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from porter.python2 import constructs, markers
from porter.python2.occurrences import Edit, Occurrence, Reading, insert
from porter.python2.outline import Outline
from porter.python2.structure import line_end, statement_end, strip, top_level

_RAISE = re.compile(r"raise\b(?<!\wraise)")
_EXCEPT = re.compile(r"except\b(?<!\wexcept)")
_NAME = re.compile(r"[A-Za-z_]\w*\Z")


def find_raises(outline: Outline) -> Iterator[Occurrence]:
    code = outline.code
    for match in _RAISE.finditer(code):
        end = statement_end(code, match.end())
        body = strip(code, match.end(), end)
        tokens = list(top_level(code, body.start, body.end))
        commas = [at for token, at in tokens if token == ","]
        if any(token == "from" for token, _ in tokens):
            yield Occurrence("`raise ... from`", match.start(), Reading.ONLY_PYTHON3)
        elif 1 <= len(commas) <= 2 and commas[-1] < body.end - 1:
            space = "" if body.start > match.end() else " "
            edits = (insert(body.start, f"{space}{markers.RAISE}("), insert(body.end, ")"))
            yield Occurrence(constructs.RAISE, match.start(), Reading.ONLY_PYTHON2, edits)


def find_excepts(outline: Outline) -> Iterator[Occurrence]:
    code = outline.code
    for match in _EXCEPT.finditer(code):
        start = match.end()
        tokens = list(top_level(code, start, line_end(code, start)))
        colon = next((at for token, at in tokens if token == ":"), None)
        if colon is None:
            continue
        body = strip(code, start, colon)
        if code.startswith("*", body.start):
            yield Occurrence("`except*`", match.start(), Reading.ONLY_PYTHON3)
            continue
        separators = [(token, at) for token, at in tokens if token in (",", "as") and at < colon]
        if len(separators) == 1:
            yield from _except(outline, match.start(), start, *separators[0], colon)


def _except(outline: Outline, start: int, after_word: int, separator: str, at: int, colon: int) -> Iterator[Occurrence]:
    code = outline.code
    kind = strip(code, after_word, at)
    target = strip(code, at + len(separator), colon)
    if kind.start == kind.end or target.start == target.end:
        return
    is_name = _NAME.match(code, target.start, target.end) is not None
    if separator == "as" and is_name:
        return
    opening = insert(kind.start, f"{'' if kind.start > after_word else ' '}{markers.EXCEPT}(")
    if is_name:
        space = "" if target.start > at + 1 else " "
        comma = Edit(at, at + 1, f") as{space}")
        # Python 3.14 reads `except A, B:` as two exceptions (PEP 758).
        yield Occurrence(constructs.EXCEPT, start, Reading.MOSTLY_PYTHON2, (opening, comma))
        return
    edits: tuple[Edit, ...] = (opening, insert(target.end, ")"))
    if separator == "as":
        after_kind = kind.end if outline.text[kind.end : at].strip(" \t") == "" else at
        edits = (*edits, Edit(after_kind, at + 2, ","))
    yield Occurrence(constructs.EXCEPT, start, Reading.ONLY_PYTHON2, edits)
