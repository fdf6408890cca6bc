"""Arguments as only Python 2 takes them.

- `f((a)=1)`: a keyword's name in parentheses
- `f(*a, x for x in y)`: a generator after `*a`, which comes *before* what `*a` holds
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from porter.python2 import constructs
from porter.python2.comprehensions import comma_after_clauses
from porter.python2.names import stand_in_names
from porter.python2.occurrences import Edit, Occurrence, Reading, insert, lower
from porter.python2.outline import Outline
from porter.python2.structure import Span, Surroundings, before, closing, ends_operand, find_top_level, strip

_PARENTHESISED = re.compile(r"(\((?:\s*\()*)\s*([A-Za-z_]\w*)\s*(\)(?:\s*\))*)\s*=(?!=)")
_STAR = re.compile(r"\*(?<!\*\*)(?!\*)")


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
    around = Surroundings(code).of(start)
    if around is None or code[around[0]] != "(" or not ends_operand(code, around[0]):
        return False
    left = before(code, start)
    return code[left - 1] in "(,"


def _nth_last(code: str, start: int, end: int, count: int) -> int | None:
    """The offset of the `count`-th last opening parenthesis of a run of them."""
    openers = [at for at in range(start, end) if code[at] == "("]
    return openers[-count] if count <= len(openers) else None


def find_late_generators(outline: Outline, occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """The occurrences, and every generator that follows a `*a`: that argument is moved behind it, lowered as it goes."""
    found = list(occurrences)
    for star, generator in _generators_after_stars(outline.code):
        moved = _lowered(outline.text, star, found)
        edits = (Edit(star.start, generator.start, "("), insert(generator.end, f"), {moved}"))
        found.append(Occurrence(constructs.GENERATOR_ARGUMENT, generator.start, Reading.ONLY_PYTHON2, edits))
    return found


def _generators_after_stars(code: str) -> Iterator[tuple[Span, Span]]:
    surroundings = Surroundings(code)
    for match in _STAR.finditer(code):
        left = before(code, match.start())
        if code[left - 1 : left] not in ("(", ","):
            continue
        around = surroundings.of(match.start())
        if around is None or not ends_operand(code, around[0]):
            continue
        close = closing(code, around[0])
        comma = find_top_level(code, match.start(), close, ",")
        clauses = find_top_level(code, comma + 1, close, "for") if comma >= 0 else -1
        if clauses >= 0:
            end = comma_after_clauses(code, clauses, close)
            star = strip(code, match.start(), comma)
            generator = strip(code, comma + 1, close if end < 0 else end)
            yield star, generator


def _is_within(occurrence: Occurrence, span: Span) -> bool:
    return bool(occurrence.edits) and all(
        span.start <= edit.start and edit.end <= span.end for edit in occurrence.edits
    )


def _lowered(text: str, span: Span, occurrences: Iterable[Occurrence]) -> str:
    shifted = (
        replace(
            occurrence,
            edits=tuple(Edit(edit.start - span.start, edit.end - span.start, edit.new) for edit in occurrence.edits),
        )
        for occurrence in occurrences
        if _is_within(occurrence, span)
    )
    return lower(text[span.start : span.end], shifted)[0]
