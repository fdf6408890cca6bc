"""`from __future__ import`, as CPython 2.7's parser takes it.

https://docs.python.org/2.7/reference/simple_stmts.html#future-statements

The parser acts before the compiler checks that the statement comes first, and looks only at part of it: it also takes
`from package.module import print_function` and `from . import print_function` for a future statement. So do we.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from porter.python2.outline import Outline

_TRIGGERS = ("print_function", "unicode_literals", "__future__")
_IMPORT = re.compile(r"from\b(?<!\wfrom)[ ]*(__future__|\.|\w+(?:[ ]*\.[ ]*\w+)+)[ ]*\bimport\b[ ]*\(?([^;\n)]*)")


@dataclass(frozen=True, slots=True)
class Futures:
    """`names`: what the file imports from `__future__`; `print_function_from`: where `print` stops being a keyword."""

    names: frozenset[str]
    print_function_from: int
    unicode_literals: bool


def find_futures(outline: Outline) -> Futures:
    code = outline.code
    if not any(trigger in code for trigger in _TRIGGERS):
        return Futures(frozenset(), len(code), False)
    names: set[str] = set()
    print_function_from = len(code)
    unicode_literals = False
    for match in _IMPORT.finditer(code):
        imported = [part.split()[0] for part in match[2].split(",") if part.strip()]
        if match[1] == "__future__":
            names.update(imported)
        if "print_function" in imported:
            print_function_from = min(print_function_from, match.end())
        unicode_literals = unicode_literals or "unicode_literals" in imported
    return Futures(frozenset(names - {"*"}), print_function_from, unicode_literals)
