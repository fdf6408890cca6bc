"""`porter convert`: its options, and which of them cannot go together."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from porter import config as configuration
from porter.errors import UsageError

if TYPE_CHECKING:
    from porter.config import Config
    from porter.conversion.converting import Request
    from porter.conversion.reports import TreeReport
    from porter.conversion.working import Result

_DONE, _FOUND, _FAILED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Choices:
    """The command line, as it was given."""

    paths: tuple[str, ...]
    out: Path | None
    in_place: bool
    diff: bool
    check: bool
    targets: tuple[str, ...]
    python: str | None
    jobs: int | None
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    division: str | None
    unsafe: bool
    dialect: str | None
    stdin_filename: Path | None
    output: str
    formatter: str | None
    exclude: tuple[str, ...]
    cached: bool
    force: bool
    quiet: bool
    verbose: bool


@click.command(short_help="Convert Python 2 files and folders to Python 3.")
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write the result to DIR: the tree made anew, other files copied along; with several targets a folder for each.")  # fmt: skip
@click.option("--in-place", is_flag=True, help="Write the result over the files themselves.")
@click.option("--diff", is_flag=True, help="Print what would change as a diff, and write nothing.")
@click.option("--check", is_flag=True, help="Write nothing, and exit with 1 if anything would change.")
@click.option("--to", "targets", multiple=True, type=click.Choice(configuration.TARGETS), help="The target: a faithful port, also concurrent.futures (the default), or asyncio. May be repeated.")  # fmt: skip
@click.option("--python", metavar="X.Y", help="The lowest Python that the result must run on (default: the one that runs porter).")  # fmt: skip
@click.option(
    "--select", multiple=True, metavar="CODES", help="Only these rules: codes or prefixes, with commas between."
)
@click.option("--extend-select", multiple=True, metavar="CODES", help="Also these rules, optional ones among them: codes or prefixes, with commas between.")  # fmt: skip
@click.option(
    "--ignore", multiple=True, metavar="CODES", help="Not these rules: codes or prefixes, with commas between."
)
@click.option("--division", type=click.Choice(configuration.DIVISIONS), help="What becomes of a / that may divide two ints: it is reported (the default), or a helper function divides as Python 2 did.")  # fmt: skip
@click.option("--unsafe", is_flag=True, help="Also make the changes that may alter behaviour.")
@click.option("--from", "dialect", type=click.Choice(configuration.DIALECTS), help="What the files are written in (default: auto).")  # fmt: skip
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Do not convert what matches, in the form of .gitignore; adds to the configuration.")  # fmt: skip
@click.option("--stdin-filename", type=click.Path(path_type=Path), metavar="FILE", help="Where the text on standard input (PATHS is `-`) stands.")  # fmt: skip
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="How to print the report."
)
@click.option("--format-with", "formatter", type=click.Choice([*configuration.FORMATTERS, "none"]), help="Format what is written, as a last step.")  # fmt: skip
@click.option(
    "--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes to use (default: one for each CPU)."
)
@click.option(
    "--no-cache", "cached", flag_value=False, default=True, help="Neither use nor keep results of earlier runs."
)
@click.option("--force", is_flag=True, help="With --in-place: also over changes that git could not bring back.")
@click.option("--quiet", "-q", is_flag=True, help="Print failures only.")
@click.option("--verbose", "-v", is_flag=True, help="Also list every file, and every change that deserves a look.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Convert the Python 2 programs in PATHS (files, folders, or `-` for standard input) to Python 3.

    Without --out, --in-place or an `out` in the configuration ([tool.porter] of pyproject.toml) nothing is written: porter
    shows what it would do.

    \b
    Exit status
      0  done
      1  --check found something to change
      2  a file failed (the others are converted all the same), or the usage is wrong
    """
    choices = Choices(**given)
    ctx.exit(_convert_stdin(choices) if choices.paths == ("-",) else _convert_paths(choices))


def _convert_paths(choices: Choices) -> int:
    gc.disable()  # what a conversion makes holds no cycles worth a search, and the process ends with it
    from porter.cli.progress import Progress
    from porter.conversion.converting import convert_tree

    if "-" in choices.paths:
        raise UsageError("standard input (`-`) cannot be converted together with files")
    _refuse_contradictions(choices)
    paths = tuple(Path(path) for path in choices.paths)
    request = _request(choices, configuration.load_config(paths), paths)
    with Progress(shown=not choices.quiet and choices.output == "text") as progress:
        report = convert_tree(request, progress.update)
    _print(report, request, choices)
    if report.problems:
        return _FAILED
    return _FOUND if choices.check and report.anything_changed else _DONE


def _convert_stdin(choices: Choices) -> int:
    """Convert standard input to standard output, which gets the text (or the diff) and nothing else."""
    from porter.conversion.converting import convert_text

    if choices.out or choices.in_place:
        raise UsageError("the conversion of standard input goes to standard output: leave --out and --in-place away")
    place = choices.stdin_filename or Path()
    request = _request(choices, configuration.load_config((place,)), ())
    if len(request.options) != 1:
        raise UsageError("standard input can be converted to one target only", hint="choose it with --to")
    data = sys.stdin.buffer.read()
    result = convert_text(request, data, choices.stdin_filename)
    _print_stdin(result, data, request, choices)
    return _FOUND if choices.check and result.changed else _DONE


