"""The first run with an empty cache, and runs after it over the tree as it was."""

from __future__ import annotations

import shutil
import statistics
import sys
from typing import Any

from benchmarks.library import library, lines_of, python_files
from benchmarks.measuring import measure
from benchmarks.places import cache_folder, empty
from benchmarks.tables import table, thousands

_LIMIT = 1800
_REPEATS = 3


def second_run(jobs: int, target: str) -> dict[str, Any]:
    """Seconds of the first run, and of each later one, over the 2.7 library."""
    work = empty(cache_folder("second-run"))
    tree = shutil.copytree(library(), work / "library", symlinks=True)
    command = [sys.executable, "-m", "porter", "convert", "library", "--out", "out"]
    command += ["--to", target, "--python", "3.11", "--jobs", str(jobs)]
    environment = {"PORTER_CACHE": str(work / "cache"), "NO_COLOR": "1"}
    seconds = [measure(command, work, limit=_LIMIT, environment=environment).seconds for _ in range(1 + _REPEATS)]
    files = python_files(tree)
    return {"files": len(files), "lines": lines_of(files), "jobs": jobs, "first": seconds[0], "later": seconds[1:]}


def second_run_table(found: dict[str, Any]) -> str:
    later = statistics.median(found["later"])
    return table(
        ["files", "lines", "first run, s", f"later run, s (median of {len(found['later'])})", "later / first"],
        [
            [
                thousands(found["files"]),
                thousands(found["lines"]),
                f"{found['first']:.1f}",
                f"{later:.2f}",
                f"{later / found['first']:.3f}",
            ]
        ],
    )
