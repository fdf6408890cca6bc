"""From the lines and UTF-8 columns of `ast` to offsets into the text, and back to what a person counts."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

# What Python's tokenizer ends a line at; `str.splitlines` knows eight more (form feed among them) that Python does not.
_NEWLINE = re.compile(r"\r\n|\r|\n")


@lru_cache(maxsize=4)
def _line_starts(text: str) -> list[int]:
    """The offset of each line; the texts of one file are asked for again and again."""
    if "\r" in text:
        return [0, *(match.end() for match in _NEWLINE.finditer(text))]
    starts = list(accumulate([len(line) + 1 for line in text.split("\n")], initial=0))
    starts.pop()
    return starts


class LineIndex:
    """Offsets of a text's lines. Lines count from 1; offsets and columns of characters count from 0."""

    __slots__ = ("_ascii", "_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = _line_starts(text)
        self._ascii = text.isascii()

    @property
    def line_count(self) -> int:
        return len(self._starts)

    def line_start(self, line: int) -> int:
        """The offset of the first character of `line`; the text's end for a line past the last."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def offset(self, line: int, utf8_column: int) -> int:
        """The offset of a place that `ast` gives: a line, and a column in bytes of UTF-8."""
        start = self.line_start(line)
        if self._ascii or utf8_column == 0:
            return start + utf8_column
        line_text = self.text[start : self.line_start(line + 1)]
        return start + len(line_text.encode("utf-8", "surrogatepass")[:utf8_column].decode("utf-8", "replace"))

    def span(
        self, node: ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias
    ) -> tuple[int, int]:
        """The offsets (start, end) that `ast` gives a node: without decorators, without enclosing parentheses."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def line_of(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1, the column in characters."""
        line = self.line_of(offset)
        return line, offset - self._starts[line - 1] + 1
