"""Runs are measured with all their processes, and end in time."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measuring import measure

_CHILD = "import time; block = bytearray(80_000_000); time.sleep(1.2)"


def test_memory_of_children_counts(tmp_path: Path) -> None:
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_CHILD!r}])"
    measured = measure([sys.executable, "-c", parent], tmp_path, limit=60)
    assert measured.status == 0
    assert measured.peak > 80_000_000
    assert measured.seconds > 1


def test_a_run_that_hangs_is_ended(tmp_path: Path) -> None:
    measured = measure([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, limit=1)
    assert measured.status is None
    assert measured.seconds < 30


def test_what_a_run_says_is_kept(tmp_path: Path) -> None:
    measured = measure([sys.executable, "-c", "import sys; print(1); sys.exit('wrong')"], tmp_path, limit=60)
    assert (measured.status, measured.errors) == (1, "wrong\n")
    assert (tmp_path / "stdout").read_text() == "1\n"
