"""One command, measured: wall clock, exit status, and the peak memory of all its processes together.

Memory is sampled every fifth of a second over the whole process tree: the proportional set size where the system knows it
(Linux: a page that processes share counts once), else the resident one.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_SAMPLE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run took. `status` is None where the limit ended it; `errors` is what it printed on standard error."""

    seconds: float
    peak: int
    status: int | None
    errors: str


def measure(
    command: Sequence[str], folder: Path, *, limit: float, environment: Mapping[str, str] | None = None
) -> Measured:
    """Run a command in `folder`; its output goes to files there, `stdout` and `stderr`."""
    with (folder / "stdout").open("wb") as stdout, (folder / "stderr").open("wb") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env={**_plain_environment(), **(environment or {})},
            start_new_session=True,
        )
        peak = _watch(process, start + limit)
        seconds = time.perf_counter() - start
    errors = (folder / "stderr").read_text("utf-8", "replace")
    return Measured(seconds, peak, process.returncode if process.returncode != -signal.SIGKILL else None, errors)


def _watch(process: subprocess.Popen[bytes], end: float) -> int:
    """Wait for the end of a process, or bring it about; the most memory that it and its children took."""
    peak = 0
    tree = psutil.Process(process.pid)
    while True:
        try:
            process.wait(_SAMPLE_SECONDS)
            return peak
        except subprocess.TimeoutExpired:
            peak = max(peak, _memory(tree))
        if time.perf_counter() > end:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return peak


def _memory(tree: psutil.Process) -> int:
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in (tree, *tree.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                full = process.memory_full_info()
                total += getattr(full, "pss", full.rss)
    return total


def _plain_environment() -> dict[str, str]:
    """The environment as a user has it: nothing that keeps a Python from keeping its compiled modules, for one."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
