"""`exec code in globals, locals` is a statement in Python 2.

https://docs.python.org/2.7/reference/simple_stmts.html#the-exec-statement

`exec(code)`, `exec(code, globals)` and `exec(code, globals, locals)` mean the same in both and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from porter.python2 import constructs, markers
from porter.python2.occurrences import Edit, Occurrence, Reading, insert
from porter.python2.outline import Outline
from porter.python2.structure import (
    Span,
    before,
    closing,
    find_top_level,
    split_top_level,
    starts_statement,
    statement_end,
    strip,
    top_level,
)

_EXEC = re.compile(r"exec\b(?<!\wexec)")
_NAME_FOLLOWS = re.compile(r"\.(?!\d)|[,=:)\]}*/%@&|^!<>]|[-+]=|(?:in|is|and|or|if|else|for|not|as|import)\b")
_NOT_PYTHON2 = re.compile(r"\*|\w+[ ]*=(?!=)")
_YIELD = re.compile(r"yield\b")


def find_execs(outline: Outline) -> Iterator[Occurrence]:
    code = outline.code
    for match in _EXEC.finditer(code):
        body = strip(code, match.end(), statement_end(code, match.end()))
        if (
            body.start == body.end
            or not starts_statement(code, match.start())
            or _NAME_FOLLOWS.match(code, body.start, body.end)
        ):
            yield Occurrence("`exec` as a name", match.start(), Reading.ONLY_PYTHON3)
            continue
        reading = _reading(code, body)
        if reading is Reading.ONLY_PYTHON3:
            yield Occurrence("a keyword or star argument of exec()", match.start(), reading)
        elif reading is not Reading.SAME and _is_well_formed(code, body):
            edits = tuple(_edits(outline, Span(match.start(), match.end()), body))
            yield Occurrence(constructs.EXEC, match.start(), reading, edits)


def _is_well_formed(code: str, body: Span) -> bool:
    """Whether it is `exec code [in globals [, locals]]`; the parser will say what is wrong with anything else."""
    separators = [token for token, _ in top_level(code, body.start, body.end) if token in (",", "in", "=", "for")]
    if "=" in separators or "for" in separators or code[body.end - 1] == ",":
        return False
    return "," not in separators or (separators[0] == "in" and separators.count(",") == 1)


def _edits(outline: Outline, word: Span, body: Span) -> Iterator[Edit]:
    code = outline.code
    spaces = 0 if "\\" in outline.text[word.end : body.start] else body.start - word.end
    yield Edit(word.start, word.end + spaces, f"{markers.EXEC}(")
    namespace = find_top_level(code, body.start, body.end, "in")
    if namespace >= 0:
        comma_at = before(code, namespace)
        blank = outline.text[comma_at:namespace].strip(" \t") == ""
        yield Edit(comma_at if blank else namespace, namespace + 2, "," if code[namespace + 2] in " \t" else ", ")
    yield insert(body.end, ")")


def _reading(code: str, body: Span) -> Reading:
    if code[body.start] != "(":
        return Reading.ONLY_PYTHON2
    close = closing(code, body.start)
    inside = strip(code, body.start + 1, close)
    pieces = split_top_level(code, body.start + 1, close)
    if any(_NOT_PYTHON2.match(code, piece.start, piece.end) for piece in pieces):
        return Reading.ONLY_PYTHON3
    if _YIELD.match(code, inside.start, inside.end):
        return Reading.ONLY_PYTHON2
    if close + 1 < body.end:
        # `exec (code) in namespace` parses in Python 3 as a comparison, which nobody writes.
        return Reading.ONLY_PYTHON2 if find_top_level(code, body.start, body.end, "in") >= 0 else Reading.DIFFERENT
    one_tuple = len(pieces) == 1 and code[inside.end - 1] == ","
    return Reading.SAME if 1 <= len(pieces) <= 3 and not one_tuple else Reading.DIFFERENT
