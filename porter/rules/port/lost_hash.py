"""A class that defines `__eq__` has no `__hash__` in Python 3.

https://docs.python.org/3/reference/datamodel.html#object.__hash__
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._classes import is_new_style, members, methods

_MESSAGE = "__eq__ without __hash__ makes the instances unhashable in Python 3: they keep the hash they had"


class LostHash(Rule):
    code = "PORT036"
    name = "lost-hash"
    summary = "keep the hash of a class that defines __eq__"
    why = (
        "In Python 3 a class that defines __eq__ and no __hash__ cannot be put into a set or be a dict's key. A new-style class "
        "keeps the hash that it inherited in Python 2; an old-style one had none either. A hash that agrees with __eq__ is better."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/reference/datamodel.html#object.__hash__"
    triggers = frozenset({"__eq__"})
    visits = (ast.ClassDef,)
    ambiguous = True
    examples = (
        Example(
            "class Point(object):\n    def __eq__(self, other):\n        return True\n\nprint len({Point(): 1})\n",
            "class Point(object):\n    def __eq__(self, other):\n        return True\n\n    __hash__ = object.__hash__\n\n"
            "print(len({Point(): 1}))\n",
        ),
        Untouched(
            "class Point:\n    def __eq__(self, other): return True\nprint Point()\n",
            because="an old-style class had no hash either",
        ),
        Untouched(
            "class Point(object):\n    def __eq__(self, other): return True\n    def __hash__(self): return 1\nprint Point()\n",
            because="it defines both",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.ClassDef)
        equal = methods(node).get("__eq__")
        if equal is None or "__hash__" in members(node) or not node.bases:
            return
        base = _hashing_base(node, model)
        if base is not None:
            yield Match(equal, Risk.SUGGESTED, _MESSAGE, slot=SlotKind.BLOCK, data=base)
        elif not _is_old_style(node, model):
            yield Advice(
                equal, "__eq__ without __hash__ makes the instances unhashable in Python 3: define __hash__ too"
            )

    def rewrite(self, node: Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        kept = cst.parse_statement(f"__hash__ = {match.data}.__hash__")
        return [*node, kept.with_changes(leading_lines=[cst.EmptyLine(indent=False)])]


def _hashing_base(node: ast.ClassDef, model: ModuleModel) -> str | None:
    """The base whose hash the class had, where that is certain."""
    if len(node.bases) != 1:
        return None
    base = node.bases[0]
    if model.resolve(base) == "builtins.object":
        return "object"
    inner = model.definition(base)
    if isinstance(inner, ast.ClassDef) and is_new_style(inner, model) and "__eq__" not in members(inner):
        return model.text_of(base)
    return None


def _is_old_style(node: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether every class above is of this module, and none derives from object."""
    waiting, seen = [node], set()
    while waiting:
        current = waiting.pop()
        seen.add(current)
        for base in current.bases:
            inner = model.definition(base)
            if not isinstance(inner, ast.ClassDef):
                return False
            if inner not in seen:
                waiting.append(inner)
    return True
