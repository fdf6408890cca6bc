"""The catalogue of changes says what the rules do: each row's example is converted, and its rules speak of it as the row says."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.interpreters import find_python2
from porter.python2.source import Dialect
from porter.rewriting.conversion import Conversion
from porter.rewriting.options import Options, Target
from porter.rules import catalogue
from porter.rules.changes import Change, Treatment, changes

_TARGETS = {"port": Target.PYTHON3, "hazards": Target.PYTHON3, "futures": Target.FUTURES, "asyncio": Target.ASYNCIO}
_RULES = {rule.code: rule for rule in catalogue()}
_TREATED = [change for change in changes() if change.treatment is not Treatment.NONE]
# What lib2to3 converts of the language and the builtins; `2to3 -l` lists them with those of the library and of style.
_FIXERS = (
    "apply basestring buffer dict except exec execfile exitfunc filter funcattrs future has_key import input intern long map "
    "metaclass methodattrs ne next nonzero numliterals paren print raise raw_input reduce reload repr standarderror sys_exc "
    "throw tuple_params unicode xrange xreadlines zip"
).split()
_COMPILES = (
    "import json, sys\n"
    "for name, text in json.load(sys.stdin):\n"
    "    try:\n        compile(text.encode('utf-8'), 'example.py', 'exec')\n"
    "    except SyntaxError as error:\n        sys.stdout.write('%s: %s\\n' % (name.encode('utf-8'), error))\n"
)


def _said(change: Change, code: str) -> set[tuple[object, object]]:
    """The outcomes and risks of what one rule says of a row's example."""
    conversion = _converted(change, _TARGETS[_RULES[code].phase])
    return {(finding.outcome, finding.risk) for finding in conversion.findings if finding.code == code}


def _converted(change: Change, target: Target) -> Conversion:
    data = change.before.encode()
    files = [summarise_bytes(b"", path, None) for path in change.beside]
    tree = TreeIndex.of([summarise_bytes(data, change.path, Dialect.PYTHON2), *files]).slice(change.path)
    tree = dataclasses.replace(tree, dialect=Dialect.PYTHON2)
    return convert_bytes(data, change.path, tree, Options(target=target, python=change.python, unsafe=True))


@pytest.mark.parametrize(
    ("change", "code"),
    [pytest.param(change, code, id=f"{code}-{change.what}") for change in _TREATED for code in change.rules],
)
def test_rule_does_what_the_catalogue_says(change: Change, code: str) -> None:
    assert code in _RULES
    assert _said(change, code) == {change.treatment.finding}


@pytest.mark.parametrize("change", changes(), ids=lambda change: change.what)
def test_row_is_whole(change: Change) -> None:
    assert change.source.startswith("https://")
    assert (3, 0) <= change.since <= (3, 14)
    if change.treatment is Treatment.NONE:
        assert change.reason
    else:
        assert change.rules and change.before


def test_each_change_is_listed_once() -> None:
    assert [what for what, times in Counter(change.what for change in changes()).items() if times > 1] == []


def _printed(python: str, source: str, folder: Path) -> tuple[int, str]:
    (folder / "example.py").write_text(source, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [python, "-W", "ignore", "example.py"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(change, id=change.what)
        for change in _TREATED
        if change.part == "language" and change.treatment is Treatment.SAFE and "print" in change.before
    ],
)
def test_safe_change_prints_the_same_on_both_pythons(change: Change, tmp_path: Path) -> None:
    python2 = find_python2()
    if python2 is None:
        pytest.skip("no Python 2.7 on this machine")
    status, old = _printed(str(python2.path), change.before, tmp_path)
    if status != 0:
        pytest.skip("a fragment: it does not run by itself")
    assert _printed(sys.executable, _converted(change, Target.PYTHON3).text, tmp_path) == (0, old)


def test_every_rule_of_the_language_deals_with_a_listed_change() -> None:
    listed = {code for change in changes() for code in change.rules}
    language = [rule.code for rule in catalogue() if rule.phase == "port" and rule.code < "PORT100"]
    assert sorted(set(language) - listed) == []


def test_the_fixers_of_2to3_for_the_language_are_listed() -> None:
    named = {fixer for change in changes() for fixer in change.fixers}
    assert [name for name in _FIXERS if f"2to3:{name}" not in named] == []


def test_examples_are_python_2() -> None:
    python2 = find_python2()
    if python2 is None:
        pytest.skip("no Python 2.7 on this machine")
    told = json.dumps([(change.what, change.before) for change in changes() if change.before])
    done = subprocess.run(
        [str(python2.path), "-W", "ignore", "-c", _COMPILES],
        input=told,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    assert done.stdout == ""
