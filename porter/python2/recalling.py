"""What the first pass found out about a file, kept small, so that the second need not look for it again."""

from __future__ import annotations

import marshal
import zlib

from porter.python2.decoding import decode
from porter.python2.occurrences import make
from porter.python2.source import Dialect, Facts, Source


def remembered(source: Source, data: bytes) -> bytes:
    """All that reading `data` told: its dialect, what to put where, and its facts."""
    facts = source.facts
    edits = [(item.start, item.end, item.new, item.construct) for item in source.lowerings]
    said = (sorted(facts.future), facts.tuple_parameters, facts.ambiguous, facts.mixed)
    return marshal.dumps((len(data), zlib.crc32(data), source.dialect.value, edits, said))


def recall(data: bytes, path: str, memory: bytes, dialect: Dialect | None) -> Source | None:
    """The source as it was read before; None where the file has changed since, or is now read as another dialect."""
    if not memory:
        return None
    size, checksum, own, edits, (future, parameters, ambiguous, mixed) = marshal.loads(memory)
    if (size, checksum) != (len(data), zlib.crc32(data)) or dialect not in (None, Dialect(own)):
        return None
    decoded = decode(data, path)
    text, lowerings = make(decoded.text, edits)
    facts = Facts(frozenset(future), parameters, ambiguous, mixed)
    return Source(path, decoded.text, text, decoded.encoding, decoded.bom, Dialect(own), lowerings, facts)
