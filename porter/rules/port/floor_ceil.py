"""`math.floor` and `math.ceil` give ints in Python 3; they gave floats.

https://docs.python.org/3/library/math.html#math.floor
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import spelled
from porter.rules.port._spelt import calls_of

_GAVE_FLOATS = frozenset({"math.floor", "math.ceil"})
_TAKE_EITHER = frozenset(f"builtins.{name}" for name in "int long float range xrange bool round".split())


class FloorCeil(Rule):
    code = "PORT060"
    name = "floor-ceil"
    summary = "float(math.floor(x)) where the float shows"
    why = (
        "math.floor() and math.ceil() gave a float in Python 2, so that 2.0 was printed and its division had a fraction. Where an "
        "int is made of it anyway nothing changes."
    )
    source = "https://docs.python.org/3/library/math.html#math.floor"
    triggers = frozenset({"floor", "ceil"})
    visits = (ast.Module,)
    ambiguous = True
    examples = (
        Example("import math\nprint math.floor(2.5)\n", "import math\nprint(float(math.floor(2.5)))\n"),
        Untouched("import math\nprint int(math.ceil(2.5)), '%d' % math.floor(2.5)\n", because="an int is made of it"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for called in calls_of(model, _GAVE_FLOATS):
            if len(called.args) != 1 or model.resolve(called.func) not in _GAVE_FLOATS:
                continue
            if not _is_made_int(called, model):
                converter, needs = spelled("float", called, model)
                yield Match(called, message="it gave a float in Python 2", data=converter, needs=needs)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        return call(match.data, node)


def _is_made_int(node: ast.Call, model: ModuleModel) -> bool:
    """Whether it makes no difference which of the two the value is."""
    match model.parent(node):
        case ast.Call(func=function):
            return model.resolve(function) in _TAKE_EITHER
        case ast.BinOp(left=ast.Constant(value="%d"), op=ast.Mod()) | ast.Compare():
            return True
        case ast.BinOp(left=left, right=right):
            other = right if left is node else left
            return model.kind(other).type == "float"
    return False
