"""The proof of exactness: for every file that CPython 2.7 compiles, the lowered text has 2.7's own syntax tree.

Run it over folders or files (the whole standard library of the 2.7 found, without arguments):

    python -m tests.python2.exactness [--slice N --seed S] [PATH ...]
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from porter.errors import PorterError
from porter.python2 import Dialect, parse, read
from tests.python2.oracle import Judge, Rejected, find_python2, library_of
from tests.python2.trees import spell


@dataclass(slots=True)
class Report:
    exact: int = 0
    lines: int = 0
    rejected: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)


def difference(data: bytes, path: str, expected: str) -> str | None:
    """How the tree of the lowered text differs from 2.7's, or None."""
    try:
        source = read(data, path, Dialect.PYTHON2)
        found = spell(parse(source), source)
    except PorterError as error:
        return str(error)
    if found == expected:
        return _misjudged(data, path)
    at = next((at for at, (one, other) in enumerate(zip(found, expected, strict=False)) if one != other), -1)
    low = max(0, at - 60)
    return f"trees differ\n  2.7:    …{expected[low : at + 60]}\n  porter: …{found[low : at + 60]}"


def _misjudged(data: bytes, path: str) -> str | None:
    """What 2.7 compiles is never found to be Python 3, and left alone only where that changes no tree."""
    source = read(data, path)
    if source.dialect is Dialect.PYTHON3 or source.facts.mixed:
        return f"taken for Python 3 syntax: {source.facts.mixed}"
    return None


def is_a_file_of_27(data: bytes) -> bool:
    """`compile` takes bytes outside ASCII without a cookie, which 2.7 refuses in a file."""
    return data.isascii() or data.startswith(b"\xef\xbb\xbf") or b"coding" in data[:400]


def prove(paths: Iterable[Path], judge: Judge) -> Report:
    report = Report()
    for path in paths:
        data = path.read_bytes()
        try:
            expected = judge.tree(data)
        except Rejected:
            report.rejected += 1
            continue
        problem = difference(data, str(path), expected)
        if problem is None:
            report.exact += 1
            report.lines += data.count(b"\n")
        else:
            report.failures.append((str(path), problem))
    return report


def files_of(paths: Iterable[Path]) -> list[Path]:
    return sorted(file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path]))


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare trees of lowered files with CPython 2.7's own.")
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--slice", type=int, help="only so many files, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    executable = find_python2()
    if executable is None:
        print("no CPython 2.7 found; set PORTER_PYTHON2", file=sys.stderr)
        return 2
    files = files_of(options.paths or [library_of(executable)])
    if options.slice is not None:
        files = sorted(random.Random(options.seed).sample(files, min(options.slice, len(files))))
    with Judge(executable) as judge:
        report = prove(files, judge)
    for path, problem in report.failures:
        print(f"{path}: {problem}")
    compiled = report.exact + len(report.failures)
    print(f"{report.exact} of {compiled} files exact ({report.lines} lines); 2.7 rejects {report.rejected} others")
    return 1 if report.failures else 0


def with_deep_stack(run: Iterable[int] | None = None) -> int:
    """Trees of long expressions are deep: give the recursion room."""
    sys.setrecursionlimit(50_000)
    threading.stack_size(512 * 1024 * 1024)
    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(main()))
    thread.start()
    thread.join()
    return results[0] if results else 1


if __name__ == "__main__":
    sys.exit(with_deep_stack())
