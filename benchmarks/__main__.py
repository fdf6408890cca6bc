"""`python -m benchmarks`: the comparison with the peers and the growth of time and memory; each count by its own command."""

from __future__ import annotations

import os
from pathlib import Path

import click

from benchmarks.proof import page, steps
from benchmarks.results import ROOT

_JOBS = os.cpu_count() or 1
_jobs = click.option("--jobs", "-j", default=_JOBS, show_default=True, help="Processes of every tool.")
_rounds = click.option("--rounds", default=3, show_default=True, help="Runs of each tool; the median counts.")
_fresh = click.option("--fresh", is_flag=True, help="Measure again, though nothing has changed since the last time.")


def _show(parts: list[str]) -> None:
    click.echo(page.written(parts))


@click.group(invoke_without_command=True)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Without a command: speed, growth and second-run."""
    if ctx.invoked_subcommand is None:
        for command in (speed, growth, second_run):
            ctx.invoke(command)


@main.command()
@_rounds
@_jobs
@_fresh
def speed(rounds: int, jobs: int, fresh: bool) -> None:
    """porter and its peers, in turns over the same files: lines per second, ratio, peak memory."""
    _show(page.speed(steps.timed(rounds, jobs, fresh=fresh)))


@main.command()
@_rounds
@_jobs
@_fresh
def growth(rounds: int, jobs: int, fresh: bool) -> None:
    """Time with 1 x to 8 x the lines; memory with 1 x to 8 x the files."""
    _show(page.growth(steps.grown(rounds, jobs, fresh=fresh)))


@main.command("second-run")
@_jobs
@_fresh
def second_run(jobs: int, fresh: bool) -> None:
    """The library converted with an empty cache, and then again."""
    _show(page.second_run(steps.repeated(jobs, fresh=fresh)))


@main.command()
@_jobs
def exact(jobs: int) -> None:
    """Files whose lowered text has CPython 2.7's own syntax tree."""
    _show(_exactness(jobs))


@main.command("library")
@_jobs
def library(jobs: int) -> None:
    """The 2.7 library converted: files converted, compiling, unchanged when converted again."""
    _show(page.conversions(steps.library_conversions(jobs)))


@main.command("wild")
@_jobs
def wild(jobs: int) -> None:
    """The same for the wild collection, a project at a time."""
    _show(page.conversions(steps.wild_conversions(jobs)))


@main.command()
def invariance() -> None:
    """The order of files and the number of jobs change nothing."""
    _show(page.invariance(steps.invariances()))


@main.command()
def robustness() -> None:
    """The tests of what goes wrong: kills, full disks, read-only folders, files changed under our hands."""
    _show(page.robustness(steps.robust()))


@main.command()
def catalogue() -> None:
    """Rules, changes of Python and cases of 2to3's tests, counted."""
    _show(page.catalogue(steps.catalogued()))


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "docs" / "proof.md", help="The page to write.")
@_rounds
@_jobs
def proof(out: Path, rounds: int, jobs: int) -> None:
    """Every count, as docs/proof.md. Figures that nothing has changed since are taken from the last time."""
    parts = [
        *page.head(),
        *page.section("The front end is exact", "exact", *_exactness(jobs)),
        *page.section("The standard library, converted", "library", *page.conversions(steps.library_conversions(jobs))),
        *page.section("The wild collection, converted", "wild", *page.conversions(steps.wild_conversions(jobs))),
        *page.section("Order and jobs change nothing", "invariance", *page.invariance(steps.invariances())),
        *page.section("What goes wrong", "robustness", *page.robustness(steps.robust())),
        *page.section("The catalogue", "catalogue", *page.catalogue(steps.catalogued())),
        *page.section("Speed", "speed", *page.speed(steps.timed(rounds, jobs))),
        *page.section("Growth", "growth", *page.growth(steps.grown(rounds, jobs))),
        *page.section("A second run", "second-run", *page.second_run(steps.repeated(jobs))),
    ]
    out.write_text(page.written(parts), "utf-8")
    click.echo(f"The proof is in {os.path.relpath(out)}.")


def _exactness(jobs: int) -> list[str]:
    found = {"standard library": steps.exact_library(jobs), "wild collection": steps.exact_wild(jobs)}
    return page.exactness(found, steps.generated())


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
