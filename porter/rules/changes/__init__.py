"""The catalogue of changes: what Python 3.0 to 3.14 changed, and what porter does about each change.

A table for each part of Python, a row a change; `docs/changes.md` is made from it, and a test holds each row against its rules.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from porter.rewriting.conversion import Outcome, Risk

_TABLES = Path(__file__).parent
PARTS = ("language", "library", "concurrency")


class Treatment(Enum):
    """What porter does about a change."""

    SAFE = "safe"
    SUGGESTED = "suggested"
    UNSAFE = "unsafe"
    REPORTED = "reported"
    NONE = "none"  # nothing has to be done; the row's reason says why

    @property
    def finding(self) -> tuple[Outcome, Risk | None]:
        """The outcome and the risk of what a rule says about such a change, with unsafe rewrites allowed."""
        if self is Treatment.REPORTED:
            return Outcome.ADVISED, None
        return Outcome.APPLIED, Risk(self.value)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of Python, and the rules that deal with it.

    `before` is a whole Python 2 file that meets the change; its name is `path`, and `beside` are empty files in the same tree.
    `python` is the target version where the change concerns the results for newer Pythons alone. `fixers` name what other
    converters have for it, as "2to3:next".
    """

    part: str
    what: str
    since: tuple[int, int]
    source: str
    treatment: Treatment
    rules: tuple[str, ...] = ()
    before: str = ""
    reason: str = ""
    python: tuple[int, int] = (3, 11)
    fixers: tuple[str, ...] = ()
    path: str = "example.py"
    beside: tuple[str, ...] = ()


@cache
def changes() -> tuple[Change, ...]:
    """Every change, by part and version, else in the order of the tables."""
    found = [_change(part, row) for part in PARTS for row in _rows(part)]
    return tuple(sorted(found, key=lambda change: (PARTS.index(change.part), change.since)))


def _rows(part: str) -> list[dict[str, Any]]:
    table = _TABLES / f"{part}.toml"
    if not table.exists():
        return []
    rows: list[dict[str, Any]] = tomllib.loads(table.read_text(encoding="utf-8"))["change"]
    return rows


def _change(part: str, row: Mapping[str, Any]) -> Change:
    fields = dict(row)
    fields["since"] = _version(fields["since"])
    fields["treatment"] = Treatment(fields["treatment"])
    if "python" in fields:
        fields["python"] = _version(fields["python"])
    for name in ("rules", "fixers", "beside"):
        fields[name] = tuple(fields.get(name, ()))
    return Change(part, **fields)


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)
