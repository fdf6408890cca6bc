"""Tuple parameters: `def f(a, (b, c))`, `lambda (a, b): a`.

https://peps.python.org/pep-3113/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from porter.python2 import constructs, markers
from porter.python2.names import stand_in_names
from porter.python2.occurrences import Edit, Occurrence, Reading
from porter.python2.outline import Outline
from porter.python2.structure import Span, closing, find_top_level, is_word, line_end, split_top_level, strip

_DEF = re.compile(r"def\s+\w+\s*\((?:[^()]*\))?")
_LAMBDA = re.compile(r"lambda\b(?<!\wlambda)")
_PLAIN_LAMBDA = re.compile(r"[^():\n]*:")


def find_tuple_parameters(outline: Outline) -> tuple[list[Occurrence], dict[str, str]]:
    """The parameters in parentheses, and the pattern that each placeholder stands for."""
    occurrences: list[Occurrence] = []
    patterns: dict[str, str] = {}
    for parameter in sorted(_parenthesised(outline.code), key=lambda span: span.start):
        inner = _without_parentheses(outline.code, parameter)
        if "(" in outline.code[inner.start : inner.end]:
            new = markers.tuple_parameter(len(patterns) + 1)
            patterns[new] = stand_in_names(outline.text[parameter.start : parameter.end])
        else:
            new = stand_in_names(outline.text[inner.start : inner.end])
        space = " " if is_word(outline.code[parameter.start - 1]) else ""
        edit = Edit(parameter.start, parameter.end, space + new)
        occurrences.append(Occurrence(constructs.TUPLE_PARAMETER, parameter.start, Reading.ONLY_PYTHON2, (edit,)))
    return occurrences, patterns


def _parenthesised(code: str) -> Iterator[Span]:
    for match in _DEF.finditer(code):
        if code[match.end() - 1] == "(" and not is_word(code[match.start() - 1 : match.start()]):
            yield from _in_list(code, match.end(), closing(code, match.end() - 1))
    for match in _LAMBDA.finditer(code):
        plain = _PLAIN_LAMBDA.match(code, match.end())
        if plain is None or "lambda" in plain[0]:  # the first colon may be that of a lambda among the defaults
            end = find_top_level(code, match.end(), line_end(code, match.end()), ":")
            if end >= 0:
                yield from _in_list(code, match.end(), end)


def _in_list(code: str, start: int, end: int) -> Iterator[Span]:
    for parameter in split_top_level(code, start, end):
        if code[parameter.start] != "(":
            continue
        close = closing(code, parameter.start) + 1
        rest = strip(code, close, parameter.end)
        is_tuple = "," in code[parameter.start : close]
        is_empty = code[parameter.start : close].strip("() \t\f") == ""
        # Python 2 accepts `(a)`, and `(a, b)=default`, but not `(a)=default`.
        if not is_empty and (rest.start == rest.end or (code[rest.start] == "=" and is_tuple)):
            yield Span(parameter.start, close)


def _without_parentheses(code: str, pattern: Span) -> Span:
    """`((a))` is just `a`; a pattern with a comma keeps its parentheses."""
    inside = strip(code, pattern.start + 1, pattern.end - 1)
    if "," in code[inside.start : inside.end]:
        return pattern
    return _without_parentheses(code, inside) if code[inside.start] == "(" else inside
