"""A slice of CPython 2.7's library, converted as the proof does with all of it: see benchmarks/proof (`make proof`)."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from benchmarks.proof.conversions import conversion
from benchmarks.proof.invariance import invariance
from porter.interpreters import Interpreter
from tests.python2.oracle import library_of

_SEED = 27
_FILES = 45
_LARGEST = 40_000


@pytest.fixture(scope="module")
def slice_of_the_library(python2: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Modules and tests drawn by a seed, a package, and a file that 2.7 does not compile, whose siblings are converted."""
    library = library_of(python2.path)
    tree = tmp_path_factory.mktemp("slice") / "library"
    fit = sorted(
        path for folder in (library, library / "test") for path in folder.glob("*.py") if path.stat().st_size < _LARGEST
    )
    for path in (*random.Random(_SEED).sample(fit, _FILES), library / "test" / "badsyntax_nocaret.py"):
        goal = tree / path.relative_to(library)
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, goal)
    shutil.copytree(library / "multiprocessing", tree / "multiprocessing", ignore=shutil.ignore_patterns("*.py[co]"))
    return tree


@pytest.mark.parametrize("target", ["python3", "asyncio"])
def test_the_slice_converts_compiles_and_converts_to_itself(
    slice_of_the_library: Path, tmp_path: Path, target: str
) -> None:
    found = conversion(slice_of_the_library, target, "3.11", 2, tmp_path / "work")
    assert [item["path"] for item in found["not_converted"] if not item["rejected"]] == []
    assert found["files"] - len(found["not_converted"]) >= _FILES
    assert found["changed"] > _FILES / 2
    assert found["compiled"] and not any(found["compiled"].values())
    assert found["changed_again"] == []
    assert found["backed_out"] == []


def test_order_and_jobs_change_nothing_in_the_slice(slice_of_the_library: Path, tmp_path: Path) -> None:
    found = invariance(slice_of_the_library, "futures", "3.11", tmp_path / "work")
    assert found["files"] > _FILES
    assert [name for name, differing in found["ways"].items() if differing] == []
    assert len(found["ways"]) == 4
