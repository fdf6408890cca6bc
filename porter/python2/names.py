"""Names of Python 2 that are keywords of Python 3: `async`, `await`, `nonlocal`, and `True`, `False`, `None` where they are bound.

https://docs.python.org/3/whatsnew/3.0.html#changed-syntax
https://peps.python.org/pep-0492/

A bare `True` that is read stays as it is: it is the constant unless the file binds the name, and then the binding's
stand-in says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from porter.python2 import constructs, markers
from porter.python2.occurrences import Edit, Occurrence, Reading
from porter.python2.outline import Outline
from porter.python2.structure import (
    CLOSERS,
    OPENERS,
    Span,
    after,
    before,
    closing,
    enclosing_brackets,
    ends_operand,
    is_word,
    line_end,
    line_start,
    split_top_level,
    starts_statement,
    statement_end,
    top_level,
)

_NEW_KEYWORDS = {word: re.compile(rf"{word}\b(?<![\w]{word})") for word in ("async", "await", "nonlocal")}
_ASYNC_DEF = re.compile(r"async[ ]+def\b")
_WORD = re.compile(r"\w+")
_INFIX_WORDS = frozenset(("and", "as", "else", "for", "if", "import", "in", "is", "not", "or"))
_ASYNC_STATEMENTS = frozenset(("def", "for", "with"))

_CONSTANT = re.compile(r"(?:True|False|None)\b")
_BEFORE_VALUES = ("return ", "is ", "not ", "== ", "!= ", "and ", " or ")
_ANY_NAME = re.compile(r"\b(?:async|await|nonlocal|True|False|None)\b")
_ASSIGNS = re.compile(r"(?:[-+*/%&|^]|//|\*\*|<<|>>)?=(?!=)")
_WORD_BEFORE = re.compile(r"\w+\Z")
_BINDING_WORDS = frozenset(("as", "class", "def", "del", "for", "from", "global", "import", "lambda"))
_MAY_BIND = re.compile(r"\b(?:as|def|del|except|for|from|global|import|lambda)\b|(?<![=<>!])=(?!=)")
_IMPORTING = re.compile(r"\bimport\b[^;\n]*\Z")
_NONE_STATEMENT = re.compile(r"\b(?:del|global|import)\b")
_STATEMENT = re.compile(r"[ \t\f]*(del|except|global)\b")


def find_new_keywords(outline: Outline) -> Iterator[Occurrence]:
    """`async`, `await` and `nonlocal`: names in Python 2 wherever they stand."""
    code = outline.code
    for word, pattern in _NEW_KEYWORDS.items():
        if word not in code:
            continue
        for match in pattern.finditer(code):
            if _is_keyword(code, word, match.start(), match.end()):
                yield Occurrence(f"the keyword `{word}`", match.start(), Reading.ONLY_PYTHON3)
            else:
                yield _stand_in(match.start(), word)


def _is_keyword(code: str, word: str, start: int, end: int) -> bool:
    """Whether Python 3 syntax is meant: what follows cannot follow a name."""
    if code[before(code, start) - 1 : before(code, start)] == ".":
        return False
    at = after(code, end)
    following = _WORD.match(code, at)
    if word == "async":
        if following is None or following[0] not in _ASYNC_STATEMENTS:
            return False
        # In `(async for x in y)` it is a name, the element of the generator.
        return following[0] != "for" or starts_statement(code, start) or ends_operand(code, start)
    if following is not None:
        return following[0] not in _INFIX_WORDS
    if word == "await" and code[at : at + 1] in tuple('([{"'):
        return code[at] == '"' or _ASYNC_DEF.search(code) is not None
    return False


def _stand_in(start: int, word: str) -> Occurrence:
    edit = Edit(start, start + len(word), markers.keyword_name(word))
    return Occurrence(constructs.KEYWORD_NAME, start, Reading.ONLY_PYTHON2, (edit,))


def stand_in_names(text: str) -> str:
    """The text of a pattern, all of whose names are bound, with a stand-in for every keyword."""
    return _ANY_NAME.sub(lambda match: markers.keyword_name(match[0]), text)


def find_bound_constants(outline: Outline) -> Iterator[Occurrence]:
    """`True`, `False` and `None` where Python 2 binds them, or takes them for the name of an attribute or a module."""
    code = outline.code
    line = _BindingLine(code, 0)
    for match in _CONSTANT.finditer(code):
        start = match.start()
        if code.endswith(_BEFORE_VALUES, 0, start) or (
            code.endswith("= ", 0, start) and code.startswith("\n", match.end())
        ):
            continue  # nearly all of them are values, and seen to be at once
        if start and is_word(code[start - 1]):
            continue
        if start >= line.end:
            line = _BindingLine(code, start)
        if match[0] == "None" and not _may_be_none(code, line, start):
            continue
        if _is_bound(code, line, start, match.end()):
            yield _stand_in(start, match[0])


def _may_be_none(code: str, line: _BindingLine, start: int) -> bool:
    """Python 2 protects `None` too, but forgets attributes, `del`, `global` and the names of modules."""
    left = before(code, start)
    return code[left - 1 : left] == "." or code.endswith("from", 0, left) or line.may_bind_none


class _BindingLine:
    """A logical line, and where in it names are bound: found once, when first asked for."""

    def __init__(self, code: str, at: int) -> None:
        self.start = line_start(code, at)
        self.end = line_end(code, at)
        self._code = code

    @cached_property
    def may_bind_none(self) -> bool:
        return _NONE_STATEMENT.search(self._code, self.start, self.end) is not None

    @cached_property
    def regions(self) -> tuple[Span, ...]:
        if _MAY_BIND.search(self._code, self.start, self.end) is None:
            return ()
        return tuple(_binding_regions(self._code, self.start, self.end))


def _is_bound(code: str, line: _BindingLine, start: int, end: int) -> bool:
    left = before(code, start)
    previous = code[left - 1] if left else "\n"
    if previous == ".":
        return True
    right = after(code, end)
    if _ASSIGNS.match(code, right):
        return True
    if is_word(previous):
        word = _WORD_BEFORE.search(code, max(0, left - 10), left)
        return word is not None and word[0] in _BINDING_WORDS
    if code[right : right + 1] == "." and _IMPORTING.search(code, line.start, start):
        return True
    if previous not in ",([=*\n;:" or not line.regions:
        return False
    return any(_binds(code, region, start, end) for region in line.regions)


def _binding_regions(code: str, low: int, high: int) -> Iterator[Span]:
    """The spans of a logical line in which names are bound: targets, parameters, imported names."""
    yield from _statement_regions(code, low, high)
    for match in _WORD.finditer(code, low, high):
        if match[0] == "import":
            yield Span(match.end(), statement_end(code, match.end()))
        elif match[0] == "lambda" or match[0] == "for":
            wanted = ":" if match[0] == "lambda" else "in"
            until = next((at for token, at in top_level(code, match.end(), high) if token == wanted), -1)
            if until >= 0:
                yield from split_top_level(code, match.end(), until) if wanted == ":" else [Span(match.end(), until)]
        elif match[0] == "def":
            opener = code.find("(", match.end(), high)
            if opener >= 0:
                yield from split_top_level(code, opener + 1, closing(code, opener))
        elif match[0] == "as":
            until = next((at for token, at in top_level(code, match.end(), high) if token in ",:"), high)
            yield Span(match.end(), until)


def _statement_regions(code: str, low: int, high: int) -> Iterator[Span]:
    tokens = list(top_level(code, low, high))
    start = low
    ends = [at for at in range(low, high) if code[at] == ";"] + [high]
    for end in ends:
        inside = [(token, at) for token, at in tokens if start <= at < end]
        colon = next((at for token, at in inside if token == ":"), None)
        statement = _STATEMENT.match(code, start, end)
        if statement is not None and statement[1] == "except":
            comma = next((at for token, at in inside if token == ","), None)
            if comma is not None and colon is not None:
                yield Span(comma + 1, colon)
        if colon is not None:
            start = colon + 1
            statement = _STATEMENT.match(code, start, end)
        if statement is not None and statement[1] in ("del", "global"):
            yield Span(statement.end(), end)
        for token, at in inside:
            if token == "=" and at >= start:
                yield Span(start, at)
                start = at + 1
        start = end + 1


def _binds(code: str, region: Span, start: int, end: int) -> bool:
    """Whether the name from `start` to `end` is itself a target in the region, not part of an expression there."""
    if not region.start <= start < region.end:
        return False
    left, right = start, end
    for opener in reversed(enclosing_brackets(code, region.start, start)):
        if not _stands_alone(code, region, left, right):
            return False
        if before(code, opener) > region.start and ends_operand(code, opener):
            return False  # a call or a subscript
        left, right = opener, closing(code, opener) + 1
    return _stands_alone(code, region, left, right)


def _stands_alone(code: str, region: Span, left: int, right: int) -> bool:
    start = max(before(code, left), region.start)
    while start > region.start and code[start - 1] == "*":
        start = before(code, start - 1)
    end = min(after(code, right), region.end)
    opens = start <= region.start or code[start - 1] in "," + OPENERS
    word = _WORD.match(code, end)
    closes = end >= region.end or code[end] in ",=" + CLOSERS or (word is not None and word[0] in ("as", "import"))
    return opens and closes
