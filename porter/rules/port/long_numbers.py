"""A number of more than 4300 digits is not made a text, nor read from one, since Python 3.11.

https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._spelt import calls_of

_DIGITS = 4300


class LongNumbers(Rule):
    code = "PORT097"
    name = "long-numbers"
    summary = "a number with more than 4300 digits has no decimal text"
    why = (
        "str() and int() raise ValueError for more than 4300 decimal digits since Python 3.11, which protects servers from texts that "
        "take too long to read. sys.set_int_max_str_digits(0) lifts the limit; hex() has none."
    )
    risk = None
    source = "https://docs.python.org/3/library/stdtypes.html#int-max-str-digits"
    triggers = frozenset({"**", "<<", "factorial"})
    pattern = re.compile(r"(?:\*\*|<<)[\s(\\]*\d\w|\bfactorial\b")
    visits = (ast.Module,)
    since = (3, 11)
    in_python3 = True
    examples = (Untouched("print 2 ** 100, 1 << 64, `1`\n", because="few digits"),)

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for place in (*model.nodes.get(ast.BinOp, ()), *calls_of(model, frozenset({"math.factorial"}))):
            if not isinstance(place, ast.BinOp) or isinstance(place.right, ast.Constant):
                yield from self._at(place, model)

    def _at(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        digits = 0.0
        match node:
            case ast.BinOp(left=ast.Constant(value=int(base)), op=ast.Pow(), right=ast.Constant(value=int(exponent))):
                digits = exponent * math.log10(base) if base > 1 else 0.0
            case ast.BinOp(left=ast.Constant(value=int(base)), op=ast.LShift(), right=ast.Constant(value=int(shift))):
                digits = shift * math.log10(2) if base > 0 else 0.0
            case ast.Call(func=function, args=[ast.Constant(value=int(number))]) if number > 0:
                if model.resolve(function) == "math.factorial":
                    digits = math.lgamma(number + 1) / math.log(10)
        if digits > _DIGITS:
            yield Advice(
                node,
                f"str() of more than {_DIGITS} digits raises ValueError: sys.set_int_max_str_digits(0) lifts the limit",
            )
