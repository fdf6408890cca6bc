"""A file with everything that cannot matter blanked out, so that plain regular expressions can read the rest.

`Outline.code` has the length of the text, and the same character at every offset that is code. Elsewhere:

- a string literal is a run of ``"`` (its prefix stays), a comment is spaces;
- a newline inside brackets or after a backslash is a space, so every newline left ends a logical line;
- ``\\r\\n`` and ``\\r`` are a newline;
- a number that runs into the next word, as in ``1if x else y``, is a run of ``"`` too;
- the backticks that open and close a repr are OPEN_REPR and CLOSE_REPR, a kind of brackets.
"""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

OPEN_REPR = "\x01"
CLOSE_REPR = "\x02"

# Strings and comments. The last two alternatives are a quote that nothing closes.
_OPAQUE = re.compile(
    r"""
      \#[^\r\n]*+
    | ""\"[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+""\"
    | '''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+'''
    | "(?!"")[^"\\\r\n]*+(?:\\(?:\r\n|.)[^"\\\r\n]*+)*+"
    | '(?!'')[^'\\\r\n]*+(?:\\(?:\r\n|.)[^'\\\r\n]*+)*+'
    | "
    | '
    """,
    re.VERBOSE | re.DOTALL,
)
_CONTINUATION = re.compile(r"\\(?:\r\n|\r|\n|\Z)")
_LAST_BACKSLASHES = re.compile(r"(?:\\(?:\r\n|\r|\n)[ \t\f]*)*\\?\Z")
_NEWLINE = re.compile("\n")
_BRACKET = re.compile(r"[()\[\]{}]")
_UNPAIRED = re.compile(rb"[^\n]+")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"()[]{}\n"))
_PAIRS = {"(": ")", "[": "]", "{": "}"}

NUMBER = re.compile(
    r"""
    [0-9](?<!\w[0-9])
    (?>
        (?<=0) (?: [xX][0-9a-fA-F]+ | [oO][0-7]+ | [bB][01]+ ) [lL]?
      | [0-9]* [lL]
      | [0-9]* (?: (?:\.[0-9]*)? [eE][-+]?[0-9]+ | \.[0-9]* )? [jJ]?
    )
    """,
    re.VERBOSE,
)
_STUCK_NUMBER = re.compile(NUMBER.pattern + "(?=[A-Za-z])", re.VERBOSE)

# A literal's prefix, of Python 2 or 3, right before its quotes.
_PREFIX = re.compile(r"(?<!\w)(?:[uU][rR]?|[bBfFtT][rR]?|[rR][bBfFtT]?)\Z")
_PREFIX_ENDS = frozenset("uUbBrRfFtT")

# The words after which an operand is still to come.
NOT_OPERANDS = frozenset(
    "and as assert del elif else except exec for from global if import in is lambda not or print raise return while "
    "with yield".split()
)
_OPERAND_ENDS = '_)]}".' + CLOSE_REPR
_LAST_TOKEN = re.compile(r"(?:\w+|\S)\Z")


