"""`porter verify`: its options, and the exit status."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from porter.errors import UsageError

if TYPE_CHECKING:
    from porter.verification.verifying import Plan, Verification


@dataclass(frozen=True, slots=True)
class Choices:
    """The command line, as it was given."""

    legacy: Path
    modern: Path
    python: str | None
    time_scale: float
    repeat: int
    stdout: str
    timeout: float
    jobs: int | None
    recordings: Path | None
    output: str
    quiet: bool


@click.command(short_help="Run old and new programs and compare what they do.")
@click.argument("legacy", type=click.Path(path_type=Path))
@click.argument("modern", type=click.Path(path_type=Path))
@click.option("--python", metavar="X.Y", help="The Python that runs the new side (default: the one that runs porter).")
@click.option("--time-scale", type=click.FloatRange(0, 1, min_open=True), default=1.0, metavar="X", help="Let time run faster: at 0.1 a sleep of a second takes a tenth, and so does every timeout.")  # fmt: skip
@click.option("--repeat", type=click.IntRange(min=1), default=1, metavar="N", help="Run each side N times: each new run must be as one of the old runs.")  # fmt: skip
@click.option("--stdout", type=click.Choice(["terminal", "pipe"]), default="terminal", help="What the output of the programs leads to (default: terminal).")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=60.0, metavar="SECONDS", help="The longest that one run may take (default: 60).")  # fmt: skip
@click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Programs to verify at a time (default: one for each CPU).")  # fmt: skip
@click.option("--recordings", type=click.Path(path_type=Path), metavar="DIR", help="Where `porter record` put the old side, for when there is no Python 2.7.")  # fmt: skip
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="How to print the result."
)
@click.option("--quiet", "-q", is_flag=True, help="Print the verdicts only.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Run LEGACY under Python 2.7 and MODERN under Python 3, and compare what they do.

    Both are files, or folders whose programs are matched by path. Where MODERN holds folders named python3, futures or asyncio
    with those paths in them, each of these is verified.

    The programs are really run, in copies of their folders, with limits on time and memory, and all their processes are ended
    afterwards. That contains accidents; it is no sandbox: do not verify a program that you would not run.

    \b
    Exit status
      0  all equivalent
      1  a difference
      2  something could not be judged, or the usage is wrong
    """
    ctx.exit(_verify(Choices(**given)))


def _verify(choices: Choices) -> int:
    import time

    if os.name != "posix":
        raise UsageError("verify runs programs, which it can on Linux and macOS only; convert works everywhere")
    from porter.verification.programs import pairs
    from porter.verification.verifying import verify

    began = time.monotonic()
    found = pairs(choices.legacy, choices.modern)
    plan = _plan(choices)
    jobs = min(choices.jobs or os.cpu_count() or 1, len(found))
    results: list[Verification] = []
    for result in verify(found, plan, jobs):
        results.append(result)
        if choices.output == "text":
            _print(result, choices.quiet)
    status = _status(results)
    _print_end(results, choices, status, time.monotonic() - began)
    return status


def _plan(choices: Choices) -> Plan:
    from porter.config import load_config, parse_python
    from porter.interpreters import find_python2, find_python3, running
    from porter.verification.running import Limits
    from porter.verification.verifying import Plan

    version = parse_python(choices.python) if choices.python else None
    python3 = find_python3(version) if version else running()
    if python3 is None:
        raise UsageError(f"no Python {choices.python} was found", hint="`porter doctor` shows those that are")
    return Plan(
        python2=find_python2(load_config((choices.legacy,)).python2),
        python3=python3,
        recordings=choices.recordings,
        scale=choices.time_scale,
        terminal=choices.stdout == "terminal",
        repeat=choices.repeat,
        limits=Limits(seconds=choices.timeout),
    )


def _status(results: list[Verification]) -> int:
    """A difference weighs more than what could not be judged."""
    statuses = {result.judgement.exit_status for result in results}
    return 1 if 1 in statuses else max(statuses, default=0)


def _print(result: Verification, quiet: bool) -> None:
    from rich.console import Console

    from porter.reporting.verdicts import print_verification

    print_verification(result, Console(highlight=False, markup=False), quiet)


def _print_end(results: list[Verification], choices: Choices, status: int, seconds: float) -> None:
    if choices.output == "json":
        import json

        from porter.reporting.verdicts_json import as_json

        json.dump(as_json(results, status, seconds), sys.stdout, indent=2)
        click.echo()
        return
    from rich.console import Console

    from porter.reporting.verdicts import print_summary

    if not choices.quiet or len(results) > 1:
        print_summary(results, Console(highlight=False, markup=False), seconds)
