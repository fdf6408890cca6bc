"""Every count of the proof, each kept when it is made: a run that was stopped goes on where it was."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import growth, second_run, speed, wild
from benchmarks.library import library, python_files
from benchmarks.proof import catalogue, conversions, exact, invariance, robustness
from benchmarks.results import kept

TARGETS = ("python3", "futures", "asyncio")
PYTHON = "3.11"
OLDEST = "3.9"  # `--to asyncio` writes what 3.11 brought
_TIMED = "futures"  # what porter does unasked
_INVARIANCE_PROJECTS = 6
_SEED = 11


def exact_library(jobs: int) -> dict[str, Any]:
    found: dict[str, Any] = kept("exact-library", lambda: exact.exact(python_files(library()), jobs), of=_FRONT_END)
    return found


def exact_wild(jobs: int) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        return exact.exact([file for folder in wild.collection() for file in python_files(folder)], jobs)

    found: dict[str, Any] = kept("exact-wild", make, of=_FRONT_END)
    return found


def generated() -> dict[str, int]:
    found: dict[str, int] = kept("generated", exact.generated, of=_FRONT_END)
    return found


def library_conversions(jobs: int) -> dict[str, dict[str, Any]]:
    """Target and oldest Python → counts over the library."""
    ways = [(target, PYTHON) for target in TARGETS] + [("python3", OLDEST), ("futures", OLDEST)]
    return {
        f"--to {target} --python {python}": kept(
            f"library-{target}-{python}", partial(conversions.conversion, library(), target, python, jobs)
        )
        for target, python in ways
    }


def wild_conversions(jobs: int) -> dict[str, dict[str, Any]]:
    """Target → counts over the wild collection, a project at a time."""
    found = {}
    for target in TARGETS:
        parts = [(folder.name, _project(folder, target, jobs)) for folder in wild.collection()]
        found[f"--to {target} --python {PYTHON}"] = conversions.summed(parts)
    return found


def _project(folder: Path, target: str, jobs: int) -> dict[str, Any]:
    name = f"wild-{folder.name}-{target}-{PYTHON}"
    found: dict[str, Any] = kept(name, partial(conversions.conversion, folder, target, PYTHON, jobs))
    return found


def invariances() -> dict[str, dict[str, Any]]:
    """Over the library, and over projects drawn by a seed."""
    drawn = sorted(random.Random(_SEED).sample(wild.timed_projects(), _INVARIANCE_PROJECTS))
    return {
        folder.name: kept(f"invariance-{folder.name}", partial(invariance.invariance, folder, _TIMED, PYTHON))
        for folder in (library(), *drawn)
    }


def robust() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = kept("robustness", robustness.robustness)
    return found


def catalogued() -> dict[str, Any]:
    return catalogue.counts()


def timed(rounds: int, jobs: int, *, fresh: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = kept("speed", lambda: speed.speed(rounds, jobs, _TIMED), fresh=fresh)
    return found


def grown(rounds: int, jobs: int, *, fresh: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = kept("growth", lambda: growth.growth(rounds, jobs, _TIMED), fresh=fresh)
    return found


def repeated(jobs: int, *, fresh: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = kept("second-run", lambda: second_run.second_run(jobs, _TIMED), fresh=fresh)
    return found


_FRONT_END = ("porter/python2", "tests/python2", "benchmarks/proof/exact.py", "benchmarks/data")
