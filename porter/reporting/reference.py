"""The migration reference: every rule's page and the catalogue of changes, as Markdown, made from the rules themselves.

`python -m porter.reporting.reference docs` writes it; a test finds it up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from porter.reporting.changes_page import changes_page
from porter.rewriting.rule import Example, Rule
from porter.rules import PHASES, of_phase

_PHASES = {
    "port": ("The port", "What every target needs: Python 2 to Python 3, the smallest change that behaves the same."),
    "futures": ("concurrent.futures", "What `--to futures`, the default, changes beyond the port."),
    "asyncio": ("asyncio", "What `--to asyncio` changes beyond the port."),
    "idioms": (
        "Idioms",
        "What nothing forces to change. These rules are optional: they run only where they are named, by `--extend-select IDM` "
        "or one of their codes.",
    ),
    "hazards": ("Hazards", "What porter only reports."),
}


def pages() -> dict[str, str]:
    """Path under docs → Markdown: a page for each phase, an index, and the catalogue of changes."""
    found = {f"rules/{phase}.md": _page(phase) for phase in PHASES}
    found["rules/README.md"] = _index()
    found["changes.md"] = changes_page()
    return found


def _index() -> str:
    lines = [
        "# The rules",
        "",
        "Made from the rules by `make docs`; `porter rule CODE` shows the same on a terminal. *Safe* and *suggested* changes "
        "are made by default, and the suggested ones are listed for a reviewer; *unsafe* ones need `--unsafe`; the rest is reported.",
        "",
        "[What changed from Python 2.7 to 3.14](../changes.md) lists the changes of Python, each with the rules that deal with it.",
    ]
    for phase in PHASES:
        title, about = _PHASES[phase]
        lines += [
            "",
            f"## [{title}]({phase}.md)",
            "",
            about,
            "",
            "| code | name | risk | what it does |",
            "|---|---|---|---|",
        ]
        for rule in of_phase(phase):
            summary = rule.summary.replace("|", "\\|")
            lines.append(f"| [{rule.code}]({phase}.md#{_anchor(rule)}) | {rule.name} | {_risk(rule)} | {summary} |")
    return "\n".join(lines) + "\n"


def _page(phase: str) -> str:
    title, about = _PHASES[phase]
    lines = [f"# {title}", "", about]
    for rule in of_phase(phase):
        lines += ["", f"## {rule.code} {rule.name}", "", f"**{rule.summary}** ({_risk(rule)})", "", rule.why]
        lines += ["", f"Source: <{rule.source}>"]
        for example in rule.examples:
            lines += [""]
            if isinstance(example, Example):
                lines += [
                    f"Before{_note(example.note)}:",
                    "",
                    *_code(example.before),
                    "",
                    "After:",
                    "",
                    *_code(example.after),
                ]
            else:
                lines += [f"Left alone ({example.because}):", "", *_code(example.source)]
    return "\n".join(lines) + "\n"


def _note(note: str) -> str:
    return f" ({note})" if note else ""


def _code(source: str) -> Sequence[str]:
    fence = "````" if "```" in source else "```"
    return [f"{fence}python", *source.rstrip("\n").split("\n"), fence]


def _anchor(rule: Rule) -> str:
    return f"{rule.code.lower()}-{rule.name}"


def _risk(rule: Rule) -> str:
    risk = rule.risk.value if rule.risk is not None else "report only"
    return f"{risk}, optional" if rule.optional else risk


def main(arguments: Sequence[str]) -> int:
    """Write the pages into the folder that the one argument names."""
    folder = Path(arguments[0])
    for name, text in pages().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
