"""A summary is read off the outline; it says what the syntax tree says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from porter.analysis.summaries import FileSummary, summarise
from porter.errors import PorterError
from porter.python2 import Dialect, parse, read_with_outline
from tests.analysis.summaries_by_ast import summary_by_ast
from tests.python2.oracle import find_python2, library_of


def both(text: str) -> tuple[FileSummary, FileSummary]:
    source, outline = read_with_outline(text.encode(), "x.py")
    return summarise(source, outline, "x.py"), summary_by_ast(source, parse(source), "x.py")


@pytest.mark.parametrize(
    "text",
    [
        "class A(B, mod.C): x = 1; y = z = 2\nclass D: pass\n",
        "class A:\n\tdef f(self):\n\t    self.a, (self.b, c[self.d]) = 1, (2, 3)\n            self.e = self.f.g = 0\n\n        x = 1\n",
        "class A:\n    if x:\n        def f(this): this.a = 1\n    else:\n        from m import g as h, i\n    for j in k: l = m\n",
        "class A:\n    def f(self):\n        def g():\n            self.a = 1\n        class B:\n            def h(me): me.b = self.c = 2\n",
        "import a, b.c as d, e.f; from . import g\nfrom .h import (i,\n  j as k)\na.x, e.f.y, d.z\n'k.l'\n",
        "try: import a\nexcept ImportError: import b as a\nprint a.x\n",
        "class A:\n    f = lambda x=1, *y: x\n    g(h=1)\n    i += 1\n    j[k] = l.m = n\n    o[p(q=r)] = 1\n    s == t\n",
        "class A:\n    async = 1\n    def exec_(self): self.nonlocal = 1\nx.async\nfrom y import async\n",
        "match = 1\nclass A:\n    match = case = 2\n    x = '''\ny = 3\nclass B: pass\n'''\n",
        "def f():\n  class A(object):\n    x = \\\n      1\n  y = 2\nif x:\n    z = 3\n",
        "class A(B if c else D, None, *e): pass\n",
    ],
)
def test_it_says_what_the_tree_says(text: str) -> None:
    found, expected = both(text)
    assert found == expected


def test_python3_with_quotes_inside_quotes() -> None:
    text = 'import a\nclass A:\n    x = f"{a.b["it\'s"]} # {1}"  # y = 1\n    z = (1,\n  2)\n'
    try:
        source, outline = read_with_outline(text.encode(), "x.py", Dialect.PYTHON3)
    except PorterError:
        pytest.skip("the Python that runs porter does not read such f-strings (PEP 701, 3.12)")
    (found,) = summarise(source, outline, "x.py").classes
    assert found.members == {"x", "z"}


def test_over_the_library_of_27() -> None:
    executable = find_python2()
    if executable is None:
        pytest.skip("no CPython 2.7 found")
    files = sorted(Path(library_of(executable)).rglob("*.py"))
    for path in random.Random(7).sample(files, 150):
        try:
            source, outline = read_with_outline(path.read_bytes(), "x.py")
            module = parse(source)
        except PorterError:
            continue
        assert summarise(source, outline, "x.py") == summary_by_ast(source, module, "x.py"), path
