"""Bad input is an error with its place in the original file, soon, and never a crash."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from porter.errors import SourceError
from porter.python2 import Dialect, parse, read

_TOKENS = st.sampled_from(
    [
        *(
            "print ",
            "exec ",
            "raise ",
            "except ",
            "lambda ",
            "def f(",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "`",
            "'",
            '"',
            "'''",
        ),
        *(
            ",",
            ":",
            "=",
            "\n",
            "\r",
            "\t",
            " ",
            "\\",
            "\\\n",
            "#",
            "0777",
            "10L",
            "ur",
            "b",
            "<>",
            "in ",
            "for ",
            "if ",
        ),
        *(
            "True",
            "async",
            "...",
            ". . .",
            ">>",
            "*",
            "@",
            "é",
            "x",
            "1",
            ";",
            "import ",
            "from ",
            "as ",
            "\x0c",
            "\x01",
        ),
    ]
)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("x = 'abc\ny", (1, 5), "string is never closed"),
        ("x\n'''abc\n\n", (2, 1), "string is never closed"),
        ("print (1\nx = 2\n", (1, 7), "never closed"),
        ("x = 1)", (1, 6), "unmatched"),
        ("x = (1]", (1, 7), "does not match"),
        ("print `x", (1, 7), "backtick"),
        ("x\n__porter_print__(1)", (2, 1), "reserved"),
        ("print 1\nprint 2 3", (2, 7), "invalid syntax"),
        ("print 1\n\tprint 2", (2, 1), "indent"),
        ("print 'a', 'b'; x = = 1", (1, 21), "invalid syntax"),
        ("try:\n  pass\nexcept E, e:\n  print e +\n", (4, 12), "invalid syntax"),
        ("x = \x02", (1, 5), "invalid character"),
    ],
)
def test_syntax_error_names_its_original_place(text: str, place: tuple[int, int], words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        parse(read(text.encode(), "bad.py", Dialect.PYTHON2))
    assert (caught.value.path, caught.value.line, caught.value.column) == ("bad.py", *place)


def test_marker_in_a_string_or_comment_is_no_collision() -> None:
    source = read(b"x = '__porter_print__' # __porter_raise__", "a.py")
    assert source.text == source.original


@pytest.mark.parametrize("text", ["x = " + "1 + " * 20_000 + "1", "(" * 5000 + ")" * 5000, "x = " + "-" * 20_000 + "1"])
def test_too_deep_for_the_parser_is_an_error(text: str) -> None:
    with pytest.raises(SourceError):
        parse(read(text.encode(), "deep.py"))


@pytest.mark.parametrize(
    "text",
    [
        "print " + "`" * 20_001,
        "x = " + "'a' b'b' " * 20_000,
        "x = 0" * 50_000,
        "a, " * 50_000 + "*b",
        "print (" * 50_000,
        "lambda (a): " * 3_000 + "1",
        "f(" + "x for x in y, " * 3_000 + ")",
        "[x for x in 1, " * 150 + "]" * 150,
        "True, " * 20_000,
        "from x import " + "True, " * 5_000 + "y",
        "x = [" + "True, " * 20_000 + "]",
        "f(" + "a=None, " * 20_000 + ")",
        "\\\n" * 50_000,
        "'" + "\\u" * 50_000 + "'",
        "ur'" + "\\" * 50_000 + "u1234'",
        "(\n" * 20_000,
        "def f(" + "(a, b), " * 3_000 + "): pass",
        "1" * 200_000,
        "\t \t \n" * 50_000,
        "x = " + "``1`+`" * 3_000,
    ],
)
def test_strange_input_takes_no_long_time(text: str) -> None:
    started = time.perf_counter()
    try:
        parse(read(text.encode(), "strange.py", Dialect.PYTHON2))
    except SourceError as error:
        assert error.path == "strange.py"
    assert time.perf_counter() - started < 10


@settings(max_examples=400, deadline=None, derandomize=True)
@given(text=st.lists(_TOKENS, max_size=25).map("".join), dialect=st.sampled_from([None, *Dialect]))
@example(text="(\x01)", dialect=None)
@example(text="\\", dialect=Dialect.PYTHON2)
@example(text="@", dialect=None)
def test_any_text_is_read_or_refused(text: str, dialect: Dialect | None) -> None:
    try:
        parse(read(text.encode(), "any.py", dialect))
    except SourceError as error:
        assert error.path == "any.py"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.binary(max_size=60))
@example(data=b"# coding: \n")
@example(data=b"# coding: idna\n" + b"." * 100)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        source = read(data, "any.py")
    except SourceError as error:
        assert error.path == "any.py"
    else:
        assert source.dialect in Dialect
