"""How porter's time grows with the lines, and its memory with the number of files: 1 ×, 2 ×, 4 ×, 8 × the same code."""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.library import library, lines_of, python_files
from benchmarks.peers import Porter
from benchmarks.places import cache_folder, empty
from benchmarks.tables import mebibytes, table, thousands

_TIMES = (1, 2, 4, 8)
_FILES = 120
_SEED = 7
_LIMIT = 900


def growth(rounds: int, jobs: int, target: str) -> dict[str, Any]:
    """Both series, longer files and more files, measured in turns (1 ×, 2 ×, 4 ×, 8 ×, 1 ×, …)."""
    series = {}
    for name, make in (("lines", _longer), ("files", _more)):
        rows = [_Row(times) for times in _TIMES]
        for _ in range(rounds):
            for row in rows:
                row.measure(make(row.times), jobs, target)
        series[name] = [row.figures() for row in rows]
    return {**series, "jobs": jobs, "rounds": rounds}


@dataclass(slots=True)
class _Row:
    times: int
    files: int = 0
    lines: int = 0
    seconds: list[float] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)

    def measure(self, tree: Path, jobs: int, target: str) -> None:
        files = python_files(tree)
        self.files, self.lines = len(files), lines_of(files)
        measured = Porter(target).run(tree, jobs, _LIMIT)
        if measured.status != 0:
            raise SystemExit(f"porter failed on the growing tree: {measured.errors[-500:]}")
        self.seconds.append(measured.seconds)
        self.peaks.append(measured.peak)

    def figures(self) -> dict[str, Any]:
        return {
            "times": self.times,
            "files": self.files,
            "lines": self.lines,
            "seconds": statistics.median(self.seconds),
            "peak": max(self.peaks),
        }


def sample() -> list[Path]:
    """Files of the library, drawn by a seed, that can be repeated within one file."""
    fit = [path for path in python_files(library()) if 1_000 < path.stat().st_size < 40_000 and _repeats(path)]
    return sorted(random.Random(_SEED).sample(fit, _FILES))


def _repeats(path: Path) -> bool:
    """Whether the file's text can stand twice in one file, and is ASCII."""
    data = path.read_bytes()
    return (
        data.isascii()
        and data.endswith(b"\n")
        and b"__future__" not in data
        and b"lib2to3" not in path.as_posix().encode()
    )


def _longer(times: int) -> Path:
    """The same number of files, each `times` as long."""
    tree = empty(cache_folder("growth") / "work") / "tree"
    tree.mkdir()
    for number, path in enumerate(sample()):
        (tree / f"m{number}_{path.name}").write_bytes(path.read_bytes() * times)
    return tree


def _more(times: int) -> Path:
    """Files of the same length, `times` as many."""
    tree = empty(cache_folder("growth") / "work") / "tree"
    for copy in range(times):
        folder = tree / f"copy{copy}"
        folder.mkdir(parents=True)
        for number, path in enumerate(sample()):
            (folder / f"m{number}_{path.name}").write_bytes(path.read_bytes())
    return tree


def growth_tables(found: dict[str, Any]) -> list[str]:
    said = []
    for series, what in (("lines", "Longer files"), ("files", "More files")):
        rows = found[series]
        said.append(f"**{what}** ({found['jobs']} jobs, median of {found['rounds']} rounds):")
        said.append(
            table(
                ["", "files", "lines", "seconds", "lines/s", "seconds / those of 1 ×", "peak memory"],
                [
                    [
                        f"{row['times']} ×",
                        row["files"],
                        thousands(row["lines"]),
                        f"{row['seconds']:.2f}",
                        thousands(row["lines"] / row["seconds"]),
                        f"{row['seconds'] / rows[0]['seconds']:.2f}",
                        mebibytes(row["peak"]),
                    ]
                    for row in rows
                ],
            )
        )
    return said
