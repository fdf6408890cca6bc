"""The rules of the language's smaller changes, PORT069 to PORT099: what they convert, what they report, and when they keep quiet."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.python2.source import Dialect
from porter.rewriting.conversion import Conversion, Outcome, Risk
from porter.rewriting.options import Options, Target


def _port(source: str, beside: dict[str, str] | None = None, *, python: tuple[int, int] = (3, 11)) -> Conversion:
    files = {"a.py": source, **(beside or {})}
    summaries = [summarise_bytes(text.encode(), path, Dialect.PYTHON2) for path, text in files.items()]
    tree = TreeIndex.of(summaries).slice("a.py")
    return convert_bytes(source.encode(), "a.py", tree, Options(target=Target.PYTHON3, python=python))


def _findings(conversion: Conversion, code: str) -> list[tuple[Outcome, Risk | None, int]]:
    return [(item.outcome, item.risk, item.line) for item in conversion.findings if item.code == code]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("exec u'print 1'\n", "exec(u'print(1)')\n", id="a unicode literal"),
        pytest.param("exec \"print 'a', `x`\"\n", "exec(\"print('a', repr(x))\")\n", id="quotes stay"),
        pytest.param("exec 'print 1,'\n", "exec('print(1, end=\" \")')\n", id="the program goes on behind it"),
        pytest.param("exec '''a <> b\r\nc <> d'''\r\n", "exec('''a != b\r\nc != d''')\r\n", id="line ends of the file"),
        pytest.param("exec 'a' ' <> b'\n", "exec('a != b')\n", id="two pieces"),
        pytest.param("eval(' 7 / 2')\nx = `1`\n", "eval(' 7 // 2')\nx = repr(1)\n", id="a blank before an expression"),
        pytest.param(
            "import timeit\nprint timeit.timeit('d.has_key(1)', 'd = {}; x = `1`')\n",
            "import timeit\nprint(timeit.timeit('1 in d', 'd = {}; x = repr(1)'))\n",
            id="a statement and its setup",
        ),
        pytest.param(
            "exec '''\\\nimport Queue\nq = Queue.Queue()\n'''\n",
            "exec('''import queue\nq = queue.Queue()\n''')\n",
            id="modules are renamed within it",
        ),
    ],
)
def test_code_in_a_string_is_converted(before: str, after: str) -> None:
    assert _port(before).text == after


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("exec 'import Queue'\nprint Queue.Queue()\n", id="the file uses the module's old name"),
        pytest.param("code = 'print 1'\nexec code\nprint code\n", id="the text is printed too"),
        pytest.param("print eval('reduce(max, x)')\n", id="an expression cannot import"),
        pytest.param("def unichr(n): return n\nprint eval('unichr(3)')\n", id="the module's own function"),
        pytest.param("exec 'print %d' % n\n", id="something is formatted into it"),
        pytest.param("print eval('a / b')\n", id="the division is not certain"),
    ],
)
def test_code_in_a_string_is_reported_where_it_is_not_alone(source: str) -> None:
    conversion = _port(source)
    assert {outcome for outcome, _, _ in _findings(conversion, "PORT070")} == {Outcome.ADVISED}
    assert next(line for line in source.split("\n") if "'" in line).split("'")[1] in conversion.text


def test_code_that_is_no_python_is_left() -> None:
    assert not _findings(_port("x = `1`\nexec 'this is no program'\n"), "PORT070")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("hasattr(x, 'next')\n", "hasattr(x, '__next__')\n", id="next"),
        pytest.param('getattr(d, "iteritems")()\n', 'getattr(d, "items")()\n', id="iteritems"),
        pytest.param("getattr(f, u'im_func', f)\n", "getattr(f, u'__func__', f)\n", id="a default"),
    ],
)
def test_attribute_in_a_string_is_renamed(before: str, after: str) -> None:
    assert _port(before).text == after


def test_attribute_in_a_string_that_a_class_defines_is_reported() -> None:
    conversion = _port("getattr(x, 'next')()\n", {"b.py": "class Node(object):\n    def next(self, n): return `n`\n"})
    assert _findings(conversion, "PORT071") == [(Outcome.ADVISED, None, 1)]


def test_attribute_in_a_string_follows_the_renamed_keyword() -> None:
    source = "class J(object):\n    def async(self): return 1\nj = J()\ngetattr(j, 'async')()\nj.async()\n"
    assert _port(source).text == source.replace("async", "async_")


def test_attribute_with_a_keyword_s_name_that_another_file_sets_is_renamed_alike() -> None:
    beside = {"b.py": "class J(object):\n    def __init__(self):\n        self.await = `2`\n"}
    source = "from b import J\nj = J()\nj.await, getattr(j, 'await')\n"
    assert _port(source, beside).text == source.replace("await", "await_")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            "class P(Q):\n    def __new__(cls, x): return super(P, cls).__new__(cls, x)\n", id="the base may take it"
        ),
        pytest.param(
            "class P(tuple):\n    def __new__(cls, x): return super(P, cls).__new__(cls, x)\n", id="tuple takes it"
        ),
        pytest.param(
            "class P(object):\n    def __new__(cls, x): return object.__new__(cls)\n", id="nothing is handed on"
        ),
    ],
)
def test_arguments_that_are_taken_stay(source: str) -> None:
    assert _port(source).text == source


def test_arguments_with_effects_are_reported() -> None:
    source = (
        "class P(object):\n    def __new__(cls, x): return object.__new__(cls, x())\n    def __init__(self, x): pass\n"
    )
    assert _findings(_port(source), "PORT072") == [(Outcome.ADVISED, None, 2)]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("class E: pass\nclass F(E): pass\nraise F\n", 1, id="a base is made one"),
        pytest.param(
            "class E:\n    pass\ntry:\n    f()\nexcept (ValueError, E), e:\n    pass\n", 1, id="caught by a tuple"
        ),
        pytest.param("class Stop():\n    pass\nraise Stop, 'x'\n", 1, id="empty parentheses"),
    ],
)
def test_class_that_is_raised_becomes_an_exception(source: str, line: int) -> None:
    conversion = _port(source)
    assert _findings(conversion, "PORT073") == [(Outcome.APPLIED, Risk.SUGGESTED, line)]
    assert "(Exception):" in conversion.text.split("\n")[line - 1]


def test_class_with_args_of_its_own_is_left() -> None:
    source = "class E:\n    def __init__(self):\n        self.args = `3`\nraise E()\n"
    assert _findings(_port(source), "PORT073") == [(Outcome.ADVISED, None, 1)]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("__metaclass__ = type\nclass E: pass\nraise E\n", id="all classes are new-style here"),
        pytest.param("from errors import Base\nclass E(Base): pass\nraise E\n", id="the base is out of sight"),
    ],
)
def test_class_that_may_be_an_exception_stays(source: str) -> None:
    assert not _findings(_port(source), "PORT073")


def test_error_class_that_another_file_may_raise_is_reported() -> None:
    assert _findings(_port("class AppError:\n    code = `1`\n"), "PORT073") == [(Outcome.ADVISED, None, 1)]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        pytest.param("try:\n    f()\nexcept OSError:\n    a()\nexcept IOError:\n    b()\n", [5], id="the other way"),
        pytest.param(
            "import socket\ntry:\n    f()\nexcept IOError:\n    a()\nexcept socket.error:\n    b()\n",
            [],
            id="socket.error was an IOError",
        ),
        pytest.param(
            "import select, socket\ntry:\n    f()\nexcept socket.error:\n    a()\nexcept select.error:\n    b()\n",
            [6],
            id="select.error",
        ),
        pytest.param(
            "try:\n    f()\nexcept EnvironmentError:\n    a()\nexcept OSError:\n    b()\n", [], id="never reached"
        ),
    ],
)
def test_handler_that_is_never_reached_is_reported(source: str, lines: list[int]) -> None:
    assert [line for _, _, line in _findings(_port(f"{source}x = `1`\n"), "PORT076")] == lines


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        pytest.param(
            "def f():\n    try:\n        g()\n    except E:\n        return\n    raise\n", [], id="it has left"
        ),
        pytest.param("def f():\n    try:\n        g()\n    except E:\n        pass\n    raise\n", [6], id="it goes on"),
        pytest.param(
            "try:\n    g()\nexcept E:\n    try:\n        h()\n    finally:\n        k()\n    raise\n",
            [],
            id="no inner handler",
        ),
        pytest.param(
            "try:\n    g()\nexcept E:\n    def again():\n        raise\n    again()\n", [], id="a function of its own"
        ),
    ],
)
def test_raise_that_finds_another_exception_is_reported(source: str, lines: list[int]) -> None:
    assert [line for _, _, line in _findings(_port(f"{source}x = `1`\n"), "PORT077")] == lines


def test_look_up_that_a_test_guards_is_no_error() -> None:
    source = "class R(object):\n    def __getattr__(self, n):\n        if n in d: return d[n]\n        raise AttributeError(`n`)\n"
    assert not _findings(_port(source), "PORT068")


def test_class_of_numbers_with_a_repr_alone_is_reported_for_python_3_8() -> None:
    source = "class N(long):\n    def __repr__(self): return 'N'\nprint str(N(3))\n"
    assert _findings(_port(source), "PORT082") == [(Outcome.ADVISED, None, 2)]
    assert not _findings(_port(source, python=(3, 7)), "PORT082")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("'{{{:5}}}'.format([])\n", "'{{{!s:5}}}'.format([])\n", id="doubled braces"),
        pytest.param("'{a:5}{b:5}'.format(a=1, b=())\n", "'{a:5}{b!s:5}'.format(a=1, b=())\n", id="named"),
        pytest.param("format(None, '5')\n", "format(str(None), '5')\n", id="the function"),
        pytest.param("'%04x' % 1.0\n", "'%04x' % int(1.0)\n", id="a float in hex"),
        pytest.param("'{:5}'.format(x)\n", "'{:5}'.format(x)\n", id="unknown"),
    ],
)
def test_format_fits_its_value(before: str, after: str) -> None:
    assert _port(before).text == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("d = b'ab'\nn = d[i]\n", "d = b'ab'\nn = bytes([d[i]])\n", id="an unknown index"),
        pytest.param("d = b'ab'\nif d[0] == 'a': pass\n", "d = b'ab'\nif bytes([d[0]]) == b'a': pass\n", id="compared"),
        pytest.param(
            "x = [c for c in b'ab']\n", "x = [c for c in (bytes([n]) for n in b'ab')]\n", id="a comprehension"
        ),
        pytest.param("b'a'.startswith(('a', 'b'))\n", "b'a'.startswith((b'a', b'b'))\n", id="a tuple of prefixes"),
        pytest.param("d = b'a'\nd += 'b'\n", "d = b'a'\nd += b'b'\n", id="added in place"),
        pytest.param("x = b'a' in ('a', u'b')\n", "x = b'a' in (b'a', u'b')\n", id="one of several"),
        pytest.param("x = b'%s %d' % (3, 4)\n", "x = b'%s %d' % (str(3).encode(), 4)\n", id="a number as text"),
        pytest.param("d = b'a'\nx = unicode(d)\n", "d = b'a'\nx = d.decode(\"ascii\")\n", id="made unicode"),
        pytest.param("x = 'é' + b'a'\n", "x = 'é' + b'a'\n", id="no ASCII"),
    ],
)
def test_bytes_meet_bytes(before: str, after: str) -> None:
    cookie = "# -*- coding: utf-8 -*-\n"
    assert _port(cookie + before).text == cookie + after


def test_what_is_encoded_is_no_text_beside_bytes() -> None:
    assert not _findings(_port("x = b'a' + u'b'.encode('utf-8')\ny = `x`\n"), "PORT081")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("x = '\\d\\n'\n", "x = '\\\\d\\n'\n", id="beside another escape"),
        pytest.param("x = b'\\d\\u'\n", "x = rb'\\d\\u'\n", id="bytes know no \\u"),
        pytest.param("x = 1 if'\\d' else 2\n", "x = 1 if'\\\\d' else 2\n", id="no room for a prefix"),
        pytest.param("x = '\\d' '\\n' \"it's \\.\"\n", "x = r'\\d' '\\n' r\"it's \\.\"\n", id="piece by piece"),
        pytest.param("x = 1  # it's '\\d'\n", "x = 1  # it's '\\d'\n", id="a comment"),
        pytest.param("def f():\n    '''\\d'''\n", "def f():\n    r'''\\d'''\n", id="a docstring"),
    ],
)
def test_backslash_that_escapes_nothing(before: str, after: str) -> None:
    assert _port(before).text == after


@pytest.mark.parametrize(
    ("source", "code", "python"),
    [
        pytest.param("def f():\n    try: pass\n    finally:\n        return 1\n", "PORT084", (3, 13), id="finally"),
        pytest.param("def f():\n    locals()['x'] = 1\n", "PORT085", (3, 12), id="locals"),
        pytest.param('"""Usage\n    x"""\nprint __doc__\n', "PORT086", (3, 12), id="docstrings"),
        pytest.param("print sum([0.1])\n", "PORT087", (3, 11), id="sums"),
        pytest.param("x = 10 ** 5000\n", "PORT097", (3, 10), id="digits"),
        pytest.param("class T(object):\n    def __trunc__(self): return 1\n", "PORT034", (3, 13), id="__trunc__"),
    ],
)
def test_change_of_a_later_python_concerns_no_earlier_one(source: str, code: str, python: tuple[int, int]) -> None:
    later = (python[0], python[1] + 1)
    assert not _findings(_port(source, python=python), code)
    assert [outcome for outcome, _, _ in _findings(_port(source, python=later), code)] == [Outcome.ADVISED]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("def f(**k): return dict(k, **k)\n", "def f(**k): return dict(k, **k)\n", id="names of arguments"),
        pytest.param("x = dict(a, **b.c)\n", "x = {**dict(a), **b.c}\n", id="both out of sight"),
        pytest.param("x = dict(a, b=1, **c)\n", "x = dict(a, b=1, **c)\n", id="other names beside"),
        pytest.param(
            "x = dict(vars(a), **a.__dict__)\n", "x = dict(vars(a), **a.__dict__)\n", id="attributes are texts"
        ),
    ],
)
def test_merged_dicts_take_any_key(before: str, after: str) -> None:
    assert _port(before).text == after


def test_listed_variable_that_a_function_reads_is_bound_by_a_loop() -> None:
    source = "def last(): return x\nys = [x for x in (1, 2)]\nprint last()\n"
    assert "for x in (1, 2):\n    ys.append(x)\n" in _port(source).text


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("print y, [y for y in (1, 2)], y\n", id="the variable is read before"),
        pytest.param("f(g(), [y for y in (1, 2)])\nf(y)\n", id="a call comes before"),
        pytest.param("x += sum([y for y in (1, 2)])\nf(y)\n", id="added to what was read before"),
        pytest.param("f([y # all\n   for y in (1, 2)])\nf(y)\n", id="a comment inside"),
        pytest.param("if [y for y in (1, 2)]: f(y)\n", id="a condition"),
    ],
)
def test_leak_that_no_loop_can_stand_before_is_reported(source: str) -> None:
    assert {outcome for outcome, _, _ in _findings(_port(f"y = `1`\n{source}"), "PORT054")} == {Outcome.ADVISED}


def test_files_that_may_be_python_3_are_told_little() -> None:
    source = "class P:\n    __slots__ = ['x']\n    def __eq__(self, o): return True\n    __hash__ = None\nx = str(set([1])), hash('a')\n"
    tree = TreeIndex.of([summarise_bytes(source.encode(), "a.py", None)]).slice("a.py")
    conversion = convert_bytes(source.encode(), "a.py", tree, Options(target=Target.PYTHON3, python=(3, 11)))
    assert not conversion.findings


@pytest.mark.parametrize(
    ("example", "shown", "expected"),
    [
        pytest.param("1L + 2", "3L", "3", id="a long"),
        pytest.param("print '3L'", "3L", "3L", id="printed text"),
        pytest.param("f('Fanta 2L')", "'Fanta 2L'", "'Fanta 2L'", id="inside a text"),
        pytest.param("print [1L, u'a']", "[1L, u'a']", "[1, 'a']", id="a printed list"),
        pytest.param("print '10L of u\"milk\"'", '10L of u"milk"', '10L of u"milk"', id="no value at all"),
        pytest.param("Bag()", "<Bag x,3L>", "<Bag x,3L>", id="a repr that is no expression"),
        pytest.param("Point(1L)", "Point(x=1L, y=u'z')", "Point(x=1, y='z')", id="a repr that is one"),
    ],
)
def test_a_doctest_s_output_loses_only_what_python_3_does_not_show(example: str, shown: str, expected: str) -> None:
    source = f"x = 0777\ndef f():\n    '''\n    >>> {example}\n    {shown}\n    '''\n".replace("'''", '"""')
    assert f"\n    {expected}\n" in _port(source).text


