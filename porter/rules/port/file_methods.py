"""`f.xreadlines()` is `f`, and the mode "U" is gone.

https://docs.python.org/3/whatsnew/3.11.html#removed
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import with_arguments
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._spelt import attributes_spelt, calls_spelt, spellings

_UNIVERSAL_MODES = frozenset({"U", "rU", "Ur", "bU", "Ub", "rbU", "rUb", "brU", "bUr", "Urb", "Ubr"})
_OPENERS = frozenset({"builtins.open", "builtins.file", "io.open", "os.fdopen", "codecs.open"})


class FileMethods(Rule):
    code = "PORT047"
    name = "file-methods"
    summary = "iterate over the file itself, and open without the mode U"
    why = (
        "Python 3's files have no xreadlines(): a file is an iterator over its lines. They read universal newlines by default, so "
        "the mode 'U' said nothing more, and Python 3.11 refuses it."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.11.html#removed"
    triggers = frozenset({"xreadlines", *_UNIVERSAL_MODES})
    visits = (ast.Module,)
    examples = (
        Example("for line in open('x').xreadlines(): print line\n", "for line in open('x'): print(line)\n"),
        Example("lines = open('x', 'rU')\n", "lines = open('x')\n"),
        Example("lines = open('x', 'U', 1)\n", "lines = open('x', 'r', 1)\n"),
        Example("data = open('x', 'rbU')\n", "data = open('x', 'rb')\n"),
        Untouched("for line in `open('U')`: print line\n", because="a file's name"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for place in (
            *calls_spelt(model, {"xreadlines", *spellings(model, _OPENERS)}),
            *attributes_spelt(model, ("xreadlines",)),
        ):
            yield from self._at(place, model)

    def _at(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr="xreadlines"), args=[], keywords=[]):
                certain = model.kind(receiver).type == "file"
                if certain or not model.tree.defines_method("xreadlines"):
                    yield Match(node, Risk.SAFE if certain else Risk.SUGGESTED, data="self")
            case ast.Attribute(attr="xreadlines", ctx=ast.Load()):
                parent = model.parent(node)
                if not (isinstance(parent, ast.Call) and parent.func is node):
                    yield Match(node, Risk.SUGGESTED, data="method")
            case ast.Call(func=function, args=[_, ast.Constant(value=str(mode)), *_]) if "U" in mode:
                if model.resolve(function) in _OPENERS:
                    yield Match(node, message="universal newlines are the default", data=mode.replace("U", ""))

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if isinstance(node, cst.Attribute):
            return node.with_changes(attr=cst.Name("__iter__"))
        called = cst.ensure_type(node, cst.Call)
        if match.data == "self":
            return cst.ensure_type(called.func, cst.Attribute).value
        arguments = list(called.args)
        if match.data in ("", "r") and len(arguments) == 2:
            return with_arguments(called, [arguments[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)])
        literal = cst.ensure_type(arguments[1].value, cst.SimpleString)
        mode = match.data if match.data.strip("b") else f"r{match.data}"
        arguments[1] = arguments[1].with_changes(
            value=literal.with_changes(value=f"{literal.quote}{mode}{literal.quote}")
        )
        return called.with_changes(args=arguments)
