"""`v = list(x)` and `v.sort()` are `v = sorted(x)`.

https://docs.python.org/3/library/functions.html#sorted
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis import kinds
from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched

_UNSAFE = "sorted() makes a new list: whoever holds the old one sees it unsorted"


class SortedLists(Rule):
    code = "IDM003"
    name = "sorted-lists"
    summary = "v = sorted(x) instead of v = list(x) and v.sort()"
    why = (
        "sorted() came with Python 2.4. Where the list is a new one the result is the same; where it may be known by another "
        "name (`v = t`), that one was sorted too, and the change is unsafe."
    )
    risk = Risk.UNSAFE
    source = "https://docs.python.org/3/library/functions.html#sorted"
    triggers = frozenset({"sort"})
    visits = (ast.Expr,)
    optional = True
    examples = (
        Example(
            "names = list({'b': 1, 'a': 2})\nnames.sort()\nprint names\n",
            "names = sorted({'b': 1, 'a': 2})\nprint(names)\n",
        ),
        Example(
            "d = {'b': 1, 'a': 2}\nkeys = d.keys()\n# in order\nkeys.sort(reverse=True)\nprint keys\n",
            "d = {'b': 1, 'a': 2}\nkeys = sorted(d.keys(), reverse=True)\n# in order\nprint(keys)\n",
        ),
        Untouched("v = list('ba')\nw = v\nv.sort()\nprint w\n", because="the list is known by another name by then"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="sort"), args=[], keywords=options)
            ):
                made = _made_before(node, name, model)
                if made is None or any(_reads(option.value, name) for option in options):
                    return
                if any(option.arg is None for option in options) or model.is_shadowed("sorted", at=node):
                    return
                group = f"IDM003:{model.span(node)[0]}"
                texts = [f"{option.arg}={model.text_of(option.value)}" for option in options]
                risk, message = (Risk.SAFE, "") if _is_new(made, model) else (Risk.UNSAFE, _UNSAFE)
                yield Match(made, risk, message, data=", ".join(texts), group=group)
                yield Match(node, risk, message, group=group, silent=True)

    def rewrite(self, node: cst.BaseExpression | cst.Expr, match: Match) -> Rewritten:
        if isinstance(node, cst.Expr):
            return []
        options = cst.ensure_type(cst.parse_expression(f"f({match.data})"), cst.Call).args
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "list" and node.args:
            made = node.with_changes(func=cst.Name("sorted"))
            return made if not options else call("sorted", node.args[0].value, *options)
        return call("sorted", node.with_changes(lpar=[], rpar=[]), *options)


def _made_before(node: ast.Expr, name: str, model: ModuleModel) -> ast.expr | None:
    """The value that the statement before this one gives the name."""
    suite = model.suite(node)
    at = suite.index(node)
    match suite[at - 1] if at else None:
        case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name and not isinstance(
            value, ast.Tuple
        ):
            return value
    return None


def _is_new(value: ast.expr, model: ModuleModel) -> bool:
    """Whether the value is a list that nothing else can know."""
    match value:
        case ast.Call(func=function):
            return model.resolve(function) == "builtins.list"
        case ast.BinOp():
            return model.kind(value) == kinds.LIST
    return isinstance(value, ast.List | ast.ListComp)


def _reads(value: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(value))
