"""getattr(it, "next"): an attribute that a string names has its Python 3 name as well.

https://docs.python.org/3/library/functions.html#getattr
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._keyword_attributes import is_own
from porter.rules.port._names import is_guarded

_ASK = frozenset(f"builtins.{name}" for name in "getattr hasattr setattr delattr".split())
_RENAMED = {
    "next": "__next__",
    "func_name": "__name__",
    "func_code": "__code__",
    "func_defaults": "__defaults__",
    "func_dict": "__dict__",
    "func_doc": "__doc__",
    "func_globals": "__globals__",
    "func_closure": "__closure__",
    "im_func": "__func__",
    "im_self": "__self__",
    "iteritems": "items",
    "iterkeys": "keys",
    "itervalues": "values",
    "viewitems": "items",
    "viewkeys": "keys",
    "viewvalues": "values",
    "__nonzero__": "__bool__",
    "__unicode__": "__str__",
    "__div__": "__truediv__",
}
# Names of which Python 3 has none, and what to ask instead.
_GONE = {
    "has_key": "ask for __contains__, or for keys",
    "im_class": "it is __self__.__class__ of a bound method",
    "__getslice__": "__getitem__ gets slices",
    "__setslice__": "__setitem__ gets slices",
    "__delslice__": "__delitem__ gets slices",
    "__cmp__": "comparisons ask __eq__ and __lt__",
    "__coerce__": "nothing converts operands any more",
    "__members__": "dir() tells",
    "__methods__": "dir() tells",
    "xreadlines": "a file is an iterator over its lines",
}
_KEYWORDS = frozenset({"async", "await", "nonlocal", "True", "False", "None"})


class AttributeStrings(Rule):
    code = "PORT071"
    name = "attribute-strings"
    summary = "name an attribute by its Python 3 name in a string too"
    why = (
        "getattr(), hasattr(), setattr() and delattr() are given an attribute's name in a string. Where Python 3 calls the "
        "attribute otherwise, or porter has renamed it because its name became a keyword, the string changes with it. A class of the "
        "tree that has an attribute of the old name makes the place uncertain: it is reported."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/functions.html#getattr"
    triggers = frozenset({"getattr", "hasattr", "setattr", "delattr"})
    visits = (ast.Call,)
    spelt = True
    ambiguous = True
    examples = (
        Example("it = iter([1])\nprint getattr(it, 'next')()\n", "it = iter([1])\nprint(getattr(it, '__next__')())\n"),
        Example(
            "def f(): pass\nprint hasattr(f, 'func_name'), hasattr({}, 'iteritems')\n",
            "def f(): pass\nprint(hasattr(f, '__name__'), hasattr({}, 'items'))\n",
        ),
        Example(
            "class Job(object):\n    def __init__(self): self.async = 1\nprint getattr(Job(), 'async')\n",
            "class Job(object):\n    def __init__(self): self.async_ = 1\nprint(getattr(Job(), 'async_'))\n",
        ),
        Untouched("print getattr(options, 'async', `1`)\n", because="nothing of this name is renamed here"),
        Untouched("def getattr(x, name): return name\nprint getattr(1, 'next')\n", because="the module's own function"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(
                func=ast.Name() as function, args=[_, ast.Constant(value=str(asked)) as text, *_]
            ) if model.python2:
                known = asked in _RENAMED or asked in _GONE or asked in _KEYWORDS
                if not known or model.resolve(function) not in _ASK or is_guarded(node, model, "AttributeError"):
                    return
                yield from _found(text, asked, model)

    def rewrite(self, node: cst.SimpleString, match: Match) -> Rewritten:
        old, new = match.data
        return node.with_changes(value=node.value.replace(old, new))


def _found(text: ast.Constant, asked: str, model: ModuleModel) -> Iterator[Match | Advice]:
    if asked in _KEYWORDS:
        if is_own(asked, model):
            message = f"the attribute {asked} is called {asked}_"
            yield Match(text, Risk.SUGGESTED, message, data=(asked, f"{asked}_"))
        return
    if asked in _GONE:
        yield Advice(text, f"Python 3 has no attribute {asked}: {_GONE[asked]}")
        return
    new = _RENAMED[asked]
    if _is_another(asked, model):
        yield Advice(text, f"{asked} is {new} in Python 3; a class of this tree defines {asked}: which one is asked?")
    elif asked in model.text_of(text):
        yield Match(text, Risk.SUGGESTED, f"{asked} is {new}", data=(asked, new))


def _is_another(asked: str, model: ModuleModel) -> bool:
    """Whether a class of the tree has an attribute of this name that stays: no special method, no iterator's next."""
    definers = () if asked.startswith("__") else model.tree.definers(asked)
    return any(asked != "next" or "__iter__" not in item.members for item in definers)
