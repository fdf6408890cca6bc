"""The rules as a table, as pages to read, and as data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from porter.reporting.palette import Palette
from porter.rewriting.rule import Example, Rule, Untouched

_WIDTH = 96


def print_table(rules: Iterable[Rule], palette: Palette) -> Iterator[str]:
    """A line for each rule."""
    rows = [["code", "name", "phase", "risk", "what it does"]]
    rows += [[rule.code, rule.name, rule.phase, _risk(rule), rule.summary] for rule in rules]
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    for number, row in enumerate(rows):
        line = "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]])
        yield palette.paint(line, "dim") if number == 0 else line


def print_page(rule: Rule, palette: Palette) -> Iterator[str]:
    """Everything about one rule."""
    yield f"{palette.paint(rule.code, 'bold', 'cyan')} {palette.paint(rule.name, 'bold')} ({rule.phase}, {_risk(rule)})"
    yield from _wrapped(rule.summary)
    yield ""
    for paragraph in textwrap.dedent(rule.why).strip().split("\n\n"):
        yield from _wrapped(paragraph)
    yield f"Source: {rule.source}"
    for example in rule.examples:
        yield ""
        yield from _print_example(example, palette)


def rule_as_json(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "phase": rule.phase,
        "risk": rule.risk.value if rule.risk else None,
        "optional": rule.optional,
        "since": ".".join(map(str, rule.since)) if rule.since else None,
        "summary": rule.summary,
        "why": textwrap.dedent(rule.why).strip(),
        "source": rule.source,
        "examples": [
            {"before": item.before, "after": item.after, "note": item.note}
            for item in rule.examples
            if isinstance(item, Example)
        ],
        "untouched": [
            {"source": item.source, "because": item.because} for item in rule.examples if isinstance(item, Untouched)
        ],
    }


def _risk(rule: Rule) -> str:
    risk = rule.risk.value if rule.risk else "reports only"
    return f"{risk}, optional" if rule.optional else risk


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), _WIDTH)


def _print_example(example: Example | Untouched, palette: Palette) -> Iterator[str]:
    if isinstance(example, Untouched):
        yield palette.paint(f"Left alone: {example.because}", "bold")
        yield from _code(example.source)
        return
    yield palette.paint(f"Before{': ' + example.note if example.note else ''}", "bold")
    yield from _code(example.before)
    yield palette.paint("After", "bold")
    yield from _code(example.after)


def _code(source: str) -> Iterator[str]:
    for line in source.rstrip("\n").split("\n"):
        yield f"    {line}".rstrip()
