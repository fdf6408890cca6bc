"""Work on many files at once, in processes that may die without taking the others' results with them.

The results come in the order of the files, whatever the number of processes, and only a few are held at a time.
"""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from ctypes import Array, c_int
from multiprocessing.context import BaseContext
from typing import Any, Generic, TypeVar

from porter.conversion.stack import with_deep_stack

Result = TypeVar("Result")
Work = Callable[[int], Result]
Batch = tuple[int, ...]

# Below this much work, starting processes costs more than it saves; where they can be forked it never does, and a file
# that takes its process down with it takes no one else.
_LITTLE_BYTES = 64 * 1024
_BATCH_FILES = 16
_BATCH_BYTES = 128 * 1024
_BATCHES_PER_JOB = 8
# A batch that keeps its worker longer than this is given up, at the file where it stands: so many seconds, and one more
# for so many bytes.
_PATIENCE_SECONDS = 120
_BYTES_PER_SECOND = 20_000
# How much source a worker reads before it looks for garbage.
_BYTES_PER_COLLECTION = 1024 * 1024
# A crew whose workers die this often without working on anything is no use.
_IDLE_DEATHS = 3


def run_all(work: Work[Result], sizes: Sequence[int], jobs: int, lost: Work[Result]) -> Iterator[Result]:
    """`work(0)`, `work(1)` … for a file of each of `sizes`; `lost(i)` instead where the worker died of it or never ended.

    `work` reports its failures as results. Little work is done right here where processes are slow to start.
    """
    if not sizes or sum(sizes) <= (-1 if _can_fork() else _LITTLE_BYTES):
        yield from map(work, range(len(sizes)))
        return
    crew = _Crew(work, sizes, jobs, lost)
    collected = gc.isenabled()
    gc.disable()  # results come in by the thousand, and hold no cycles
    try:
        yield from crew.run()
    finally:
        crew.close()
        if collected:
            gc.enable()


class _Crew(Generic[Result]):
    def __init__(self, work: Work[Result], sizes: Sequence[int], jobs: int, lost: Work[Result]) -> None:
        self.work = work
        self.sizes = sizes
        self.batches = tuple(_batches(sizes, jobs))
        self.jobs = min(jobs, len(self.batches))
        self.lost = lost
        self.context = _context()
        self.settled: dict[int, Result] = {}  # of files that had to be done by themselves
        self.strangers = set(multiprocessing.active_children())
        self.idle_deaths = 0
        self.pool, self.at_work = self._start(self.jobs)

    def run(self) -> Iterator[Result]:
        waiting = deque(self.batches)
        sent: deque[tuple[Batch, Future[list[Result]]]] = deque()
        while waiting or sent:
            try:
                while waiting and len(sent) < self.jobs * _BATCHES_PER_JOB:
                    sent.append((waiting[0], self._submit(waiting[0])))
                    waiting.popleft()
                results = sent[0][1].result()
            except BrokenProcessPool:
                waiting.extendleft(batch for batch, _ in reversed(sent))
                sent.clear()
                self._recover()
                continue
            batch, _ = sent.popleft()
            yield from self._in_order(batch, results)

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        for process in set(multiprocessing.active_children()) - self.strangers:
            process.terminate()
        self.pool.shutdown(wait=True, cancel_futures=True)

    def _start(self, jobs: int) -> tuple[ProcessPoolExecutor, Array[c_int]]:
        """A pool, and for each of its workers the file that it is at (0 for none, counted from 1)."""
        at_work = self.context.RawArray(c_int, jobs)
        number = self.context.Value(c_int, 0)
        arguments = (self.work, self.sizes, at_work, number)
        pool = ProcessPoolExecutor(jobs, mp_context=self.context, initializer=_enter, initargs=arguments)
        return pool, at_work

    def _submit(self, batch: Batch) -> Future[list[Result]]:
        return self.pool.submit(_work_on, tuple(number for number in batch if number not in self.settled))

    def _in_order(self, batch: Batch, results: list[Result]) -> Iterator[Result]:
        # `_submit` left out what was settled by then, and nothing is settled while a batch is on its way.
        done = iter(results)
        for number in batch:
            yield self.settled.pop(number) if number in self.settled else next(done)

    def _recover(self) -> None:
        """A worker died: do what the workers were at one by one, so that only the culprit is lost; then start afresh."""
        suspects = [number - 1 for number in self.at_work if number]
        self.pool.shutdown(wait=True, cancel_futures=True)
        for number in suspects:
            self.settled[number] = self._alone(number)
        self.idle_deaths = 0 if suspects else self.idle_deaths + 1
        if self.idle_deaths >= _IDLE_DEATHS:
            raise RuntimeError("the worker processes die before they begin to work")
        self.pool, self.at_work = self._start(self.jobs)

    def _alone(self, number: int) -> Result:
        pool, _ = self._start(1)
        with pool:
            try:
                results: list[Result] = pool.submit(_work_on, (number,)).result()
                return results[0]
            except BrokenProcessPool:
                return self.lost(number)


def _can_fork() -> bool:
    """Forking is fastest, and safe as long as this process runs no other thread."""
    return sys.platform == "linux" and threading.active_count() == 1


def _context() -> BaseContext:
    return multiprocessing.get_context("fork" if _can_fork() else "spawn")


def _batches(sizes: Sequence[int], jobs: int) -> Iterator[Batch]:
    """The files in runs, short enough that every job gets some and that one slow file does not hold up many."""
    most = max(1, min(_BATCH_FILES, len(sizes) // (4 * jobs)))
    batch: list[int] = []
    size = 0
    for number, own in enumerate(sizes):
        if batch and (len(batch) == most or size + own > _BATCH_BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(number)
        size += own
    if batch:
        yield tuple(batch)


# What a worker process knows; set once, when it starts.
_task: Callable[[int], Any] | None = None
_sizes: Sequence[int] = ()
_slots: Array[c_int] | None = None
_slot = 0
_uncollected = 0  # the bytes of source read since garbage was looked for


def _enter(work: Callable[[int], Any], sizes: Sequence[int], at_work: Array[c_int], number: object) -> None:
    """The first thing that a worker does."""
    global _task, _sizes, _slots, _slot
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers itself
    # Syntax trees are many small objects without cycles, and models are taken apart after use: looking for cycles takes a
    # fifth of the time and finds next to none. It is done now and then; what is here already stays.
    gc.disable()
    gc.freeze()
    _task, _sizes, _slots = work, sizes, at_work
    with number:  # type: ignore[attr-defined]
        _slot = number.value % len(at_work)  # type: ignore[attr-defined]
        number.value += 1  # type: ignore[attr-defined]


def _work_on(batch: Batch) -> list[Any]:
    return with_deep_stack(lambda: _results(batch))


def _results(batch: Batch) -> list[Any]:
    assert _task is not None and _slots is not None
    results = []
    patience = _PATIENCE_SECONDS + sum(_sizes[number] for number in batch) / _BYTES_PER_SECOND
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        faulthandler.dump_traceback_later(patience, exit=True, file=nowhere)
        try:
            for number in batch:
                _slots[_slot] = number + 1
                results.append(_task(number))
                _collect_sometimes(_sizes[number])
        finally:
            faulthandler.cancel_dump_traceback_later()
    _slots[_slot] = 0
    return results


def _collect_sometimes(size: int) -> None:
    global _uncollected
    _uncollected += size
    if _uncollected > _BYTES_PER_COLLECTION:
        gc.collect()
        _uncollected = 0
