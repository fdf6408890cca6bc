"""A dict display evaluates each key before its value since Python 3.5 (a dict comprehension since 3.8).

https://github.com/python/cpython/issues/55414
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched

# Calls that take something away, so that their order shows.
_CONSUME = frozenset("next pop popleft get read readline recv raw_input input random randint choice".split())


class DictEvaluation(Rule):
    code = "PORT090"
    name = "dict-evaluation"
    summary = "the key of a dict display is evaluated before its value"
    why = (
        "Python 2 evaluated the value of each pair first. Where both the key and the value take the next item of something, the two "
        "change places: take the items before, into names."
    )
    risk = None
    source = "https://github.com/python/cpython/issues/55414"
    triggers = _CONSUME
    visits = (ast.Dict, ast.DictComp)
    examples = (
        Untouched("it = iter([1])\nprint {1: it.next()}\n", because="the key takes nothing"),
        Untouched("print {len('a'): len('b')}, `1`\n", because="their order does not show"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if model.dialect is not Dialect.PYTHON2:
            return
        pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else _pair(node)
        for key, value in pairs:
            if key is not None and _consumes(key) and _consumes(value):
                yield Advice(key, "Python 3 evaluates the key before the value; in Python 2 the value came first")


def _pair(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    assert isinstance(node, ast.DictComp)
    return [(node.key, node.value)]


def _consumes(node: ast.expr) -> bool:
    for item in ast.walk(node):
        match item:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in _CONSUME:
                return True
    return False
