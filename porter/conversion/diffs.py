"""Unified diffs out of the changed spans that a conversion already knows; time grows with the text, not with its square."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from porter.rewriting.conversion import Change

_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines [start, end) of the old text that became lines [new_start, new_end) of the new one; counted from 0."""

    start: int
    end: int
    new_start: int
    new_end: int


def unified_diff(old: str, new: str, changes: Iterable[Change], path: str) -> str:
    """The diff that takes `old` to `new`; the empty string where they are equal."""
    if old == new:
        return ""
    old_lines, new_lines = _lines(old), _lines(new)
    blocks = _blocks(old_lines, new_lines, _line_spans(old_lines, new_lines, changes))
    if blocks is None:
        blocks = _compared(old_lines, new_lines)
    parts = [f"--- a/{path}\n", f"+++ b/{path}\n"]
    for hunk in _hunks(blocks):
        parts += _print_hunk(hunk, old_lines, new_lines)
    return "".join(parts)


def _lines(text: str) -> list[str]:
    """The lines as diff and patch see them: only a line feed ends one."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _line_spans(old: Sequence[str], new: Sequence[str], changes: Iterable[Change]) -> Iterator[_Block]:
    """The lines that each changed span touches."""
    starts, new_starts = (list(accumulate(map(len, lines), initial=0)) for lines in (old, new))
    for change in changes:
        first, new_first = bisect_right(starts, change.start) - 1, bisect_right(new_starts, change.new_start) - 1
        last, new_last = bisect_right(starts, change.end) - 1, bisect_right(new_starts, change.new_end) - 1
        yield _Block(first, min(last + 1, len(old)), new_first, min(new_last + 1, len(new)))


def _blocks(old: Sequence[str], new: Sequence[str], spans: Iterable[_Block]) -> list[_Block] | None:
    """The spans joined where they touch, without the equal lines at their edges; None if they do not tell the whole story."""
    joined: list[_Block] = []
    for span in spans:
        if joined and (span.start <= joined[-1].end or span.new_start <= joined[-1].new_end):
            before = joined.pop()
            span = _Block(before.start, max(before.end, span.end), before.new_start, max(before.new_end, span.new_end))
        joined.append(span)
    end = new_end = 0
    for block in [*joined, _Block(len(old), len(old), len(new), len(new))]:
        if old[end : block.start] != new[new_end : block.new_start]:
            return None
        end, new_end = block.end, block.new_end
    return [
        block
        for block in (_trim(block, old, new) for block in joined)
        if block.start < block.end or block.new_start < block.new_end
    ]


def _trim(block: _Block, old: Sequence[str], new: Sequence[str]) -> _Block:
    start, end, new_start, new_end = block.start, block.end, block.new_start, block.new_end
    while start < end and new_start < new_end and old[start] == new[new_start]:
        start, new_start = start + 1, new_start + 1
    while start < end and new_start < new_end and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    return _Block(start, end, new_start, new_end)


def _compared(old: Sequence[str], new: Sequence[str]) -> list[_Block]:
    """The blocks found by comparing the texts, for changes that were not told span by span."""
    import difflib

    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [_Block(*places) for tag, *places in matcher.get_opcodes() if tag != "equal"]


def _hunks(blocks: Iterable[_Block]) -> Iterator[list[_Block]]:
    """Blocks whose context would overlap belong to one hunk."""
    hunk: list[_Block] = []
    for block in blocks:
        if hunk and block.start - hunk[-1].end > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(block)
    if hunk:
        yield hunk


def _print_hunk(hunk: Sequence[_Block], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    before = min(_CONTEXT, hunk[0].start)
    after = min(_CONTEXT, len(old) - hunk[-1].end)
    start, new_start = hunk[0].start - before, hunk[0].new_start - before
    length, new_length = hunk[-1].end + after - start, hunk[-1].new_end + after - new_start
    yield f"@@ -{_range(start, length)} +{_range(new_start, new_length)} @@\n"
    at = start
    for block in hunk:
        yield from _marked(" ", old[at : block.start])
        yield from _marked("-", old[block.start : block.end])
        yield from _marked("+", new[block.new_start : block.new_end])
        at = block.end
    yield from _marked(" ", old[at : at + after])


def _range(start: int, length: int) -> str:
    first = start + 1 if length else start
    return str(first) if length == 1 else f"{first},{length}"


def _marked(mark: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"
