"""`from m import *` is allowed at module level only, in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#removed-syntax
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


class StarImports(Rule):
    code = "PORT044"
    name = "star-imports"
    summary = "name what a function imports by *"
    why = (
        "Python 3 does not compile `from m import *` inside a function. The names that the function uses and nothing else "
        "defines are imported by name; where two such imports could give them, the choice is yours."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#removed-syntax"
    triggers = frozenset({"*"})
    visits = (ast.ImportFrom,)
    examples = (
        Example(
            "def area(r):\n    from math import *\n    return pi * pow(r, 2)\nprint area(1) > 3\n",
            "def area(r):\n    from math import pi\n    return pi * pow(r, 2)\nprint(area(1) > 3)\n",
        ),
        Untouched("from math import *\nprint pi > 3\n", because="it stands at module level"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.ImportFrom(names=[ast.alias(name="*")]) if model.function(node) is not None:
                scope = model.scope_of(node)
                if len(scope.star_imports) > 1:
                    yield Advice(
                        node, "import the names that the function needs: Python 3 allows * at module level only"
                    )
                    return
                message = "names that the module and builtins have as well are taken from there"
                yield Match(node, Risk.SUGGESTED, message, data=_unknown_names(node, model))

    def rewrite(self, node: cst.ImportFrom, match: Match) -> Rewritten:
        names: list[str] = match.data
        if not names:
            return cst.Import([cst.ImportAlias(node.module)]) if node.module is not None and not node.relative else []
        aliases = [cst.ImportAlias(cst.Name(name)) for name in names]
        return node.with_changes(names=aliases)


def _unknown_names(node: ast.ImportFrom, model: ModuleModel) -> list[str]:
    """The names that the function uses and neither it, nor a scope around it, nor Python defines."""
    found = {
        name
        for scope in model.scope_of(node).walk()
        for name in scope.uses
        if scope.owner(name) is None and not hasattr(builtins, name) and not name.startswith("__porter_")
    }
    return sorted(found)
