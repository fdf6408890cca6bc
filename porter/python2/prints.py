"""`print a, b` is a statement in Python 2.

https://docs.python.org/2.7/reference/simple_stmts.html#the-print-statement
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from porter.python2 import constructs, markers
from porter.python2.occurrences import Edit, Occurrence, Reading, delete, insert
from porter.python2.outline import Outline
from porter.python2.structure import (
    Span,
    after,
    closing,
    split_top_level,
    starts_statement,
    statement_end,
    strip,
    top_level,
)

_PRINT = re.compile(r"print\b(?<![\w.]print)")
# What follows `print` where it is a name, not a statement: an operator, or a word that is one.
_NAME_FOLLOWS = re.compile(
    r"\.(?!\d)|[,=:)\]}*/%@&|^!]|<(?!>)|<>|>(?!>)|>>=|[-+]=|->|(?:in|is|and|or|if|else|for|not\s+in|as|import)\b"
)
# What Python 2 does not allow in a print statement, and a call would.
_NOT_PYTHON2 = re.compile(r"\*|\w+[ ]*=(?!=)")
_YIELD = re.compile(r"yield\b")


def find_prints(outline: Outline, end: int) -> Iterator[Occurrence]:
    """The print statements before `end`, which is where `from __future__ import print_function` stands."""
    code = outline.code
    for match in _PRINT.finditer(code, 0, end):
        body = strip(code, match.end(), statement_end(code, match.end()))
        if not starts_statement(code, match.start()) or _NAME_FOLLOWS.match(code, body.start, body.end):
            yield Occurrence("`print` as a name", match.start(), Reading.ONLY_PYTHON3)
        else:
            yield from _print(outline, match.start(), match.end(), body)


def _print(outline: Outline, start: int, after_word: int, body: Span) -> Iterator[Occurrence]:
    code = outline.code
    redirected = code.startswith(">>", body.start)
    first = after(code, body.start + 2) if redirected else body.start
    tokens = list(top_level(code, first, body.end))
    if any(token in ("=", ":", "for") for token, _ in tokens) or _has_star(code, first, body.end):
        return  # no print statement; the parser will say what is wrong with it
    trailing = body.end - 1 if tokens and tokens[-1] == (",", body.end - 1) else None
    if trailing is not None and redirected and len(tokens) == 1:
        return  # `print >>f,` is an error in Python 2 too
    reading = _reading(code, body, redirected)
    if reading is Reading.ONLY_PYTHON3:
        yield Occurrence("a keyword or star argument of print()", start, reading)
        return
    edits = tuple(_edits(outline, Span(start, after_word), body, redirected, trailing))
    yield Occurrence(constructs.PRINT, start, reading, edits)


def _has_star(code: str, start: int, end: int) -> bool:
    return any(code[piece.start] == "*" for piece in split_top_level(code, start, end))


def _edits(outline: Outline, word: Span, body: Span, redirected: bool, trailing: int | None) -> Iterator[Edit]:
    if body.start == body.end:
        yield Edit(word.start, word.end, f"{markers.PRINT}()")
        return
    first = after(outline.code, body.start + 2) if redirected else body.start
    opening = f"{markers.PRINT_TO if redirected else markers.PRINT}("
    if "\\" not in outline.text[word.end : first]:
        yield Edit(word.start, first, opening)
    else:  # the value stands on a continuation line: leave the lines as they are
        yield Edit(word.start, word.end, opening)
        if redirected:
            yield delete(body.start, body.start + 2)
    if trailing is None:
        yield insert(body.end, ")")
    else:
        yield Edit(trailing, body.end, ", nl=False)")


def _reading(code: str, body: Span, redirected: bool) -> Reading:
    """How the two Pythons read `print` with what follows it."""
    if body.start == body.end:
        return Reading.DIFFERENT
    if redirected or code[body.start] != "(":
        # Python 3 accepts `print >>f`, `print -1` and `print [1]` as expressions, which can only fail when run.
        return Reading.ONLY_PYTHON2
    close = closing(code, body.start)
    if any(_NOT_PYTHON2.match(code, piece.start, piece.end) for piece in split_top_level(code, body.start + 1, close)):
        return Reading.ONLY_PYTHON3
    inside = strip(code, body.start + 1, close)
    if _YIELD.match(code, inside.start, inside.end):
        return Reading.ONLY_PYTHON2
    if close + 1 < body.end or inside.start == inside.end:
        return Reading.DIFFERENT
    commas = any(token == "," for token, _ in top_level(code, inside.start, inside.end))
    return Reading.DIFFERENT if commas else Reading.SAME
