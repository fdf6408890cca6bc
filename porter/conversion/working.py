"""What happens to one file, in whichever process: the two passes, with the cache before them and the formatter behind."""

from __future__ import annotations

import hashlib
import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from porter.analysis.summaries import FileSummary
from porter.analysis.tree import TreeIndex
from porter.conversion import pipeline
from porter.conversion.cache import Cache
from porter.conversion.diffs import unified_diff
from porter.conversion.files import PythonFile
from porter.conversion.formatting import BlackStyle, format_with_black
from porter.conversion.stamps import black_stamp, checker_stamp
from porter.errors import ConversionError, PorterError, SourceError
from porter.python2.decoding import decode
from porter.python2.source import Dialect
from porter.rewriting.conversion import Change, Finding
from porter.rewriting.options import Options, Target

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Task:
    """One file to convert, and what with."""

    file: PythonFile
    options: Options
    style: BlackStyle | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task, and no more of it than the rest of porter needs.

    `digest` is that of the bytes which were read. `data` is the file's new content where it has one (converted, or only
    formatted); `changed` speaks of the conversion alone. `unformatted` says why the formatter could not do its part.
    """

    file: PythonFile
    target: Target
    digest: str = ""
    changed: bool = False
    data: bytes | None = None
    dialect: Dialect = Dialect.EITHER
    findings: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] = ()
    checked: tuple[str, ...] = ()
    diff: str = ""
    error: PorterError | None = None
    unformatted: PorterError | None = None


@dataclass(frozen=True, slots=True)
class Summarise:
    """The first pass: a file's summary, or why there is none."""

    files: tuple[PythonFile, ...]
    dialect: Dialect | None
    cache: Cache
    stamp: str

    def __call__(self, number: int) -> FileSummary | PorterError:
        file = self.files[number]
        try:
            return guarded(lambda: self._summary(file, read(file)), file)
        except PorterError as error:
            return error

    def of_data(self, file: PythonFile, data: bytes) -> FileSummary:
        """The summary of a file whose content is `data`, wherever it stands. Raises PorterError."""
        return guarded(lambda: self._summary(file, data), file)

    def _summary(self, file: PythonFile, data: bytes) -> FileSummary:
        dialect = self.dialect.value if self.dialect else "auto"
        key = self.cache.key("summary", (self.stamp, file.name, dialect, data))
        kept = self.cache.get(key)
        if isinstance(kept, FileSummary):
            return kept
        summary = pipeline.summarise_bytes(data, file.name, self.dialect)
        self.cache.put(key, summary)
        return summary


@dataclass(frozen=True, slots=True)
class Convert:
    """The second pass. `trees` holds the index of each tree by its root; `formats_all` counts unchanged files in."""

    tasks: tuple[Task, ...]
    trees: Mapping[str, TreeIndex]
    cache: Cache
    stamp: str
    wants_diff: bool = False
    formats_all: bool = False

    def __call__(self, number: int) -> Result:
        task = self.tasks[number]
        try:
            return guarded(lambda: self._result(task, read(task.file)), task.file)
        except PorterError as error:
            return Result(task.file, task.options.target, error=error)

    def of_data(self, task: Task, data: bytes) -> Result:
        """The result for a file whose content is `data`, wherever it stands. Raises PorterError."""
        return guarded(lambda: self._result(task, data), task.file)

    def _result(self, task: Task, data: bytes) -> Result:
        result = self._converted(task, data)
        if self.wants_diff and result.data is not None:
            old, new = (decode(content, task.file.name).text for content in (data, result.data))
            result = replace(result, diff=unified_diff(old, new, result.changes, task.file.shown))
        return self._formatted(task, result, data)

    def _converted(self, task: Task, data: bytes) -> Result:
        index = self.trees[task.file.tree].slice(task.file.name)
        said = (self.stamp, checker_stamp(task.options.python), repr(task.options), task.file.name, index.fingerprint())
        key = self.cache.key("conversion", (*said, data))
        kept = self.cache.get(key)
        if isinstance(kept, tuple):
            changed, conversion = kept
        else:
            conversion = pipeline.convert_bytes(data, task.file.name, index, task.options)
            changed = conversion.changed
            # The texts are what the data decode to.
            slim = replace(conversion, original="", text="", data=conversion.data if changed else b"")
            self.cache.put(key, (changed, slim))
        return Result(
            task.file,
            task.options.target,
            hashlib.sha256(data).hexdigest(),
            changed,
            conversion.data if changed else None,
            conversion.dialect,
            tuple(replace(finding, path=task.file.shown) for finding in conversion.findings),
            conversion.changes,
            conversion.checked,
        )

    def _formatted(self, task: Task, result: Result, original: bytes) -> Result:
        if task.style is None or not (result.changed or self.formats_all):
            return result
        before = original if result.data is None else result.data
        key = self.cache.key("black", (black_stamp(), repr(task.style), before))
        after = self.cache.get(key)
        if not isinstance(after, bytes):
            try:
                after = format_with_black(before, task.file.shown, task.style)
            except PorterError as error:
                return replace(result, unformatted=error)
            self.cache.put(key, after)
        return result if after == before else replace(result, data=after)


def guarded(work: Callable[[], Value], file: PythonFile) -> Value:
    """`work()`, whose every failure becomes a PorterError that names the file as the user knows it."""
    try:
        return work()
    except PorterError as error:
        raise _placed(error, file.shown) from error
    except MemoryError as error:
        raise ConversionError("there is not enough memory to convert this file", path=file.shown) from error
    except RecursionError as error:
        raise ConversionError("this file is nested too deeply to convert", path=file.shown) from error
    except Exception as error:
        raise ConversionError(
            f"porter failed on this file: {type(error).__name__}: {error} (in {_where(error)})",
            path=file.shown,
            hint="this is a mistake in porter or in a plug-in, not in the file: please report it",
        ) from error


def read(file: PythonFile) -> bytes:
    """The bytes of a regular file; never waits for a pipe that has taken its place."""
    try:
        handle = os.open(file.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as opened:  # noqa: PTH123 - of a descriptor
            return opened.read()
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}", path=file.shown) from error


def _placed(error: PorterError, path: str) -> PorterError:
    return type(error)(error.message, path=path, line=error.line, column=error.column, code=error.code, hint=error.hint)


def _where(error: Exception) -> str:
    """The last place in porter's own code, for the one who mends it."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)), "an unknown place")
