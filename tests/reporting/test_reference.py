"""The migration reference in docs/ says what the rules say."""

from __future__ import annotations

from pathlib import Path

from porter.reporting.reference import pages
from porter.rules import catalogue

_DOCS = Path(__file__).parents[2] / "docs"


def test_the_committed_reference_is_up_to_date() -> None:
    paths = [*(_DOCS / "rules").glob("*.md"), _DOCS / "changes.md"]
    committed = {path.relative_to(_DOCS).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    wanted = pages()
    stale = sorted(name for name in committed.keys() | wanted.keys() if committed.get(name) != wanted.get(name))
    assert stale == [], "the rules changed: run `make docs`"


def test_every_rule_has_its_page() -> None:
    text = "".join(pages().values())
    assert [rule.code for rule in catalogue() if f"## {rule.code} {rule.name}\n" not in text] == []
