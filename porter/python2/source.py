"""What the front end hands on: Python 3 syntax, and everything about the file that this syntax cannot say."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum

from porter.errors import SourceError


class Dialect(Enum):
    """Which Python a file speaks."""

    PYTHON2 = "python2"
    PYTHON3 = "python3"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Lowering:
    """One place where the front end changed the text, in offsets of the original and of the lowered text.

    `construct` names what stood there (`print`, `except`, `octal`, `not-equal` …, see `porter.python2.constructs`);
    a rule of the port owns each construct. `old` and `new` are the texts replaced and put in.
    """

    construct: str
    start: int
    end: int
    lowered_start: int
    lowered_end: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the surface said and the lowered text cannot.

    `future`: the names that the module imports from `__future__`.
    `tuple_parameters`: placeholder parameter name → the text of the pattern it stands for, parentheses included.
    `ambiguous`: (construct, original offset) of places that Python 2 and 3 both accept and read differently; only
    in a file whose dialect is `either`, since elsewhere the dialect decides.
    `mixed`: (what, original offset) of the first syntax that only Python 3 has, in a file that is Python 2 otherwise;
    `parse` refuses such a file.
    """

    future: frozenset[str] = frozenset()
    tuple_parameters: dict[str, str] = field(default_factory=dict)
    ambiguous: tuple[tuple[str, int], ...] = ()
    mixed: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One file, read and lowered.

    `original` is the decoded text as it stands in the file, without a BOM, newlines untouched; `text` is the same
    with every Python 2-only construct lowered, and equals `original` wherever nothing had to change.
    """

    path: str
    original: str
    text: str
    encoding: str
    bom: bool
    dialect: Dialect
    lowerings: tuple[Lowering, ...]
    facts: Facts

    def original_offset(self, offset: int) -> int:
        """The offset in `original` of an offset in `text`; inside a lowering, the start of what stood there."""
        at = bisect_right(self.lowerings, offset, key=lambda lowering: lowering.lowered_start) - 1
        if at < 0:
            return offset
        lowering = self.lowerings[at]
        if offset < lowering.lowered_end:
            return lowering.start
        return lowering.end + (offset - lowering.lowered_end)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in `original` of the span [start, end) of `text`; a lowering that it touches is wholly in it."""
        first = self.original_offset(start)
        if end <= start:
            return first, first
        at = bisect_right(self.lowerings, end - 1, key=lambda lowering: lowering.lowered_start) - 1
        if at >= 0 and end < self.lowerings[at].lowered_end:
            return first, self.lowerings[at].end
        return first, self.original_offset(end)

    def encode(self, text: str) -> bytes:
        """The bytes of a file with this text, in this file's encoding and with its BOM.

        Where `original` came from bytes that its encoding does not know (see `decoding`), they come back as they were.
        """
        try:
            data = text.encode(self.encoding, "strict" if text.isascii() else "surrogateescape")
        except UnicodeError as error:
            raise SourceError(
                f"the result cannot be written as {self.encoding}, which the coding cookie asks for: {error}",
                path=self.path,
                hint="save the file as UTF-8",
            ) from None
        return b"\xef\xbb\xbf" + data if self.bom else data
