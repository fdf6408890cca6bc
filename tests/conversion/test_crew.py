"""Work in processes that may die."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import time
from dataclasses import dataclass

import pytest

from porter.conversion import crew
from porter.conversion.crew import run_all


@dataclass(frozen=True)
class Square:
    """Squares, and dies of some numbers or falls asleep over one."""

    deadly: tuple[int, ...] = ()
    endless: int = -1
    by: int = signal.SIGSEGV

    def __call__(self, number: int) -> int:
        if number in self.deadly:
            faulthandler.disable()  # pytest's would print the stack of a death that is meant
            os.kill(os.getpid(), self.by)
        if number == self.endless:
            time.sleep(600)
        return number * number


def lost(number: int) -> int:
    return -1


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 3, 100])
def test_results_come_in_order(jobs: int, count: int) -> None:
    assert list(run_all(Square(), [5000] * count, jobs, lost)) == [n * n for n in range(count)]


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("by", [signal.SIGSEGV, signal.SIGKILL])
@pytest.mark.parametrize("deadly", [(0,), (99,), (3, 4, 50)])
def test_only_the_file_that_kills_its_worker_is_lost(jobs: int, deadly: tuple[int, ...], by: int) -> None:
    results = list(run_all(Square(deadly, by=by), [5000] * 100, jobs, lost))
    assert results == [-1 if n in deadly else n * n for n in range(100)]


def test_a_file_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_PATIENCE_SECONDS", 0.5)
    results = list(run_all(Square(endless=7), [100] * 20, 2, lost))
    assert results == [-1 if n == 7 else n * n for n in range(20)]


def test_nobody_is_left_when_the_reader_stops() -> None:
    before = set(multiprocessing.active_children())
    results = run_all(Square(endless=90), [5000] * 100, 2, lost)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert set(multiprocessing.active_children()) <= before


def test_where_processes_are_slow_to_start_little_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_can_fork", lambda: False)
    here = os.getpid()
    assert list(run_all(lambda number: os.getpid(), [10, 10], 2, lost)) == [here, here]
