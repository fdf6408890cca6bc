"""The conversion of a tree from its paths to its report: discover, index, convert in parallel, write (DESIGN §1, §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from porter.analysis.summaries import FileSummary
from porter.analysis.tree import TreeIndex
from porter.conversion.cache import NO_CACHE, Cache
from porter.conversion.committed import uncommitted
from porter.conversion.crew import run_all
from porter.conversion.discovery import compiled_beside, discover, surroundings, tree_of
from porter.conversion.files import Discovery, Notice, PythonFile
from porter.conversion.formatting import black_style
from porter.conversion.ignoring import Patterns
from porter.conversion.mirror import Mirror
from porter.conversion.reports import TreeReport
from porter.conversion.stamps import checker_stamp, tools_stamp
from porter.conversion.witnesses import believed
from porter.conversion.working import Convert, Result, Summarise, Task
from porter.conversion.writing import replace_content
from porter.errors import ConversionError, PorterError, UsageError
from porter.python2.source import Dialect
from porter.rewriting.options import Options, Target

Value = TypeVar("Value")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What a conversion is asked to do.

    `options` holds one entry a target. At most one of `out` and `in_place` is given; without either nothing is written.
    `skip` are folders to pass by, such as the results of earlier runs.
    """

    options: tuple[Options, ...]
    paths: tuple[Path, ...] = ()
    out: Path | None = None
    in_place: bool = False
    force: bool = False
    dialect: Dialect | None = None
    exclude: tuple[Patterns, ...] = ()
    per_file_ignores: tuple[tuple[Patterns, tuple[str, ...]], ...] = ()
    skip: tuple[Path, ...] = ()
    formatter: str | None = None
    wants_diff: bool = False
    jobs: int = 1
    cache: Cache = NO_CACHE

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(options.target for options in self.options)


def convert_tree(request: Request, progress: Progress = lambda done, total: None) -> TreeReport:
    """Convert everything that the request names. `progress` is told how many of how many steps are done.

    Raises UsageError, before anything is written, for a request that cannot be followed; what is wrong with single files
    is in the report.
    """
    skip = request.skip if request.out is None else (*request.skip, request.out)
    found = discover(request.paths, exclude=request.exclude, skip=skip)
    if request.in_place and len(request.options) > 1:
        raise UsageError("--in-place can write one target only", hint="choose it with --to")
    mirror = Mirror.of(request.out, request.targets) if request.out is not None else None
    if mirror is not None:
        mirror.check(found)
    run = _Run(request, found, mirror, progress)
    run.index()
    if request.in_place and not request.force:
        run.refuse_uncommitted()
    run.convert()
    request.cache.prune()
    return run.report()


def convert_text(request: Request, data: bytes, path: Path | None) -> Result:
    """Convert what stands, or might stand, in a file of this name (None: of no name at all). Raises PorterError."""
    around: tuple[PythonFile, ...] = ()
    file = PythonFile(Path("-"), "<stdin>", "", "<stdin>", "")
    if path is not None:
        tree = tree_of(path.parent)
        name = Path(path.parent.resolve(), path.name).relative_to(tree).as_posix()
        file = PythonFile(path, path.as_posix(), str(tree), name, path.name)
        around = tuple(other for other in surroundings(path.parent) if other.name != name)
    home = path.parent if path is not None else Path()
    run = _Run(replace(request, paths=(home,)), Discovery(context=around), None, lambda done, total: None)
    run.index()
    return run.convert_data(file, data)


