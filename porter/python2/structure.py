"""Reading the code of an outline: what stands at the top level of a span, where a bracket closes, what surrounds a place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from porter.python2.outline import CLOSE_REPR, NOT_OPERANDS, OPEN_REPR

OPENERS = "([{" + OPEN_REPR
CLOSERS = ")]}" + CLOSE_REPR

_TOKEN = re.compile(r"[(\[{\x01)\]}\x02,:]|(?<![=<>!])=(?!=)|\b(?:lambda|for|if|in|from|as)\b")
_BRACKET = re.compile(r"[(\[{\x01)\]}\x02]")
_STATEMENT_END = re.compile(r"[;\n]|\Z")
_WORD_BEFORE = re.compile(r"\w+\Z")
_SPACE = " \t\f"

# Statements that a colon opens a suite for.
_COMPOUND = re.compile(r"[ \t\f]*(?:if|elif|else|while|for|try|except|finally|with|def|class)\b")


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


def statement_end(code: str, at: int) -> int:
    """Where the simple statement that holds `at` ends: a semicolon, a newline, the end of the file."""
    match = _STATEMENT_END.search(code, at)
    assert match is not None
    return match.start()


def line_start(code: str, at: int) -> int:
    return code.rfind("\n", 0, at) + 1


def line_end(code: str, at: int) -> int:
    end = code.find("\n", at)
    return len(code) if end < 0 else end


def top_level(code: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """The separators and words outside of brackets and of the parameters of a lambda, until a bracket closes.

    Yields (token, offset); a `lambda` itself and the colon that ends its parameters are not yielded. A bracket that
    closes what opened before `start` comes last, as ("", offset).
    """
    depth = lambdas = 0
    for match in _TOKEN.finditer(code, start, end):
        token = match[0]
        if token in OPENERS:
            depth += 1
        elif token in CLOSERS:
            depth -= 1
            if depth < 0:
                yield "", match.start()
                return
        elif depth:
            continue
        elif token == "lambda":
            lambdas += 1
        elif lambdas:
            lambdas -= token == ":"
        else:
            yield token, match.start()


def find_top_level(code: str, start: int, end: int, wanted: str) -> int:
    """The offset of the first top-level `wanted`, or -1."""
    return next((at for token, at in top_level(code, start, end) if token == wanted), -1)


def split_top_level(code: str, start: int, end: int) -> list[Span]:
    """The pieces between top-level commas, without surrounding space; an empty one after a last comma is left out."""
    commas = [at for token, at in top_level(code, start, end) if token == ","]
    pieces = [
        strip(code, low, high) for low, high in zip([start, *(at + 1 for at in commas)], [*commas, end], strict=True)
    ]
    return [piece for piece in pieces if piece.start < piece.end]


def closing(code: str, opener: int) -> int:
    """The offset of the bracket that closes the one at `opener`."""
    depth = 0
    for match in _BRACKET.finditer(code, opener):
        depth += 1 if match[0] in OPENERS else -1
        if depth == 0:
            return match.start()
    raise AssertionError("an outline's brackets are paired")


class Surroundings:
    """What bracket a place stands in; asked from left to right, it reads the code once."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._at = 0
        self._stack: list[tuple[int, int]] = []

    def of(self, at: int) -> tuple[int, int] | None:
        """The bracket around `at`, and the end of the last comma before `at` at its level (or of the bracket)."""
        start = line_start(self._code, at)
        if start > self._at:
            self._at = start
            self._stack.clear()
        stack = self._stack
        for match in _TOKEN.finditer(self._code, self._at, at):
            token = match[0]
            if token in OPENERS:
                stack.append((match.start(), match.end()))
            elif token in CLOSERS:
                stack.pop()
            elif token == "," and stack:
                stack[-1] = (stack[-1][0], match.end())
        self._at = at
        return stack[-1] if stack else None


def enclosing_brackets(code: str, start: int, at: int) -> list[int]:
    """The offsets of the brackets that open from `start` on and are still open at `at`, outermost first."""
    stack: list[int] = []
    for match in _BRACKET.finditer(code, start, at):
        if match[0] in OPENERS:
            stack.append(match.start())
        elif stack:
            stack.pop()
    return stack


def strip(code: str, start: int, end: int) -> Span:
    while start < end and code[start].isspace():
        start += 1
    while start < end and code[end - 1].isspace():
        end -= 1
    return Span(start, end)


def before(code: str, at: int) -> int:
    """The offset after the last character that is no space, before `at` on its logical line."""
    while at > 0 and code[at - 1] in _SPACE:
        at -= 1
    return at


def after(code: str, at: int) -> int:
    """The offset of the first character that is no space, from `at` on its logical line."""
    while at < len(code) and code[at] in _SPACE:
        at += 1
    return at


def is_word(character: str) -> bool:
    return character.isalnum() or character == "_"  # the empty string before a file is none


def ends_operand(code: str, at: int) -> bool:
    """Whether an operand stands before `at`, so that a bracket there calls or subscripts it."""
    end = before(code, at)
    if end == 0 or not (is_word(code[end - 1]) or code[end - 1] in CLOSERS + '"'):
        return False
    word = _WORD_BEFORE.search(code, max(0, end - 10), end)
    return word is None or word[0] not in NOT_OPERANDS


def starts_statement(code: str, at: int) -> bool:
    """Whether a statement can begin at `at`: first on its line, after a semicolon, or after a suite's colon."""
    end = before(code, at)
    if end == 0 or code[end - 1] in "\n;":
        return True
    if code[end - 1] != ":":
        return False
    start = line_start(code, at)
    return _COMPOUND.match(code, start) is not None and find_top_level(code, start, end, ":") == end - 1
