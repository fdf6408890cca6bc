"""What the finders of the front end say: a construct stands here, and this is how it is lowered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from porter.python2.source import Lowering


class Reading(Enum):
    """How Python 2 and Python 3 read one place."""

    ONLY_PYTHON2 = "only Python 2 accepts it"
    MOSTLY_PYTHON2 = "Python 2 accepts it, and only the newest Python 3 too"
    DIFFERENT = "both accept it and mean different things"
    SAME = "both accept it and mean the same"
    ONLY_PYTHON3 = "only Python 3 accepts it"


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `new` in the place of the text from `start` to `end`."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One construct in a file.

    `construct` is a name of `porter.python2.constructs`; for ONLY_PYTHON3, words for a message.
    """

    construct: str
    start: int
    reading: Reading
    edits: tuple[Edit, ...] = ()


def insert(at: int, new: str) -> Edit:
    return Edit(at, at, new)


def delete(start: int, end: int) -> Edit:
    return Edit(start, end, "")


def lower(text: str, occurrences: Iterable[Occurrence]) -> tuple[str, tuple[Lowering, ...]]:
    """The text with every edit made. An edit inside a larger one is left out: the larger one has seen to it."""
    edits = sorted(
        (
            (edit.start, edit.end, edit.new, occurrence.construct)
            for occurrence in occurrences
            for edit in occurrence.edits
        ),
        key=lambda edit: (edit[0], edit[1] != edit[0], -edit[1]),
    )
    return make(text, edits)


def make(text: str, edits: Iterable[tuple[int, int, str, str]]) -> tuple[str, tuple[Lowering, ...]]:
    """The text with edits (start, end, new text, construct) made that come in order."""
    pieces: list[str] = []
    lowerings: list[Lowering] = []
    done = length = 0
    for start, end, new, construct in edits:
        if start < done:
            continue
        pieces.append(text[done:start])
        pieces.append(new)
        length += start - done
        lowerings.append(Lowering(construct, start, end, length, length + len(new), text[start:end], new))
        length += len(new)
        done = end
    pieces.append(text[done:])
    return "".join(pieces), tuple(lowerings)
