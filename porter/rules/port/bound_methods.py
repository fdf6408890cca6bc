"""`types.MethodType(function, object, cls)` takes no class in Python 3, and new.instancemethod is the same.

https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import with_arguments
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched

_MAKERS = frozenset({"types.MethodType", "types.UnboundMethodType", "new.instancemethod"})


class BoundMethods(Rule):
    code = "PORT128"
    name = "bound-methods"
    summary = "bind a function to an object, without its class"
    why = (
        "A method knew the class that it was asked of; Python 3 has no unbound methods, and the third argument went with them. "
        "`MethodType(f, None, cls)` made an unbound method, which is the plain function now."
    )
    source = "https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods"
    triggers = frozenset({"MethodType", "UnboundMethodType", "instancemethod"})
    visits = (ast.Call,)
    examples = (
        Example(
            "import types\nclass A(object): pass\na = A()\na.f = types.MethodType(lambda self: 1, a, A)\nprint a.f()\n",
            "import types\nclass A(object): pass\na = A()\na.f = types.MethodType(lambda self: 1, a)\nprint(a.f())\n",
        ),
        Example(
            "import types\nclass A(object): pass\ndef f(self): return 2\nA.f = types.MethodType(f, None, A)\nprint A().f()\n",
            "class A(object): pass\ndef f(self): return 2\nA.f = f\nprint(A().f())\n",
        ),
        Untouched("import types\nf = types.MethodType(len, [])\nprint f()\n", because="no class is given"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Call)
        if model.resolve(node.func) not in _MAKERS or node.keywords:
            return
        match node.args:
            case [ast.Starred(), *_] | [_, ast.Starred(), *_] | [_, _, ast.Starred()]:
                return
            case [function, ast.Constant(value=None), _] if not _is_function(function, model):
                yield Advice(
                    node,
                    "a function as the class's attribute is a method; another callable needs functools.partialmethod or a def",
                )
            case [_, ast.Constant(value=None), _]:
                drops = (node.func.value.id,) if _is_of_module(node.func) else ()  # type: ignore[attr-defined]
                yield Match(node, Risk.SUGGESTED, "an unbound method is the function", data="function", drops=drops)
            case [_, _, _]:
                yield Match(node, Risk.SAFE, data="bound")

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        if match.data == "function":
            return node.args[0].value
        return with_arguments(node, node.args[:2])


def _is_function(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a value certainly is a function of Python, which as a class's attribute gets the instance."""
    return isinstance(node, ast.Lambda) or isinstance(model.definition(node), ast.FunctionDef)


def _is_of_module(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
