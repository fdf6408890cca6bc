"""The catalogue of changes says what the rules do: each row's example is converted, and its rules speak of it as the row says."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.interpreters import find_python2
from porter.python2.source import Dialect
from porter.rewriting.options import Options, Target
from porter.rules import catalogue
from porter.rules.changes import Change, Treatment, changes

_TARGETS = {"port": Target.PYTHON3, "hazards": Target.PYTHON3, "futures": Target.FUTURES, "asyncio": Target.ASYNCIO}
_RULES = {rule.code: rule for rule in catalogue()}
_TREATED = [change for change in changes() if change.treatment is not Treatment.NONE]
_COMPILES = (
    "import json, sys\n"
    "for name, text in json.load(sys.stdin):\n"
    "    try:\n        compile(text.encode('utf-8'), 'example.py', 'exec')\n"
    "    except SyntaxError as error:\n        sys.stdout.write('%s: %s\\n' % (name.encode('utf-8'), error))\n"
)


def _said(change: Change, code: str) -> set[tuple[object, object]]:
    """The outcomes and risks of what one rule says of a row's example."""
    data = change.before.encode()
    files = [summarise_bytes(b"", path, None) for path in change.beside]
    tree = TreeIndex.of([summarise_bytes(data, change.path, Dialect.PYTHON2), *files]).slice(change.path)
    tree = dataclasses.replace(tree, dialect=Dialect.PYTHON2)
    options = Options(target=_TARGETS[_RULES[code].phase], python=change.python, unsafe=True)
    conversion = convert_bytes(data, change.path, tree, options)
    return {(finding.outcome, finding.risk) for finding in conversion.findings if finding.code == code}


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