def _refuse_contradictions(choices: Choices) -> None:
    if choices.out and choices.in_place:
        raise UsageError("choose one of --out and --in-place")
    if (choices.diff or choices.check) and (choices.out or choices.in_place):
        raise UsageError("--diff and --check write nothing: leave --out and --in-place away")
    if choices.stdin_filename:
        raise UsageError("--stdin-filename goes with `-` as PATHS")
    if choices.quiet and choices.verbose:
        raise UsageError("choose one of --quiet and --verbose")


def _request(choices: Choices, config: Config, paths: tuple[Path, ...]) -> Request:
    """The command line and, where it is silent, the configuration."""
    from porter.conversion.cache import NO_CACHE, Cache, default_folder
    from porter.conversion.converting import Request
    from porter.conversion.ignoring import Patterns
    from porter.python2.source import Dialect
    from porter.rewriting.options import Division, Options, Target

    select, ignore = _codes(choices.select) or config.select, _codes(choices.ignore) or config.ignore
    extend_select = _codes(choices.extend_select) or config.extend_select
    ignored_somewhere = (code for codes in config.per_file_ignores.values() for code in codes)
    _refuse_unknown((*select, *extend_select, *ignore, *ignored_somewhere))
    python = configuration.parse_python(choices.python) if choices.python else config.python or sys.version_info[:2]
    targets = dict.fromkeys(choices.targets or config.targets or (Target.FUTURES.value,))
    unsafe = choices.unsafe or bool(config.unsafe)
    division = Division(choices.division or config.division or Division.REPORT.value)
    dialect = choices.dialect or config.dialect or "auto"
    writes = not (choices.diff or choices.check or not paths)
    folder = config.folder or Path()
    out = choices.out or (config.out if not choices.in_place else None)
    formatter = choices.formatter or config.formatter
    exclude = [Patterns.of(folder, config.exclude)] if config.exclude else []
    exclude += [Patterns.of(Path(), choices.exclude)] if choices.exclude else []
    return Request(
        options=tuple(
            Options(Target(target), python, select, ignore, unsafe, extend_select, division) for target in targets
        ),
        paths=paths,
        out=_as_seen(out) if out and writes else None,
        in_place=choices.in_place and writes,
        force=choices.force,
        dialect=None if dialect == "auto" else Dialect(dialect),
        exclude=tuple(exclude),
        per_file_ignores=tuple(
            (Patterns.of(folder, [pattern]), codes) for pattern, codes in config.per_file_ignores.items()
        ),
        skip=(config.out,) if config.out else (),
        formatter=None if formatter == "none" else formatter,
        wants_diff=_wants_diff(choices, writes and bool(out or choices.in_place)),
        jobs=choices.jobs or config.jobs or os.cpu_count() or 1,
        cache=Cache(default_folder()) if choices.cached else NO_CACHE,
    )


def _wants_diff(choices: Choices, writes: bool) -> bool:
    """`--diff` asks for it; a run that writes nothing shows it unasked, unless only its exit status is wanted."""
    return choices.diff or not (
        writes or choices.check or choices.quiet or choices.output == "json" or choices.paths == ("-",)
    )


def _codes(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code.strip() for item in given for code in item.split(",") if code.strip())


def _refuse_unknown(codes: tuple[str, ...]) -> None:
    """Raises UsageError for a code or prefix that no rule has."""
    if not codes:
        return
    from porter.rules import catalogue

    known = {rule.code for rule in catalogue()}
    for code in codes:
        if not any(name.startswith(code) for name in known):
            raise UsageError(f"no rule is called {code}", hint=configuration.nearest(code, known, "rule"))


def _as_seen(path: Path) -> Path:
    """A path as a user would write it from here."""
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else Path(relative)


def _print(report: TreeReport, request: Request, choices: Choices) -> None:
    import json

    from porter.reporting.conversions import Style, print_diff, print_problems, print_report
    from porter.reporting.conversions_json import report_as_json
    from porter.reporting.palette import Palette

    _echo(print_problems(report.problems, Palette.of(sys.stderr)), err=True)
    if choices.output == "json":
        click.echo(json.dumps(report_as_json(report), indent=2))
        return
    for result in report.results:
        _echo(print_diff(result.diff, Palette.of(sys.stdout)))
    if choices.quiet:
        return
    # After --diff, standard output is for patch(1).
    stream = sys.stderr if choices.diff else sys.stdout
    wrote = request.out is not None or request.in_place
    _echo(print_report(report, Style(Palette.of(stream), choices.verbose, wrote)), err=choices.diff)
    if request.out is not None:
        _echo([f"The result is in {request.out}."])
    elif not wrote and not choices.diff and not choices.check and report.anything_changed:
        _echo(
            [
                "",
                "Nothing was written. `--out DIR` writes the result to a folder, `--in-place` over the files themselves.",
            ]
        )


def _print_stdin(result: Result, data: bytes, request: Request, choices: Choices) -> None:
    import json

    from porter.conversion.reports import TreeReport
    from porter.reporting.conversions import Style, print_diff, print_report
    from porter.reporting.conversions_json import report_as_json
    from porter.reporting.palette import Palette

    report = TreeReport(request.targets, (result,))
    if choices.output == "json":
        click.echo(json.dumps(report_as_json(report), indent=2))
    elif choices.diff:
        _echo(print_diff(result.diff, Palette.of(sys.stdout)))
    elif not choices.check:
        sys.stdout.buffer.write(data if result.data is None else result.data)
        sys.stdout.buffer.flush()
    if choices.verbose:
        _echo(print_report(report, Style(Palette.of(sys.stderr), verbose=True, wrote=True)), err=True)


def _echo(lines: Any, err: bool = False) -> None:
    for line in lines:
        click.echo(line, err=err, color=True)
