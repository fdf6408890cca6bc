"""Which Python a file speaks, told from its syntax alone."""

from __future__ import annotations

import pytest

from porter.errors import SourceError
from porter.python2 import Dialect, constructs, parse, read

PYTHON3 = [
    *("f'x'", "rb'x'", "async def f(): pass", "async def f():\n    await (x)", "[x async for x in y]", "nonlocal x"),
    *(
        "def f(a: int): pass",
        "def f(a, *, b): pass",
        "def f(a, /): pass",
        "def f(*a, b=1): pass",
        "def f() -> int: pass",
    ),
    *("x: int = 1", "self.x: int", "if (a := 1): pass", "print('x', file=f)", "print(*x)", "print('x', end='')"),
    *(
        "raise X from Y",
        "def f(): yield from x",
        "a, *b = c",
        "*a, b = c",
        "x = [*a]",
        "x = {**a}",
        "for a, *b in c: pass",
    ),
    *("try: pass\nexcept* E: pass", "match x:\n    case 1: pass", "a @ b", "a @= b", "1_000", "class A(B, x=1): pass"),
    *(
        "class A(metaclass=M): pass",
        "def f(): ...",
        "x = ...",
        "with (open(a) as b, c as d): pass",
        "def f[T](x): pass",
    ),
    *(
        "class A[T]: pass",
        "type X = int",
        "é = 1",
        "f(*a, *b)",
        "x = print",
        "sorted(x, key=print)",
        "lambda: print(x)",
    ),
    *("app.exec()", "exec(x, globals=g)", "print = log"),
]
EITHER = [
    *(
        "",
        "x = 1",
        "print(a)",
        "exec(a)",
        "exec(a, b)",
        "raise E(a)",
        "except_ = x",
        "x = unicode(xrange(3))",
        "f(x, (yield))",
    ),
    *(
        "try: pass\nexcept E as e: pass",
        "x = u'a' + b'b'",
        "def f(*a, **b): return None, True",
        "x[..., 1]",
        "@a\ndef f(): pass",
    ),
    *("match(x)[1].case = type", "from ... import x", "d = {\n  a: b,\n  c: -d}", "f(a, *b, **c)", "x = a if b else c"),
    *(
        "lambda a, *b: a",
        "def f(a=lambda b: 1, c={1: 2}, d=x[1:2]): pass",
        "x = a * b, c ** d",
        "class A(B(1), C): pass",
    ),
]
AMBIGUOUS = [
    ("print", constructs.PRINT),
    ("print()", constructs.PRINT),
    ("print(a, b)", constructs.PRINT),
    ("print (a), b", constructs.PRINT),
    ("print('%s') % a", constructs.PRINT),
    ("print(a).b", constructs.PRINT),
    ("exec((a,))[0]", constructs.EXEC),
    (r"'\u1234'", constructs.STRING_ESCAPE),
    (r"'\N{BULLET}'", constructs.STRING_ESCAPE),
    (r"'\400'", constructs.STRING_ESCAPE),
    ("from __future__ import unicode_literals\nr'\\u1234'", constructs.STRING_ESCAPE),
]


@pytest.mark.parametrize("text", PYTHON3)
def test_syntax_of_python3_alone_shows_it(text: str) -> None:
    source = read(text.encode(), "a.py")
    assert source.dialect is Dialect.PYTHON3
    assert (source.text, source.lowerings) == (text, ())


@pytest.mark.parametrize("text", EITHER)
def test_what_both_accept_shows_nothing(text: str) -> None:
    source = read(text.encode(), "a.py")
    assert source.dialect is Dialect.EITHER
    assert (source.text, source.lowerings, source.facts.ambiguous) == (text, (), ())


@pytest.mark.parametrize(("text", "construct"), AMBIGUOUS)
def test_what_both_read_differently_is_ambiguous(text: str, construct: str) -> None:
    source = read(f"x = 1\n{text}\n".encode(), "a.py")
    assert source.dialect is Dialect.EITHER
    assert source.text == source.original
    [(found, offset)] = source.facts.ambiguous
    assert found == construct
    assert offset >= len("x = 1\n")


@pytest.mark.parametrize(("text", "construct"), AMBIGUOUS)
def test_forced_python2_lowers_what_is_ambiguous(text: str, construct: str) -> None:
    source = read(text.encode(), "a.py", Dialect.PYTHON2)
    assert {lowering.construct for lowering in source.lowerings} == {construct}
    assert source.facts.ambiguous == ()


@pytest.mark.parametrize("dialect", [Dialect.PYTHON3, Dialect.EITHER])
@pytest.mark.parametrize("text", ["print 'x'", "print(a, b)", "x = `1` <> 0777L", "f'{x}'"])
def test_forced_dialects_but_python2_touch_nothing(text: str, dialect: Dialect) -> None:
    source = read(text.encode(), "a.py", dialect)
    assert (source.text, source.lowerings, source.dialect) == (text, (), dialect)


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("print 'x'\nf'y'", (2, 1), "the string prefix `f`"),
        ("print 'x'\n\n  # c\nx: int = 1", (4, 1), "annotation"),
        ("x = `1`\nasync def f(): pass", (2, 1), "the keyword `async`"),
        ("print 'x'\nprint(y, file=f)", (2, 1), "print"),
        ("exec 'x'\ny = print", (2, 5), "`print` as a name"),
    ],
)
def test_a_mixture_of_both_is_an_error_at_the_python3_place(text: str, place: tuple[int, int], what: str) -> None:
    with pytest.raises(SourceError, match=what) as caught:
        parse(read(text.encode(), "a.py"))
    assert "mixes both" in caught.value.message
    assert (caught.value.line, caught.value.column) == place


def test_python3_that_parses_is_python3_though_it_looks_like_python2_somewhere() -> None:
    source = read(b"print >>f, x\nf'y'", "a.py")
    assert source.dialect is Dialect.PYTHON3


def test_exceptions_without_parentheses_are_no_proof_against_python3() -> None:
    source = read(b"try: pass\nexcept A, B: pass\nx: int = 1\n", "a.py")
    assert source.dialect is Dialect.PYTHON3
