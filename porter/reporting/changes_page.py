"""The catalogue of changes as Markdown: a table for each part of Python, a line a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from porter.rules import catalogue
from porter.rules.changes import PARTS, Change, Treatment, changes

_TITLES = {
    "language": "The language and its builtins",
    "library": "The standard library",
    "concurrency": "Concurrency",
}
_TREATMENTS = {
    Treatment.SAFE: "converted, safe",
    Treatment.SUGGESTED: "converted, suggested",
    Treatment.UNSAFE: "converted with `--unsafe`",
    Treatment.REPORTED: "reported",
    Treatment.NONE: "nothing to do",
}


def changes_page() -> str:
    """The whole page, `docs/changes.md`."""
    every = changes()
    lines = [
        "# What changed from Python 2.7 to 3.14",
        "",
        "Every change that a Python 2.7 program can meet, the rules of porter that deal with it, and how far they go. *Safe* "
        "changes are right whatever the program does; *suggested* ones are made too, and listed for a reviewer; *reported* ones "
        "are left for you, with the place and what to do there. Made from `porter/rules/changes/` by `make docs`; a test converts "
        "an example of each row.",
        "",
        f"{_counted(every)}.",
    ]
    for part in PARTS:
        rows = [change for change in every if change.part == part]
        if rows:
            lines += ["", f"## {_TITLES[part]}", "", f"{_counted(rows)}.", *_table(rows)]
    return "\n".join(lines) + "\n"


def _counted(rows: Sequence[Change]) -> str:
    found = Counter(row.treatment for row in rows)
    parts = [f"{found[treatment]} {words}" for treatment, words in _TREATMENTS.items() if found[treatment]]
    return f"{len(rows)} changes: {'; '.join(parts)}"


def _table(rows: Sequence[Change]) -> Iterator[str]:
    pages = {rule.code: f"rules/{rule.phase}.md#{rule.code.lower()}-{rule.name}" for rule in catalogue()}
    yield from ("", "| change | since | rules | what porter does | fixers of others |", "|---|---|---|---|---|")
    for row in rows:
        since = f"[{row.since[0]}.{row.since[1]}]({row.source})"
        rules = ", ".join(f"[{code}]({pages[code]})" if code in pages else code for code in row.rules)
        done = _TREATMENTS[row.treatment] + (f": {row.reason}" if row.reason else "")
        yield f"| {_cell(row.what)} | {since} | {rules} | {_cell(done)} | {', '.join(row.fixers)} |"


def _cell(text: str) -> str:
    """Text that cannot end the cell, nor be read as HTML or emphasis; what stands between backticks is code already."""
    pieces = text.replace("|", "\\|").split("`")
    return "`".join(piece if number % 2 else _plain(piece) for number, piece in enumerate(pieces))


def _plain(text: str) -> str:
    for mark in ("*", "_"):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("<", "&lt;")
