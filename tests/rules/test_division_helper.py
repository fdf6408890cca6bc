"""`--division helper`: a division of unknown values gives in Python 3 what it gave in Python 2.7."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.interpreters import Interpreter
from porter.python2.source import Dialect
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Division, Options, Target

_VALUES = """\
import operator
from decimal import Decimal
from fractions import Fraction

class Vector(object):
    def __init__(self, *parts):
        self.parts = parts
    def __div__(self, other):
        return Vector(*[part / other for part in self.parts])
    def __rdiv__(self, other):
        return 'r' + str(other)
    def __repr__(self):
        return 'Vector%r' % (self.parts,)

class Pile(object):
    def __init__(self, n):
        self.n = n
    def __idiv__(self, other):
        self.n = self.n / other
        return self
"""

_PROGRAMS = {
    "numbers": _VALUES
    + """
def divide(a, b):
    return a / b

for a, b in [(7, 2), (-7, 2), (7, -2), (7, 2.0), (True, 2), (10 ** 20 + 1, 3), (1j, 2), (7, 2 + 0j)]:
    print repr(divide(a, b)).rstrip('L')
for a, b in [(Fraction(7, 2), 2), (7, Fraction(2)), (Fraction(4), Fraction(2)), (Decimal(7), 2), (7, Decimal(2))]:
    print divide(a, b)
print divide(Vector(7, 7.0), 2), divide(3, Vector())
for b in (0, 0.0):
    try:
        divide(1, b)
    except ZeroDivisionError:
        print 'zero'
""",
    "chains and signs": """\
def f(a, b, c):
    return a / b / c, a / (b / c), -a / b, (a + b) / (b * c), a / b ** c, not a / c
print f(27, 4, 2)
print f(27.0, 4, 2)
print (lambda n, by=3: n / by)(7), [n / 2 for n in range(5)]
""",
    "a name is divided in place": _VALUES
    + """
def shrink(n, by):
    n /= by
    return n
print shrink(7, 2), shrink(7.0, 2), shrink(Fraction(7), 2), shrink(Vector(7, 8), 2)
pile = Pile(9)
same = pile
pile /= 2
print same is pile, pile.n
n = shrink(9, 1)
n /= 2; print n
""",
    "targets are asked for once": """\
class Log(object):
    def __init__(self, name):
        self.__dict__['name'] = name
        self.__dict__['kept'] = {}
    def __getattr__(self, name):
        print self.name, 'get', name
        return self.kept.setdefault(name, 9)
    def __setattr__(self, name, value):
        print self.name, 'set', name, value
        self.kept[name] = value
    def __getitem__(self, key):
        print self.name, 'getitem', key
        return self.kept.setdefault(key, 9)
    def __setitem__(self, key, value):
        print self.name, 'setitem', key, value
        self.kept[key] = value

log = Log('outer')
log.kept['inner'] = Log('inner')

def key(k):
    print 'key', k
    return k

def made():
    print 'made'
    return log

def work(i):
    log.count /= 2
    log[i] /= 2
    log[i + 1] /= key(2)
    log[key(3)] /= 2
    made().total /= 4
    made()[key(4)] /= key(2)
    log.inner.depth /= 2
    log.inner['x'] /= 2.0
    if i: made().last /= 2

work(1)
""",
    "objects that numpy makes": """\
import numpy
print divide(numpy.ndarray('i', 7), 2), divide(numpy.ndarray('f', 7), 2), divide(7, 2)
def halve(a):
    a /= 2
    return a
print halve(numpy.ndarray('i', 7)), halve(numpy.ndarray('f', 7))
""".replace(
        "import numpy\n", "import numpy\ndef divide(a, b):\n    return a / b\n"
    ),
}

# What of numpy matters here: arrays that say what they hold, and that Python 2 divided as it divided that.
_NUMPY = """\
class dtype(object):
    def __init__(self, kind):
        self.kind = kind

