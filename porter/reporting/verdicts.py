"""Verdicts for a terminal or a pipe: both outputs side by side, and what to make of them.

What programs write is text here, never markup: control characters are written out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from porter.reporting.palette import printable
from porter.verification.traces import STDERR, STDOUT, Trace
from porter.verification.verdicts import Difference, Judgement
from porter.verification.verifying import Verification

_STYLES = {
    Judgement.EQUIVALENT: "bold green",
    Judgement.EXPLAINED: "green",
    Judgement.INCONCLUSIVE: "bold yellow",
    Judgement.DIFFERENT: "bold red",
}
# So much of a program's output is shown; the rest is counted.
_LINES = 40
_DIFFERENCES = 10


def print_verification(found: Verification, console: Console, quiet: bool = False) -> None:
    """One pair: with `quiet` its verdict alone."""
    if quiet:
        console.print(_heading(found), soft_wrap=True)
        for reason in found.verdict.reasons:
            console.print(Text(f"  {printable(reason)}"), soft_wrap=True)
        return
    console.print(Rule(_heading(found), align="left", style="dim"))
    if found.legacy and found.modern:
        console.print(_side_by_side(found.legacy[0], found.modern[0], found.live))
    for line in _remarks(found):
        console.print(line)
    console.print()


def print_summary(results: Sequence[Verification], console: Console, seconds: float) -> None:
    counts = Counter(result.judgement for result in results)
    parts = [f"{counts[judgement]} {judgement.value}" for judgement in Judgement if counts[judgement]]
    live = sum(result.live for result in results)
    worst = max(
        (result.judgement for result in results), key=lambda judgement: judgement.exit_status != 0, default=None
    )
    style = "bold" if worst is None else ("bold green" if worst.is_good else "bold")
    console.print(Text(f"{_programs(len(results))}: {', '.join(parts)}", style=style), soft_wrap=True)
    where = f"{live} against live runs of Python 2.7, {len(results) - live} against recordings"
    console.print(Text(f"{where}; {seconds:.1f} s", style="dim"))


def _programs(count: int) -> str:
    return "1 comparison" if count == 1 else f"{count} comparisons"


def _heading(found: Verification) -> Text:
    name = Text(printable(found.name), style="bold")
    if found.target:
        name.append(f" ({found.target})", style="not bold")
    name.append(": ")
    name.append(found.judgement.value, style=_STYLES[found.judgement])
    if not found.live:
        name.append(" [recording]", style="yellow")
    return name


def _side_by_side(legacy: Trace, modern: Trace, live: bool) -> RenderableType:
    table = Table(expand=True, show_edge=False, pad_edge=False, header_style="dim")
    for trace, note in ((legacy, "" if live else ", recorded"), (modern, "")):
        table.add_column(Text(f"Python {trace.python}{note}: {_status(trace)}"), ratio=1, overflow="fold")
    left, right = _lines(legacy), _lines(modern)
    for one, other in zip_longest(left[:_LINES], right[:_LINES], fillvalue=Text()):
        table.add_row(one, other)
    hidden = [len(lines) - _LINES for lines in (left, right)]
    if max(hidden) > 0:
        table.add_row(*(Text(f"… {count} more lines" if count > 0 else "", style="dim") for count in hidden))
    return table


def _status(trace: Trace) -> str:
    if trace.status is None:
        return "did not end"
    return f"exit status {trace.status}" if trace.status >= 0 else f"ended by signal {-trace.status}"


def _lines(trace: Trace) -> list[Text]:
    """What the program wrote, in its order; standard error in red, a missing last newline said."""
    found: list[Text] = []
    for stream in (STDOUT, STDERR):
        text = trace.transcript(stream)
        for path in trace.paths:
            text = text.replace(f"{path}/", "")
        style = "red" if stream == STDERR else ""
        lines = text.split("\n")
        ends_well = lines[-1] == ""
        for line in lines[:-1] if ends_well else lines:
            found.append(Text(_shown(line), style=style))
        if not ends_well:
            found.append(Text("(no newline at the end)", style="dim"))
    return found or [Text("(no output)", style="dim")]


def _shown(line: str) -> str:
    return printable(line.expandtabs())


def _remarks(found: Verification) -> Iterable[RenderableType]:
    verdict = found.verdict
    for difference in verdict.unexplained[:_DIFFERENCES]:
        yield _difference(difference)
    if len(verdict.unexplained) > _DIFFERENCES:
        yield Text(f"… and {len(verdict.unexplained) - _DIFFERENCES} more differences", style="red")
    for explanation in verdict.explanations:
        yield Group(
            Text(f"explained: {explanation.title} [{explanation.code}]", style="green"),
            Text(f"  {explanation.source}", style="dim"),
        )
    for reason in verdict.reasons:
        yield Text(f"not judged: {printable(reason)}", style="yellow")
    for note in verdict.notes:
        yield Text(f"note: {printable(note)}", style="dim")


def _difference(difference: Difference) -> RenderableType:
    lines = [Text(f"different: {printable(difference.message)}", style="red")]
    if difference.kind != "ending":
        for side, text in (("old", difference.legacy), ("new", difference.modern)):
            lines.append(Text(f"  {side}: {_quoted(text)}"))
    return Group(*lines)


def _quoted(text: str) -> str:
    if not text:
        return "(nothing)"
    quoted = text.encode("unicode_escape").decode("ascii") if not text.isascii() else repr(text)[1:-1]
    return quoted if len(quoted) <= 300 else f"{quoted[:300]}…"
