"""hasattr() lets every error but AttributeError through since Python 3.2.

https://docs.python.org/3/whatsnew/3.2.html#other-language-changes
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._handlers import caught_classes

_CATCH_KEYS = frozenset(
    f"builtins.{name}" for name in "KeyError LookupError StandardError Exception BaseException".split()
)


class AttributeErrors(Rule):
    code = "PORT068"
    name = "attribute-errors"
    summary = "a __getattr__ that raises KeyError: hasattr() fails"
    why = (
        "Python 2's hasattr() took any exception for a no. Python 3.2 lets all but AttributeError through, and copy and pickle ask so "
        "as well. A __getattr__ that looks a name up in a dict raises KeyError: it has to be an AttributeError."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.2.html#other-language-changes"
    triggers = frozenset({"__getattr__"})
    visits = (ast.FunctionDef,)
    examples = (
        Untouched(
            "class Row(object):\n    def __getattr__(self, name):\n        try:\n            return {}[name]\n"
            "        except KeyError:\n            raise AttributeError(name)\nprint hasattr(Row(), 'x')\n",
            because="it raises AttributeError",
        ),
        Untouched(
            "class Row(object):\n    def __getattr__(self, name):\n        return getattr('', name)\nprint hasattr(Row(), 'x')\n",
            because="getattr() raises AttributeError",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.FunctionDef(name="__getattr__", args=ast.arguments(args=[_, ast.arg(arg=asked)])):
                if model.dialect is not Dialect.PYTHON2:
                    return
                for item in ast.walk(node):
                    match item:
                        case ast.Subscript(slice=ast.Name(id=name), ctx=ast.Load()) if name == asked:
                            if not _is_caught(item, node, model):
                                yield Advice(
                                    item, "hasattr() fails with this KeyError in Python 3: raise AttributeError"
                                )


def _is_caught(node: ast.AST, function: ast.FunctionDef, model: ModuleModel) -> bool:
    """Whether a try statement of the function takes a KeyError, or a test comes before the look-up."""
    inner = node
    for outer in model.ancestors(node):
        if outer is function:
            return False
        if isinstance(outer, ast.If | ast.IfExp) and inner is not outer.test:
            return True
        if isinstance(outer, ast.Try) and inner in outer.body:
            caught = [item for handler in outer.handlers for item in caught_classes(handler)]
            if any(handler.type is None for handler in outer.handlers):
                return True
            if any(model.resolve(item) in _CATCH_KEYS for item in caught):
                return True
        inner = outer
    return False
