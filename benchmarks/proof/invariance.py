"""The order of the files and the number of jobs change nothing: neither a byte of the result nor a word of the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.places import cache_folder, empty
from benchmarks.proof.conversions import convert, same_trees

_SEEDS = (1, 2)


def invariance(tree: Path, target: str, python: str, work: Path | None = None) -> dict[str, Any]:
    """Convert a tree with two jobs, then with other numbers of jobs and in other orders; the files that then differ."""
    work = empty(work or cache_folder("proof") / "invariance")
    expected = convert(tree, work / "out", target, python, 2)
    differing: dict[str, list[str]] = {}
    for name, jobs, program in _ways():
        found = convert(tree, work / "other", target, python, jobs, *program)
        said = [] if _said(found) == _said(expected) else ["the report"]
        differing[name] = [*same_trees(work / "out", work / "other"), *said]
        empty(work / "other")
    return {"files": len(expected["files"]), "ways": differing}


def _ways() -> list[tuple[str, int, tuple[str, ...]]]:
    others = [(f"{jobs} jobs" if jobs > 1 else "1 job", jobs, ("-m", "porter", "convert")) for jobs in (1, 5)]
    shuffled = [
        (f"shuffled, seed {seed}", 2, ("-m", "benchmarks.proof.shuffled", str(seed), "convert")) for seed in _SEEDS
    ]
    return [*others, *shuffled]


def _said(report: dict[str, Any]) -> list[str]:
    """What a report says, whatever the order that it says it in."""
    parts = (report["files"], report["findings"], report["problems"], [report["summary"]], report["notices"])
    return sorted(json.dumps(item, sort_keys=True) for part in parts for item in part)
