"""A string cannot be raised.

https://docs.python.org/2/whatsnew/2.6.html#deprecations-and-removals
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.python2 import markers
from porter.rewriting.rule import Advice, Match, Rule, Untouched


class StringExceptions(Rule):
    code = "PORT048"
    name = "string-exceptions"
    summary = "a string is raised: TypeError"
    why = (
        "Raising a string is a TypeError since Python 2.6, and still is one. The program cannot mean that: make an exception "
        "class of it, and catch that class where the string was caught."
    )
    risk = None
    source = "https://docs.python.org/2/whatsnew/2.6.html#deprecations-and-removals"
    triggers = frozenset({"raise", "except"})
    visits = (ast.Raise, ast.ExceptHandler)
    examples = (Untouched("raise ValueError('wrong')\nx = `1`\n", because="an exception"),)

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Raise(exc=ast.Call(func=ast.Name(id=markers.RAISE), args=[raised, *_])) | ast.Raise(exc=raised):
                if raised is not None and model.kind(raised).type in ("str", "unicode", "bytes"):
                    yield Advice(node, "a string cannot be raised: make an exception class of it")
            case ast.ExceptHandler(type=ast.Constant(value=str())):
                yield Advice(node, "no exception is a string: catch the class that is raised instead")
