"""Colour, where a terminal is there to show it, and text that a terminal cannot mistake for commands."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import IO, Any

_CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}


@dataclass(frozen=True, slots=True)
class Palette:
    """Styles text, or leaves it alone."""

    enabled: bool = False

    @classmethod
    def of(cls, stream: IO[Any]) -> Palette:
        """For a stream: colour on a terminal, unless NO_COLOR or a dumb terminal speaks against it."""
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        return cls(stream.isatty() and not plain)

    def paint(self, text: str, *styles: str) -> str:
        if not self.enabled or not text:
            return text
        return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"


PLAIN = Palette()


def printable(text: str) -> str:
    """A name or a message with everything invisible (control characters, stray bytes) written out."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode("ascii") for char in text
    )
