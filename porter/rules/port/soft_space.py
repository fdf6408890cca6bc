"""Files have no softspace in Python 3: print writes what it is told, at once.

https://docs.python.org/2/library/stdtypes.html#file.softspace
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched


class SoftSpace(Rule):
    code = "PORT099"
    name = "soft-space"
    summary = "no file remembers that a space is due"
    why = (
        "`print x,` left it to the next print whether to write a space, and kept that in the file's attribute softspace. Python 3's "
        "print() writes end=' ' at once: whoever sets softspace to 0 wants no space, so give the print before it end=''."
    )
    risk = None
    source = "https://docs.python.org/2/library/stdtypes.html#file.softspace"
    triggers = frozenset({"softspace"})
    visits = (ast.Attribute,)
    spelt = True
    examples = (Untouched("softspace = `1`\nprint softspace\n", because="a name of its own"),)

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Attribute(attr="softspace") if model.dialect is Dialect.PYTHON2:
                yield Advice(node, "files have no softspace in Python 3: say end='' in the print() before")
