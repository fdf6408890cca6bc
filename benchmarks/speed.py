"""porter beside its peers: the same files, the same number of jobs, in turns (A B C A B C …), medians.

Every run gets a copy of its own. The peers write over it; porter writes the result to another folder, and keeps no cache.
What a peer breaks down over would end its workers one after the other until the run hangs, so such files are found first
and taken from every tool, and the report names them.
"""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.library import library, lines_of, python_files
from benchmarks.peers import Peer, Porter, peers
from benchmarks.places import cache_folder, empty
from benchmarks.results import kept
from benchmarks.tables import mebibytes, table, thousands
from benchmarks.wild import timed_projects

_SECONDS_A_LINE = 1 / 500  # a tool slower than this is taken to hang
_SECONDS_LEAST = 120
_TRIALS = ("benchmarks/data", "benchmarks/trial.py", "benchmarks/library.py")


@dataclass(slots=True)
class Timing:
    """The runs of one tool over one collection."""

    tool: str
    version: str
    seconds: list[float]
    peaks: list[int]
    failed: list[str]
    hung: int = 0


def speed(rounds: int, jobs: int, target: str) -> dict[str, Any]:
    """The figures of every collection, as plain data."""
    return {
        name: kept(f"speed-{name}-{rounds}", partial(_compare, name, folders, rounds, jobs, target))
        for name, folders in collections().items()
    }


def collections() -> dict[str, list[Path]]:
    return {"library": [library()], "wild": timed_projects()}


def _compare(name: str, folders: list[Path], rounds: int, jobs: int, target: str) -> dict[str, Any]:
    pristine = _gathered(name, folders)
    all_files = python_files(pristine)
    limit = max(_SECONDS_LEAST, lines_of(all_files) * _SECONDS_A_LINE)
    breaking = {
        peer.name: kept(f"trial-{name}-{peer.name}", partial(_trial, peer, pristine, jobs, limit), of=_TRIALS)
        for peer in peers()
    }
    left_out = {path for errors in breaking.values() for path in errors}
    for path in left_out:
        (pristine / path).unlink(missing_ok=True)
    files = python_files(pristine)
    tools: Sequence[Peer | Porter] = (Porter(target), *peers())
    timings = [Timing(tool.name, tool.version, [], [], []) for tool in tools]
    for _ in range(rounds):
        for tool, timing in zip(tools, timings, strict=True):
            _run(tool, timing, pristine, jobs, limit)
    return {
        "files": len(files),
        "lines": lines_of(files),
        "jobs": jobs,
        "rounds": rounds,
        "left_out": {tool: errors for tool, errors in breaking.items() if errors},
        "timings": [asdict(timing) for timing in timings],
    }


def _gathered(name: str, folders: list[Path]) -> Path:
    """A folder with a copy of all `folders`."""
    pristine = empty(cache_folder("speed") / f"{name}-all")
    for folder in folders:
        shutil.copytree(folder, pristine / folder.name, symlinks=True)
    return pristine


def _trial(peer: Peer, pristine: Path, jobs: int, limit: float) -> dict[str, str]:
    tree = _fresh(pristine)
    return peer.trial(tree, jobs, limit)


def _run(tool: Peer | Porter, timing: Timing, pristine: Path, jobs: int, limit: float) -> None:
    tree = _fresh(pristine)
    measured = tool.run(tree, jobs, limit)
    if measured.status is None:
        timing.hung += 1
        return
    timing.seconds.append(measured.seconds)
    timing.peaks.append(measured.peak)
    timing.failed = tool.failures(measured, tree)


def _fresh(pristine: Path) -> Path:
    work = empty(cache_folder("speed") / "work")
    return Path(shutil.copytree(pristine, work / "tree", symlinks=True))


def speed_tables(figures: dict[str, Any]) -> list[str]:
    """A paragraph and a table for each collection."""
    said: list[str] = []
    for name, found in figures.items():
        said.append(
            f"**{name}**: {thousands(found['files'])} files, {thousands(found['lines'])} lines; {found['jobs']} jobs; "
            f"median of {found['rounds']} rounds in turns."
        )
        said.append(_table(found))
        said.extend(_notes(found))
    return said


def _table(found: dict[str, Any]) -> str:
    medians = {item["tool"]: statistics.median(item["seconds"]) for item in found["timings"] if item["seconds"]}
    rows = []
    for item in found["timings"]:
        seconds = medians.get(item["tool"])
        if seconds is None:
            rows.append([item["tool"], item["version"], "hung", "–", "–", "–", "–"])
            continue
        ratio = f"{medians['2to3'] / seconds:.2f} ×" if "2to3" in medians else "–"
        rows.append(
            [
                item["tool"],
                item["version"],
                f"{seconds:.1f}",
                thousands(found["lines"] / seconds),
                ratio,
                mebibytes(max(item["peaks"])),
                len(item["failed"]),
            ]
        )
    return table(
        ["tool", "version", "seconds", "lines/s", "2to3's time / its own", "peak memory", "files it cannot convert"],
        rows,
    )


def _notes(found: dict[str, Any]) -> list[str]:
    notes = []
    by_file: dict[str, list[str]] = {}
    for tool, errors in found["left_out"].items():
        for path, error in errors.items():
            by_file.setdefault(f"`{path}` ({error})", []).append(tool)
    if by_file:
        listed = "\n".join(f"- {what}: {', '.join(tools)}" for what, tools in sorted(by_file.items()))
        notes.append(f"Taken from all tools, since a peer's worker ends over them ({len(by_file)}):\n\n{listed}")
    by_failure: dict[str, list[str]] = {}
    for item in found["timings"]:
        for path in item["failed"]:
            by_failure.setdefault(path, []).append(item["tool"])
    if by_failure:
        listed = "\n".join(f"- `{path}`: {', '.join(tools)}" for path, tools in sorted(by_failure.items()))
        notes.append(f"Files that a tool says it cannot convert:\n\n{listed}")
    for item in found["timings"]:
        if item["hung"]:
            notes.append(f"{item['tool']} did not end in {item['hung']} of {found['rounds']} rounds.")
    return notes
