"""The tests that do to porter what goes wrong in life, run and counted."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.results import ROOT

_WRITING = "tests/conversion/test_writing.py"
_CASES = {
    "killed (SIGKILL) during a write: the old file or the new one": (
        f"{_WRITING}::test_a_killed_writer_leaves_the_old_file_or_the_new_one",
    ),
    "a full disk": (
        f"{_WRITING}::test_a_disk_that_is_really_full",
        f"{_WRITING}::test_a_write_that_fails_leaves_the_old_file",
    ),
    "read-only files and folders": (f"{_WRITING}::test_what_is_read_only_is_reported_and_left",),
    "a file changed or gone under our hands": (
        f"{_WRITING}::test_a_file_changed_meanwhile_is_left_alone",
        f"{_WRITING}::test_a_file_that_went_is_reported",
    ),
    "unreadable and undecodable files, endless links, pipes; the others go on": (
        "tests/cli/test_convert_troubled_tree.py",
    ),
    "a worker process that dies or does not come back": ("tests/conversion/test_crew.py",),
    "a damaged or hostile cache": ("tests/conversion/test_cache.py",),
}


def robustness() -> dict[str, dict[str, int]]:
    """What goes wrong → how many tests of it passed, failed and were skipped."""
    return {what: _counted(tests) for what, tests in _CASES.items()}


def _counted(tests: tuple[str, ...]) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}", *tests]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if not report.is_file():
            raise SystemExit(f"pytest gave no report: {done.stdout[-500:]}{done.stderr[-500:]}")
        suite = ElementTree.parse(report).getroot().find("testsuite")
        assert suite is not None
        counts = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
    failed = counts["failures"] + counts["errors"]
    return {"passed": counts["tests"] - failed - counts["skipped"], "failed": failed, "skipped": counts["skipped"]}
