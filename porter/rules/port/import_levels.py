"""__import__() looks for absolute names in Python 3: the level -1 is refused.

https://docs.python.org/3/library/functions.html#import__
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import with_arguments
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


class ImportLevels(Rule):
    code = "PORT096"
    name = "import-levels"
    summary = "__import__() without the level -1"
    why = (
        "The level -1, which was the default, looked in the importing package first and then for a top-level module. Python 3 has the "
        "default 0, absolute, and refuses -1. In a package a name that means a module beside this one is reported: ask for it by "
        "importlib.import_module('.name', __package__)."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/functions.html#import__"
    triggers = frozenset({"__import__"})
    visits = (ast.Call,)
    spelt = True
    examples = (
        Example(
            "print __import__('os', globals(), locals(), [], -1).__name__\n",
            "print(__import__('os', globals(), locals(), []).__name__)\n",
        ),
        Untouched("print __import__('os').__name__\n", because="absolute in both, in a script"),
        Untouched("print __import__('os', level=0).__name__\n", because="it says so"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Name(id="__import__"), args=[named, *_]) if model.python2:
                level = _level(node)
                beside = isinstance(named, ast.Constant) and str(named.value).partition(".")[0] in model.tree.neighbours
                if model.tree.in_package and beside and (level is None or _is_minus_one(level)):
                    yield Advice(
                        node,
                        "a module beside this one: importlib.import_module('.name', __package__) finds it in Python 3",
                    )
                elif level is not None and _is_minus_one(level):
                    risk = Risk.SUGGESTED if model.tree.in_package else Risk.SAFE
                    yield Match(node, risk, "the level -1 is refused: without it the name is absolute")

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        kept = [
            argument
            for number, argument in enumerate(node.args)
            if number != 4 and not (argument.keyword is not None and argument.keyword.value == "level")
        ]
        return with_arguments(node, kept)


def _level(node: ast.Call) -> ast.expr | None:
    if len(node.args) > 4:
        return node.args[4]
    return next((item.value for item in node.keywords if item.arg == "level"), None)


def _is_minus_one(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return True
    return False
