"""Everything that Python 2.7's library has and today's has not is converted, reported, or left out with a reason."""

from __future__ import annotations

import json
import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target
from porter.rules.port._method_table import moved_methods
from porter.rules.port._module_table import DATA, moved_modules
from porter.rules.port._name_table import moved_names
from porter.rules.port._removed_table import removed_modules, removed_names

_LIST = Path(__file__).parent / "data" / "removed_names.json"
_PYTHON2 = "x = 0777\n"  # a literal that makes the file Python 2


@cache
def _entries() -> dict[str, bool]:
    """Each dotted name of the list, and whether it is a member of a class."""
    listed = json.loads(_LIST.read_text(encoding="utf-8"))
    return {
        module if name == "*" else f"{module}.{name}": "." in name for module, names in listed.items() for name in names
    }


@cache
def _left_out() -> tuple[str, ...]:
    reasons = tomllib.loads((DATA / "left_out.toml").read_text(encoding="utf-8"))
    return tuple(pattern for patterns in reasons.values() for pattern in patterns)


def _fate(entry: str, left_out: tuple[str, ...]) -> str:
    module, _, name = entry.rpartition(".")
    if entry in moved_modules() or module in moved_modules() or entry in moved_names():
        return "converted"
    if _entries()[entry] and name in moved_methods():
        return "converted"
    if entry in removed_modules() or entry in removed_names():
        return "reported"
    if any(fnmatchcase(entry, pattern) for pattern in left_out):
        return "left out"
    return "forgotten"


@pytest.mark.parametrize("entry", _entries())
def test_nothing_is_forgotten(entry: str) -> None:
    assert _fate(entry, _left_out()) != "forgotten"


@pytest.mark.parametrize("pattern", _left_out())
def test_each_reason_leaves_something_out(pattern: str) -> None:
    assert any(fnmatchcase(entry, pattern) and _fate(entry, ()) == "forgotten" for entry in _entries())


def _port(source: str, python: tuple[int, int] = (3, 11)) -> Conversion:
    data = source.encode()
    tree = TreeIndex.of([summarise_bytes(data, "a.py", None)]).slice("a.py")
    return convert_bytes(data, "a.py", tree, Options(target=Target.PYTHON3, python=python))


def _advised(source: str) -> list[str]:
    return [finding.code for finding in _port(source).findings if finding.outcome is Outcome.ADVISED]


@pytest.mark.parametrize("module", sorted(removed_modules()))
def test_import_of_a_removed_module_is_reported(module: str) -> None:
    assert "PORT102" in _advised(f"import {module} as m\nm.anything()\n{_PYTHON2}")
    assert "PORT102" in _advised(f"from {module} import anything\nanything()\n{_PYTHON2}")


@pytest.mark.parametrize("dotted", sorted(removed_names()))
def test_use_of_a_removed_name_is_reported(dotted: str) -> None:
    module, _, name = dotted.rpartition(".")
    assert "PORT103" in _advised(f"import {module} as m\nv = m.{name}\n{_PYTHON2}")
    assert {"PORT102", "PORT103"} & set(_advised(f"from {module} import {name} as n\nv = n\n{_PYTHON2}"))


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        pytest.param("async def f(): pass\nimport distutils\n", ["PORT102"], id="Python 3 code loses modules too"),
        pytest.param("async def f(): pass\nimport popen2\n", [], id="what it never had is its own"),
        pytest.param("import imp\nimp.load_source('a', 'b')\nx = 0777\n", ["PORT102", "PORT103"], id="module and use"),
        pytest.param(
            "try:\n    import cgi\nexcept ImportError:\n    cgi = object()\nx = 0777\n", [], id="an alternative"
        ),
        pytest.param("import os\nif hasattr(os, 'popen2'):\n    os.popen2('a')\nx = 0777\n", [], id="asked for first"),
        pytest.param("x = 0777\ndef f(m): return m.popen2('a')\n", [], id="an object of the program's own"),
        pytest.param("m = __import__('urllib2')\nx = 0777\n", ["PORT105"], id="__import__ of what is in a package now"),
        pytest.param("m = __import__('Queue')\nx = 0777\n", [], id="__import__ of what has another name"),
        pytest.param(
            "from mock import patch\n@patch('app.urllib2.urlopen')\ndef f(): pass\nx = 0777\n",
            ["PORT105"],
            id="mock.patch of another file's import",
        ),
        pytest.param("from mock import patch\n@patch('app.main')\ndef f(): pass\nx = 0777\n", [], id="mock.patch"),
        pytest.param("m = __import__('imp')\nx = 0777\n", ["PORT105"], id="a module that is gone"),
        pytest.param("m = __import__('json')\nx = 0777\n", [], id="a module that is still there"),
        pytest.param("from contextlib import nested\nwith nested(*a): pass\nx = 0777\n", ["PORT106"], id="nested(*a)"),
    ],
)
def test_report(source: str, codes: list[str]) -> None:
    assert [code for code in _advised(source) if code.startswith("PORT10")] == codes


def test_string_is_told_its_new_name() -> None:
    (finding,) = (
        item for item in _port(f"__import__('urllib2.HTTPError')\n{_PYTHON2}").findings if item.code == "PORT105"
    )
    assert "urllib.error.HTTPError" in finding.message
