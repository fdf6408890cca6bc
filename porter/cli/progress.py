"""A progress bar for a person who waits: on a terminal, and only when there is more than a second of work."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_PATIENCE_SECONDS = 1.0
_REFRESH_SECONDS = 0.1


class Progress:
    """`update(done, total)` as often as you like; what is shown goes to standard error and vanishes in the end.

    It draws only when it is updated, and so needs no thread (a program that forks should have none).
    """

    def __init__(self, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()
        self._begin = self._drawn = time.monotonic()
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._shown or now - self._begin < _PATIENCE_SECONDS or now - self._drawn < _REFRESH_SECONDS:
            return
        if done == total and self._bar is None:
            return
        self._drawn = now
        if self._bar is None:
            self._start()
        assert self._bar is not None and self._task is not None
        self._bar.update(self._task, completed=done, total=total, refresh=True)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("converting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
        self._task = self._bar.add_task("converting", total=None)
        self._bar.start()
