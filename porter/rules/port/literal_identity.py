"""`x is 1`: identity with a literal is warned of since Python 3.8.

https://docs.python.org/3/whatsnew/3.8.html#changes-in-python-behavior
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched

_CACHED = range(-5, 257)


class LiteralIdentity(Rule):
    code = "PORT089"
    name = "literal-identity"
    summary = "== instead of `is` with a literal"
    why = (
        "Whether an equal number or text is the very same object is up to the interpreter; Python 3.8 prints a SyntaxWarning. "
        "Where both certainly are small ints, of which there is one each, == says the same; elsewhere == is most likely meant."
    )
    source = "https://docs.python.org/3/whatsnew/3.8.html#changes-in-python-behavior"
    triggers = frozenset({" is "})
    visits = (ast.Compare,)
    since = (3, 8)
    in_python3 = True
    examples = (
        Example("n = len('a')\nprint n is 1, n is not 0\n", "n = len('a')\nprint(n == 1, n != 0)\n"),
        Untouched("x = None\nprint x is None, x is True, `x`\n", because="there is but one of each"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[right]):
                literals = [_literal(item) for item in (left, right)]
                if literals == [None, None]:
                    return
                value = literals[1] if literals[1] is not None else literals[0]
                kinds = {model.kind(item).type for item in (left, right)}
                is_long = any(
                    _is_long(item, model) for item in (left, right)
                )  # never the same object, even in Python 2
                if kinds == {"int"} and isinstance(value, int) and value in _CACHED and not is_long:
                    yield Match(node, message="== says it of small ints")
                else:
                    yield Advice(node, "`is` with a literal: Python 3.8 warns of it; == is most likely meant")

    def rewrite(self, node: cst.Comparison, match: Match) -> Rewritten:
        (target,) = node.comparisons
        space = cst.SimpleWhitespace(" ")
        equal = isinstance(target.operator, cst.Is)
        operator: cst.BaseCompOp = cst.Equal(space, space) if equal else cst.NotEqual("!=", space, space)
        return node.with_changes(comparisons=[target.with_changes(operator=operator)])


def _is_long(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a literal is written with an L."""
    source = model.source
    written = source.original[slice(*source.original_span(*model.span(node)))] if model.text == source.text else ""
    return written[:-1].isdigit() and written.endswith(("L", "l"))


def _literal(node: ast.expr) -> int | float | complex | str | bytes | None:
    """The value of a literal of which there may be many."""
    match node:
        case ast.Constant(value=int() | float() | complex() | str() | bytes() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
    return None
