"""`__cmp__` is never called in Python 3: `__eq__` and `__lt__` are.

https://docs.python.org/3/whatsnew/3.0.html#ordering-comparisons
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._classes import is_new_style, members, methods
from porter.rules.port._names import can_import

_RICH = frozenset({"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"})


class CmpMethod(Rule):
    code = "PORT035"
    name = "cmp-method"
    summary = "compare by __eq__ and __lt__ instead of __cmp__"
    why = (
        "Python 3 never calls __cmp__. The class keeps it and gets __eq__ and __lt__ that ask it; functools.total_ordering adds "
        "the rest. A new-style class keeps its hash by identity, which defining __eq__ would take away."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#ordering-comparisons"
    triggers = frozenset({"__cmp__"})
    visits = (ast.ClassDef,)
    examples = (
        Example(
            "class Job(object):\n    def __init__(self, n):\n        self.n = n\n\n    def __cmp__(self, other):\n"
            "        return cmp(self.n, other.n)\n\nprint Job(1) < Job(2), Job(1) == Job(1)\n",
            "import functools\n@functools.total_ordering\nclass Job(object):\n    def __init__(self, n):\n        self.n = n\n\n"
            "    def __cmp__(self, other):\n        return (self.n > other.n) - (self.n < other.n)\n\n"
            "    def __eq__(self, other):\n        return self.__cmp__(other) == 0\n\n"
            "    def __lt__(self, other):\n        return self.__cmp__(other) < 0\n\n"
            "    __hash__ = object.__hash__\n\nprint(Job(1) < Job(2), Job(1) == Job(1))\n",
        ),
        Untouched(
            "class Job(object):\n    def __cmp__(self, other): return 0\n    def __eq__(self, other): return True\n"
            "    def __lt__(self, other): return False\n    def __hash__(self): return 1\nprint Job() < Job()\n",
            because="it defines what Python 3 asks for",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.ClassDef)
        compare = methods(node).get("__cmp__")
        bound = members(node)
        if compare is None or {"__eq__", "__lt__"} <= bound:
            return
        if bound & _RICH or len(compare.args.args) != 2 or not can_import("functools", node, model):
            yield Advice(
                compare, "Python 3 never calls __cmp__: define __eq__ and __lt__, with functools.total_ordering"
            )
            return
        keeps_hash = "__hash__" not in bound and is_new_style(node, model)
        data = (keeps_hash, node.body.index(compare))
        message = "__cmp__ is never called: __eq__ and __lt__ ask it"
        yield Match(node, Risk.SUGGESTED, message, slot=SlotKind.BLOCK, data=data, needs=(Import("functools"),))

    def rewrite(self, node: Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        keeps_hash, position = match.data
        definition = cst.ensure_type(node[0], cst.ClassDef)
        if not isinstance(definition.body, cst.IndentedBlock):
            return None
        methods_of = ["def __eq__(self, other):\n    return self.__cmp__(other) == 0\n"]
        methods_of.append("def __lt__(self, other):\n    return self.__cmp__(other) < 0\n")
        if keeps_hash:
            methods_of.append("__hash__ = object.__hash__\n")
        added = [cst.parse_statement(method).with_changes(leading_lines=[_EMPTY]) for method in methods_of]
        body = list(definition.body.body)
        body[position + 1 : position + 1] = added
        ordering = cst.Decorator(cst.Attribute(cst.Name("functools"), cst.Name("total_ordering")))
        changed = definition.with_changes(
            body=definition.body.with_changes(body=body), decorators=[*definition.decorators, ordering]
        )
        return [changed, *node[1:]]


_EMPTY = cst.EmptyLine(indent=False)
