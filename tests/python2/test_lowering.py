"""What each construct is lowered to, and what stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from porter.python2 import Dialect, Source, parse, read
from tests.python2.exactness import difference
from tests.python2.lowered import ALL, CASES
from tests.python2.oracle import Judge
from tests.python2.programs import files


def lower(old: str) -> Source:
    return read(old.encode(), "old.py", Dialect.PYTHON2)


@pytest.mark.parametrize(
    ("old", "new"), ALL, ids=[f"{group}-{at}" for group in CASES for at in range(len(CASES[group]))]
)
def test_construct_is_lowered(old: str, new: str) -> None:
    source = lower(old)
    assert source.text == new
    parse(source)


@pytest.mark.parametrize(("old", "new"), ALL)
def test_python2_agrees_with_the_case(old: str, new: str, judge: Judge) -> None:
    data = old.encode() if old.isascii() else b"# coding: utf-8\n" + old.encode()
    assert difference(data, "old.py", judge.tree(data)) is None


@pytest.mark.parametrize(("old", "new"), [case for group in CASES if group != "indentation" for case in CASES[group]])
def test_syntax_alone_shows_python2(old: str, new: str) -> None:
    source = read(old.encode(), "old.py")
    assert (source.text == new) is (source.dialect is Dialect.PYTHON2)


def test_patterns_of_tuple_parameters_are_facts() -> None:
    source = lower("def f(a, (b, (c, True))=1, *d): return lambda (async, e): e")
    assert source.facts.tuple_parameters == {
        "__porter_tuple_1__": "(b, (c, __porter_name_True__))",
        "__porter_tuple_2__": "(__porter_name_async__, e)",
    }


def test_future_imports_are_facts() -> None:
    source = lower("from __future__ import (division, unicode_literals as u)\nfrom a.b import print_function\nx = `1`")
    assert source.facts.future == {"division", "unicode_literals"}


def test_print_is_a_statement_until_the_future_import() -> None:
    source = lower("print 1\nfrom __future__ import print_function\nprint(1, file=f)")
    assert source.text == "__porter_print__(1)\nfrom __future__ import print_function\nprint(1, file=f)"


@pytest.mark.parametrize(
    "untouched",
    [
        "x = 'print a <> `b` 0777'",
        "x = 1 # print a, `b`",
        "'''\nprint a\n\texcept E, e:\n'''",
        "f(a=None, b=(None, True))",
        "x = y = None",
        "x, y = None, True",
        "d[None, True] = f(None).x = 1",
        "for x in None, True: pass",
        "from . . import x",
        "f((x for x in y), 1)",
        "b, (a) = 1, 2",
        "if (a)==1: pass",
        "x = 1e-07 + 0.05 + 100 + 0x0f",
        "x = r'\\u12', u'\\u1234', b'\\u12'",
        "if a:\n\tb\n\tc\n\f\nd",
        "raise_ = except_ = print_ = exec_",
        "class A(a if b else c): pass",
    ],
)
def test_what_both_read_alike_is_not_touched(untouched: str) -> None:
    assert lower(untouched).text == untouched


@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=files())
def test_only_the_lowered_places_change(data: bytes) -> None:
    try:
        source = read(data, "program.py", Dialect.PYTHON2)
    except Exception as error:
        assert "program.py" in str(error)
        return
    at = lowered_at = 0
    for lowering in source.lowerings:
        assert source.original[at : lowering.start] == source.text[lowered_at : lowering.lowered_start]
        assert source.original[lowering.start : lowering.end] == lowering.old
        assert source.text[lowering.lowered_start : lowering.lowered_end] == lowering.new
        at, lowered_at = lowering.end, lowering.lowered_end
    assert source.original[at:] == source.text[lowered_at:]