@pytest.mark.parametrize(
    ("code", "source"),
    [
        pytest.param(
            "PORT116",
            "import tempfile\nf = tempfile.NamedTemporaryFile('w+b', 0)\nf.write('text')\nprint `1`\n",
            id="text needs a buffer",
        ),
        pytest.param(
            "PORT116",
            "import tempfile\nf = tempfile.TemporaryFile()\nf.write('text')\nf.seek(-2, 2)\nprint `1`\n",
            id="text has no places from its end",
        ),
        pytest.param("PORT081", "name = b'bob'\nprint 'hi ' + name\n", id="bytes that are printed read b'…'"),
        pytest.param("PORT081", "print b'\\N{DEGREE SIGN}'\n", id="an escape in text alone"),
        pytest.param("PORT080", "data = b'abc'\nprint '%c' % data[0]\n", id="a number is formatted as a character"),
        pytest.param("PORT080", "data = b'abc'\nprint data[0]\n", id="an item that is printed reads b'…'"),
        pytest.param("PORT089", "i = 3\nprint i is not 3L\n", id="a long is never the same object"),
        pytest.param(
            "PORT080",
            "data = b'abc'\nmade = bytearray()\nmade.append(data[0])\nprint `1`\n",
            id="a bytearray takes numbers",
        ),
        pytest.param(
            "PORT128",
            "import functools, types\nclass A(object): pass\n"
            "A.f = types.MethodType(functools.partial(max, 1), None, A)\nprint `1`\n",
            id="a callable that gets no instance",
        ),
        pytest.param(
            "PORT072",
            "class N(object):\n    def __new__(cls, n): return super(N, cls).__new__(cls, n)\n"
            "class T(N, str): pass\nprint `T('abc')`\n",
            id="the next class takes arguments",
        ),
    ],
)
def test_what_would_do_something_else_is_not_changed(code: str, source: str) -> None:
    assert Outcome.APPLIED not in {outcome for outcome, _, _ in _findings(_port(source), code)}


