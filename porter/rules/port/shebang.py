"""A script that names python2 in its first line is run by python3.

https://peps.python.org/pep-0394/
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched

_SHEBANG = re.compile(r"#![^\r\n]*?\b(python2(?:\.\d+)?)\b")


class Shebang(Rule):
    code = "PORT051"
    name = "shebang"
    summary = "run the script by python3"
    why = "`#!/usr/bin/env python2` starts Python 2. A plain `python` is whatever the machine calls by that name, and stays."
    source = "https://peps.python.org/pep-0394/"
    triggers = frozenset({"python2"})
    visits = (ast.Module,)
    examples = (
        Example("#!/usr/bin/env python2.7\nprint 1\n", "#!/usr/bin/env python3\nprint(1)\n"),
        Example("#! /usr/bin/python2 -u\nprint 1\n", "#! /usr/bin/python3 -u\nprint(1)\n"),
        Untouched("#!/usr/bin/env python\nprint 1\n", because="it names no version"),
        Untouched("import os\n#!/usr/bin/python2\nprint 1\n", because="not the first line: a comment"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        found = _SHEBANG.match(model.text)
        if found is not None:
            yield Match(node, at=found.span(1), slot=SlotKind.TEXT)

    def rewrite(self, node: str, match: Match) -> Rewritten:
        return "python3"
