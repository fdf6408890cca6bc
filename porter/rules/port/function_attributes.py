"""Attributes of functions and methods: f.func_name is f.__name__, m.im_self is m.__self__.

https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import is_guarded

_RENAMED = {
    **{f"func_{what}": f"__{what}__" for what in "closure code defaults dict doc globals name".split()},
    "im_func": "__func__",
    "im_self": "__self__",
    "im_class": "__self__.__class__",
}


class FunctionAttributes(Rule):
    code = "PORT041"
    name = "function-attributes"
    summary = "ask a function for __name__ instead of func_name"
    why = (
        "Python 3 calls them __name__, __code__, __defaults__ and so on, and a method's function, object and class __func__, "
        "__self__ and __self__.__class__. A method asked of its class is the plain function itself: it has no __func__."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods"
    triggers = frozenset(_RENAMED)
    spelt = True
    visits = (ast.Attribute,)
    examples = (
        Example(
            "def f(a=1): pass\nprint f.func_name, f.func_defaults\n",
            "def f(a=1): pass\nprint(f.__name__, f.__defaults__)\n",
        ),
        Example(
            "class C(object):\n    def m(self): pass\nprint C().m.im_self.__class__ is C().m.im_class\n",
            "class C(object):\n    def m(self): pass\nprint(C().m.__self__.__class__ is C().m.__self__.__class__)\n",
        ),
        Example(
            "class C(object):\n    def m(self): pass\nprint C.m.im_func.func_name\n",
            "class C(object):\n    def m(self): pass\nprint(C.m.__name__)\n",
        ),
        Untouched(
            "class Call(object):\n    def __init__(self): self.func_name = 'f'\nprint Call().func_name\n",
            because="the class has an attribute of its own",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Attribute)
        if node.attr not in _RENAMED or is_guarded(node, model, "AttributeError", by=_RENAMED[node.attr].split(".")):
            return
        certain = model.kind(node.value).type == "function"
        if not certain and (model.tree.defines_method(node.attr) or _is_set_on_self(node.attr, model)):
            if not _is_own(node.value, model):
                yield Advice(
                    node, f"a class in this tree has its own {node.attr}: is this object one of its, or a function?"
                )
            return
        if node.attr in ("im_self", "im_class", "im_func") and _is_of_class(node.value, model):
            if node.attr == "im_func":
                yield Match(node, Risk.SAFE, "a method asked of its class is the function itself", data=None)
            else:
                yield Advice(node, f"a method asked of its class has no {node.attr} in Python 3")
            return
        yield Match(
            node, Risk.SAFE if certain else Risk.SUGGESTED, f"{node.attr} is {_RENAMED[node.attr]}", data=node.attr
        )

    def rewrite(self, node: cst.Attribute, match: Match) -> Rewritten:
        if match.data is None:
            return node.value
        first, *rest = _RENAMED[match.data].split(".")
        new: cst.BaseExpression = node.with_changes(attr=cst.Name(first))
        for part in rest:
            new = cst.Attribute(new, cst.Name(part))
        return new


def _is_set_on_self(attribute: str, model: ModuleModel) -> bool:
    """Whether some object of this module, which is no function, is given an attribute of this name."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == attribute
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        for node in model.nodes.get(ast.Attribute, ())
    )


def _is_own(node: ast.expr, model: ModuleModel) -> bool:
    """Whether an object is certainly of a class of this module: made here, or `self`."""
    is_self = isinstance(node, ast.Name) and node.id == "self" and model.enclosing_class(node) is not None
    return is_self or model.kind(node).definition is not None


def _is_of_class(node: ast.expr, model: ModuleModel) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(model.definition(node.value), ast.ClassDef)
