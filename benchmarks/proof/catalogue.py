"""What the catalogue of changes and the comparison with 2to3's own tests come to, where they are."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import Any

from benchmarks.results import ROOT
from porter.rules import catalogue

_CHANGES = ROOT / "porter" / "rules" / "changes"
_TWO_TO_THREE = ROOT / "docs" / "2to3.md"


def counts() -> dict[str, Any]:
    """Rules and rows of the catalogue, and the cases of 2to3's tests by verdict."""
    rules = Counter(rule.code.rstrip("0123456789") for rule in catalogue())
    return {"rules": dict(sorted(rules.items())), "changes": _changes(), "two_to_three": _two_to_three()}


def _changes() -> dict[str, dict[str, int]]:
    """Part of Python → treatment → number of changes."""
    return {
        path.stem: dict(
            sorted(Counter(row["treatment"] for row in tomllib.loads(path.read_text("utf-8"))["change"]).items())
        )
        for path in sorted(_CHANGES.glob("*.toml"))
    }


def _two_to_three() -> dict[str, int]:
    """Verdict → number of cases, from the page that a test keeps up to date."""
    if not _TWO_TO_THREE.is_file():
        return {}
    rows = [_cells(line) for line in _TWO_TO_THREE.read_text("utf-8").splitlines() if line.startswith("|")]
    head = next(row for row in rows if row[:3] == ["fixer", "porter", "cases"])
    total = next(row for row in rows if row[0] == "**all**")
    return {name: int(cell or 0) for name, cell in zip(head[2:], total[2:], strict=True)}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
