"""Builtins that moved to a module: reduce, intern, reload.

https://docs.python.org/3/whatsnew/3.0.html#builtins
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import name
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import can_import, is_guarded
from porter.rules.port._reloading import is_of_the_trick


@dataclass(frozen=True, slots=True)
class _Move:
    """What to write instead, and the import for it."""

    new: str
    needs: Import


_MOVED = {
    "reduce": _Move("reduce", Import("functools", "reduce")),
    "intern": _Move("sys.intern", Import("sys")),
    "reload": _Move("importlib.reload", Import("importlib")),
}


class MovedBuiltins(Rule):
    code = "PORT018"
    name = "moved-builtins"
    summary = "import a builtin that moved to a module"
    why = "Python 3 keeps reduce in functools, intern in sys and reload in importlib."
    source = "https://docs.python.org/3/whatsnew/3.0.html#builtins"
    triggers = frozenset(_MOVED)
    spelt = True
    visits = (ast.Name,)
    examples = (
        Example(
            "print reduce(lambda a, b: a * b, [1, 2, 3])\n",
            "from functools import reduce\nprint(reduce(lambda a, b: a * b, [1, 2, 3]))\n",
        ),
        Example("key = intern('key')\n", "import sys\nkey = sys.intern('key')\n"),
        Example("import json\nreload(json)\n", "import json\nimport importlib\nimportlib.reload(json)\n"),
        Untouched("from functools import reduce\nprint reduce(max, [1, 2])\n", because="imported already"),
        Untouched("def reload(config): pass\nreload(`3`)\n", because="the module's own function"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Name(id=old, ctx=ast.Load()) if old in _MOVED and model.resolve(node) == f"builtins.{old}":
                move = _MOVED[old]
                if is_guarded(node, model, "NameError") or is_of_the_trick(node, model):
                    return
                if move.needs.name is None and not can_import(move.needs.module, node, model):
                    yield Advice(
                        node, f"{old} moved to the module {move.needs.module}, whose name means something else here"
                    )
                else:
                    yield Match(node, message=f"{old} moved to {move.needs.module}", data=move.new, needs=(move.needs,))

    def rewrite(self, node: cst.Name, match: Match) -> Rewritten:
        return name(match.data).with_changes(lpar=node.lpar, rpar=node.rpar)
