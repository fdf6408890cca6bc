"""`yield` inside a list comprehension is a syntax error since Python 3.8: the comprehension is a loop.

https://docs.python.org/3/whatsnew/3.8.html#changes-in-python-behavior
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._loops import as_loop


class YieldingComprehensions(Rule):
    code = "PORT056"
    name = "yielding-comprehensions"
    summary = "a loop instead of a list comprehension that yields"
    why = (
        "In Python 2 a yield in a list comprehension was the function's own. Python 3.8 refuses it. Assigned to a name, the "
        "comprehension is written as the loop that it was; elsewhere, and in a generator expression, that is left to you."
    )
    source = "https://docs.python.org/3/whatsnew/3.8.html#changes-in-python-behavior"
    triggers = frozenset({"yield"})
    visits = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
    examples = (
        Example(
            "def ask(names):\n    answers = [(yield n) for n in names if n]\n    print answers\nfor n in ask(['a', '']): print n\n",
            "def ask(names):\n    answers = []\n    for n in names:\n        if n:\n            answers.append((yield n))\n"
            "    print(answers)\nfor n in ask(['a', '']): print(n)\n",
        ),
        Untouched(
            "def ask(names):\n    for n in [m for m in names]:\n        yield `n`\n", because="it yields in a loop"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp)
        first = node.generators[0].iter
        if not any(_yields(part) for part in ast.iter_child_nodes(node) if part is not node.generators[0]) and not any(
            _yields(part) for part in node.generators[0].ifs
        ):
            return
        statement = model.statement(node)
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node and isinstance(
                node, ast.ListComp
            ):
                if not any(isinstance(item, ast.Name) and item.id == name for item in ast.walk(node)):
                    yield Match(statement, slot=SlotKind.BLOCK, data=name)
                    return
        yield Advice(first, "Python 3.8 refuses yield inside a comprehension: write it as a loop")

    def rewrite(self, node: Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        return [*as_loop(node[0], match.data), *node[1:]]


def _yields(node: ast.AST) -> bool:
    return any(isinstance(item, ast.Yield) for item in ast.walk(node))
