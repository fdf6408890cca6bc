"""`file(path)` is `open(path)` in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#builtins
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import name
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import can_import, is_guarded, spelled


class FileBuiltin(Rule):
    code = "PORT022"
    name = "file-builtin"
    summary = "open() instead of file()"
    why = (
        "Python 3 has no type `file`: open() makes files, and their types derive from io.IOBase. A class that inherits from "
        "file is left to you: derive it from a class of the module io, or keep the file as an attribute."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#builtins"
    triggers = frozenset({"file"})
    spelt = True
    visits = (ast.Name,)
    examples = (
        Example("text = file('notes.txt').read()\n", "text = open('notes.txt').read()\n"),
        Example(
            "print isinstance(3, file)\n", "import io\nprint(isinstance(3, io.IOBase))\n", note="what files derive from"
        ),
        Untouched("file = `3`\nprint file\n", because="the module's own name"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Name(id="file", ctx=ast.Load()) if model.resolve(node) == "builtins.file":
                if is_guarded(node, model, "NameError"):
                    return
                yield from _found(node, model)

    def rewrite(self, node: cst.Name, match: Match) -> Rewritten:
        return name(match.data)


def _found(node: ast.Name, model: ModuleModel) -> Iterator[Match | Advice]:
    match model.parent(node):
        case ast.Call(func=function) if function is node:
            opened, needs = spelled("open", node, model)
            yield Match(node, data=opened, needs=needs)
        case ast.Call(func=function, args=[_, kind]) if (
            kind is node
            and model.resolve(function)
            in (
                "builtins.isinstance",
                "builtins.issubclass",
            )
            and can_import("io", node, model)
        ):
            yield Match(node, Risk.SUGGESTED, "files derive from io.IOBase", data="io.IOBase", needs=(Import("io"),))
        case ast.ClassDef():
            yield Advice(
                node,
                "Python 3 has no type file: derive from a class of the module io, or keep the file as an attribute",
            )
        case _:
            yield Advice(node, "Python 3 has no type file: use open, or io.IOBase where the type is meant")