def test_a_loop_s_items_are_bytes_and_a_bytearray_gets_their_numbers() -> None:
    source = "data = b'ab\\x03'\nmade = bytearray()\nfor c in data:\n    if c == '\\x03': break\n    made.append(c)\nprint len(made)\n"
    assert _port(source).text == (
        "data = b'ab\\x03'\nmade = bytearray()\nfor c in (bytes([n]) for n in data):\n    if c == b'\\x03': break\n"
        "    made.append(ord(c))\nprint(len(made))\n"
    )


@pytest.mark.parametrize(("handler", "base"), [("Exception", "BaseException"), ("ValueError", "Exception")])
def test_a_classic_exception_is_not_swallowed(handler: str, base: str) -> None:
    source = f"class Stop: pass\ntry:\n    try:\n        raise Stop()\n    except {handler}:\n        print 1\nexcept Stop:\n    print 2\n"
    assert f"class Stop({base}):" in _port(source).text


def test_a_socket_s_text_gets_no_buffer_where_others_read_the_socket() -> None:
    source = "import socket\na, b = socket.socketpair()\nf = a.makefile('r', 0)\nn = f.readline().strip()\nprint len(a.recv(int(n)))\n"
    assert {outcome for outcome, _, _ in _findings(_port(source), "PORT207")} == {Outcome.ADVISED}


def test_a_docstring_with_escapes_is_reported_and_not_backed_out() -> None:
    source = 'x = 0777\ndef f():\n    """\n    >>> print "a\\\\tb"\n    a\tb\n    """\n'
    assert {outcome for outcome, _, _ in _findings(_port(source), "PORT120")} == {Outcome.ADVISED}


def test_a_comment_behind_a_literal_of_several_lines_silences_what_is_said_of_it() -> None:
    source = 'x = 0777\ndef f():\n    """\n    >>> print 1\n    1\n    """  # porter: ignore[PORT120]\n'
    assert ">>> print 1\n" in _port(source).text
    assert {outcome for outcome, _, _ in _findings(_port(source), "PORT120")} == {Outcome.SUPPRESSED}
