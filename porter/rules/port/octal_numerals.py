"""int("0755", 0): a text with a leading zero is no octal number in Python 3.

https://peps.python.org/pep-3127/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched


class OctalNumerals(Rule):
    code = "PORT091"
    name = "octal-numerals"
    summary = "int(text, 0) refuses 0755"
    why = (
        "With the base 0 int() reads a text as a number is written in a program. '0755' was 493 in Python 2 and is a ValueError in "
        "Python 3, which wants '0o755'. Where such texts come in, read them with base 8."
    )
    risk = None
    source = "https://peps.python.org/pep-3127/"
    triggers = frozenset({"int", "long"})
    visits = (ast.Call,)
    spelt = True
    ambiguous = True
    examples = (
        Untouched("print int('755', 8), int('0755'), int('0x1f', 0)\n", because="these are read alike in both"),
        Untouched("def int(text, base): return base\nprint int('1', 0)\n", because="the module's own function"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Name() as function, args=[text, ast.Constant(value=0)]):
                if model.resolve(function) not in ("builtins.int", "builtins.long"):
                    return
                if not (isinstance(text, ast.Constant) and _reads_alike(text.value)):
                    yield Advice(
                        node, "with base 0 a text such as '0755' is refused: Python 3 wants '0o755', or base 8"
                    )


def _reads_alike(value: object) -> bool:
    if not isinstance(value, str):
        return False
    digits = value.strip().lstrip("+-")
    return not (digits.startswith("0") and digits.strip("0") and digits.isdigit())
