"""From bytes to text and back: cookies, marks, newlines, and bytes that no encoding explains."""

from __future__ import annotations

import pytest

from porter.errors import SourceError
from porter.python2 import Dialect, parse, read
from tests.python2.exactness import difference
from tests.python2.oracle import Judge, Rejected

_BODY = "x = u'{0}', '{0}', b'{0}' # {0}\nif x:\n\tprint x\n"

ENCODED = [
    (b"# -*- coding: latin-1 -*-\n", "latin-1", "é"),
    (b"# coding=iso-8859-15\n", "iso-8859-15", "€"),
    (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n", "cp1252", "€"),
    (b"\n# coding: koi8-r\n", "koi8-r", "Я"),
    (b"# coding: euc-jp\n", "euc-jp", "日"),
    (b"# coding: shift_jis\n", "shift_jis", "表"),
    (b"# coding: gbk\n", "gbk", "中"),
    (b"# coding: utf-8\n", "utf-8", "日é"),
    (b"# coding: utf8\n", "utf-8", "日é"),
    (b"# coding: UTF_8\n", "utf-8", "é"),
    (b"# coding: utf-8-unix\n", "utf-8", "é"),
    (b"# coding: utf-8-sig\n", "utf-8", "é"),
    (b"# coding: Latin_1-unix\n", "latin-1", "é"),
    (b"\xef\xbb\xbf", "utf-8", "é"),
    (b"\xef\xbb\xbf# coding: utf-8\n", "utf-8", "é"),
    (b"\x0c\n  # encoding:\tlatin-1;\n", "latin-1", "é"),
]
NEWLINES = [b"\n", b"\r\n", b"\r"]


@pytest.mark.parametrize("newline", NEWLINES)
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize(("head", "encoding", "character"), ENCODED)
def test_file_is_decoded_as_its_cookie_says(
    head: bytes, encoding: str, character: str, newline: bytes, last: bool
) -> None:
    data = _file(head, encoding, character, newline, last)
    source = read(data, "a.py")
    assert f"u'{character}'" in source.original
    assert source.encode(source.original) == data
    assert source.bom is data.startswith(b"\xef\xbb\xbf")
    parse(source)


@pytest.mark.parametrize("newline", NEWLINES)
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize(("head", "encoding", "character"), ENCODED)
def test_27_decodes_it_alike(
    head: bytes, encoding: str, character: str, newline: bytes, last: bool, judge: Judge
) -> None:
    data = _file(head, encoding, character, newline, last)
    assert difference(data, "a.py", judge.tree(data)) is None


def _file(head: bytes, encoding: str, character: str, newline: bytes, last: bool) -> bytes:
    data = (head + _BODY.format(character).encode(encoding)).replace(b"\n", newline)
    return data if last else data.removesuffix(newline)


def test_utf8_without_a_cookie_is_understood() -> None:
    source = read("print 'é'\n".encode(), "a.py")
    assert (source.encoding, source.text) == ("utf-8", "__porter_print__('é')\n")


def test_rotated_file_is_read() -> None:
    source = read(b"# coding: rot13\ncevag 'uryyb'\n", "a.py")
    assert source.text.endswith("__porter_print__('hello')\n")
    assert source.encode(source.original) == source.original.encode()


def test_bytes_that_are_no_utf8_are_lowered_where_27_lets_them_be(judge: Judge) -> None:
    data = b"# coding: utf-8\n# caf\xe9 \x80\nx = '\xe9', r'\xe9\\d', b'\xe9', u'\xed\xa0\x80'\n"
    source = read(data, "a.py")
    assert source.text == ("# coding: utf-8\n# café €\nx = '\\xe9', '\\xe9\\\\d', b'\\xe9', u'\\ud800'\n")
    assert source.encode(source.original) == data
    assert difference(data, "a.py", judge.tree(data)) is None


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"# coding: bogus\n", (1, 1), "unknown encoding 'bogus'"),
        (b"\n# coding: mbcs2\n", (2, 1), "unknown encoding 'mbcs2'"),
        (b"# coding: string-escape\nx\n", (1, 1), "unknown encoding"),
        (b"# coding: hex\nx\n", (1, 1), "cannot be decoded as hex"),
        (b"# coding: undefined\nx\n", (1, 1), "cannot be decoded as undefined"),
        (b"# coding: ascii\r\nx = '\xe9'\r\n", (2, 6), "byte 0xe9 cannot be decoded as ascii"),
        (b"# coding: utf8\nx = '\xe9'\n", (2, 6), "byte 0xe9 cannot be decoded as utf8"),
        (b"x\n\n  '\xe9'\n", (3, 4), "no coding cookie"),
        (b"x\ry = '\xe9'", (2, 6), "no coding cookie"),
        (b"import os\n# coding: latin-1\n'\xe9'", (3, 2), "no coding cookie"),
        (b"\xef\xbb\xbf# coding: latin-1\n", (1, 1), "byte order mark"),
        (b"x = 1\nprint 1\0\n", (2, 8), "NUL"),
    ],
)
def test_undecodable_file_is_an_error_with_its_place(data: bytes, place: tuple[int, int], words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read(data, "bad.py")
    assert (caught.value.path, caught.value.line, caught.value.column) == ("bad.py", *place)


@pytest.mark.parametrize(
    "cookie",
    [
        *(
            "ascii",
            "latin-1",
            "cp037",
            "cp437",
            "utf-7",
            "utf-16",
            "utf-16-le",
            "utf-32",
            "hex",
            "base64",
            "zlib",
        ),
        *("bz2", "uu", "quopri", "mbcs", "idna", "punycode", "undefined", "unicode_internal", "raw_unicode_escape"),
        *("string_escape", "charmap", "iso2022_jp", "hz", "tis-620", "mac-roman", "utf8-sig", "utf-8-", ".latin", "-"),
    ],
)
def test_no_cookie_of_27_is_refused(cookie: str, judge: Judge) -> None:
    data = f"# coding: {cookie}\nx = 'a', u'b'\n".encode()
    try:
        expected = judge.tree(data)
    except Rejected:
        with pytest.raises(SourceError):
            parse(read(data, "a.py", Dialect.PYTHON2))
    else:
        assert difference(data, "a.py", expected) is None
