"""`from __future__ import division` and its like say what Python 3 does anyway.

https://docs.python.org/3/library/__future__.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched

_MANDATORY = frozenset(
    "nested_scopes generators division absolute_import with_statement print_function unicode_literals".split()
)
_BUILTINS_OF_PYTHON3 = frozenset("ascii filter hex map oct zip".split())
_DROPPED = {"__future__": _MANDATORY, "future_builtins": _BUILTINS_OF_PYTHON3}


class FutureImports(Rule):
    code = "PORT013"
    name = "future-imports"
    summary = "drop imports of what Python 3 does anyway"
    why = (
        "These features of __future__ are mandatory in Python 3, and what future_builtins gave are its builtins. "
        "`annotations` stays: it still changes something."
    )
    source = "https://docs.python.org/3/library/__future__.html"
    triggers = frozenset({"__future__", "future_builtins"})
    visits = (ast.ImportFrom,)
    examples = (
        Example("from __future__ import print_function\nprint(0777)\n", "print(0o777)\n"),
        Example(
            "from __future__ import division, annotations\nhalf = 1 / 2\n",
            "from __future__ import annotations\nhalf = 1 / 2\n",
        ),
        Example(
            "from future_builtins import map, zip\nsums = map(sum, zip([1], [2]))\n", "sums = map(sum, zip([1], [2]))\n"
        ),
        Untouched("from __future__ import annotations\n", because="it changes something in Python 3"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.ImportFrom(module=("__future__" | "future_builtins") as module, level=0, names=names):
                gone = {alias.name for alias in names if alias.name in _DROPPED[module] and alias.asname is None}
                if gone:
                    yield Match(node, data=gone)

    def rewrite(self, node: cst.ImportFrom, match: Match) -> Rewritten:
        assert not isinstance(node.names, cst.ImportStar)
        kept = [alias for alias in node.names if alias.evaluated_name not in match.data or alias.asname is not None]
        if not kept:
            return []
        return node.with_changes(names=[*kept[:-1], kept[-1].with_changes(comma=node.names[-1].comma)])
