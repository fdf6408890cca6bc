"""`/` between two ints gives a float in Python 3.

https://peps.python.org/pep-0238/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis import kinds
from porter.analysis.kinds import Kind
from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._old_division import Divided, divided, divisions

_WHOLE = frozenset({"int", "bool"})
_ADVICE = "two ints gave an int here in Python 2: write // if both can be ints; / is right for floats"


class ClassicDivision(Rule):
    code = "PORT030"
    name = "classic-division"
    summary = "// between ints"
    why = (
        "Python 2's / rounded down where both operands were ints. Certain ints get //; where an operand is certainly a float "
        "nothing changes; where neither is certain the place is reported, since only you know. With --division helper such a "
        "place calls a function instead, old_div() or, for x /= y, old_idiv(), which is put behind the imports and divides "
        "as Python 2 did: rounded down where both operands are whole numbers, numpy's arrays of them included in a file that "
        "speaks of numpy."
    )
    source = "https://peps.python.org/pep-0238/"
    visits = (ast.BinOp, ast.AugAssign)
    ambiguous = True
    examples = (
        Example("print 7 / 2\n", "print(7 // 2)\n"),
        Example("n = len('abc')\nn /= 2\nprint n\n", "n = len('abc')\nn //= 2\nprint(n)\n"),
        Untouched("print 7 / 2.0, float(7) / 2\n", because="a float divides alike in both"),
        Untouched("from __future__ import division\nprint 7 / 2\n", because="it is true division already"),
        Untouched("print `7 // 2`\n", because="it says what it means"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if model.true_division:
            return
        match node:
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                yield from _found(node, model.kind(left), model.kind(right), model)
            case ast.AugAssign(target=target, op=ast.Div(), value=value):
                yield from _found(node, _kind_before(target, model), model.kind(value), model)
            case ast.BinOp(left=left, op=ast.FloorDiv() | ast.Mod(), right=right):
                of_left = model.kind(left).type
                kinds_of = {of_left, model.kind(right).type} if of_left in kinds.NUMBERS else set()
                if "complex" in kinds_of and kinds_of <= kinds.NUMBERS:
                    yield Advice(node, "complex numbers have no // and no % in Python 3")

    def rewrite(self, node: cst.BinaryOperation | cst.AugAssign, match: Match) -> Rewritten:
        if isinstance(match.data, Divided):
            return divided(node, match.data)
        if isinstance(node, cst.AugAssign):
            old = cst.ensure_type(node.operator, cst.DivideAssign)
            return node.with_changes(operator=cst.FloorDivideAssign(old.whitespace_before, old.whitespace_after))
        divide = cst.ensure_type(node.operator, cst.Divide)
        return node.with_changes(operator=cst.FloorDivide(divide.whitespace_before, divide.whitespace_after))


def _found(node: ast.BinOp | ast.AugAssign, left: Kind, right: Kind, model: ModuleModel) -> Iterator[Match | Advice]:
    if left.type in _WHOLE and right.type in _WHOLE:
        yield Match(node)
    elif all(kind is kinds.UNKNOWN or kind.type in _WHOLE for kind in (left, right)):
        if model.division_helper:
            yield from divisions(node, model)
        else:
            yield Advice(node, _ADVICE)


def _kind_before(target: ast.expr, model: ModuleModel) -> Kind:
    """The kind of what an augmented assignment starts from."""
    if isinstance(target, ast.Name):
        return model.kind(target)
    return kinds.UNKNOWN
