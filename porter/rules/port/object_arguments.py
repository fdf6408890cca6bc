"""object.__new__() and object.__init__() take no further arguments in Python 3.

https://docs.python.org/3/reference/datamodel.html#object.__new__
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import with_arguments
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._classes import members

_SINGLETON = (
    "class One(object):\n    _one = None\n    def __new__(cls, *args):\n        if cls._one is None:\n"
    "            cls._one = super(One, cls).__new__(cls{})\n        return cls._one\n    def __init__(self, n):\n        self.n = n\n"
)


class ObjectArguments(Rule):
    code = "PORT072"
    name = "object-arguments"
    summary = "call object.__new__() with the class alone"
    why = (
        "A class that defines both __new__ and __init__ may hand its arguments on to object.__new__() or object.__init__() in "
        "Python 2, which only warns, if asked to. Python 3 raises TypeError: `object` takes none. Singletons are often written so."
    )
    risk = Risk.SUGGESTED
    source = "https://github.com/python/cpython/issues/45960"
    triggers = frozenset({"__new__", "__init__"})
    visits = (ast.Call,)
    spelt = True
    examples = (
        Example(
            _SINGLETON.format(", *args") + "print One(1) is One(2)\n",
            _SINGLETON.format("") + "print(One(1) is One(2))\n",
        ),
        Example(
            "class Point(object):\n    def __new__(cls, x):\n        return object.__new__(cls, x)\n"
            "    def __init__(self, x):\n        self.x = x\nprint Point(1).x\n",
            "class Point(object):\n    def __new__(cls, x):\n        return object.__new__(cls)\n"
            "    def __init__(self, x):\n        self.x = x\nprint(Point(1).x)\n",
        ),
        Untouched(
            "class Name(str):\n    def __new__(cls, text):\n        return super(Name, cls).__new__(cls, text)\nprint Name('x')\n",
            because="str.__new__ takes an argument",
        ),
        Untouched(
            "class Mixin(object):\n    def __init__(self, *args):\n        super(Mixin, self).__init__(*args)\nx = `1`\n",
            because="the next class may be another one than object",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(
                func=ast.Attribute(value=base, attr=("__new__" | "__init__") as method), args=args, keywords=keywords
            ):
                plain = model.resolve(base) == "builtins.object"
                given = [*args[1:], *keywords] if plain or method == "__new__" else [*args, *keywords]
                if not given or not (plain or _is_super_of_object(base, method, model)):
                    return
                if _is_idle(node):
                    kept = 1 if plain or method == "__new__" else 0
                    owner = model.enclosing_class(node)
                    is_sure = plain and owner is not None and members(owner) >= {"__new__", "__init__"}
                    risk = Risk.SAFE if is_sure else Risk.SUGGESTED
                    yield Match(node, risk, f"object.{method}() takes no further arguments", data=kept)
                else:
                    yield Advice(
                        node, f"object.{method}() takes no further arguments in Python 3: leave them out of the call"
                    )

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        return with_arguments(node, node.args[: match.data])


def _is_super_of_object(node: ast.expr, method: str, model: ModuleModel) -> bool:
    """Whether `node` is super(C, …) in a class C that derives from `object` alone, and defines both methods."""
    match node:
        case ast.Call(func=function, args=[ast.Name(id=name), _]) if model.resolve(function) == "builtins.super":
            owner = model.enclosing_class(node)
            if owner is None or owner.name != name or len(owner.bases) != 1:
                return False
            defined = members(owner)
            # In a class that derives from this one and another, the next may be that other.
            is_base = model.resolve(owner.bases[0]) == "builtins.object" and not model.tree.has_subclass(name)
            return is_base and (method == "__new__" or "__new__" in defined)
    return False


def _is_idle(node: ast.Call) -> bool:
    """Whether what is handed on is nothing but names and literals, so that nothing else is lost with it."""
    values = [*node.args[1:], *(item.value for item in node.keywords)]
    plain = [value.value if isinstance(value, ast.Starred) else value for value in values]
    return all(isinstance(value, ast.Name | ast.Constant) for value in plain)
