"""Whose word on the dialect of a folder counts: Python 2 files that compile.

A file that cannot be converted stays Python 2 among converted siblings. Were it believed, the next run would take those for
Python 2 as well, and convert them once more.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from porter.analysis.summaries import FileSummary
from porter.conversion.cache import Cache
from porter.conversion.files import PythonFile
from porter.conversion.stack import with_deep_stack
from porter.errors import SourceError
from porter.python2 import parse, read
from porter.python2.source import Dialect
from porter.rewriting.engine import compile_checked


def believed(found: Mapping[PythonFile, FileSummary], cache: Cache, stamp: str) -> dict[PythonFile, FileSummary]:
    """The summaries, with the dialect left open of Python 2 files that do not compile where no other one does.

    The answer for a file is kept in `cache`, for the tools of `stamp`.
    """
    told = dict(found)
    folders: dict[tuple[str, str], list[PythonFile]] = {}
    for file, summary in found.items():
        if summary.dialect is Dialect.PYTHON2:
            folders.setdefault((file.tree, str(PurePosixPath(file.name).parent)), []).append(file)
    for files in folders.values():
        for file in sorted(files, key=_size):
            if _is_known_to_compile(file, cache, stamp):
                break
            told[file] = replace(told[file], dialect=Dialect.EITHER)
    return told


def _is_known_to_compile(file: PythonFile, cache: Cache, stamp: str) -> bool:
    try:
        data = file.path.read_bytes()
    except OSError:
        return False
    key = cache.key("compiles", (stamp, file.name, data))
    known = cache.get(key)
    if not isinstance(known, bool):
        known = _compiles(data, file.name)
        cache.put(key, known)
    return known


def _compiles(data: bytes, name: str) -> bool:
    def work() -> bool:
        try:
            source = read(data, name)
            parse(source)
            compile_checked(source.text, name)
        except (SourceError, SyntaxError):
            return False
        return True

    return with_deep_stack(work)


def _size(file: PythonFile) -> int:
    try:
        return os.stat(file.path).st_size  # noqa: PTH116 - once for every file
    except OSError:
        return 0