class ScanError(Exception):
    """The text cannot be told into tokens: what is wrong, and where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message, offset)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Literal:
    """One string literal: `prefix` in lower case, `start` at the prefix, `quote` at the first quote."""

    start: int
    quote: int
    end: int
    prefix: str
    quotes: str

    @property
    def is_raw(self) -> bool:
        return "r" in self.prefix

    @property
    def body(self) -> slice:
        return slice(self.quote + len(self.quotes), self.end - len(self.quotes))


@dataclass(frozen=True, slots=True)
class Outline:
    """A text and its code.

    `has_repr`: whether backticks were found; `is_continued`: whether a backslash continues a line; `last_backslashes`: those at the end of the file that continue nothing;
    `prefixed`: the first quotes of literals after a letter that can end a prefix;
    `stuck_numbers`: where the numbers are that run into the next word.
    """

    text: str
    code: str
    has_repr: bool
    is_continued: bool
    prefixed: tuple[int, ...]
    last_backslashes: tuple[int, ...] = ()
    stuck_numbers: tuple[int, ...] = ()

    def literals(self) -> Iterator[Literal]:
        """Every string literal, in order."""
        for match in _OPAQUE.finditer(self.text):
            if self.text[match.start()] != "#":
                yield self._literal(match.start(), match.end())

    def literals_without_u(self, containing: re.Pattern[str]) -> Iterator[Literal]:
        """The literals in which a pattern is found, those left out that have a `u` right before their quotes."""
        text = self.text
        for match in _OPAQUE.finditer(text):
            start, end = match.span()
            is_other = text[start] == "#" or (start and text[start - 1] in "uU")
            if not is_other and containing.search(text, start, end):
                yield self._literal(start, end)

    def prefix(self, quote: int) -> str:
        """The prefix of the literal whose quotes begin at `quote`."""
        match = _PREFIX.search(self.code, max(0, quote - 3), quote)
        return match[0] if match else ""

    def _literal(self, quote: int, end: int) -> Literal:
        start = quote - len(self.prefix(quote))
        mark = self.text[quote]
        triple = end - quote >= 6 and self.text.startswith(mark * 3, quote)
        return Literal(start, quote, end, self.text[start:quote].lower(), mark * 3 if triple else mark)


def outline(text: str) -> Outline:
    """Blank out what cannot matter; a ScanError says what stands in the way."""
    code, prefixed = _blank_opaque(text)
    for control in (OPEN_REPR, CLOSE_REPR):
        if control in code:
            raise ScanError(f"invalid character U+{ord(control):04X}", code.index(control))
    last_backslashes: tuple[int, ...] = ()
    is_continued = "\\" in code
    if is_continued:
        last_backslashes = _last_backslashes(code)
        code = _CONTINUATION.sub(lambda match: " " * len(match[0]), code)
    if "\r" in code:
        code = code.replace("\r\n", " \n").replace("\r", "\n")
    code = _join_bracketed_lines(code)
    stuck_numbers = tuple(match.start() for match in _STUCK_NUMBER.finditer(code))
    if stuck_numbers:
        code = _STUCK_NUMBER.sub(lambda match: '"' * len(match[0]), code)
    has_repr = "`" in code
    return Outline(
        text,
        _pair_backticks(code) if has_repr else code,
        has_repr,
        is_continued,
        tuple(prefixed),
        last_backslashes,
        stuck_numbers,
    )


def outline_by_tokens(text: str) -> Outline:
    """The outline of a text that Python 3 parses and `outline` does not: by Python's own tokenizer, which is slow."""
    lines = text.splitlines(keepends=True)
    code = [list(line) for line in lines]
    opened: list[tuple[int, int]] = []
    for token in tokenize.generate_tokens(iter(lines).__next__):
        name = tokenize.tok_name[token.type]
        if name.endswith("STRING_START"):
            opened.append(token.start)
        elif name.endswith("STRING_END"):
            start = opened.pop()
            if not opened:
                _blank(code, start, token.end, '"')
        elif name == "STRING" and not opened:
            _blank(code, token.start, token.end, '"')
        elif name == "COMMENT":
            _blank(code, token.start, token.end, " ")
    blanked = _CONTINUATION.sub(lambda match: " " * len(match[0]), "".join(map("".join, code)))
    return Outline(text, _join_bracketed_lines(blanked.replace("\r\n", " \n")), False, False, ())


def _blank(code: list[list[str]], start: tuple[int, int], end: tuple[int, int], by: str) -> None:
    for line in range(start[0], end[0] + 1):
        row = code[line - 1]
        first = start[1] if line == start[0] else 0
        last = end[1] if line == end[0] else len(row)
        row[first:last] = by * (last - first)


