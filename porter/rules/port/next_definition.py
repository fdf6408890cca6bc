"""An iterator's method `next` is called `__next__` in Python 3.

https://peps.python.org/pep-3114/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._classes import members
from porter.rules.port._iterators import has_known_bases, is_iterator_class, next_of
from porter.rules.port._names import name_span


class NextDefinition(Rule):
    code = "PORT015"
    name = "next-definition"
    summary = "an iterator defines __next__ instead of next"
    why = (
        "Python 3 calls __next__ where Python 2 called next. A class is taken for an iterator when it, a base of it, or an "
        "__iter__ that returns it says so; another class's next() is left as it is."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-3114/"
    triggers = frozenset({"next"})
    visits = (ast.ClassDef,)
    examples = (
        Example(
            "class Countdown:\n    def __init__(self, n):\n        self.n = n\n    def __iter__(self):\n        return self\n"
            "    def next(self):\n        if not self.n:\n            raise StopIteration\n        self.n -= 1\n"
            "        return self.n\nprint list(Countdown(3))\n",
            "class Countdown:\n    def __init__(self, n):\n        self.n = n\n    def __iter__(self):\n        return self\n"
            "    def __next__(self):\n        if not self.n:\n            raise StopIteration\n        self.n -= 1\n"
            "        return self.n\nprint(list(Countdown(3)))\n",
        ),
        Untouched(
            "class Page:\n    def next(self):\n        return self.following\nx = `1`\n",
            because="nothing iterates over a page",
        ),
        Untouched(
            "class Both:\n    def __iter__(self):\n        return self\n    def next(self):\n        return 1\n"
            "    __next__ = next\n",
            because="it serves both Pythons already",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.ClassDef)
        method = next_of(node)
        if method is None:
            return
        if not is_iterator_class(node, model):
            if not has_known_bases(node, model) and "__next__" not in members(node):
                yield Advice(method, "if a base makes this an iterator, the method is called __next__ in Python 3")
            return
        seen = bool(model.tree.imported_by)
        message = "callers elsewhere must use next(x) too: files of this tree are converted together" if seen else ""
        at = name_span(method, model)
        yield Match(method, Risk.SUGGESTED if seen else Risk.SAFE, message, at)
        for item in node.body:  # `__call__ = next`
            if isinstance(item, ast.Assign) and isinstance(item.value, ast.Name) and item.value.id == "next":
                yield Match(item.value, silent=True, at=model.span(item.value))

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        return cst.Name("__next__")
