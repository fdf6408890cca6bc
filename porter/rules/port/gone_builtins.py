"""Builtins without a successor of the same meaning: buffer, coerce.

https://docs.python.org/3/whatsnew/3.0.html#builtins
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import name
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import is_guarded


class GoneBuiltins(Rule):
    code = "PORT024"
    name = "gone-builtins"
    summary = "buffer and coerce are gone"
    why = (
        "memoryview took over from buffer: it shares memory as well, but it is no string, so that only a plain buffer(x) is "
        "rewritten, and listed. coerce() has no successor: numeric types convert in their own operators."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#builtins"
    triggers = frozenset({"buffer", "coerce"})
    spelt = True
    visits = (ast.Name,)
    examples = (
        Example("print len(buffer(b'abc'))\n", "print(len(memoryview(b'abc')))\n"),
        Untouched("buffer = `3`\nbuffer = [buffer]\n", because="the module's own name"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Name(id=("buffer" | "coerce") as old, ctx=ast.Load()):
                if model.resolve(node) != f"builtins.{old}" or is_guarded(node, model, "NameError"):
                    return
                match model.parent(node):
                    case ast.Call(func=function, args=[_], keywords=[]) if function is node and old == "buffer":
                        yield Match(node, Risk.SUGGESTED, "a memoryview is no string: compare it as bytes(view)")
                    case _ if old == "buffer":
                        yield Advice(node, "buffer is gone: use memoryview(x)[offset:offset + size]")
                    case _:
                        yield Advice(node, "coerce() is gone: convert the operands by float() or complex() yourself")

    def rewrite(self, node: cst.Name, match: Match) -> Rewritten:
        return name("memoryview")