def _blank_opaque(text: str) -> tuple[str, list[int]]:
    """The text without strings and comments, and the strings that may have a prefix."""
    unclosed: list[int] = []
    prefixed: list[int] = []

    def blank(match: re.Match[str]) -> str:
        start, end = match.span()
        if text[start] == "#":
            return " " * (end - start)
        if end - start == 1:
            unclosed.append(start)
        if text[start - 1] in _PREFIX_ENDS:
            prefixed.append(start)
        return '"' * (end - start)

    code = _OPAQUE.sub(blank, text)
    if unclosed:
        raise ScanError("this string is never closed", unclosed[0])
    return code, prefixed


def _last_backslashes(code: str) -> tuple[int, ...]:
    tail = _LAST_BACKSLASHES.search(code, len(code.rstrip("\\ \t\f\r\n")))
    return tuple(at for at in range(tail.start(), tail.end()) if code[at] == "\\") if tail else ()


def _join_bracketed_lines(code: str) -> str:
    """Turn the newlines inside brackets into spaces.

    All but brackets and newlines is thrown away first, then the pairs that stand within a line; what is left are
    the brackets that span lines, which are few.
    """
    left = code.encode("ascii", "replace").translate(None, _NOT_BRACKETS)
    before = -1
    while before != len(left):
        before = len(left)
        left = left.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
    spans = _spanning_lines(left, code)
    if not spans:
        return code
    ends = [match.start() for match in _NEWLINE.finditer(code)]
    ends.append(len(code))
    pieces: list[str] = []
    done = 0
    for first, last in spans:
        pieces.append(code[done : ends[first]])
        done = ends[last]
        pieces.append(code[ends[first] : done].replace("\n", " "))
    pieces.append(code[done:])
    return "".join(pieces)


def _spanning_lines(left: bytes, code: str) -> list[tuple[int, int]]:
    """The line numbers, from 0, between which brackets are open at the end of each line."""
    spans: list[tuple[int, int]] = []
    stack: list[str] = []
    line = first = at = 0
    for match in _UNPAIRED.finditer(left):
        line += left.count(b"\n", at, match.start())
        at = match.start()
        was_open = bool(stack)
        for bracket in match[0].decode("ascii"):
            if bracket in _PAIRS:
                stack.append(_PAIRS[bracket])
            elif not stack or stack.pop() != bracket:
                raise _bracket_error(code)
            elif not stack and was_open:
                spans.append((first, line))
                was_open = False
        if stack and not was_open:
            first = line
    if stack:
        raise _bracket_error(code)
    return spans


def _bracket_error(code: str) -> ScanError:
    """Find, slowly, the bracket that has no partner."""
    stack: list[tuple[str, int]] = []
    for match in _BRACKET.finditer(code):
        bracket = match[0]
        if bracket in _PAIRS:
            stack.append((bracket, match.start()))
        elif not stack:
            return ScanError(f"unmatched '{bracket}'", match.start())
        else:
            opener, _ = stack.pop()
            if _PAIRS[opener] != bracket:
                return ScanError(f"closing '{bracket}' does not match opening '{opener}'", match.start())
    opener, offset = stack[-1]
    return ScanError(f"'{opener}' was never closed", offset)


def _pair_backticks(code: str) -> str:
    """Backticks nest: one where an operand must follow opens a repr, one after an operand closes it."""
    pieces: list[str] = []
    opened: list[int] = []
    done = 0
    while (at := code.find("`", done)) >= 0:
        piece = code[done:at]
        pieces.append(piece)
        if opened and "\n" in piece:
            raise ScanError("this backtick is never closed", opened[-1])
        if opened and _ends_operand("".join(pieces[-2:]).rstrip()):
            opened.pop()
            pieces.append(CLOSE_REPR)
        else:
            opened.append(at)
            pieces.append(OPEN_REPR)
        done = at + 1
    if opened:
        raise ScanError("this backtick is never closed", opened[-1])
    pieces.append(code[done:])
    return "".join(pieces)


def _ends_operand(before: str) -> bool:
    last = _LAST_TOKEN.search(before)
    if last is None:
        return False
    token = last[0]
    return (token[0].isalnum() or token[0] in _OPERAND_ENDS) and token not in NOT_OPERANDS
