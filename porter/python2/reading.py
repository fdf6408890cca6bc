"""From the bytes of a file to its `Source`: decode, outline, find, decide the dialect, lower."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from porter.errors import SourceError
from porter.positions import LineIndex
from porter.python2 import markers
from porter.python2.arguments import find_late_generators, find_parenthesised_keywords
from porter.python2.comprehensions import find_loose_comprehensions
from porter.python2.decoding import Decoded, decode
from porter.python2.execs import find_execs
from porter.python2.futures import Futures, find_futures
from porter.python2.indentation import find_continued_indentation, find_mixed_indentation
from porter.python2.literals import find_literals
from porter.python2.modern import find_modern_syntax
from porter.python2.names import find_bound_constants, find_new_keywords
from porter.python2.numerals import find_numerals
from porter.python2.occurrences import Occurrence, Reading, lower
from porter.python2.operators import find_last_backslashes, find_not_equals, find_reprs, find_spaced_ellipses
from porter.python2.outline import Outline, ScanError, outline, outline_by_tokens
from porter.python2.parameters import find_tuple_parameters
from porter.python2.parsing import quietly_parse
from porter.python2.prints import find_prints
from porter.python2.raises import find_excepts, find_raises
from porter.python2.source import Dialect, Facts, Source
from porter.python2.undecodable import find_undecodable_comments

_MARKER = re.compile(rf"\b{markers.PREFIX}\w*")


def read(data: bytes, path: str, dialect: Dialect | None = None) -> Source:
    """Read a file; a SourceError says what is wrong with it.

    Without a `dialect` the file's own syntax decides: syntax that only one Python accepts, else `Dialect.EITHER`.
    """
    decoded = decode(data, path)
    if dialect is Dialect.PYTHON3:
        return _untouched(decoded, path, dialect)
    return _read(decoded, path, dialect)[0]


def read_with_outline(data: bytes, path: str, dialect: Dialect | None = None) -> tuple[Source, Outline]:
    """A file as `read` gives it, and the outline of its original text. Raises SourceError."""
    return _read(decode(data, path), path, dialect)


def _read(decoded: Decoded, path: str, dialect: Dialect | None) -> tuple[Source, Outline]:
    try:
        found = outline(decoded.text)
    except ScanError as error:
        # Nested quotes in an f-string of Python 3.12, for one.
        if dialect in (None, Dialect.PYTHON3) and _parses(decoded.text):
            return _untouched(decoded, path, Dialect.PYTHON3), outline_by_tokens(decoded.text)
        raise _error(error.message, decoded.text, error.offset, path) from None
    if dialect is Dialect.PYTHON3:
        return _untouched(decoded, path, dialect), found
    _refuse_markers(found, path)
    return _lowered(decoded, found, path, dialect), found


def _lowered(decoded: Decoded, found: Outline, path: str, dialect: Dialect | None) -> Source:
    futures = find_futures(found)
    parameters, patterns = find_tuple_parameters(found)
    occurrences = find_late_generators(found, [*_constructs(found, futures, decoded.encoding), *parameters])
    modern = [*(found for found in occurrences if found.reading is Reading.ONLY_PYTHON3), *find_modern_syntax(found)]
    dialect = dialect or _dialect(occurrences, modern, decoded.text)
    if dialect is Dialect.PYTHON2:
        text, lowerings = lower(decoded.text, occurrences)
        first = min(modern, key=lambda occurrence: occurrence.start, default=None)
        mixed = (first.construct, first.start) if first else None
        facts = Facts(futures.names, patterns, mixed=mixed)
        return Source(path, decoded.text, text, decoded.encoding, decoded.bom, dialect, lowerings, facts)
    ambiguous = _ambiguous(occurrences) if dialect is Dialect.EITHER else ()
    return _untouched(decoded, path, dialect, Facts(futures.names, ambiguous=ambiguous))


def _constructs(found: Outline, futures: Futures, encoding: str) -> Iterator[Occurrence]:
    yield from find_prints(found, futures.print_function_from)
    yield from find_execs(found)
    yield from find_raises(found)
    yield from find_excepts(found)
    yield from find_reprs(found)
    yield from find_not_equals(found)
    yield from find_spaced_ellipses(found)
    yield from find_numerals(found)
    yield from find_literals(found, encoding, unicode_literals=futures.unicode_literals)
    yield from find_loose_comprehensions(found)
    yield from find_parenthesised_keywords(found)
    yield from find_new_keywords(found)
    yield from find_bound_constants(found)
    yield from find_mixed_indentation(found)
    yield from find_continued_indentation(found)
    yield from find_undecodable_comments(found)
    yield from find_last_backslashes(found)


def _dialect(occurrences: Iterable[Occurrence], modern: list[Occurrence], text: str) -> Dialect:
    readings = {occurrence.reading for occurrence in occurrences}
    is_python2 = Reading.ONLY_PYTHON2 in readings or Reading.MOSTLY_PYTHON2 in readings
    if is_python2 and modern:
        # Both, so one of the two is a misunderstanding or the file is broken: the parser has the last word.
        return Dialect.PYTHON3 if Reading.ONLY_PYTHON2 not in readings or _parses(text) else Dialect.PYTHON2
    if is_python2:
        return Dialect.PYTHON2
    return Dialect.PYTHON3 if modern else Dialect.EITHER


def _ambiguous(occurrences: Iterable[Occurrence]) -> tuple[tuple[str, int], ...]:
    different = (found for found in occurrences if found.reading is Reading.DIFFERENT)
    return tuple(sorted(((found.construct, found.start) for found in different), key=lambda place: place[1]))


def _untouched(decoded: Decoded, path: str, dialect: Dialect, facts: Facts | None = None) -> Source:
    text = decoded.text
    return Source(path, text, text, decoded.encoding, decoded.bom, dialect, (), facts or Facts())


def _parses(text: str) -> bool:
    try:
        quietly_parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _refuse_markers(found: Outline, path: str) -> None:
    if markers.PREFIX in found.text and (match := _MARKER.search(found.code)):
        raise _error(
            f"the name {match[0]!r} is reserved for porter itself",
            found.text,
            match.start(),
            path,
            hint="rename it before converting",
        )


def _error(message: str, text: str, offset: int, path: str, *, hint: str | None = None) -> SourceError:
    line, column = LineIndex(text).position(offset)
    return SourceError(message, path=path, line=line, column=column, hint=hint)
