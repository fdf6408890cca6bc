r"""String literals that Python 3 rejects or reads differently.

https://docs.python.org/2.7/reference/lexical_analysis.html#string-literals

- `ur"..."`: Python 3 has no such prefix; in Python 2 `\u1234` is an escape in it, and no other backslash is
- `'\u1234'`, `'\N{...}'`, `'\400'` in a byte string: the first two are no escapes there, the third is one byte
- `b'...'` with characters outside ASCII: they are bytes in the file's own encoding
- `'a' b'b'`: one string of either kind in Python 2

A literal without a prefix is a byte string in Python 2 and stays a text literal here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from porter.python2 import constructs
from porter.python2.occurrences import Edit, Occurrence, Reading, delete, insert
from porter.python2.outline import Literal, Outline
from porter.python2.undecodable import SURROGATES, byte_escapes, text_escapes

# What makes a look at every literal worth while: an escape, or a prefix that is none of these.
_UNUSUAL_ESCAPE = re.compile(r"\\(?:[uUN]|[4-7][0-7][0-7])")
_USUAL_PREFIXES = frozenset(("", "u", "r"))

_ESCAPE = re.compile(r"\\(?:(?P<unicode>[uUN])|(?P<octal>[4-7][0-7]{2})|.)", re.DOTALL)
_ESCAPE_OF_PYTHON3 = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}|N\{(?P<name>[^}]+)\})")
_RAW_UNICODE_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\[uU]")
_BACKSLASHES = re.compile(r"\\+")
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")


def find_literals(outline: Outline, encoding: str, *, unicode_literals: bool) -> Iterator[Occurrence]:
    if all(outline.prefix(quote).lower() in _USUAL_PREFIXES for quote in outline.prefixed) and (
        outline.text.isascii() or SURROGATES.search(outline.text) is None
    ):  # no two kinds side by side, so each literal with an escape can be looked at by itself
        if _UNUSUAL_ESCAPE.search(outline.text) is None:
            return
        groups: Iterator[list[Literal]] = ([literal] for literal in outline.literals_without_u(_UNUSUAL_ESCAPE))
    else:
        groups = _groups(outline)
    for group in groups:
        modern = next(
            (literal for literal in group if not set(literal.prefix) <= set("ubr") or literal.prefix == "rb"), None
        )
        if modern is not None:
            yield Occurrence(f"the string prefix `{modern.prefix}`", modern.start, Reading.ONLY_PYTHON3)
            continue
        is_mixed = len({"b" in literal.prefix for literal in group}) == 2
        for literal in group:
            yield from _literal(outline.text, literal, encoding, is_mixed=is_mixed, unicode_literals=unicode_literals)


def _groups(outline: Outline) -> Iterator[list[Literal]]:
    """The literals, those that stand side by side and make one string together."""
    group: list[Literal] = []
    for literal in outline.literals():
        if group and outline.code[group[-1].end : literal.start].strip(" \t\f"):
            yield group
            group = []
        group.append(literal)
    if group:
        yield group


def _literal(
    text: str, literal: Literal, encoding: str, *, is_mixed: bool, unicode_literals: bool
) -> Iterator[Occurrence]:
    if "b" in literal.prefix and not is_mixed:
        yield from _bytes(text, literal, encoding)
    elif "u" in literal.prefix or (unicode_literals and "b" not in literal.prefix):
        yield from _unicode(text, literal)
    else:
        yield from _native(text, literal, encoding)


def _bytes(text: str, literal: Literal, encoding: str) -> Iterator[Occurrence]:
    """`b'...'`: characters outside ASCII become escapes of their bytes."""
    body = text[literal.body]
    if body.isascii():
        return
    if literal.is_raw:
        cooked = _NON_ASCII.sub(lambda match: byte_escapes(match[0], encoding), _cooked(body, literal.quotes))
        edits: tuple[Edit, ...] = (Edit(literal.start, literal.end, f"b{literal.quotes}{cooked}{literal.quotes}"),)
    else:
        start = literal.body.start
        edits = tuple(
            Edit(start + match.start(), start + match.end(), byte_escapes(match[0], encoding))
            for match in _NON_ASCII.finditer(body)
        )
    yield Occurrence(constructs.STRING_BYTES, literal.start, Reading.ONLY_PYTHON2, edits)


def _unicode(text: str, literal: Literal) -> Iterator[Occurrence]:
    body = text[literal.body]
    is_ur = literal.prefix == "ur"
    if literal.is_raw and _RAW_UNICODE_ESCAPE.search(body):
        cooked = _cooked(body, literal.quotes, unicode_escapes=True)
        prefix = "u" if is_ur else ""
        new = f"{_apart(text, literal)}{prefix}{literal.quotes}{cooked}{literal.quotes}"
        edit = Edit(literal.start, literal.end, new)
        if is_ur:
            yield Occurrence(constructs.STRING_PREFIX, literal.start, Reading.ONLY_PYTHON2, (edit,))
        else:
            yield Occurrence(constructs.STRING_ESCAPE, literal.start, Reading.DIFFERENT, (edit,))
    elif is_ur:
        edit = delete(literal.start, literal.start + 1)
        yield Occurrence(constructs.STRING_PREFIX, literal.start, Reading.ONLY_PYTHON2, (edit,))
    if not literal.is_raw:
        yield from _undecodable(body, literal, text_escapes)


def _native(text: str, literal: Literal, encoding: str) -> Iterator[Occurrence]:
    """A literal without a prefix, or one with `b` beside such a literal: text from here on."""
    body = text[literal.body]
    if literal.is_raw and SURROGATES.search(body):
        cooked = SURROGATES.sub(lambda match: byte_escapes(match[0], encoding), _cooked(body, literal.quotes))
        edit = Edit(literal.start, literal.end, f"{_apart(text, literal)}{literal.quotes}{cooked}{literal.quotes}")
        yield Occurrence(constructs.UNDECODABLE, literal.start, Reading.ONLY_PYTHON2, (edit,))
        return
    if "b" in literal.prefix:
        edit = Edit(literal.start, literal.start + 1, _apart(text, literal))
        yield Occurrence(constructs.STRING_MIX, literal.start, Reading.ONLY_PYTHON2, (edit,))
    if not literal.is_raw:
        yield from _escapes(body, literal.body.start)
        yield from _undecodable(body, literal, lambda run: byte_escapes(run, encoding))


def _apart(text: str, literal: Literal) -> str:
    """What keeps a literal that loses its prefix from running into the quotes before it."""
    return " " if text[literal.start - 1 : literal.start] in ("'", '"') else ""


def _escapes(body: str, offset: int) -> Iterator[Occurrence]:
    for match in _ESCAPE.finditer(body):
        start = offset + match.start()
        if match["unicode"]:
            reading = Reading.DIFFERENT if _is_escape_of_python3(body, match.start()) else Reading.ONLY_PYTHON2
            yield Occurrence(constructs.STRING_ESCAPE, start, reading, (insert(start, "\\"),))
        elif match["octal"]:
            # A byte has eight bits; the ninth is dropped.
            edit = Edit(start + 1, start + 4, f"{int(match['octal'], 8) & 0xFF:03o}")
            yield Occurrence(constructs.STRING_ESCAPE, start, Reading.DIFFERENT, (edit,))


def _is_escape_of_python3(body: str, at: int) -> bool:
    match = _ESCAPE_OF_PYTHON3.match(body, at)
    if match is None or match["name"] is None:
        return match is not None
    try:
        unicodedata.lookup(match["name"])
    except KeyError:
        return False
    return True


def _undecodable(body: str, literal: Literal, escapes: Callable[[str], str | None]) -> Iterator[Occurrence]:
    for match in SURROGATES.finditer(body):
        new = escapes(match[0])
        if new is not None:
            start = literal.body.start + match.start()
            edit = Edit(start, start + len(match[0]), new)
            yield Occurrence(constructs.UNDECODABLE, start, Reading.ONLY_PYTHON2, (edit,))


def _cooked(body: str, quotes: str, *, unicode_escapes: bool = False) -> str:
    """The body of a raw literal, spelt for one that is not raw; `unicode_escapes` says that `\\u` is an escape in it."""

    def cook(match: re.Match[str]) -> str:
        count = len(match[0])
        following = body[match.end() : match.end() + 1]
        if unicode_escapes and count % 2 and following in ("u", "U"):
            return "\\\\" * (count - 1) + "\\"
        if count % 2 and following in ("'", '"'):
            return "\\\\" * count + "\\"
        if following in ("\n", "\r") and len(quotes) == 1:
            return "\\\\" * count + "\\n\\"
        return "\\\\" * count

    return _BACKSLASHES.sub(cook, body)
