"""`porter record`: what old programs do, kept for machines without Python 2.7."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from porter.errors import UsageError, VerificationError

if TYPE_CHECKING:
    from porter.verification.programs import Program

_RECORDED, _FAILED = 0, 2


@click.command(short_help="Record what programs do under Python 2.7.")
@click.argument("legacy", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="LEGACY...")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Where the recordings go.")
@click.option("--time-scale", type=click.FloatRange(0, 1, min_open=True), default=1.0, metavar="X", help="Let time run faster, as `verify` does.")  # fmt: skip
@click.option("--repeat", type=click.IntRange(min=1), default=1, metavar="N", help="Keep N runs of each program: what it may do.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=60.0, metavar="SECONDS", help="The longest that one run may take (default: 60).")  # fmt: skip
@click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Programs to run at a time (default: one for each CPU).")  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    /,
    legacy: tuple[Path, ...],
    out: Path,
    time_scale: float,
    repeat: int,
    timeout: float,
    jobs: int | None,
) -> None:
    """Run the programs LEGACY (files, or folders of them) under Python 2.7 and write down what they do, a JSON file each.

    A recording bears a hash of the program and of the modules beside it that it can import; `porter verify --recordings DIR`
    refuses it once one of them has changed. One that still says the same is left as it is.

    \b
    Exit status
      0  all recorded
      2  a program could not be recorded, or the usage is wrong
    """
    if os.name != "posix":
        raise UsageError("record runs programs, which it can on Linux and macOS only")
    from porter.config import load_config
    from porter.interpreters import find_python2, running
    from porter.verification.running import Limits
    from porter.verification.verifying import Plan, record

    python2 = find_python2(load_config(legacy).python2)
    if python2 is None:
        raise VerificationError("no Python 2.7 was found", hint="`porter doctor` says how to get one")
    named = _named_programs(legacy)
    limits = Limits(seconds=timeout)
    plan = Plan(python2, running(), scale=time_scale, repeat=repeat, limits=limits)
    failed = 0
    for program, traces in record(list(named), plan, min(jobs or os.cpu_count() or 1, len(named))):
        name = named[program]
        doubts = sorted({doubt for trace in traces for doubt in trace.doubts})
        failed += bool(doubts)
        click.echo(f"{name}: {_record(out, name, program, traces, doubts)}")
    ctx.exit(_FAILED if failed else _RECORDED)


def _record(out: Path, name: str, program: Program, traces: tuple[object, ...], doubts: list[str]) -> str:
    from porter.verification.recordings import write_recording
    from porter.verification.traces import Trace

    if doubts:
        return f"not recorded: {'; '.join(doubts)}"
    runs = [trace for trace in traces if isinstance(trace, Trace)]
    return "recorded" if write_recording(out, name, program, runs) else "unchanged"


def _named_programs(paths: tuple[Path, ...]) -> dict[Program, str]:
    """Each program, and its name below the folder that was given."""
    from porter.verification.programs import Program, scripts

    found: dict[Program, str] = {}
    for path in paths:
        if not path.exists():
            raise UsageError("there is no such file or folder", path=str(path))
        if path.is_file():
            found[Program(path)] = path.name
        else:
            found.update({Program(script): script.relative_to(path).as_posix() for script in scripts(path)})
    if not found:
        raise UsageError("there is no Python program here", path=str(paths[0]))
    return found
