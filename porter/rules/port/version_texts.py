"""sys.version[:3] is "3.1" for Python 3.10 and later.

https://docs.python.org/3/library/sys.html#sys.version_info
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


class VersionTexts(Rule):
    code = "PORT095"
    name = "version-texts"
    summary = "ask sys.version_info for the version, no characters of sys.version"
    why = (
        "The first three characters of sys.version were '2.7'. For Python 3.11 they are '3.1'. '%d.%d' % sys.version_info[:2] has both "
        "numbers whole; compare versions as tuples, sys.version_info >= (3, 9), since '3.11' < '3.9'."
    )
    source = "https://docs.python.org/3/library/sys.html#sys.version_info"
    triggers = frozenset({"version"})
    visits = (ast.Subscript, ast.Compare)
    in_python3 = True
    examples = (
        Example(
            "import sys\nprint sys.version[:3] in ('2.7', '3.%d' % sys.version_info[1])\n",
            "import sys\nprint(('%d.%d' % sys.version_info[:2]) in ('2.7', '3.%d' % sys.version_info[1]))\n",
        ),
        Untouched(
            "import sys\nprint sys.version[0] in '23', sys.version_info[:2] > (2, 6)\n",
            because="these hold for any version",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Subscript(value=value, slice=ast.Slice(lower=None, upper=ast.Constant(value=3), step=None)):
                if model.resolve(value) == "sys.version" and isinstance(value, ast.Attribute):
                    yield Match(node, message="sys.version[:3] is '3.1' for Python 3.10 and later")
            case ast.Subscript(value=value, slice=ast.Constant(value=2)) if model.resolve(value) == "sys.version":
                yield Advice(node, "sys.version[2] is '1' for Python 3.10 and later: ask sys.version_info[1]")

    def rewrite(self, node: cst.Subscript, match: Match) -> Rewritten:
        owner = node.value
        if not isinstance(owner, cst.Attribute):  # `from sys import version` knows no version_info
            return None
        numbers = node.with_changes(
            value=owner.with_changes(attr=cst.Name("version_info")),
            slice=[cst.SubscriptElement(cst.Slice(None, cst.Integer("2")))],
            lpar=[],
            rpar=[],
        )
        return cst.BinaryOperation(
            cst.SimpleString("'%d.%d'"), cst.Modulo(), numbers, lpar=[cst.LeftParen()], rpar=[cst.RightParen()]
        )
