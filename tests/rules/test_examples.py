"""Every rule's examples are its tests: converted, and run on both Pythons where they print something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.interpreters import find_python2
from porter.rewriting.conversion import Outcome
from porter.rewriting.options import Options, Target
from porter.rewriting.rule import Example, Rule, Untouched
from porter.rules import catalogue

_TARGETS = {"futures": Target.FUTURES, "asyncio": Target.ASYNCIO}  # the other phases are part of every target


def _convert(source: str, rule: Rule, beside: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    data = source.encode()
    files = [summarise_bytes(b"", path, None) for path in beside]
    tree = TreeIndex.of([summarise_bytes(data, "example.py", None), *files]).slice("example.py")
    options = Options(
        target=_TARGETS.get(rule.phase, Target.PYTHON3),
        python=(3, 11),
        extend_select=(rule.code,) if rule.optional else (),
        unsafe=rule.optional,
    )
    conversion = convert_bytes(data, "example.py", tree, options)
    touched = [finding.code for finding in conversion.findings if finding.outcome is not Outcome.SUPPRESSED]
    return conversion.text, touched


def _cases(kind: type) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in catalogue()
        for number, example in enumerate(item for item in rule.examples if isinstance(item, kind))
    ]


@pytest.mark.parametrize(("rule", "example"), _cases(Example))
def test_example_is_converted_as_it_says(rule: Rule, example: Example) -> None:
    text, touched = _convert(example.before, rule, example.beside)
    assert text == example.after
    assert rule.code in touched


@pytest.mark.parametrize(("rule", "example"), _cases(Untouched))
def test_look_alike_is_left_alone(rule: Rule, example: Untouched) -> None:
    assert rule.code not in _convert(example.source, rule)[1]


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.code)
def test_rule_explains_itself(rule: Rule) -> None:
    assert rule.summary and rule.why and rule.source.startswith("https://")
    assert any(isinstance(item, Example) for item in rule.examples) or rule.risk is None
    assert any(isinstance(item, Untouched) for item in rule.examples)


def _run(python: str, source: str, folder: Path) -> tuple[int, str]:
    (folder / "example.py").write_text(source)
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [python, "-W", "ignore", "example.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("rule", "example"), [case for case in _cases(Example) if "print" in case.values[1].before]  # type: ignore[attr-defined]
)
def test_example_prints_the_same_on_both_pythons(rule: Rule, example: Example, tmp_path: Path) -> None:
    python2 = find_python2()
    if python2 is None:
        pytest.skip("no Python 2.7 on this machine")
    old_status, old = _run(str(python2.path), example.before, tmp_path)
    new_status, new = _run(sys.executable, example.after, tmp_path)
    if old_status != 0:
        pytest.skip("a fragment, or it needs a package: it does not run by itself")
    assert (new_status, new) == (0, old)
