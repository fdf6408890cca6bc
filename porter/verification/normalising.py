"""Noise in output: what differs from run to run and means nothing, such as pids, addresses and durations.

A line is cut into pieces. Two lines are alike when their pieces are: a piece equals another when its text does, or when both
are the same kind of noise, so that a number that merely happens to be a pid still equals itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from porter.verification.traces import Trace

_UNITS = r"s|secs?|seconds?|ms|msecs?|milliseconds?|us|µs|microseconds?|minutes?|min|hours?"
_NOISE = re.compile(
    rf"""
      (?P<listing>^[-dlpsbc][-rwxsStT]{9}[.+@]?\ +\d+\ +\S+\ +\S+\ )
    | (?P<total>^total\ \d+$)
    | (?P<address>\b0x[0-9a-fA-F]{{6,16}}\b)
    | (?P<uuid>\b[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}\b)
    | (?P<ctime>\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\ [A-Z][a-z]{{2}}\ [ \d]\d\ \d\d:\d\d:\d\d(?:\ \w+)?\ \d{{4}}\b)
    | (?P<date>\b\d{{4}}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?!\d))
    | (?P<clock>\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b)
    | (?P<duration>\b\d+\.\d+(?:e[+-]?\d+)?(?=\ ?(?:{_UNITS})\b))
    | (?P<epoch>\b1[5-9]\d{{8}}(?:\.\d+)?\b)
    | (?P<port>(?:(?<=127\.0\.0\.1:)|(?<=localhost:)|(?<=0\.0\.0\.0:)|(?<=\]:)|(?<=port\ )|(?<='127\.0\.0\.1',\ ))
        (?:3[2-9]\d{{3}}|[45]\d{{4}}|6[0-5]\d{{3}})\b)
    | (?P<temporary>/tmp/tmp[A-Za-z0-9_]+|\btmp[a-z0-9_]{{8}}\b)
    | (?P<number>\b\d+\b)
    """,
    re.VERBOSE,
)
# At full speed, durations may differ by this much and still be the same duration; at a scale it is as much real time.
_LATE_SECONDS = 0.5
_LATE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line. `label` is empty where the text has to be the same."""

    text: str
    label: str = ""


class Names:
    """What the numbers of one run stand for: pids, threads, and the folders of its scratch copy."""

    def __init__(self, trace: Trace, renamed: dict[str, str] | None = None) -> None:
        renamed = renamed or {}
        self._labels: dict[str, str] = {}
        for pid, key in trace.pids.items():
            self._labels[str(pid)] = "process " + _name(renamed.get(key, key))
        for activity in trace.activities:
            if activity.thread:
                key = renamed.get(activity.key, activity.key)
                self._labels.setdefault(str(activity.thread), "thread " + _name(key))
        self._paths = [re.escape(path) for path in trace.paths if path]
        self._folder = re.compile("|".join(self._paths)) if self._paths else None
        self.scale = trace.scale

    def pieces(self, line: str) -> list[Piece]:
        if self._folder is not None:
            line = self._folder.sub("<folder>", line)
        pieces: list[Piece] = []
        end = 0
        for match in _NOISE.finditer(line):
            if match.start() > end:
                pieces.append(Piece(line[end : match.start()]))
            pieces.append(Piece(match[0], self._label(match)))
            end = match.end()
        if end < len(line):
            pieces.append(Piece(line[end:]))
        return pieces

    def _label(self, match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        if kind == "listing":
            # A line of `ls -l`: whose the file is depends on who runs it.
            return f"listing {match[0].split()[0][:10]}"
        if kind != "number":
            return kind
        found = self._labels.get(match[0], "")
        # Addresses and thread identifiers in decimal.
        return found or ("address" if re.fullmatch(r"1[34]\d{13}", match[0]) else "")


def _name(key: str) -> str:
    """A worker of a pool is as good as another, and as that of another kind of pool."""
    parent, _, last = key.rpartition("/")
    return f"{parent}/~" if last.startswith("~") else key


def alike(ours: str, our_names: Names, theirs: str, their_names: Names) -> bool:
    """Whether two lines say the same, noise aside."""
    if ours == theirs:
        return True
    left, right = our_names.pieces(ours), their_names.pieces(theirs)
    return len(left) == len(right) and all(
        one.text == other.text
        or (one.label == other.label != "" and (one.label != "duration" or _same_duration(one, other, our_names.scale)))
        for one, other in zip(left, right, strict=True)
    )


def _same_duration(one: Piece, other: Piece, scale: float) -> bool:
    first, second = float(one.text), float(other.text)
    allowed = max(_LATE_SECONDS / scale, _LATE_SHARE * max(first, second))
    return abs(first - second) <= allowed