class ndarray(object):
    def __init__(self, kind, value):
        self.dtype, self.value = dtype(kind), value
    def __truediv__(self, other):
        return 'true %s' % (float(self.value) / other)
    __itruediv__ = __truediv__
    def __floordiv__(self, other):
        return 'floor %s' % (self.value // other)
    __ifloordiv__ = __floordiv__
    def __div__(self, other):
        return self // other if self.dtype.kind in 'biu' else self.__truediv__(other)
    __idiv__ = __div__
"""


def _convert(source: str, dialect: Dialect = Dialect.PYTHON2, **options: Division) -> Conversion:
    data = source.encode()
    tree = TreeIndex.of([summarise_bytes(data, "a.py", dialect)]).slice("a.py")
    chosen = {"division": Division.HELPER} | options
    return convert_bytes(data, "a.py", tree, Options(Target.PYTHON3, (3, 11), **chosen))


def _run(python: str, source: str, folder: Path) -> str:
    (folder / "a.py").write_text(source)
    done = subprocess.run(
        [python, "a.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("source", _PROGRAMS.values(), ids=_PROGRAMS)
def test_the_quotients_are_those_of_python_2(source: str, python2: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text(_NUMPY)
    conversion = _convert(source)
    assert [
        item for item in conversion.findings if item.code == "PORT030" and item.outcome is not Outcome.APPLIED
    ] == []
    assert _run(sys.executable, conversion.text, tmp_path) == _run(python2.path, source, tmp_path)


def test_helpers_stand_once_behind_the_imports() -> None:
    text = _convert("#!/usr/bin/env python3\n'''Doc.'''\nimport os, sys\nx = f(a) / b\nx /= y / 3\n").text
    assert text.startswith(
        "#!/usr/bin/env python3\n'''Doc.'''\nimport os, sys\nfrom numbers import Integral\n\n\ndef old_div("
    )
    assert text.endswith("    return a\n\n\nx = old_div(f(a), b)\nx = old_idiv(x, old_div(y, 3))\n")
    assert (text.count("def old_div("), text.count("def old_idiv(")) == (1, 1)


def test_helpers_have_the_file_s_own_style() -> None:
    text = _convert("def f(a, b):\r\n\treturn a / b\r\n").text
    assert "\tif isinstance(a, Integral) and isinstance(b, Integral):\r\n\t\treturn a // b\r\n" in text
    assert "\n" not in text.replace("\r\n", "")


def test_a_comment_stays_where_the_operator_stood() -> None:
    text = _convert("x = (a /  # parts\n     b)\n").text
    assert "# parts\n     b)" in text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param(
            "class Share(int):\n    def __div__(self, other): return 1\nx = a / b\n",
            "x = a / b\n",
            id="an int of its own",
        ),
        pytest.param("Integral = 3\nx = a / b\n", "x = a / b\n", id="Integral is another name"),
        pytest.param("x[f():2] /= b\n", "x[f():2] /= b\n", id="a slice that asks for something"),
    ],
)
def test_what_no_helper_can_do_is_reported(source: str, said: str) -> None:
    conversion = _convert(source)
    assert conversion.text.endswith(said)
    assert [item.outcome for item in conversion.findings if item.code == "PORT030"] == [Outcome.ADVISED]


def test_a_taken_name_is_left_to_its_owner() -> None:
    text = _convert("def old_div(): pass\nx = a / b\n").text
    assert "x = classic_div(a, b)\n" in text


@pytest.mark.parametrize("source", ["x = 7 / 2.0\n", "from __future__ import division\nx = a / b\n", "x = 7 / 2\n"])
def test_where_the_kinds_are_known_nothing_helps(source: str) -> None:
    assert "Integral" not in _convert(source).text


def test_what_may_be_python_3_is_only_reported() -> None:
    assert _convert("x = a / b\n", Dialect.EITHER).text == "x = a / b\n"


def test_the_default_reports() -> None:
    conversion = _convert("x = a / b\n", division=Division.REPORT)
    assert conversion.text == "x = a / b\n"
    assert [item.outcome for item in conversion.findings] == [Outcome.ADVISED]
