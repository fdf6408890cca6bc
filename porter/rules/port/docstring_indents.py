"""The compiler strips the indentation of docstrings since Python 3.13.

https://docs.python.org/3/whatsnew/3.13.html#other-language-changes
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class DocstringIndents(Rule):
    code = "PORT086"
    name = "docstring-indents"
    summary = "a docstring that is used as a text loses its indentation"
    why = (
        "Since Python 3.13 the compiler takes from a docstring's lines the blanks that all of them begin with, but for the first. A "
        "program that prints its `__doc__` as its usage shows another text: put such a text into an ordinary string."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.13.html#other-language-changes"
    triggers = frozenset({"__doc__"})
    visits = (ast.Name, ast.Attribute)
    spelt = True
    since = (3, 13)
    in_python3 = True
    examples = (
        Untouched('"""Usage: prog\n\nprog x\n"""\nprint __doc__\n', because="its lines are not indented"),
        Untouched('"""Usage\n    prog x"""\nprint 1\n', because="nothing asks for it"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Name(id="__doc__", ctx=ast.Load()):
                documented: ast.AST | None = None if model.bindings(node) else model.module
            case ast.Attribute(value=ast.Name(id="self"), attr="__doc__", ctx=ast.Load()):
                documented = model.enclosing_class(node)
            case ast.Attribute(value=owner, attr="__doc__", ctx=ast.Load()):
                documented = model.definition(owner)
            case _:
                return
        if isinstance(documented, _Documented):
            text = ast.get_docstring(documented, clean=False)
            if text is not None and _is_indented(text):
                yield Advice(node, "since Python 3.13 the lines of this docstring are not indented as they stand here")


def _is_indented(text: str) -> bool:
    """Whether the compiler changes a docstring: its first line, or all others that are not blank, begin with blanks."""
    first, *others = text.expandtabs().split("\n")
    lines = [line for line in others if line.strip()]
    return first[:1] == " " or (bool(lines) and all(line[0] == " " for line in lines))
