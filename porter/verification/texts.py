"""Compare the text that one activity wrote with what its counterpart wrote: line by line, noise and tracebacks aside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from porter.verification.explanations import DEPRECATION, TRACEBACK, Explanation, explain
from porter.verification.normalising import Names, alike

# What Python itself says about the new file's lines, with the line it speaks of.
_WARNING = re.compile(r"^[^\n]*:\d+: (?:Pending)?DeprecationWarning: [^\n]*\n(?:  [^\n]*\n)?", re.M)
_TRACEBACK = "Traceback (most recent call last):"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is compared (`text`, its newline included) and as it stood there (`raw`)."""

    text: str
    raw: str

    @property
    def is_traceback(self) -> bool:
        return self.text.startswith("Traceback [...] ")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`explanations` for lines that differ and may; `first` is the pair of lines where they first differ and may not."""

    explanations: tuple[Explanation, ...] = ()
    explained: tuple[tuple[str, str], ...] = ()
    first: tuple[str, str] | None = None
    unlike: int = 0

    @property
    def same(self) -> bool:
        return self.first is None


def lines_of(text: str) -> list[Line]:
    """The lines of a text, each traceback one line that says what was raised: its frames belong to the file's form."""
    raw = text.splitlines(keepends=True) if "\r" not in text else re.findall(r"[^\n]*\n|[^\n]+", text)
    lines: list[Line] = []
    at = 0
    while at < len(raw):
        if not raw[at].startswith(_TRACEBACK):
            lines.append(Line(raw[at], raw[at]))
            at += 1
            continue
        end = at + 1
        while end < len(raw) and raw[end].startswith((" ", "\t")):
            end += 1
        raised = raw[end] if end < len(raw) else "\n"
        end += 1
        # Python 2's threading puts an empty line behind its report.
        if end < len(raw) and raw[end] == "\n" and at and raw[at - 1].startswith("Exception in thread "):
            end += 1
        lines.append(Line(f"Traceback [...] {raised}", "".join(raw[at:end])))
        at = end
    return lines


def compare_texts(legacy: str, legacy_names: Names, modern: str, modern_names: Names) -> Comparison:
    warnings = [match[0] for match in _WARNING.finditer(modern)] if legacy != modern else []
    ours, theirs = lines_of(_without(legacy, warnings)), lines_of(_without(modern, warnings))
    found: list[Explanation] = [DEPRECATION] if warnings else []
    explained: list[tuple[str, str]] = [("", warnings[0])] if warnings else []
    first: tuple[str, str] | None = None
    unlike = 0
    if len(ours) != len(theirs):
        return _different_length(ours, legacy_names, theirs, modern_names)
    for one, other in zip(ours, theirs, strict=True):
        reasons = _explained(one, legacy_names, other, modern_names)
        if reasons is None:
            unlike += 1
            first = first or (one.raw, other.raw)
        elif reasons:
            found.extend(reasons)
            explained.append((one.raw, other.raw))
    return Comparison(tuple(dict.fromkeys(found)), tuple(explained), first, unlike)


def _without(text: str, warnings: list[str]) -> str:
    return _WARNING.sub("", text) if warnings else text


def _explained(one: Line, our_names: Names, other: Line, their_names: Names) -> tuple[Explanation, ...] | None:
    """() for lines that are alike, the explanations for lines that may differ so, None for lines that may not."""

    def same(left: str, right: str) -> bool:
        return alike(left, our_names, right, their_names)

    if same(one.text, other.text):
        frames = one.is_traceback and not same(one.raw, other.raw)
        return (TRACEBACK,) if frames else ()
    reasons = explain(one.text, other.text, same)
    if reasons is not None and one.is_traceback and other.is_traceback:
        return (TRACEBACK, *reasons)
    return reasons


def _different_length(ours: list[Line], our_names: Names, theirs: list[Line], their_names: Names) -> Comparison:
    """Texts of different lengths differ; find the place, and how much of them."""
    matcher = SequenceMatcher(None, [line.text for line in ours], [line.text for line in theirs], autojunk=False)
    unlike = max(1, len(ours) + len(theirs) - 2 * sum(block.size for block in matcher.get_matching_blocks()))
    for at in range(max(len(ours), len(theirs))):
        one = ours[at] if at < len(ours) else Line("", "")
        other = theirs[at] if at < len(theirs) else Line("", "")
        if not one.raw or not other.raw or _explained(one, our_names, other, their_names) is None:
            return Comparison(first=(one.raw, other.raw), unlike=unlike)
    return Comparison(first=("", ""), unlike=unlike)
