"""`round(x)` rounds halves to even and gives an int in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#builtins
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched


class Rounding(Rule):
    code = "PORT050"
    name = "rounding"
    summary = "round(x) gives an int, halves go to the even neighbour"
    why = (
        "round(2.5) was 3.0 and is 2. Where only the type matters, float(round(x)) has the old one; where halves matter, "
        "math.floor(x + 0.5) rounds a positive x as Python 2 did. The number of digits, if given, does not change this: "
        "round(x, 2) gives a float in both, and differs only for halves that a float holds exactly."
    )
    risk = None
    source = "https://docs.python.org/3/library/functions.html#round"
    triggers = frozenset({"round"})
    spelt = True
    visits = (ast.Call,)
    ambiguous = True
    examples = (
        Untouched("print round(2.675, 2)\n", because="a float in both"),
        Untouched("def round(x): return x\nprint round(2.5)\n", because="the module's own function"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=function, args=[_], keywords=[]) if model.resolve(function) == "builtins.round":
                yield Advice(
                    node, "round(x) gives an int and rounds halves to even; in Python 2 a float, halves away from zero"
                )
            case ast.Call(func=function, args=[number, _], keywords=[]) if model.kind(number).type == "int":
                if model.resolve(function) == "builtins.round":
                    yield Advice(node, "round(n, digits) of an int gives an int; in Python 2 a float")
