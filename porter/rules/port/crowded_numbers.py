"""`1if x else 2`: a keyword right behind a number is warned of since Python 3.12.

https://docs.python.org/3/whatsnew/3.12.html#deprecated
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched

_KEYWORD = r"(?:and|else|for|if|in|is|or)\b"
_SUSPECT = re.compile(rf"[0-9](?:[.jJ]?{_KEYWORD}|[xX][0-9a-fA-F]+?{_KEYWORD})")


class CrowdedNumbers(Rule):
    code = "PORT069"
    name = "crowded-numbers"
    summary = "a blank between a number and the keyword behind it"
    why = (
        "Python 3.12 prints a SyntaxWarning for `1if x else 2` and `0xfor x in y`, which may be read in more than one way, and a "
        "later Python will refuse them. The blank changes nothing else."
    )
    source = "https://docs.python.org/3/whatsnew/3.12.html#deprecated"
    visits = (ast.Module,)
    examples = (
        Example("x = 3\nprint 1if x else 2, [0xfor x in (0,)]\n", "x = 3\nprint(1 if x else 2, [0xf or x in (0,)])\n"),
        Untouched("print 1 if 0x1f else 2, '1if'\n", because="the blank is there, or it is a string"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if _SUSPECT.search(model.text) is None:
            return
        for number in model.nodes.get(ast.Constant, ()):
            if not isinstance(number, ast.Constant) or not isinstance(number.value, int | float | complex):
                continue
            start, end = model.span(number)
            if model.text[start].isdigit() and model.text[end : end + 1].isalpha():
                yield Match(number, message="a keyword right behind a number", at=(start, end), slot=SlotKind.TEXT)

    def rewrite(self, node: str, match: Match) -> Rewritten:
        return f"{node} "
