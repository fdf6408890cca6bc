"""What a person reads at the end of a conversion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from porter.conversion.reports import TreeReport
from porter.errors import PorterError
from porter.reporting.palette import PLAIN, Palette, printable
from porter.rewriting.conversion import Finding, Outcome, Risk
from porter.rewriting.options import Target
from porter.rules import catalogue

# So many suggested changes are listed one by one; more of them fill the screen, and `--verbose` shows them.
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Style:
    """How to print: with which colours, how much, and whether files were really written."""

    palette: Palette = PLAIN
    verbose: bool = False
    wrote: bool = False


def print_diff(diff: str, palette: Palette) -> Iterator[str]:
    """The lines of a unified diff."""
    for line in diff.split("\n")[:-1]:
        match line[:1]:
            case "+" | "-" if line[:4] in ("+++ ", "--- "):
                yield palette.paint(line, "bold")
            case "+":
                yield palette.paint(line, "green")
            case "-":
                yield palette.paint(line, "red")
            case "@":
                yield palette.paint(line, "cyan")
            case _:
                yield line


def print_report(report: TreeReport, style: Style) -> Iterator[str]:
    """The lines of a report, problems left out: `print_problems` has those."""
    yield from _print_totals(report, style)
    sections = (
        _print_files(report, style),
        _print_tallies(report, style),
        _print_findings(report, style),
        _print_rest(report, style),
    )
    for section in sections:
        lines = list(section)
        if lines:
            yield ""
            yield from lines


def print_problems(problems: Iterable[PorterError], palette: Palette) -> Iterator[str]:
    for problem in problems:
        yield f"{palette.paint('error:', 'red', 'bold')} {printable(str(problem))}"


def architecture_changes(report: TreeReport, target: Target) -> int:
    """How many changes go beyond the port."""
    codes = {rule.code for rule in catalogue() if rule.architecture}
    return sum(tally.count for tally in report.tallies(target) if tally.code in codes)


def _print_totals(report: TreeReport, style: Style) -> Iterator[str]:
    for target in report.targets:
        changed, unchanged = report.changed(target), report.unchanged(target)
        verb = "changed" if style.wrote else "would change"
        total = f"{_files(changed)} {verb}, {unchanged} unchanged, {report.failed} failed"
        yield f"{style.palette.paint(target.value, 'bold')}: {total}"
        architecture = architecture_changes(report, target)
        if architecture:
            changes = "1 change" if architecture == 1 else f"{architecture} changes"
            yield f"  {changes} of architecture, beyond the port; `--to python3` gives the port alone"
        unchecked = report.unchecked(target)
        if unchecked:
            yield f"  {_files(unchecked)} unchecked: no interpreter of the version asked for was found to compile them"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _print_files(report: TreeReport, style: Style) -> Iterator[str]:
    """With `--verbose`: every file, and what became of it."""
    if not style.verbose:
        return
    for result in report.results:
        became = "failed" if result.error else "changed" if result.changed else "unchanged"
        yield f"{printable(result.file.shown)}: {became} ({result.target.value}, read as {_dialect(result.dialect.value)})"


def _dialect(value: str) -> str:
    return {"python2": "Python 2", "python3": "Python 3"}.get(value, "either Python")


def _print_tallies(report: TreeReport, style: Style) -> Iterator[str]:
    tallies = {target: {tally.code: tally for tally in report.tallies(target)} for target in report.targets}
    codes = sorted({code for by_code in tallies.values() for code in by_code})
    if not codes:
        return
    names = {rule.code: rule.name for rule in catalogue()}
    rows = [["rule", "", *(target.value for target in report.targets)]]
    for code in codes:
        counts = []
        for target in report.targets:
            tally = tallies[target].get(code)
            counts.append(
                "-"
                if tally is None
                else f"{tally.count}" + (f" ({tally.suggested} suggested)" if tally.suggested else "")
            )
        rows.append([code, names.get(code, ""), *counts])
    lines = list(columns(rows))
    yield style.palette.paint(lines[0], "dim")
    yield from lines[1:]


def columns(rows: list[list[str]]) -> Iterator[str]:
    """Rows of cells as lines, every column as wide as its widest cell."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _print_findings(report: TreeReport, style: Style) -> Iterator[str]:
    findings = report.findings()
    human = {item: targets for item, targets in findings.items() if item.needs_human}
    suggested = {item: targets for item, targets in findings.items() if _is_suggested(item)}
    if suggested:
        yield style.palette.paint("Please look at these changes: they are right unless the code is unusual", "bold")
        shown = list(suggested) if style.verbose else list(suggested)[:_LISTED]
        yield from (_print_finding(item, suggested[item], report) for item in shown)
        if len(shown) < len(suggested):
            yield f"  and {len(suggested) - len(shown)} more (--verbose lists them all)"
    if suggested and human:
        yield ""
    if human:
        yield style.palette.paint("These need a human", "bold")
        yield from (_print_finding(item, targets, report) for item, targets in human.items())


def _is_suggested(item: Finding) -> bool:
    return item.outcome is Outcome.APPLIED and item.risk in (Risk.SUGGESTED, Risk.UNSAFE)


def _print_finding(item: Finding, targets: tuple[Target, ...], report: TreeReport) -> str:
    some = f" [{', '.join(target.value for target in targets)}]" if targets != report.targets else ""
    why = {Outcome.WITHHELD: " (unsafe: --unsafe does it)", Outcome.BACKED_OUT: " (not done)"}.get(item.outcome, "")
    place = f"{printable(item.path)}:{item.line}:{item.column}"
    return f"  {place}: {item.code} {printable(item.message)}{why}{some}"


def _print_rest(report: TreeReport, style: Style) -> Iterator[str]:
    for notice in report.notices:
        yield f"{style.palette.paint('note:', 'yellow')} {printable(str(notice))}"
    for stray in report.strays:
        yield f"{style.palette.paint('note:', 'yellow')} {printable(stray)}: there is no source for it (any more); porter leaves it alone"
