"""Lowered text has CPython 2.7's own syntax tree: over the standard library, and over generated programs.

A slice of the library by default; all of it with `PORTER_PROOF=all` and more programs (some minutes).
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from porter.python2 import Dialect, parse, read
from tests.python2.exactness import difference, files_of, prove
from tests.python2.oracle import Judge, Rejected
from tests.python2.programs import files
from tests.python2.statements import statement_lines

_ALL = os.environ.get("PORTER_PROOF") == "all"
_SLICE = 100
_PROGRAMS = 1500 if _ALL else 80
_SEED = 20


@pytest.fixture(scope="module")
def library_files(library: Path) -> list[Path]:
    every = files_of([library])
    return every if _ALL else random.Random(_SEED).sample(every, _SLICE)


def test_library_files_have_the_tree_of_27(library_files: list[Path], judge: Judge) -> None:
    report = prove(library_files, judge)
    assert report.failures == []
    assert report.exact > 0.95 * len(library_files)


def test_statements_keep_their_lines(library_files: list[Path], judge: Judge) -> None:
    for path in library_files[:60]:
        data = path.read_bytes()
        try:
            expected = judge.lines(data)
        except Rejected:
            continue
        assert statement_lines(read(data, path.name, Dialect.PYTHON2)) == expected, path


@settings(max_examples=_PROGRAMS, deadline=None, derandomize=not _ALL, suppress_health_check=list(HealthCheck))
@given(data=files())
def test_generated_programs_have_the_tree_of_27(data: bytes, judge: Judge) -> None:
    try:
        expected = judge.tree(data)
    except Rejected:
        return
    assert difference(data, "program.py", expected) is None


def test_the_comparison_sees_a_wrong_lowering(judge: Judge) -> None:
    assert difference(b"print 1,\n", "program.py", judge.tree(b"print 1\n")) is not None
    assert difference(b"x = 'a'\n", "program.py", judge.tree(b"x = u'a'\n")) is not None
    assert difference(b"x = 0777\n", "program.py", judge.tree(b"x = 777\n")) is not None


def test_rejected_programs_are_rejected_by_porter_too(judge: Judge) -> None:
    for program in (
        b"print 1 2\n",
        b"x = = 1\n",
        b"exec a, b\n",
        b"if x:\nprint 1\n",
        b"x = `1\n",
        b"print x for x in y\n",
    ):
        with pytest.raises(Rejected):
            judge.tree(program)
        with pytest.raises(Exception, match=r"program\.py:"):
            parse(read(program, "program.py", Dialect.PYTHON2))
