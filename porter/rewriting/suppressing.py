"""`# porter: ignore[CODE, CODE]` on a line silences those rules there; `# porter: ignore` silences all (DESIGN §8)."""

from __future__ import annotations

import re

from porter.positions import LineIndex
from porter.rewriting.rule import Rule

_COMMENT = re.compile(r"#[ \t]*porter:[ \t]*ignore(?:\[([^\]\r\n]*)\])?")


class Suppressions:
    """The suppression comments of one file. A rule that completes a construct Python 3 cannot read is never silenced."""

    def __init__(self, original: str) -> None:
        self._lines: dict[int, tuple[str, ...] | None] = {}
        if "porter:" not in original:
            return
        lines = LineIndex(original)
        for found in _COMMENT.finditer(original):
            codes = found.group(1)
            self._lines[lines.line_of(found.start())] = (
                tuple(code.strip() for code in codes.split(",") if code.strip()) if codes is not None else None
            )

    def __bool__(self) -> bool:
        return bool(self._lines)

    def silences(self, rule: Rule, line: int) -> bool:
        """Whether a finding of a rule on this line of the original is silenced."""
        if rule.owns or line not in self._lines:
            return False
        codes = self._lines[line]
        return codes is None or any(rule.code.startswith(code) for code in codes)
