"""Rules of the language and its builtins: what they say, when they keep quiet, what they do where much comes together."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.errors import ConversionError
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target

_PYTHON2 = "x = 0777\n"  # a literal that makes the file Python 2


def _port(source: str, beside: dict[str, str] | None = None, *, python: tuple[int, int] = (3, 11)) -> Conversion:
    files = {"a.py": source, **(beside or {})}
    tree = TreeIndex.of([summarise_bytes(text.encode(), path, None) for path, text in files.items()]).slice("a.py")
    return convert_bytes(source.encode(), "a.py", tree, Options(target=Target.PYTHON3, python=python))


def _text(source: str, beside: dict[str, str] | None = None) -> str:
    return _port(source + _PYTHON2, beside).text.removesuffix("x = 0o777\n")


def _advice(source: str, beside: dict[str, str] | None = None) -> list[tuple[str, int]]:
    conversion = _port(source + _PYTHON2, beside)
    return [(finding.code, finding.line) for finding in conversion.findings if finding.outcome is Outcome.ADVISED]


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        pytest.param("raise 'wrong'\n", "PORT048", 1, id="a string is raised"),
        pytest.param("try:\n    f()\nexcept 'wrong':\n    pass\n", "PORT048", 3, id="a string is caught"),
        pytest.param("sorted([1, 'a'])\n", "PORT049", 1, id="a list of two types is sorted"),
        pytest.param("if 3 > None:\n    pass\n", "PORT049", 1, id="a number and None"),
        pytest.param("n = 1\nif n < 'a':\n    pass\n", "PORT049", 2, id="a number and a text"),
        pytest.param("round(n)\n", "PORT050", 1, id="round to a whole number"),
        pytest.param("oct(n)\n", "PORT052", 1, id="oct"),
        pytest.param("from m import order\nrows.sort(order)\n", "PORT031", 2, id="sort by what may be a comparison"),
        pytest.param("g.throw('wrong')\n", "PORT046", 1, id="a string is thrown"),
        pytest.param("execfile('a', globals={})\n", "PORT021", 1, id="execfile with a keyword"),
        pytest.param("izip(a, b)\n", "PORT101", 1, id="a name that only itertools had, bound nowhere"),
        pytest.param("x = string.join(a)\n", "PORT101", 1, id="a module bound nowhere, or a str"),
        pytest.param("d = {}\nd.popitem()\n", "PORT053", 2, id="popitem of a dict"),
        pytest.param("d = {1: 2, 3: 4}\nfirst = d.keys()[0]\n", "PORT053", 2, id="the first key"),
        pytest.param("f(1, [y for y in (1, 2)])\nf(y)\n", "PORT054", 2, id="a list comprehension leaks"),
        pytest.param(
            "def f(ys):\n    n = f(1, [len(y) for y in ys])\n    if n:\n        return y\n",
            "PORT054",
            4,
            id="a leak, in a branch",
        ),
        pytest.param("half = n / 2\n", "PORT030", 1, id="division of what is not known"),
        pytest.param("ask = rows.next\n", "PORT014", 1, id="a method next that is kept"),
        pytest.param(
            "import m\nclass A(m.B):\n    def next(self): pass\n", "PORT015", 3, id="next under a base from elsewhere"
        ),
        pytest.param("def f(it):\n    return it.next\n", "PORT014", 2, id="a method next that is returned"),
        pytest.param(
            "class A:\n    def __init__(self, it):\n        self.next = it.next\n    def __iter__(self): return self\n",
            "PORT014",
            3,
            id="next of an object, not of its class",
        ),
        pytest.param("n /= 2\n", "PORT030", 1, id="augmented division of what is not known"),
        pytest.param("for n in map(str, a, b): pass\n", "PORT027", 1, id="map pads, in no list"),
        pytest.param("class Log(file):\n    pass\n", "PORT022", 1, id="a subclass of file"),
        pytest.param("coerce(1, 2.0)\n", "PORT024", 1, id="coerce"),
        pytest.param("data.encode('hex')\n", "PORT057", 1, id="a codec between bytes"),
        pytest.param("class A:\n    def __coerce__(self, other):\n        pass\n", "PORT034", 2, id="__coerce__"),
        pytest.param(
            "class A:\n    def __getslice__(self, i, j):\n        pass\n", "PORT034", 2, id="slices without __getitem__"
        ),
        pytest.param("__metaclass__ = Meta\n", "PORT037", 1, id="a metaclass for the module"),
        pytest.param(
            "def f(it):\n    yield 1\n    if it.next():\n        yield 2\n", "PORT038", 3, id="next in a header"
        ),
    ],
)
def test_what_needs_a_human_is_reported_in_its_line(source: str, code: str, line: int) -> None:
    assert (code, line) in _advice(source)


def test_yield_in_a_generator_expression_is_an_error_that_says_so() -> None:
    with pytest.raises(ConversionError, match="'yield' inside generator expression"):
        _port("def g(ns):\n    f((yield n) for n in ns)\n" + _PYTHON2)


_OWN_HAS_KEY = {"table.py": "class Table(object):\n    def has_key(self, key, kind): pass\n"}
_OWN_NEXT = {"page.py": "class Page(object):\n    def next(self): return self.following\n"}
_OWN_ITERATOR = {"rows.py": "class Rows(object):\n    def __iter__(self): return self\n    def next(self): return 1\n"}
_OWN_ITERITEMS = {"odd.py": "class Odd(object):\n    def iteritems(self): pass\n"}


@pytest.mark.parametrize(
    ("source", "beside", "code"),
    [
        pytest.param("d.has_key(k)\n", _OWN_HAS_KEY, "PORT023", id="has_key"),
        pytest.param("it.next()\n", _OWN_NEXT, "PORT014", id="next"),
        pytest.param("for pair in d.iteritems(): pass\n", _OWN_ITERITEMS, "PORT025", id="iteritems"),
    ],
)
def test_method_that_the_tree_defines_is_left_on_unknown_objects(
    source: str, beside: dict[str, str], code: str
) -> None:
    assert _text(source, beside) == source
    assert [found for found, _ in _advice(source, beside)] == [code]


def test_next_of_the_trees_own_iterators_is_called_by_next() -> None:
    assert _text("rows.next()\n", _OWN_ITERATOR) == "next(rows)\n"


def test_certain_dict_is_converted_whatever_the_tree_defines() -> None:
    assert _text("d = {}\nd.has_key(1)\n", _OWN_HAS_KEY) == "d = {}\n1 in d\n"


@pytest.mark.parametrize(
    "source",
    [
        "half = 7 / 2\n",
        "keys = d.keys()\n",
        "names = map(str, ns)\n",
        "number = input()\n",
        "pairs = zip(a, b)\n",
        "numbers = range(3) + [1]\n",
        "class P(object):\n    def __eq__(self, other): return True\n",
        "low = math.floor(n)\n",
    ],
)
def test_what_both_pythons_read_is_only_reported_where_the_dialect_is_open(source: str) -> None:
    source = "import math\n" + source
    conversion = _port(source)
    assert conversion.text == source
    assert [finding.outcome for finding in conversion.findings] == [Outcome.ADVISED]
    assert "--from python2" in conversion.findings[0].message


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            "try:\n    unicode\nexcept NameError:\n    unicode = str\nunicode(1)\n", id="a name bound for Python 3"
        ),
        pytest.param("try:\n    chars = unichr\nexcept NameError:\n    chars = chr\n", id="an alias by NameError"),
        pytest.param(
            "try:\n    f = d.iteritems\nexcept AttributeError:\n    f = d.items\n", id="an alias by AttributeError"
        ),
        pytest.param(
            "import sys\nif sys.version_info[0] == 2:\n    text = unicode\nelse:\n    text = str\n", id="by version"
        ),
        pytest.param("import six\nif six.PY2:\n    keys = d.iterkeys()\n", id="by six"),
        pytest.param("import six\nfor k in six.iterkeys(d):\n    pass\n", id="six's own function"),
    ],
)
def test_what_serves_both_pythons_is_left_working(source: str) -> None:
    assert _text(source) == source


@pytest.mark.parametrize(
    ("loop", "listed"),
    [
        pytest.param("for k in d.keys():\n        d.pop(k)", True, id="the loop takes away"),
        pytest.param("for k in d.keys():\n        d[k + 1] = 0", True, id="the loop adds"),
        pytest.param("for k in d.keys():\n        d[k] = 0", False, id="the loop sets a key that is there"),
        pytest.param("for k, v in d.items():\n        d[k] = v + 1", False, id="the loop sets the key of an item"),
        pytest.param("for v in d.values():\n        d[v] = v", True, id="the loop adds a value as a key"),
        pytest.param("for k in d.keys():\n        f(k)", False, id="nothing else has the dict"),
        pytest.param("for k in d.keys():\n        f(d)", True, id="the dict is given away"),
        pytest.param("for k in d.keys():\n        print k", False, id="it only prints"),
    ],
)
def test_loop_over_a_local_dict_keeps_its_list_only_where_the_dict_may_change(loop: str, listed: bool) -> None:
    text = _text(f"def go():\n    d = make()\n    {loop}\n")
    assert ("in list(d." in text) is listed


_SHARED = "import threading\nclients = {}\ndef enter(c):\n    clients[c] = c\n"


@pytest.mark.parametrize(
    ("source", "listed"),
    [
        pytest.param(
            _SHARED + "def show():\n    for c in clients.keys():\n        print c\n", True, id="threads share it"
        ),
        pytest.param(
            _SHARED.replace("threading", "os") + "def show():\n    for c in clients.keys():\n        print c\n",
            False,
            id="no threads",
        ),
        pytest.param(
            _SHARED.replace("threading", "os") + "def close():\n    for c in clients.values():\n        c.close()\n",
            True,
            id="a call may lead to the code that changes it",
        ),
        pytest.param(
            "clients = {}\ndef close():\n    for c in clients.values():\n        c.close()\n",
            False,
            id="nothing changes it",
        ),
    ],
)
def test_loop_over_a_shared_dict_keeps_its_snapshot(source: str, listed: bool) -> None:
    assert ("in list(clients." in _text(source)) is listed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "for t in map(start, ns): t.join()\n", "for t in list(map(start, ns)): t.join()\n", id="all start first"
        ),
        pytest.param("for n in map(int, ns): use(n)\n", "for n in map(int, ns): use(n)\n", id="a pure function"),
        pytest.param("any(map(check, ns))\n", "any(list(map(check, ns)))\n", id="any() would stop early"),
        pytest.param("for a, b in zip(xs, ys): use(a)\n", "for a, b in zip(xs, ys): use(a)\n", id="zip in a loop"),
        pytest.param(
            "for a, b in zip(xs, ys): xs.append(a)\n",
            "for a, b in list(zip(xs, ys)): xs.append(a)\n",
            id="zip of what changes",
        ),
        pytest.param("f(*map(g, ns))\n", "f(*map(g, ns))\n", id="spread"),
        pytest.param("a, b = map(int, pair)\n", "a, b = map(int, pair)\n", id="unpacked"),
        pytest.param("pool.map(f, range(9))\n", "pool.map(f, range(9))\n", id="a pool goes through it"),
        pytest.param(
            "for n in reversed(range(9)): f(n)\n", "for n in reversed(range(9)): f(n)\n", id="a range reversed"
        ),
        pytest.param("xs = range(9)\nxs[2] = 0\n", "xs = list(range(9))\nxs[2] = 0\n", id="a range is changed"),
        pytest.param("for n in sorted(d.keys()): pass\n", "for n in sorted(d.keys()): pass\n", id="sorted keys"),
        pytest.param("d.keys().sort()\n", "list(d.keys()).sort()\n", id="a list's method"),
        pytest.param("settings.items().count\n", "list(settings.items()).count\n", id="a list's attribute"),
        pytest.param("query.values().filter(1)\n", "query.values().filter(1)\n", id="no list's method: no dict"),
        pytest.param("import pkg\nx = pkg.items()\n", "import pkg\nx = pkg.items()\n", id="a module's function"),
    ],
)
def test_list_is_made_where_a_list_is_needed(before: str, after: str) -> None:
    assert _text(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("raise (((E, F), G), H), v\n", "raise E(v)\n", id="the first of a tuple, however deep"),
        pytest.param("raise (E, F)\n", "raise E\n", id="a tuple without a value"),
        pytest.param("raise (E, f()), v\n", "raise (E, f())[0](v)\n", id="the others are called"),
        pytest.param("raise 'wrong', v\n", "raise 'wrong'\n", id="a string fails as before"),
        pytest.param("print os.getcwdu()\n", "print(os.getcwd())\n", id="a module that nothing binds"),
        pytest.param(
            "try:\n    f = g.im_func\nexcept AttributeError:\n    pass\n",
            "try:\n    f = g.__func__\nexcept AttributeError:\n    pass\n",
            id="a handler that offers no other spelling",
        ),
        pytest.param(
            "try:\n    f = g.im_func\nexcept AttributeError:\n    f = g.__func__\n",
            "try:\n    f = g.im_func\nexcept AttributeError:\n    f = g.__func__\n",
            id="a handler that offers the new spelling",
        ),
        pytest.param(
            "try:\n    from nt import x\nexcept ImportError:\n    def f(d):\n        y = d.has_key(1)\n",
            "try:\n    from nt import x\nexcept ImportError:\n    def f(d):\n        y = 1 in d\n",
            id="a function for another system",
        ),
        pytest.param(
            "try:\n    import _winreg\nexcept ImportError:\n    import win32api as _winreg\n",
            "try:\n    import winreg as _winreg\nexcept ImportError:\n    import win32api as _winreg\n",
            id="an alternative that is not Python 3's",
        ),
        pytest.param(
            "class A:\n    def __iter__(self): return self\n    def next(self): return 1\nA.next = f\ndel A.next\n",
            "class A:\n    def __iter__(self): return self\n    def __next__(self): return 1\n"
            "A.__next__ = f\ndel A.__next__\n",
            id="an iterator's method is set from outside",
        ),
        pytest.param("def f(os):\n    g(os.getcwdu())\n", "def f(os):\n    g(os.getcwdu())\n", id="a parameter"),
        pytest.param("later = (k for k in d.keys())\n", "later = (k for k in list(d.keys()))\n", id="a generator"),
        pytest.param("s = sum(k for k in d.keys())\n", "s = sum(k for k in d.keys())\n", id="a generator used up"),
        pytest.param("later = (n for n in range(3))\n", "later = (n for n in range(3))\n", id="a range stays"),
        pytest.param(
            "from future_builtins import map; from future_builtins import zip; f()\n", "f()\n", id="a shared line"
        ),
    ],
)
def test_port(before: str, after: str) -> None:
    assert _text(before) == after


def test_relative_import_runs_only_in_the_package() -> None:
    package = {"__init__.py": "", "b.py": ""}
    assert _text("import b, os\nfrom b import f\n", package) == "import os\nfrom . import b\nfrom .b import f\n"
    assert _text("import b\n", {"b.py": ""}) == "import b\n"


def test_standard_module_that_the_package_hides_is_the_packages_own() -> None:
    assert _text("import time\n", {"__init__.py": "", "time.py": ""}) == "from . import time\n"


@pytest.mark.parametrize("name", ["time", "helper"])
def test_module_of_the_package_is_only_reported_where_the_dialect_is_open(name: str) -> None:
    source = f"import {name}\nfrom . import {name}\n"
    conversion = _port(source, {"__init__.py": "", f"{name}.py": ""})
    assert conversion.text == source
    assert [(finding.code, finding.line) for finding in conversion.findings] == [("PORT043", 1)]


def test_iterators_of_a_star_import_are_known() -> None:
    assert _text("from itertools import *\nf(starmap(g, xs).next)\n") == (
        "from itertools import *\nf(starmap(g, xs).__next__)\n"
    )
    hidden = "from itertools import *\ndef starmap(g, xs):\n    return xs\nf(starmap(g, xs).next)\n"
    assert _text(hidden) == hidden


@pytest.mark.parametrize("name", ["next", "__next__"])
def test_next_is_asked_back_while_a_class_of_the_tree_may_be_no_iterator(name: str) -> None:
    beside = {"b.py": f"class Rows:\n    def {name}(self):\n        raise StopIteration\n"}
    assert _advice("def f(rows):\n    return rows.next()\n", beside) == [("PORT014", 2)]


@pytest.mark.parametrize("value", ["d.keys()", "d.values()", "d.items()"])
def test_list_of_a_dict_is_sorted_by_whatever_compares(value: str) -> None:
    text = _text(f"import order\ndef f(d):\n    xs = {value}\n    xs.sort(order.by_name)\n")
    assert "xs.sort(key=functools.cmp_to_key(order.by_name))" in text
    assert _text("import order\nxs.sort(order.by_name)\n") == "import order\nxs.sort(order.by_name)\n"


def test_loop_over_a_comprehension_of_the_same_variable_leaks_nothing() -> None:
    assert _advice("for job in [job for job in jobs if job]:\n    f(job)\n") == []


def test_exception_name_is_kept_for_a_use_in_the_next_round_of_a_loop() -> None:
    source = "last = None\nfor n in ns:\n    if n:\n        report(last)\n    try:\n        f(n)\n    except IOError, last:\n        pass\n"
    assert "except IOError as error:\n        last = error\n" in _text(source)


def test_generator_with_two_asks_in_one_statement_is_guarded_once() -> None:
    text = _text("def pairs(it):\n    while 1:\n        yield it.next(), it.next()\n")
    assert text == (
        "def pairs(it):\n    while 1:\n        try:\n            yield next(it), next(it)\n"
        "        except StopIteration:\n            return\n"
    )


def test_conversion_of_a_conversion_changes_nothing() -> None:
    source = (
        "class A(object):\n    __metaclass__ = type\n    def __nonzero__(self): return len(self.x)\n"
        "    def __cmp__(self, other): return cmp(self.x, other.x)\n"
        "xs = map(str, d.keys())\nxs.sort(lambda a, b: cmp(b, a))\nfor k in d.iterkeys():\n    del d[k]\nprint xs\n"
    )
    once = _port(source).text
    assert _port(once).text == once


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        pytest.param("class Wrong(Exception): pass\n", "str(e)", id="no message of its own"),
        pytest.param(
            "class Wrong(Exception):\n    def __init__(self, line, text):\n        self.line, self.message = line, text\n",
            "e.message",
            id="set by its constructor",
        ),
        pytest.param(
            "class Base(Exception):\n    def __init__(this, text):\n        if text: this.message = text\n"
            "class Wrong(Base): pass\n",
            "e.message",
            id="set by its base",
        ),
    ],
)
def test_message_of_an_exception_from_another_file(errors: str, expected: str) -> None:
    text = _text("import errors\ntry:\n    go()\nexcept errors.Wrong, e:\n    log(e.message)\n", {"errors.py": errors})
    assert text.endswith(f"    log({expected})\n")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("pass", "1 in t", id="a dictionary's own"),
        pytest.param("def has_key(self, key): return 1", "t.has_key(1)", id="its own"),
    ],
)
def test_has_key_of_an_instance_is_that_of_its_classes(body: str, expected: str) -> None:
    text = _text(f"from UserDict import UserDict\nclass T(UserDict):\n    {body}\nt = T()\nlog(t.has_key(1))\n")
    assert text.endswith(f"log({expected})\n")
