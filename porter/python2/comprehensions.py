"""What Python 2 allows in comprehensions and Python 3 does not.

https://docs.python.org/2.7/reference/expressions.html#list-displays

- `[x for x in 1, 2]`: a tuple without parentheses
- `[x for x in y if lambda: z]`: a lambda without parentheses
- `f(x for x in y, *args)`: a generator without parentheses among other arguments
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from porter.python2 import constructs
from porter.python2.occurrences import Edit, Occurrence, Reading, insert
from porter.python2.outline import Outline
from porter.python2.structure import (
    Span,
    Surroundings,
    before,
    ends_operand,
    find_top_level,
    is_word,
    strip,
    top_level,
)

_FOR = re.compile(r"for\b(?<!\wfor)")
_LAMBDA = re.compile(r"lambda\b")


def find_loose_comprehensions(outline: Outline) -> Iterator[Occurrence]:
    code = outline.code
    surroundings = Surroundings(code)
    for match in _FOR.finditer(code):
        end = before(code, match.start())
        if end == 0 or code[end - 1] in "\n:;":
            continue  # a statement
        around = surroundings.of(match.start())
        if around is not None:
            yield from _clauses(code, match.end(), around[0])
            yield from _argument(code, match.start(), *around)


def _clauses(code: str, start: int, opener: int) -> Iterator[Occurrence]:
    """The operands of one `for` and of the `if`s that follow it."""
    operand = -1
    takes_tuple = True
    commas: list[int] = []
    for token, at in top_level(code, start, len(code)):
        if token == "in" and operand < 0:
            operand = at + 2
        elif token == "," and operand >= 0:
            if code[opener] != "[" or not takes_tuple:
                yield from _wrapped(code, operand, at, [])
                return
            commas.append(at)
        elif token in ("for", "if", "") and operand >= 0:
            yield from _wrapped(code, operand, at, commas)
            if token != "if":
                return
            operand, commas, takes_tuple = at + 2, [], False


def _wrapped(code: str, start: int, end: int, commas: list[int]) -> Iterator[Occurrence]:
    """Parentheses around an operand that needs them in Python 3."""
    operand = strip(code, start, end)
    if commas:
        construct = constructs.BARE_TUPLE
    elif _LAMBDA.match(code, operand.start):
        construct = constructs.OLD_LAMBDA
    else:
        return
    yield Occurrence(construct, operand.start, Reading.ONLY_PYTHON2, _parentheses(code, operand))


def _argument(code: str, at: int, opener: int, element: int) -> Iterator[Occurrence]:
    """A generator that is the first argument of a call, and not the only one."""
    if code[opener] != "(" or element != opener + 1 or not ends_operand(code, opener):
        return
    comma = comma_after_clauses(code, at, len(code))
    if comma >= 0 and find_top_level(code, element, at, "for") < 0:
        generator = strip(code, element, comma)
        yield Occurrence(constructs.GENERATOR_ARGUMENT, at, Reading.ONLY_PYTHON2, _parentheses(code, generator))


def comma_after_clauses(code: str, start: int, end: int) -> int:
    """The first comma from `start`, at a `for`, that is not among the targets of a `for`."""
    in_targets = False
    for token, at in top_level(code, start, end):
        if token == "for":
            in_targets = True
        elif token == "in":
            in_targets = False
        elif token == "," and not in_targets:
            return at
    return -1


def _parentheses(code: str, span: Span) -> tuple[Edit, ...]:
    space_before = " " if is_word(code[span.start - 1]) else ""
    space_after = " " if is_word(code[span.end : span.end + 1]) else ""
    return insert(span.start, f"{space_before}("), insert(span.end, f"){space_after}")
