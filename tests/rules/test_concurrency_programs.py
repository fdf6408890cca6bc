"""Concurrent programs print the same lines on CPython 2.7 and, converted, on Python 3, however processes start there."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.interpreters import find_python2
from porter.rewriting.conversion import Conversion
from porter.rewriting.options import Options, Target

_PROGRAMS = sorted((Path(__file__).parent / "data" / "concurrency").glob("*.py"))
_TARGETS = (Target.PYTHON3, Target.FUTURES)

# What stays a Pool in the futures target, and why.
_LEFT = {
    "callbacks": ["a callback gets the value, a future's done-callback gets the future"],
    "arguments": ["it is kept on an object, whose users are out of sight", "it is handed on, out of sight"],
    "returned_from_pool": ["nothing waits for its tasks: they end with the program, and an executor would wait"],
}
_FORKED = {"shared_value", "process_classes"}
_ANY_START = [path for path in _PROGRAMS if path.stem not in _FORKED]


@cache
def _converted(path: Path, target: Target) -> Conversion:
    data = path.read_bytes()
    tree = TreeIndex.of([summarise_bytes(data, path.name)]).slice(path.name)
    return convert_bytes(data, path.name, tree, Options(target=target, python=(3, 11)))


def _lines(python: str, program: Path) -> list[str]:
    """What a program printed, in no order: its processes and threads are free to interleave."""
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [python, program.name],
        cwd=program.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines())


@cache
def _legacy_lines(path: Path) -> list[str]:
    python2 = find_python2()
    if python2 is None:
        pytest.skip("no Python 2.7 on this machine")
    return _lines(str(python2.path), path)


@pytest.mark.parametrize("target", _TARGETS, ids=lambda target: target.value)
@pytest.mark.parametrize("path", _PROGRAMS, ids=lambda path: path.stem)
def test_program_prints_the_same_lines(path: Path, target: Target, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(_converted(path, target).text)
    assert _lines(sys.executable, program) == _legacy_lines(path)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
@pytest.mark.parametrize("path", _ANY_START, ids=lambda path: path.stem)
def test_program_runs_whatever_the_start_method(path: Path, method: str, tmp_path: Path) -> None:
    text = _converted(path, Target.FUTURES).text
    if "multiprocessing" not in text and "ProcessPool" not in text:
        pytest.skip("starts no processes")
    choice = f"import multiprocessing as _m\nif __name__ == '__main__':\n    _m.set_start_method({method!r})\n"
    program = tmp_path / "program.py"
    program.write_text(choice + text)
    assert _lines(sys.executable, program) == _legacy_lines(path)


@pytest.mark.parametrize("path", _PROGRAMS, ids=lambda path: path.stem)
def test_pools_become_executors_or_say_why_not(path: Path) -> None:
    conversion = _converted(path, Target.FUTURES)
    reasons = [finding.message for finding in conversion.findings if finding.code == "FUT001" and finding.needs_human]
    expected = _LEFT.get(path.stem, [])
    assert len(reasons) == len(expected)
    assert all(f"left as a Pool: {reason}" in said for reason, said in zip(expected, reasons, strict=True))


@pytest.mark.parametrize("path", _PROGRAMS, ids=lambda path: path.stem)
def test_fork_is_kept_only_where_it_is_needed(path: Path) -> None:
    text = _converted(path, Target.PYTHON3).text
    assert ('set_start_method("fork")' in text) == (path.stem in _FORKED)


@pytest.mark.parametrize("path", _PROGRAMS, ids=lambda path: path.stem)
@pytest.mark.parametrize("target", _TARGETS, ids=lambda target: target.value)
def test_second_conversion_changes_nothing(path: Path, target: Target) -> None:
    text = _converted(path, target).text
    data = text.encode()
    tree = TreeIndex.of([summarise_bytes(data, path.name)]).slice(path.name)
    assert convert_bytes(data, path.name, tree, Options(target=target, python=(3, 11))).text == text
