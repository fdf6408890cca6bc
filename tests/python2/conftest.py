"""The judge: CPython 2.7, once for all tests; without it the live tests are skipped, and say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.python2.oracle import Judge, find_python2, library_of


@pytest.fixture(scope="session")
def python2() -> str:
    executable = find_python2()
    if executable is None:
        pytest.skip("no CPython 2.7 found: set PORTER_PYTHON2, or install one with pyenv")
    return executable


@pytest.fixture(scope="session")
def judge(python2: str) -> Iterator[Judge]:
    with Judge(python2) as judge:
        yield judge


@pytest.fixture(scope="session")
def library(python2: str) -> Path:
    return library_of(python2)
