"""`return` and `break` that leave a finally clause are warned of since Python 3.14.

https://peps.python.org/pep-0765/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Definition
from porter.rewriting.rule import Advice, Match, Rule, Untouched


class FinallyJumps(Rule):
    code = "PORT084"
    name = "finally-jumps"
    summary = "a return or break in a finally clause swallows the exception"
    why = (
        "A `return`, or a `break` out of the loop around, in a finally clause drops the exception that is on its way. It still does, "
        "and Python 3.14 prints a SyntaxWarning. Say `except BaseException: pass` where that is meant, and leave after the clause."
    )
    risk = None
    source = "https://peps.python.org/pep-0765/"
    triggers = frozenset({"finally"})
    visits = (ast.Try,)
    since = (3, 14)
    in_python3 = True
    examples = (
        Untouched(
            "def f():\n    try:\n        return `1`\n    finally:\n        for n in (1, 2):\n            break\nprint f()\n",
            because="the loop is in the clause itself",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Try)
        for jump in _jumps(node.finalbody, in_loop=False):
            word = "return" if isinstance(jump, ast.Return) else "break"
            yield Advice(jump, f"{word} in a finally clause drops the exception: Python 3.14 warns of it")


def _jumps(body: list[ast.stmt], *, in_loop: bool) -> Iterator[ast.stmt]:
    for item in body:
        if isinstance(item, ast.Return) or (isinstance(item, ast.Break | ast.Continue) and not in_loop):
            yield item
        if isinstance(item, Definition):
            continue
        loops = isinstance(item, ast.For | ast.While)
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(item, field, [])
            yield from _jumps(inner, in_loop=in_loop or (loops and field == "body"))
        for handler in getattr(item, "handlers", []):
            yield from _jumps(handler.body, in_loop=in_loop)
