"""text.translate() takes a table alone in Python 3; what it deletes is in the table.

https://docs.python.org/3/library/stdtypes.html#str.translate
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.building import call, text
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import spelled
from porter.rules.port._texts import is_text


class DeletedCharacters(Rule):
    code = "PORT094"
    name = "deleted-characters"
    summary = "translate(str.maketrans('', '', deleted)) instead of translate(None, deleted)"
    why = (
        "The translate() of Python 2's str took the characters to delete as a second argument. That of Python 3's text takes a table "
        "alone, which str.maketrans() makes; that of bytes still takes both, as bytes. Where the kind is not certain it is reported."
    )
    risk = Risk.SAFE
    source = "https://docs.python.org/3/library/stdtypes.html#str.translate"
    triggers = frozenset({"translate"})
    visits = (ast.Call,)
    spelt = True
    examples = (
        Example("print 'hello'.translate(None, 'l')\n", "print('hello'.translate(str.maketrans(\"\", \"\", 'l')))\n"),
        Untouched("print u'hello'.translate({108: None})\n", because="a table alone"),
        Untouched("print len(b'hello'.translate(None, b'l'))\n", because="bytes take both"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr="translate"), args=[table, deleted], keywords=[]):
                if (
                    model.dialect is not Dialect.PYTHON2
                    or model.resolve(receiver) == "string"
                    or model.kind(receiver).type == "bytes"
                ):
                    return
                nothing = isinstance(table, ast.Constant) and table.value is None
                if nothing and is_text(receiver, model) and is_text(deleted, model):
                    function, needs = spelled("str", node, model)
                    yield Match(node, message="text is translated by a table alone", data=function, needs=needs)
                else:
                    yield Advice(
                        node,
                        "text.translate() takes no second argument in Python 3: str.maketrans('', '', deleted) makes a table",
                    )

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        table = call(f"{match.data}.maketrans", text(""), text(""), node.args[1].value)
        return node.with_changes(args=[cst.Arg(table)])
