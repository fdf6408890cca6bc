"""Files whose lowered text has CPython 2.7's own syntax tree, of those that 2.7 compiles; and generated programs alike."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.results import ROOT

_SUMMARY = re.compile(r"^(\d+) of (\d+) files exact \((\d+) lines\); 2\.7 rejects (\d+) others$", re.MULTILINE)
_GENERATED = re.compile(r"^(\d+) of (\d+) generated programs exact; 2\.7 rejects (\d+) others$", re.MULTILINE)
_PROGRAMS = 1500


def exact(files: Sequence[Path], jobs: int) -> dict[str, Any]:
    """Compare the trees of `files`, in as many processes as there are jobs."""
    shards = [files[at::jobs] for at in range(jobs) if files[at::jobs]]
    with ThreadPoolExecutor(jobs) as executor:
        answers = list(executor.map(_compared, shards))
    numbers = [tuple(map(int, found)) for found, _ in answers]
    return {
        "exact": sum(number[0] for number in numbers),
        "compiled": sum(number[1] for number in numbers),
        "lines": sum(number[2] for number in numbers),
        "rejected": sum(number[3] for number in numbers),
        "failures": [line for _, lines in answers for line in lines],
    }


def _compared(files: Sequence[Path]) -> tuple[tuple[str, ...], list[str]]:
    command = [sys.executable, "-m", "tests.python2.exactness", *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = _SUMMARY.search(done.stdout)
    if found is None:
        raise SystemExit(f"the comparison of trees ended without its count: {done.stderr[-500:]}")
    return found.groups(), done.stdout[: found.start()].splitlines()


def generated() -> dict[str, int]:
    """How many generated programs were compared, how many of them differed, and how many 2.7 does not compile."""
    command = [sys.executable, "-m", "tests.python2.generated", str(_PROGRAMS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = _GENERATED.search(done.stdout)
    if found is None:
        raise SystemExit(f"the generated programs were not compared: {done.stderr[-500:]}")
    equal, programs, rejected = map(int, found.groups())
    return {"programs": programs, "different": programs - equal, "rejected": rejected}
