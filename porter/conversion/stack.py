"""Room for deep recursion: a chain of thousands of `+` needs more stack than the shell gives the main thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

_STACK_BYTES = 256 * 1024 * 1024
_RECURSION_LIMIT = 60_000

_here = threading.local()


def with_deep_stack(work: Callable[[], Result]) -> Result:
    """`work()`, in a thread whose stack holds deep recursion; what it raises is raised here.

    Within such a thread it is simply called: a thread a file would cost a tenth of the time.
    """
    if getattr(_here, "is_deep", False):
        return work()
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        _here.is_deep = True
        try:
            results.append(work())
        except BaseException as error:  # handed to the caller below
            errors.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK_BYTES)
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        thread = threading.Thread(target=run, name="porter-deep-stack")
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if errors:
        raise errors[0]
    return results[0]
