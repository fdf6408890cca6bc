"""PORT101: names of the library that moved, by whatever import they are reached."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target
from porter.rules.port._name_table import moved_names

_PYTHON2 = "x = 0777\n"  # a literal that makes the file Python 2


def _port(source: str) -> Conversion:
    data = (source + _PYTHON2).encode()
    tree = TreeIndex.of([summarise_bytes(data, "a.py", None)]).slice("a.py")
    return convert_bytes(data, "a.py", tree, Options(target=Target.PYTHON3, python=(3, 11)))


def _text(source: str) -> str:
    return _port(source).text.removesuffix("x = 0o777\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import os as o\no.getcwdu()\n", "import os as o\no.getcwd()\n", id="alias of the module"),
        pytest.param("from os import getcwdu\ngetcwdu()\n", "from os import getcwd\ngetcwd()\n", id="name"),
        pytest.param(
            "from os import getcwdu as cwd\ncwd()\n", "from os import getcwd as cwd\ncwd()\n", id="alias of the name"
        ),
        pytest.param(
            "from os import getcwdu\ndef f(getcwd):\n    return getcwdu()\n",
            "from os import getcwd as getcwdu\ndef f(getcwd):\n    return getcwdu()\n",
            id="the new name is taken",
        ),
        pytest.param(
            "from email.base64MIME import encode as b64\nb64('x')\n",
            "from email.base64mime import body_encode as b64\nb64('x')\n",
            id="module and name moved",
        ),
        pytest.param("from itertools import izip\nizip([])\n", "zip([])\n", id="a name that became a builtin"),
        pytest.param("from itertools import izip as zip\nzip([])\n", "zip([])\n", id="aliased to that builtin"),
        pytest.param(
            "import itertools\ndef f(zip):\n    return itertools.izip(zip)\n",
            "import builtins\ndef f(zip):\n    return builtins.zip(zip)\n",
            id="the builtin is hidden",
        ),
        pytest.param(
            "from itertools import izip\ndef f(zip):\n    return izip(zip)\n",
            "from builtins import zip as izip\ndef f(zip):\n    return izip(zip)\n",
            id="the builtin is hidden, name imported",
        ),
        pytest.param("import itertools\nitertools.imap(None, a, b)\n", "zip(a, b)\n", id="imap(None, ...)"),
        pytest.param("import itertools\nitertools.imap(f, a)\n", "map(f, a)\n", id="imap"),
        pytest.param("from itertools import *\nizip([])\n", "from itertools import *\nzip([])\n", id="star"),
        pytest.param(
            "from types import *\ntype(a) is StringType\n", "from types import *\ntype(a) is str\n", id="star of types"
        ),
        pytest.param("import string\nstring.join(words)\n", "' '.join(words)\n", id="join without a separator"),
        pytest.param("import string\nstring.split(a or b, ',', 1)\n", "(a or b).split(',', 1)\n", id="parentheses"),
        pytest.param("import string\nstring.lower('a' 'b')\n", "('a' 'b').lower()\n", id="adjacent literals"),
        pytest.param("import string\ng(string.strip, a)\n", "g(str.strip, a)\n", id="a function handed on"),
        pytest.param("from string import atoi, strip\natoi(strip(a))\n", "int(a.strip())\n", id="functions by name"),
        pytest.param(
            "from string import join, Template\njoin(a, b)\nTemplate\n",
            "from string import Template\nb.join(a)\nTemplate\n",
            id="what stays is still imported",
        ),
        pytest.param(
            "import string\nstring.join(string.split(a), string.letters)\n",
            "import string\nstring.ascii_letters.join(a.split())\n",
            id="nested",
        ),
        pytest.param("import types\ntype(a) in types.StringTypes\n", "type(a) in (str,)\n", id="StringTypes in a test"),
        pytest.param("import os\nos.errno.EINTR\n", "import errno\nerrno.EINTR\n", id="a module by another one"),
        pytest.param("from os import errno\nerrno.EINTR\n", "import errno\nerrno.EINTR\n", id="a module as a name"),
        pytest.param(
            "import collections\nclass A(collections.Mapping, collections.OrderedDict): pass\n",
            "import collections\nimport collections.abc\nclass A(collections.abc.Mapping, collections.OrderedDict): pass\n",
            id="an abstract class",
        ),
        pytest.param(
            "def f(a):\n    from string import join\n    return join(a)\n",
            "def f(a):\n    return ' '.join(a)\n",
            id="inside a function",
        ),
        pytest.param(
            "def f(a):\n    if a:\n        import cgi\n    return cgi.escape(a)\n",
            "import html\ndef f(a):\n    if a:\n        pass\n    return html.escape(a, quote=False)\n",
            id="the only statement of its suite",
        ),
        pytest.param("import time\ntime.clock()\n", "import time\ntime.process_time()\n", id="clock"),
        pytest.param(
            "from cgi import escape\nescape(a, True)\n",
            "import html\nhtml.escape(a, True)\n",
            id="a name with other arguments",
        ),
        pytest.param(
            "import imp\nm = imp.new_module('m')\n", "import types\nm = types.ModuleType('m')\n", id="another module"
        ),
        pytest.param(
            "from pipes import quote\nquote(a)\n", "from shlex import quote\nquote(a)\n", id="the same name elsewhere"
        ),
        pytest.param(
            "import operator\noperator.isSequenceType(a)\n",
            "import collections.abc\nisinstance(a, collections.abc.Sequence)\n",
            id="a test",
        ),
        pytest.param(
            "try:\n    cwd = os.getcwdu\nexcept AttributeError:\n    cwd = os.getcwd\nimport os\n",
            "try:\n    cwd = os.getcwdu\nexcept AttributeError:\n    cwd = os.getcwd\nimport os\n",
            id="a choice of the program's own",
        ),
    ],
)
def test_name_is_asked_for_where_it_is(before: str, after: str) -> None:
    assert _text(before) == after


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import string\nstring.join(*a)\n", id="unknown arguments"),
        pytest.param("import string\ng(string.join)\n", id="no form that is not called"),
        pytest.param("from string import join\ng(join)\njoin(a)\n", id="no form for all uses"),
        pytest.param("import cgi\ndef f(html):\n    return cgi.escape(html)\n", id="the module's name is taken"),
        pytest.param("import string\nstring.letters = 'abc'\n", id="set from outside"),
        pytest.param("import string\nstring.join(a,  # words\n    b)\n", id="a comment between arguments"),
    ],
)
def test_use_without_a_certain_form_is_left_and_reported(source: str) -> None:
    conversion = _port(source)
    assert conversion.text == source + "x = 0o777\n"
    assert [finding.outcome for finding in conversion.findings if finding.code == "PORT101"] == [Outcome.ADVISED]


def test_own_attribute_of_the_same_name_is_left() -> None:
    source = "class A: pass\na = A()\na.letters = a.izip = 1\nprint(a.letters, a.izip)\n"
    assert not [finding for finding in _port(source).findings if finding.code == "PORT101"]


@pytest.mark.parametrize("old", sorted(moved_names()))
def test_every_row_is_converted(old: str) -> None:
    row = moved_names()[old]
    module, _, name = old.rpartition(".")
    counts = [*row.calls, *([2] if row.method else [])]
    use = f"m.{name}" if row.to or row.value else f"m.{name}({', '.join('abcd'[:counts[0]])})"
    conversion = _port(f"import {module} as m\nv = {use}\n")
    assert f"m.{name}\n" not in conversion.text and f"m.{name}(" not in conversion.text
    outcomes = [finding.outcome for finding in conversion.findings if finding.code == "PORT101"]
    assert outcomes == [Outcome.APPLIED]
