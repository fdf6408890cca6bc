"""Syntax that only Python 3 has: evidence of a file's dialect.

Every pattern here is one that no Python 2.7 program can contain outside of strings and comments; a file that has none
of them may still be Python 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from porter.python2.occurrences import Occurrence, Reading
from porter.python2.outline import Outline
from porter.python2.structure import before, closing, find_top_level, is_word, line_start, split_top_level

# (what, pattern); each begins with plain characters, which `re` finds fast.
_ANYWHERE = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        ("an assignment expression", ":="),
        ("a return annotation", "->"),
        ("`yield from`", r"yield[ ]+from\b(?<!\wyield from)"),
        ("a star in a display", r"\*(?:(?<=[=\[{]\*)|(?<=[=\[{][ ]\*))(?![*=])"),
        ("a dict display with `**`", r"\{[ ]*\*\*"),
        ("a class with keyword arguments", r"class(?<!\wclass)[ ]+\w+[ ]*\((?:[^()\n]*,)?[ ]*(?:\w+[ ]*=(?!=)|\*)"),
        ("type parameters", r"class(?<!\wclass)[ ]+\w+[ ]*\["),
        ("type parameters", r"def(?<!\wdef)[ ]+\w+[ ]*\["),
        ("two starred arguments", r"\(\*[^()=:\n]*,[ ]*\*(?!\*)"),
    )
)
# What begins a logical line; led by the newline before it, which `re` finds fast.
_LINE = r"""
    [ \t\f]*+
    (?:
        (?P<annotation> (?!(?:else|try|finally|except|lambda)\b) [A-Za-z_][\w.]*+ [ ]*+ : (?!=) [ ]*+ [^\s:=] )
      | (?P<match> match\b [^\n]* : [ ]* \n [ \t]* case\b )
      | (?P<type> type [ ]++ [A-Za-z_]\w*+ [ ]*+ [=\[] )
      | (?P<starred> \* [ ]*+ [A-Za-z_] )
    )
    """
_FIRST_LINE = re.compile(_LINE, re.VERBOSE)
_LATER_LINE = re.compile(r"\n" + _LINE, re.VERBOSE)
_LATER_STAR = re.compile(r",[ ]*\*[ ]*[A-Za-z_]")
_NOT_TARGETS = re.compile(r"[(\[{]|\blambda\b")
_LINE_WORDS = {
    "annotation": "a variable annotation",
    "match": "a match statement",
    "type": "a type statement",
    "starred": "a starred target",
}
_MATRIX = re.compile("@")
_ELLIPSIS = re.compile(r"\.\.\.")
_DEF = re.compile(r"def[ ]+\w+[ ]*\((?!(?:[\w\s,.=\"-]*)(?:\*\w+[ ]*)?(?:,?[ ]*\*\*\w+[ ]*)?\))")
_WITH = re.compile(r"with[ ]*\(")
_AS = re.compile(r"\bas\b")
_NON_ASCII = re.compile(r"[^\x00-\x7f\udc80-\udcff]")


def find_modern_syntax(outline: Outline) -> Iterator[Occurrence]:
    for what, at in _places(outline.code):
        yield Occurrence(what, at, Reading.ONLY_PYTHON3)


def _places(code: str) -> Iterator[tuple[str, int]]:
    for what, pattern in _ANYWHERE:
        if match := pattern.search(code):
            yield what, match.start()
    if match := _FIRST_LINE.match(code) or _LATER_LINE.search(code):
        assert match.lastgroup is not None
        yield _LINE_WORDS[match.lastgroup], match.start(match.lastgroup)
    yield from _starred_targets(code)
    yield from _matrix_products(code)
    yield from _ellipses(code)
    yield from _parameters(code)
    for match in _WITH.finditer(code):
        close = closing(code, match.end() - 1)
        if _AS.search(code, match.end(), close):
            yield "parentheses around the items of `with`", match.start()
    if not code.isascii() and (match := _NON_ASCII.search(code)):
        yield "a name with characters outside ASCII", match.start()


def _starred_targets(code: str) -> Iterator[tuple[str, int]]:
    """`a, *b = c`: outside of brackets and lambdas, Python 2 has no star after a comma."""
    for match in _LATER_STAR.finditer(code):
        if _NOT_TARGETS.search(code, line_start(code, match.start()), match.start()) is None:
            yield _LINE_WORDS["starred"], match.start()
            return


def _matrix_products(code: str) -> Iterator[tuple[str, int]]:
    """An `@` that does not begin a line is no decorator."""
    for match in _MATRIX.finditer(code):
        end = before(code, match.start())
        if end and code[end - 1] != "\n":
            yield "a matrix product", match.start()
            return


def _ellipses(code: str) -> Iterator[tuple[str, int]]:
    """An ellipsis outside of a subscript; the dots of a relative import are none."""
    for match in _ELLIPSIS.finditer(code):
        end = before(code, match.start())
        if code[end - 1 : end] in ("[", ",", ".") or code.endswith("from", 0, end):
            continue
        yield "an ellipsis outside of a subscript", match.start()
        return


def _parameters(code: str) -> Iterator[tuple[str, int]]:
    """Annotations, keyword-only and positional-only parameters of functions."""
    for match in _DEF.finditer(code):
        if is_word(code[match.start() - 1 : match.start()]):
            continue
        starred = False
        for parameter in split_top_level(code, match.end(), closing(code, match.end() - 1)):
            words = code[parameter.start : parameter.end]
            if words in ("*", "/"):
                yield "a bare `*` or `/` among parameters", parameter.start
            elif starred and not words.startswith("**"):
                yield "a keyword-only parameter", parameter.start
            elif find_top_level(code, parameter.start, parameter.end, ":") >= 0:
                yield "an annotation", parameter.start
            starred = starred or words.startswith("*")
