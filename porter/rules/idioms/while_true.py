"""`while 1:` is `while True:`.

https://docs.python.org/3/whatsnew/2.3.html#pep-285-a-boolean-type
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


class WhileTrue(Rule):
    code = "IDM001"
    name = "while-true"
    summary = "while True instead of while 1"
    why = (
        "In Python 2 `True` was a name like any other, looked up each time round; `while 1` was the fast spelling. "
        "In Python 3 it is a constant."
    )
    source = "https://docs.python.org/3/whatsnew/2.3.html#pep-285-a-boolean-type"
    triggers = frozenset({"while"})
    visits = (ast.While,)
    optional = True
    examples = (
        Example("while 1:\n    print 'once'\n    break\n", "while True:\n    print('once')\n    break\n"),
        Untouched("while 11:\n    break\nwhile 0:\n    pass\n", because="another number"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.While(test=ast.Constant(value=1) as test) if test.value is not True and isinstance(
                test.value, int
            ):
                yield Match(test)

    def rewrite(self, node: cst.Integer, match: Match) -> Rewritten:
        return cst.Name("True", lpar=node.lpar, rpar=node.rpar)
