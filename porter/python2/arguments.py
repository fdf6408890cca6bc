"""`f((a)=1)`: Python 2 takes a keyword's name in parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from porter.python2 import constructs
from porter.python2.names import stand_in_names
from porter.python2.occurrences import Edit, Occurrence, Reading
from porter.python2.outline import Outline
from porter.python2.structure import before, enclosing, ends_operand

_PARENTHESISED = re.compile(r"(\((?:\s*\()*)\s*([A-Za-z_]\w*)\s*(\)(?:\s*\))*)\s*=(?!=)")


def find_parenthesised_keywords(outline: Outline) -> Iterator[Occurrence]:
    code = outline.code
    for match in _PARENTHESISED.finditer(code):
        depth = match[3].count(")")
        start = _nth_last(code, match.start(1), match.end(1), depth)
        if start is None:
            continue
        if _is_argument(code, start):
            edit = Edit(start, match.end(3), stand_in_names(match[2]))
            yield Occurrence(constructs.KEYWORD_ARGUMENT, start, Reading.ONLY_PYTHON2, (edit,))


def _is_argument(code: str, start: int) -> bool:
    """Whether an argument of a call begins at `start`."""
    around = enclosing(code, start)
    if around is None or code[around[0]] != "(" or not ends_operand(code, around[0]):
        return False
    left = before(code, start)
    return code[left - 1] in "(,"


def _nth_last(code: str, start: int, end: int, count: int) -> int | None:
    """The offset of the `count`-th last opening parenthesis of a run of them."""
    openers = [at for at in range(start, end) if code[at] == "("]
    return openers[-count] if count <= len(openers) else None
