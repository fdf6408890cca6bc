"""`oct(8)` is '0o10' in Python 3; it was '010'.

https://peps.python.org/pep-3127/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched


class OctalText(Rule):
    code = "PORT052"
    name = "octal-text"
    summary = "oct() writes 0o before the digits"
    why = "Python 3's oct() writes a number as its source does, 0o17. '%o' % x writes the digits alone in both."
    risk = None
    source = "https://peps.python.org/pep-3127/"
    triggers = frozenset({"oct"})
    spelt = True
    visits = (ast.Call,)
    ambiguous = True
    examples = (Untouched("print '%o' % 8, hex(8)\n", because="these are the same in both"),)

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=function, args=[_]) if model.resolve(function) == "builtins.oct":
                yield Advice(node, "oct(8) is '0o10' in Python 3 and was '010': use '0%o' % x if the text matters")
