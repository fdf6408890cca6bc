"""What a conversion of a tree came to: the value that the command prints and that decides its exit status."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from porter.conversion.files import Notice
from porter.conversion.working import Result
from porter.errors import PorterError
from porter.rewriting.conversion import Finding, Outcome, Risk
from porter.rewriting.options import Target


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a rule changed something, and how often of those a human should look."""

    code: str
    count: int
    suggested: int


@dataclass(frozen=True, slots=True)
class TreeReport:
    """Results by target and file in a stable order. `problems` speak of whatever could not be read, converted or written.

    `strays` are Python files of `--out` without a source. `written` counts files that were made or replaced.
    """

    targets: tuple[Target, ...]
    results: tuple[Result, ...] = ()
    problems: tuple[PorterError, ...] = ()
    notices: tuple[Notice, ...] = ()
    strays: tuple[str, ...] = ()
    written: int = 0

    def of(self, target: Target) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.target is target)

    def changed(self, target: Target) -> int:
        return sum(result.changed and result.error is None for result in self.of(target))

    def unchanged(self, target: Target) -> int:
        return sum(not result.changed and result.error is None for result in self.of(target))

    def unchecked(self, target: Target) -> int:
        """Changed files that no interpreter of the version asked for has compiled."""
        return sum(result.changed and result.error is None and not result.checked for result in self.of(target))

    @property
    def anything_changed(self) -> bool:
        return any(result.changed for result in self.results)

    @property
    def failed(self) -> int:
        """The number of files and folders that something went wrong with."""
        return len({error.path for error in self.problems})

    def tallies(self, target: Target) -> list[Tally]:
        """The rules that changed something, by code."""
        applied = [item for result in self.of(target) for item in result.findings if item.outcome is Outcome.APPLIED]
        suggested = Counter(item.code for item in applied if item.risk is not Risk.SAFE)
        return [
            Tally(code, count, suggested[code])
            for code, count in sorted(Counter(item.code for item in applied).items())
        ]

    def findings(self) -> dict[Finding, tuple[Target, ...]]:
        """Every finding, in order of place, with the targets that it was made for."""
        found: dict[Finding, list[Target]] = {}
        for result in self.results:
            for item in result.findings:
                targets = found.setdefault(item, [])
                if result.target not in targets:
                    targets.append(result.target)
        return {
            item: tuple(found[item])
            for item in sorted(found, key=lambda item: (item.path, item.line, item.column, item.code))
        }