class _Run:
    """One request on its way."""

    def __init__(self, request: Request, found: Discovery, mirror: Mirror | None, progress: Progress) -> None:
        self.request = request
        self.found = found
        self.mirror = mirror
        self.progress = progress
        self.stamp = tools_stamp()
        for options in request.options:
            checker_stamp(options.python)  # found here, once, and not by every worker
        # The result is written in the style of the project that it comes from, wherever it goes.
        home = next(iter(request.paths), Path())
        self.styles = {options: black_style(home, options.python) for options in request.options if request.formatter}
        self.trees: dict[str, TreeIndex] = {}
        self.broken: dict[PythonFile, PorterError] = {}
        self.results: list[Result] = []
        self.problems: list[PorterError] = list(found.problems)
        self.notices: list[Notice] = list(found.notices)
        self.written = 0
        self.done = 0
        self.steps = len(found.python) * (1 + len(request.options)) + len(found.context)

    def index(self) -> None:
        """The first pass: what the files are to each other."""
        files = (*self.found.python, *self.found.context)
        work = Summarise(files, self.request.dialect, self.request.cache, self.stamp)
        found: dict[PythonFile, FileSummary] = {}
        for file, summary in zip(files, self._run(work, files, lambda number: _lost(files[number])), strict=True):
            if isinstance(summary, FileSummary):
                found[file] = summary
            else:
                self.broken[file] = summary
        told = found if self.request.dialect else believed(found, self.request.cache, self.stamp)
        summaries: dict[str, list[FileSummary]] = {file.tree: [] for file in files}
        for file, summary in told.items():
            summaries[file.tree].append(summary)
        self._index(summaries)

    def _index(self, summaries: dict[str, list[FileSummary]]) -> None:
        self.trees = {
            tree: TreeIndex.of(found, compiled_beside((summary.path for summary in found), tree))
            for tree, found in summaries.items()
        }
        for tree, found in summaries.items():
            if found:
                # What the index works out on first use is worked out here, once, and not in every worker.
                self.trees[tree].slice(found[0].path)

    def convert(self) -> None:
        """The second pass: convert, write, and keep what the report needs."""
        tasks = self._tasks(file for file in self.found.python if file not in self.broken)
        for result in self._convert(tasks):
            self._take(result)
        for file, error in self.broken.items():
            if file in self.found.context:
                continue
            for options in self.request.options:
                self._take(Result(file, options.target, error=error))
                self._step()
        if self.mirror is not None:
            for copied in self.mirror.place_others(self.found):
                if isinstance(copied, PorterError):
                    self.problems.append(copied)
                else:
                    self.written += copied

    def convert_data(self, file: PythonFile, data: bytes) -> Result:
        """Convert one file from its content, here and now."""
        summary = Summarise((file,), self.request.dialect, self.request.cache, self.stamp).of_data(file, data)
        around = {tree: list(index.files.values()) for tree, index in self.trees.items()}
        around.setdefault(file.tree, []).append(summary)
        self._index(around)
        (task,) = self._tasks([file])
        work = Convert((task,), self.trees, self.request.cache, self.stamp, wants_diff=self.request.wants_diff)
        return work.of_data(task, data)

    def refuse_uncommitted(self) -> None:
        """Raises UsageError where a file would change that git could not bring back."""
        dirty = set(uncommitted(file.path for file in self.found.python))
        if not dirty:
            return
        files = [file for file in self.found.python if file not in self.broken and file.path.resolve() in dirty]
        touched = [result.file.shown for result in self._convert(self._tasks(files)) if result.changed]
        if touched:
            named = ", ".join(touched[:5]) + (f" and {len(touched) - 5} more" if len(touched) > 5 else "")
            raise UsageError(
                f"these files have changes that are not committed: {named}",
                hint="commit them first, or write over them with --force",
            )

    def report(self) -> TreeReport:
        order = {file: number for number, file in enumerate(self.found.python)}
        targets = {target: number for number, target in enumerate(self.request.targets)}
        return TreeReport(
            self.request.targets,
            tuple(sorted(self.results, key=lambda result: (targets[result.target], order[result.file]))),
            tuple(dict.fromkeys(self.problems)),
            tuple(self.notices),
            tuple(self.mirror.strays(self.found)) if self.mirror else (),
            self.written,
        )

    def _tasks(self, files: Iterable[PythonFile]) -> tuple[Task, ...]:
        listed = list(files)
        return tuple(
            Task(file, self._options_of(file, options), self.styles.get(options))
            for options in self.request.options
            for file in listed
        )

    def _options_of(self, file: PythonFile, options: Options) -> Options:
        if not self.request.per_file_ignores:
            return options
        real = str(Path(file.path.parent).resolve() / file.path.name)
        more = [
            code for patterns, codes in self.request.per_file_ignores if patterns.says(real, False) for code in codes
        ]
        return replace(options, ignore=(*options.ignore, *more)) if more else options

    def _convert(self, tasks: tuple[Task, ...]) -> Iterator[Result]:
        work = Convert(
            tasks,
            self.trees,
            self.request.cache,
            self.stamp,
            self.request.wants_diff,
            formats_all=self.request.out is not None,
        )
        files = tuple(task.file for task in tasks)

        def lost(number: int) -> Result:
            return Result(tasks[number].file, tasks[number].options.target, error=_lost(tasks[number].file))

        return self._run(work, files, lost)

    def _run(
        self, work: Callable[[int], Value], files: Sequence[PythonFile], lost: Callable[[int], Value]
    ) -> Iterator[Value]:
        for result in run_all(work, [_size(file) for file in files], self.request.jobs, lost):
            self._step()
            yield result

    def _step(self) -> None:
        self.done = min(self.done + 1, self.steps)
        self.progress(self.done, self.steps)

    def _take(self, result: Result) -> None:
        """Write a result where it belongs, and keep what the report says of it."""
        if isinstance(result.error, UsageError):
            raise result.error
        if result.error is not None:
            self.problems.append(result.error)
        if result.unformatted is not None:
            self.notices.append(Notice(result.file.shown, result.unformatted.message))
        try:
            self.written += self._write(result)
        except PorterError as error:
            # A file that could not be read cannot be copied either: that has been said.
            if result.error is None:
                self.problems.append(error)
                result = replace(result, error=error)
        self.results.append(replace(result, data=None))

    def _write(self, result: Result) -> bool:
        if self.mirror is not None:
            return self.mirror.place(result)
        if self.request.in_place and result.data is not None:
            replace_content(result.file.path, result.data, result.digest, result.file.shown)
            return True
        return False


def _lost(file: PythonFile) -> PorterError:
    return ConversionError(
        "porter's worker process died of this file, or gave it up after minutes",
        path=file.shown,
        hint="please report it; `exclude` leaves the file alone",
    )


def _size(file: PythonFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:
        return 0
