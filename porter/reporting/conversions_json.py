"""A conversion's report for programs: one JSON document. A later version may add keys, and changes `schema` otherwise."""

from __future__ import annotations

from typing import Any

from porter import __version__
from porter.conversion.reports import TreeReport
from porter.conversion.working import Result
from porter.errors import PorterError
from porter.reporting.conversions import architecture_changes
from porter.rewriting.conversion import Finding
from porter.rewriting.options import Target
from porter.rules import catalogue

SCHEMA = 1


def report_as_json(report: TreeReport) -> dict[str, Any]:
    """Lines and columns count from 1 and offsets from 0, all in the original file."""
    names = {rule.code: rule.name for rule in catalogue()}
    return {
        "schema": SCHEMA,
        "porter": __version__,
        "summary": {target.value: _summary(report, target) for target in report.targets},
        "failed": report.failed,
        "written": report.written,
        "files": [_file(result) for result in report.results],
        "rules": [
            {
                "target": target.value,
                "code": tally.code,
                "name": names.get(tally.code, ""),
                "count": tally.count,
                "suggested": tally.suggested,
            }
            for target in report.targets
            for tally in report.tallies(target)
        ],
        "findings": [_finding(item, targets) for item, targets in report.findings().items()],
        "problems": [_problem(problem) for problem in report.problems],
        "notices": [{"path": notice.path, "message": notice.message} for notice in report.notices],
        "strays": list(report.strays),
    }


def _summary(report: TreeReport, target: Target) -> dict[str, int]:
    return {
        "changed": report.changed(target),
        "unchanged": report.unchanged(target),
        "unchecked": report.unchecked(target),
        "architecture_changes": architecture_changes(report, target),
    }


def _file(result: Result) -> dict[str, Any]:
    said: dict[str, Any] = {
        "path": result.file.shown,
        "target": result.target.value,
        "outcome": "failed" if result.error else "changed" if result.changed else "unchanged",
        "dialect": result.dialect.value,
        "checked": list(result.checked),
        "changes": [
            {
                "start": change.start,
                "end": change.end,
                "new_start": change.new_start,
                "new_end": change.new_end,
                "codes": list(change.codes),
            }
            for change in result.changes
        ],
    }
    if result.diff:
        said["diff"] = result.diff
    return said


def _finding(item: Finding, targets: tuple[Target, ...]) -> dict[str, Any]:
    return {
        "path": item.path,
        "line": item.line,
        "column": item.column,
        "code": item.code,
        "message": item.message,
        "risk": item.risk.value if item.risk else None,
        "outcome": item.outcome.value,
        "needs_human": item.needs_human,
        "targets": [target.value for target in targets],
    }


def _problem(problem: PorterError) -> dict[str, Any]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }
