"""The processes that run programs: one run at a time each, so that every child a process gets belongs to its run."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from types import FrameType, TracebackType

from porter.verification.running import RunRequest, run
from porter.verification.supervising import adopt_orphans
from porter.verification.traces import Trace


class Crew:
    """Runs programs side by side. Whatever way the `with` block is left, nothing of them is alive afterwards."""

    def __init__(self, jobs: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._executor = ProcessPoolExecutor(max_workers=jobs, mp_context=context, initializer=_begin)

    def __enter__(self) -> Crew:
        return self

    def submit(self, request: RunRequest) -> Future[Trace]:
        return self._executor.submit(_run, request)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is not None:
            self.break_off()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def break_off(self) -> None:
        """Have every run end now."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        for worker in multiprocessing.active_children():
            worker.terminate()


def _begin() -> None:
    """Prepare a process of the crew: it ends with its parent, and cleans up when it is told to end."""
    adopt_orphans()
    signal.signal(signal.SIGTERM, _leave)
    # The kernel's own notice (PR_SET_PDEATHSIG) comes when the thread ends that started this process: too early.
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()


def _run(request: RunRequest) -> Trace:
    try:
        return run(request)
    except SystemExit as leaving:
        # The executor would take this for the result of the work, and wait for more.
        os._exit(leaving.code if isinstance(leaving.code, int) else 1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def _leave(number: int, frame: FrameType | None) -> None:
    # An exception, so that the run's `finally` ends its processes; once, so that nothing interrupts that.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(128 + number)
