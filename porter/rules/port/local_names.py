"""What is put into locals() inside a function is lost since Python 3.13.

https://peps.python.org/pep-0667/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched

_CHANGE = frozenset("update setdefault pop popitem clear".split())


class LocalNames(Rule):
    code = "PORT085"
    name = "local-names"
    summary = "locals() of a function is a copy"
    why = (
        "In a function, locals() gave one and the same dict again and again, which kept what was put into it. Since Python 3.13 each "
        "call gives a new copy: a later locals() does not have it. Use a dict of your own."
    )
    risk = None
    source = "https://peps.python.org/pep-0667/"
    triggers = frozenset({"locals", "vars"})
    visits = (ast.Call,)
    spelt = True
    since = (3, 13)
    in_python3 = True
    examples = (
        Untouched("locals()['x'] = 1\nprint x\n", because="at module level locals() is globals()"),
        Untouched("def f(x): return '%(x)s' % locals()\nprint f(1)\n", because="it is only read"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Name(id=("locals" | "vars")) as function, args=[], keywords=[]):
                if model.resolve(function) not in ("builtins.locals", "builtins.vars"):
                    return
                if model.scope_of(node).is_function and _is_changed(node, model):
                    yield Advice(
                        node, "since Python 3.13 locals() of a function is a copy: what is put into it is lost"
                    )


def _is_changed(node: ast.Call, model: ModuleModel) -> bool:
    parent = model.parent(node)
    match parent:
        case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
            return value is node
        case ast.Attribute(attr=method):
            return method in _CHANGE and isinstance(model.parent(parent), ast.Call)
    return False
