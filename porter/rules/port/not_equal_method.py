"""`a != b` asks __eq__ in Python 3 where a class defines no __ne__.

https://docs.python.org/3/reference/datamodel.html#object.__ne__
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._classes import defines, lineage, methods


class NotEqualMethod(Rule):
    code = "PORT078"
    name = "not-equal-method"
    summary = "!= asks __eq__ where there is no __ne__"
    why = (
        "In Python 2 `a != b` on a class with __eq__ and no __ne__ compared identities, so that two equal objects were unequal as "
        "well. Python 3 answers with the opposite of __eq__, which is what most authors meant. Reported where the class's bases are known."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods"
    triggers = frozenset({"__eq__"})
    visits = (ast.ClassDef,)
    examples = (
        Untouched(
            "class A(object):\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\nprint A() <> 3\n",
            because="it defines both",
        ),
        Untouched(
            "from models import Model\nclass A(Model):\n    def __eq__(self, o): return `o` == '1'\n",
            because="the base may define __ne__",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.ClassDef)
        method = methods(node).get("__eq__")
        if method is None or model.dialect is not Dialect.PYTHON2 or not _are_known(node, model):
            return
        if not (defines(node, "__ne__", model) or defines(node, "__cmp__", model)):
            yield Advice(method, "a != b is the opposite of __eq__ in Python 3; without __ne__ it compared identities")


def _are_known(definition: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether every base is `object`, or a class of this module of which that is true."""
    return all(
        isinstance(model.definition(base), ast.ClassDef) or model.resolve(base) == "builtins.object"
        for item in lineage(definition, model)
        for base in item.bases
    )
