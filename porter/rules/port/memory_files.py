"""`truncate(0)` of a StringIO leaves its position where it is in Python 3: what is written next stands behind NULs.

https://docs.python.org/3/library/io.html#io.IOBase.truncate
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


class MemoryFiles(Rule):
    code = "PORT130"
    name = "memory-files"
    summary = "seek to the beginning of a StringIO that is truncated"
    why = (
        "The StringIO of Python 2's modules StringIO and cStringIO moved its position back to where it was cut. io.StringIO cuts, "
        "and stays: after truncate(0) the next text is written at the old position, behind as many NUL characters."
    )
    source = "https://docs.python.org/3/library/io.html#io.IOBase.truncate"
    triggers = frozenset({"truncate"})
    spelt = True
    visits = (ast.Call,)
    examples = (
        Example(
            "from StringIO import StringIO\nout = StringIO()\nout.write('abc')\nout.truncate(0)\nout.write('x')\nprint `out.getvalue()`\n",
            "from io import StringIO\nout = StringIO()\nout.write('abc')\nout.seek(0)\nout.truncate(0)\nout.write('x')\n"
            "print(repr(out.getvalue()))\n",
        ),
        Untouched(
            "from cStringIO import StringIO\nout = StringIO()\nout.seek(0)\nout.truncate(0)\nprint `out.getvalue()`\n",
            because="the position is at the beginning already",
        ),
        Untouched(
            "import io\nout = io.StringIO()\nout.truncate(0)\nx = `1`\n", because="Python 2's io did as Python 3's"
        ),
        Untouched("f = open('a', 'r+')\nf.truncate(0)\nx = `1`\n", because="a file on disk is the same"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(attr="truncate", value=receiver), args=[size], keywords=[]):
                pass
            case _:
                return
        if model.library_type(model.kind(receiver)) != "io.StringIO" or _uses_io(model):
            return
        statement = model.parent(node)
        if isinstance(statement, ast.Expr) and _seeks_beside(statement, receiver, model):
            return
        if isinstance(statement, ast.Expr) and isinstance(size, ast.Constant) and size.value == 0:
            yield Match(statement)
        else:
            yield Advice(node, "truncate() leaves the position where it is in Python 3: seek() to where it cuts")

    def rewrite(self, node: cst.Expr, match: Match) -> Rewritten:
        truncate = cst.ensure_type(cst.ensure_type(node.value, cst.Call).func, cst.Attribute)
        seek = call(truncate.with_changes(attr=cst.Name("seek")), cst.Integer("0"))
        return [cst.Expr(seek), node]


def _uses_io(model: ModuleModel) -> bool:
    """Whether the program makes StringIO objects by the module io as well, which cuts as Python 3 does."""
    return any(
        isinstance(node, ast.Call) and model.resolve(node.func) == "io.StringIO"
        for node in model.nodes.get(ast.Call, ())
    )


def _seeks_beside(statement: ast.stmt, receiver: ast.expr, model: ModuleModel) -> bool:
    """Whether the statement before, or behind, seeks in the same file."""
    suite = model.suite(statement)
    at = suite.index(statement)
    for beside in suite[max(at - 1, 0) : at + 2]:
        match beside:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="seek" | "reset", value=sought))):
                if ast.dump(sought) == ast.dump(receiver):
                    return True
    return False
