"""The `ast` of a source, with every complaint of the parser turned to the original file's lines."""

from __future__ import annotations

import ast
import warnings

from porter.errors import SourceError
from porter.positions import LineIndex
from porter.python2.source import Source


def parse(source: Source) -> ast.Module:
    """Parse the lowered text; a SourceError speaks of the place in the original file."""
    if source.facts.mixed is not None:
        what, offset = source.facts.mixed
        raise _error(source, f"{what} is Python 3 syntax, and the rest of the file is Python 2: it mixes both", offset)
    try:
        return quietly_parse(source.text)
    except SyntaxError as error:
        raise _error(source, error.msg, source.original_offset(_offset(source.text, error))) from None
    except UnicodeEncodeError as error:
        raise _error(source, "bytes that are not UTF-8", source.original_offset(error.start)) from None
    except (RecursionError, MemoryError):
        raise SourceError("too deeply nested, or too long an expression, to parse", path=source.path) from None
    except ValueError as error:
        raise SourceError(str(error), path=source.path) from None


def quietly_parse(text: str) -> ast.Module:
    """`ast.parse` without the warnings that are meant for the author of the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _offset(text: str, error: SyntaxError) -> int:
    index = LineIndex(text)
    start = index.line_start(error.lineno or 1)
    return min(start + max((error.offset or 1) - 1, 0), len(text))


def _error(source: Source, message: str, offset: int) -> SourceError:
    line, column = LineIndex(source.original).position(offset)
    return SourceError(message, path=source.path, line=line, column=column)
