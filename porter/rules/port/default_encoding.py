"""`sys.setdefaultencoding()` is gone: text is text, and its default encoding is UTF-8.

https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._reloading import is_reload_of_sys


class DefaultEncoding(Rule):
    code = "PORT059"
    name = "default-encoding"
    summary = "drop reload(sys) and sys.setdefaultencoding()"
    why = (
        "Python 2 converted between its two kinds of string by itself, with a default encoding that this trick changed. Python 3 "
        "never does, and encode() and decode() mean UTF-8 where they are told nothing."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit"
    triggers = frozenset({"setdefaultencoding"})
    visits = (ast.Expr, ast.Assign)
    examples = (
        Example("import sys\nreload(sys)\nsys.setdefaultencoding('utf-8')\nprint u'x'\n", "print(u'x')\n"),
        Untouched("import sys\nprint sys.getdefaultencoding()\n", because="it is only asked for"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="setdefaultencoding", value=receiver))):
                if model.resolve(receiver) == "sys" or is_reload_of_sys(receiver, model):
                    yield Match(node, Risk.SUGGESTED, "text needs no default encoding in Python 3", drops=("sys",))
            case ast.Expr(value=value) | ast.Assign(value=value) if is_reload_of_sys(value, model):
                yield Match(node, Risk.SUGGESTED, silent=True, drops=("sys",))

    def rewrite(self, node: cst.BaseSmallStatement, match: Match) -> Rewritten:
        return []
