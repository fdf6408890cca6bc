"""`inspect.getargspec` is gone since Python 3.11: the first four parts of `inspect.getfullargspec` are what it gave.

https://docs.python.org/3/whatsnew/3.11.html#removed
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import is_guarded
from porter.rules.port._templates import filled

_OLD, _NEW = "getargspec", "getfullargspec"


class ArgumentSpecs(Rule):
    code = "PORT107"
    name = "argument-specs"
    summary = "ask inspect.getfullargspec for a function's parameters"
    why = (
        "inspect.getargspec knew neither keyword-only parameters nor annotations, and went in 3.11. getfullargspec gives seven parts: "
        "where four are unpacked the others are cut off, and what was called keywords is varkw."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.11.html#removed"
    triggers = frozenset({_OLD})
    spelt = True
    visits = (ast.Name, ast.Attribute)
    in_python3 = True
    examples = (
        Example(
            "import inspect\ndef f(a, **b): pass\nprint inspect.getargspec(f).args, inspect.getargspec(f).keywords\n",
            "import inspect\ndef f(a, **b): pass\nprint(inspect.getfullargspec(f).args, inspect.getfullargspec(f).varkw)\n",
        ),
        Example(
            "from inspect import getargspec\nargs, rest, words, values = getargspec(len)\n",
            "from inspect import getfullargspec\nargs, rest, words, values = getfullargspec(len)[:4]\n",
        ),
        Untouched("def getargspec(f): return f\nprint `getargspec(1)`\n", because="a function of the program's own"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Attribute(attr="getargspec") | ast.Name(id="getargspec"):
                called = model.parent(node)
            case _:
                return
        if model.resolve(node) != "inspect.getargspec" or is_guarded(node, model, "AttributeError", "ImportError"):
            return
        if not (isinstance(called, ast.Call) and called.func is node):
            yield Advice(
                node, "inspect.getargspec is gone since Python 3.11: getfullargspec gives seven parts, not four"
            )
            return
        new: str = _NEW
        needs: tuple[Import, ...] = ()
        drops: tuple[str, ...] = ()
        if isinstance(node, ast.Name):
            needs, drops = (Import("inspect", _NEW),), (_OLD,)
        else:
            new = f"{model.text_of(node.value)}.{_NEW}"
        yield _match(called, new, model, needs, drops)

    def rewrite(self, node: cst.Call | cst.Attribute, match: Match) -> Rewritten:
        new, ending = match.data
        called = node.value if isinstance(node, cst.Attribute) else node
        renamed = cst.ensure_type(called, cst.Call).with_changes(func=filled(new, ()))
        return filled("{0}" + ending, [renamed]) if ending else renamed


def _match(called: ast.Call, new: str, model: ModuleModel, needs: tuple[Import, ...], drops: tuple[str, ...]) -> Match:
    message = "inspect.getargspec is getfullargspec in Python 3, which gives seven parts"
    parent = model.parent(called)
    match parent:
        case ast.Attribute(attr="keywords"):
            return Match(parent, Risk.SAFE, message, data=(new, ".varkw"), needs=needs, drops=drops)
        case ast.Attribute() | ast.Subscript(slice=ast.Constant(value=0 | 1 | 2 | 3)):
            return Match(called, Risk.SAFE, message, data=(new, ""), needs=needs, drops=drops)
        case ast.Assign(targets=[ast.Tuple(elts=[_, _, _, _])]):
            return Match(called, Risk.SAFE, message, data=(new, "[:4]"), needs=needs, drops=drops)
    hint = f"{message}: the first four are getargspec's, and keywords is called varkw"
    return Match(called, Risk.SUGGESTED, hint, data=(new, ""), needs=needs, drops=drops)
