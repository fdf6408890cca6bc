"""What a conversion of one file came to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from porter.python2.source import Dialect


class Risk(Enum):
    """How sure a rule is that a rewrite keeps the behaviour (DESIGN §4)."""

    SAFE = "safe"
    SUGGESTED = "suggested"
    UNSAFE = "unsafe"


class Outcome(Enum):
    """What became of a finding."""

    APPLIED = "applied"  # rewritten
    ADVISED = "advised"  # left for a human
    WITHHELD = "withheld"  # an unsafe rewrite, without --unsafe
    BACKED_OUT = "backed out"  # the rewrite failed or would have broken the file
    SUPPRESSED = "suppressed"  # by a `# porter: ignore` comment


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place that a rule spoke of; line and column count from 1 in the original file."""

    path: str
    line: int
    column: int
    code: str
    message: str
    risk: Risk | None
    outcome: Outcome

    @property
    def needs_human(self) -> bool:
        return self.outcome in (Outcome.ADVISED, Outcome.WITHHELD, Outcome.BACKED_OUT)


@dataclass(frozen=True, slots=True)
class Change:
    """A changed span: offsets [start, end) in the original text, and in the new text, and the rules behind it."""

    start: int
    end: int
    new_start: int
    new_end: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversion:
    """The result for one file and one target. `original` and `text` are decoded, without BOM; `data` is what to write.

    `checked` names the Python versions whose own interpreter compiled the result; empty means *unchecked*.
    """

    path: str
    dialect: Dialect
    original: str
    text: str
    data: bytes
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    checked: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return self.text != self.original
