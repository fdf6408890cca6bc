"""A block's rewrite as small edits, line by line: what only moved keeps its place in the original.

Messages and reports speak of original lines. A block printed as one replacement would stand for its first line alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from porter.rewriting.patching import Edit, common_prefix

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_MOST_LINES = 3_000  # aligning costs more than linear time


def refined(edit: Edit, old: str, inner: Sequence[Edit]) -> list[Edit]:
    """Edits that together do what `edit` does to the text `old`; `inner` tells which rules changed what within it."""
    before, after = _LINE.findall(old), _LINE.findall(edit.text)
    if max(len(before), len(after)) > _MOST_LINES:
        return [edit]
    own = edit.codes[-1:]
    found = []
    for start, end, text in _changes(before, after, edit.start):
        within = [code for item in inner if item.start < end and item.end > start for code in item.codes]
        found.append(Edit(start, end, text, tuple(dict.fromkeys([*within, *own]))))
    return found


def _changes(before: list[str], after: list[str], at: int) -> Iterator[tuple[int, int, str]]:
    """The spans (start, end) that change, in order, and what they become; lines are told alike whatever their indentation."""
    starts = [at]
    for line in before:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, [line.strip() for line in before], [line.strip() for line in after], autojunk=False)
    for _, first, last, new_first, new_last in matcher.get_opcodes():
        paired = min(last - first, new_last - new_first)
        for number in range(paired):
            yield from _in_line(before[first + number], after[new_first + number], starts[first + number])
        if last - first != new_last - new_first:
            yield starts[first + paired], starts[last], "".join(after[new_first + paired : new_last])


def _in_line(before: str, after: str, start: int) -> Iterator[tuple[int, int, str]]:
    """What changes in one line: its indentation, and what differs behind it."""
    lead, new_lead = (len(line) - len(line.lstrip(" \t\f")) for line in (before, after))
    if before[:lead] != after[:new_lead]:
        yield start, start + lead, after[:new_lead]
    code, new_code = before[lead:], after[new_lead:]
    if code != new_code:
        head = common_prefix(code, new_code)
        tail = common_prefix(code[head:][::-1], new_code[head:][::-1])
        yield start + lead + head, start + len(before) - tail, new_code[head : len(new_code) - tail]
