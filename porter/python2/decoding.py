"""From the bytes of a file to its text, by the rules that CPython 2.7 itself follows.

https://peps.python.org/pep-0263/

What 2.7 does beyond the PEP, found by running it:

- Only a comment may carry the cookie; a second line counts only when the first is blank or a comment.
- ``utf-8-anything`` is UTF-8, and ``latin-1-anything`` is Latin-1. Under these two spellings (not under ``utf8``)
  2.7 never decodes the file: bytes that are no UTF-8 are welcome in comments and byte strings. They become lone
  surrogates here (``surrogateescape``), and the front end lowers them.
- A cookie may name any codec that yields text, ``rot13`` included.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from porter.errors import SourceError

_BOM = codecs.BOM_UTF8
_COOKIE = re.compile(rb"[ \t\f]*#(?:[^\r\n]*?)coding[:=][ \t]*([-\w.]+)")
_FIRST_LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_BLANK_OR_COMMENT = re.compile(rb"[ \t\f]*(?:#.*)?\Z", re.DOTALL)
_ROT13 = frozenset({"rot13", "rot-13"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, and how its bytes spell it."""

    text: str
    encoding: str
    bom: bool


def decode(data: bytes, path: str) -> Decoded:
    """Decode a file as CPython 2.7 would; where 2.7 wants a cookie and has none, UTF-8 is understood too."""
    if (nul := data.find(b"\0")) >= 0:
        raise _error("a NUL byte: this is not a text file", data, nul, path)
    bom = data.startswith(_BOM)
    cookie = _cookie(data[len(_BOM) :] if bom else data)
    if bom:
        if cookie is not None and _plain_name(cookie) != "utf-8":
            raise SourceError(
                f"a UTF-8 byte order mark, and a coding cookie that says {cookie!r}",
                path=path,
                line=1,
                column=1,
                hint="remove one of the two",
            )
        return Decoded(data[len(_BOM) :].decode("utf-8", "surrogateescape"), "utf-8", True)
    if cookie is None:
        return Decoded(_without_cookie(data, path), "utf-8", False)
    match _plain_name(cookie):
        case "utf-8":
            return Decoded(data.decode("utf-8", "surrogateescape"), "utf-8", False)
        case "iso-8859-1":
            return Decoded(data.decode("latin-1"), "iso-8859-1", False)
        case _:
            return _by_codec(data, cookie, path)


def _cookie(data: bytes) -> str | None:
    """The encoding that the first two lines name."""
    first = _FIRST_LINE.match(data)
    assert first is not None
    found = _COOKIE.match(data)
    if found is None and _BLANK_OR_COMMENT.match(first[1]):
        found = _COOKIE.match(data, first.end())
    return found[1].decode("ascii", "replace") if found else None


def _plain_name(cookie: str) -> str:
    """2.7's normal name of an encoding: it knows two, by the first twelve characters."""
    name = cookie[:12].replace("_", "-").lower()
    if name == "utf-8" or name.startswith("utf-8-"):
        return "utf-8"
    for latin in ("latin-1", "iso-8859-1", "iso-latin-1"):
        if name == latin or name.startswith(latin + "-"):
            return "iso-8859-1"
    return cookie


def _without_cookie(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _error(
            f"byte 0x{data[error.start]:02x} is not UTF-8, and no coding cookie says what it is",
            data,
            error.start,
            path,
            hint="add a comment such as '# coding: latin-1' as the first line",
        ) from None


def _by_codec(data: bytes, cookie: str, path: str) -> Decoded:
    if cookie.replace("_", "-").lower() in _ROT13:
        # The cookie is rotated too, so the text that comes out has none and is UTF-8 from now on.
        return Decoded(codecs.decode(data.decode("latin-1"), "rot13"), "utf-8", False)
    try:
        codec = codecs.lookup(cookie).name
    except (LookupError, ValueError, ImportError):
        raise SourceError(
            f"unknown encoding {cookie!r}",
            path=path,
            line=_cookie_line(data),
            column=1,
            hint="correct the coding cookie, or save the file as UTF-8",
        ) from None
    try:
        return Decoded(data.decode(cookie), cookie, False)
    except UnicodeDecodeError as error:
        if codec == "utf-8" and _is_utf8_with_surrogates(data):
            return Decoded(data.decode("utf-8", "surrogateescape"), cookie, False)
        raise _error(
            f"byte 0x{data[error.start]:02x} cannot be decoded as {cookie}",
            data,
            error.start,
            path,
            hint="correct the coding cookie, or save the file as UTF-8",
        ) from None
    except (LookupError, ValueError, ArithmeticError) as error:
        raise SourceError(
            f"the file cannot be decoded as {cookie}: {error}",
            path=path,
            line=_cookie_line(data),
            column=1,
            hint="correct the coding cookie, or save the file as UTF-8",
        ) from None


def _is_utf8_with_surrogates(data: bytes) -> bool:
    """Whether 2.7's UTF-8 codec takes it: that one accepted encoded surrogates."""
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _cookie_line(data: bytes) -> int:
    return 1 if _COOKIE.match(data) else 2


def _error(message: str, data: bytes, at: int, path: str, *, hint: str | None = None) -> SourceError:
    before = data[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = before.rfind(b"\n") + 1
    return SourceError(message, path=path, line=before.count(b"\n") + 1, column=len(before) - start + 1, hint=hint)
