"""A text that remembers, through every change, where in the original file each piece of it came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from porter.python2.source import Source
from porter.rewriting.conversion import Change


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace [start, end) of the current text with `text`, on behalf of the rules `codes`."""

    start: int
    end: int
    text: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text that stands for [start, end) of the original: copied, or put in its place."""

    start: int
    end: int
    text: str
    copied: bool
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PatchedText:
    """An immutable text made of pieces of an original. `apply` gives the next one."""

    original: str
    pieces: tuple[_Piece, ...]

    @classmethod
    def of(cls, source: Source) -> PatchedText:
        """The lowered text of a source, over its original."""
        pieces: list[_Piece] = []
        at = 0
        for lowering in source.lowerings:
            if lowering.start > at:
                pieces.append(_Piece(at, lowering.start, source.original[at : lowering.start], True))
            pieces.append(_Piece(lowering.start, lowering.end, lowering.new, False))
            at = lowering.end
        if at < len(source.original):
            pieces.append(_Piece(at, len(source.original), source.original[at:], True))
        return cls(source.original, tuple(pieces))

    @cached_property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(piece.text) for piece in self.pieces), initial=0))

    def apply(self, edits: Iterable[Edit]) -> PatchedText:
        """The text after a set of edits that do not overlap, in any order."""
        pieces: list[_Piece] = []
        source = iter(self.pieces)
        rest: _Piece | None = next(source, None)
        at = 0  # the current-text offset where `rest` starts
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            while rest is not None and at + len(rest.text) <= edit.start and (len(rest.text) or at < edit.start):
                pieces.append(rest)
                at += len(rest.text)
                rest = next(source, None)
            covered: list[_Piece] = []
            if rest is not None and at < edit.start:
                before, rest = _split(rest, edit.start - at)
                pieces.append(before)
                at = edit.start
            while rest is not None and at < edit.end:
                if at + len(rest.text) > edit.end:
                    inside, rest = _split(rest, edit.end - at)
                    covered.append(inside)
                    at = edit.end
                    break
                covered.append(rest)
                at += len(rest.text)
                rest = next(source, None)
            here = rest.start if rest is not None else len(self.original)
            start, end = (covered[0].start, covered[-1].end) if covered else (here, here)
            codes = tuple(dict.fromkeys([code for piece in covered for code in piece.codes] + list(edit.codes)))
            pieces.append(_Piece(start, end, edit.text, False, codes))
        if rest is not None:
            pieces.append(rest)
        pieces.extend(source)
        return PatchedText(self.original, tuple(pieces))

    def original_offset(self, offset: int) -> int:
        """The original offset of an offset of the current text; inside a replacement, where the replaced text began."""
        if not self.pieces:
            return 0
        at = min(bisect_right(self._starts, offset) - 1, len(self.pieces) - 1)
        piece = self.pieces[at]
        within = offset - self._starts[at]
        return piece.start + within if piece.copied else (piece.end if within >= len(piece.text) else piece.start)

    def changes(self) -> tuple[Change, ...]:
        """The spans that differ from the original, trimmed to what really differs."""
        found: list[Change] = []
        for piece, new_start in zip(self.pieces, self._starts, strict=False):
            old = self.original[piece.start : piece.end]
            if piece.copied or old == piece.text:
                continue
            head = common_prefix(old, piece.text)
            tail = common_prefix(old[head:][::-1], piece.text[head:][::-1])
            found.append(
                Change(
                    piece.start + head,
                    piece.end - tail,
                    new_start + head,
                    new_start + len(piece.text) - tail,
                    piece.codes,
                )
            )
        return tuple(found)


def _split(piece: _Piece, at: int) -> tuple[_Piece, _Piece]:
    if piece.copied:
        middle = piece.start + at
        return (
            _Piece(piece.start, middle, piece.text[:at], True, piece.codes),
            _Piece(middle, piece.end, piece.text[at:], True, piece.codes),
        )
    # A replacement cut in two: its first part stands for all that was replaced.
    return (
        _Piece(piece.start, piece.end, piece.text[:at], False, piece.codes),
        _Piece(piece.end, piece.end, piece.text[at:], False, piece.codes),
    )


def common_prefix(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
