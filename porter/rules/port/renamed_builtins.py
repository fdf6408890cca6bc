"""Builtins that have another name in Python 3: unicode, xrange, raw_input, long …

https://docs.python.org/3/whatsnew/3.0.html#builtins
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import name
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import is_guarded, spelled

_RENAMED = {
    "unicode": "str",
    "basestring": "str",
    "unichr": "chr",
    "long": "int",
    "xrange": "range",
    "raw_input": "input",
    "StandardError": "Exception",
}
_MODULE = "__builtin__."
_MERGED = {
    "long": "int and long are one type in Python 3: this is true of every whole number",
    "unicode": "in Python 3 this is true of every text, and no longer tells '' from u''",
}


class RenamedBuiltins(Rule):
    code = "PORT016"
    name = "renamed-builtins"
    summary = "call a builtin by its Python 3 name"
    why = (
        "Python 3 has one text type, str, and one integer type, int; its range is what xrange was, its input what raw_input "
        "was, and StandardError went out of the hierarchy of exceptions. A name that the module defines itself is left alone."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#builtins"
    triggers = frozenset(_RENAMED)
    spelt = True
    visits = (ast.Name, ast.Attribute)
    examples = (
        Example("for i in xrange(2):\n    print unichr(97 + i)\n", "for i in range(2):\n    print(chr(97 + i))\n"),
        Example(
            "try:\n    int('x')\nexcept StandardError:\n    print 'no'\n",
            "try:\n    int('x')\nexcept Exception:\n    print('no')\n",
        ),
        Example("name = raw_input('Name: ')\n", "name = input('Name: ')\n"),
        Example(
            "print isinstance(1.0, long)\n",
            "print(isinstance(1.0, int))\n",
            note="long and int are one type in Python 3",
        ),
        Example(
            "range = 3\nfor i in xrange(range): pass\n",
            "import builtins\nrange = 3\nfor i in builtins.range(range): pass\n",
        ),
        Untouched("long = 3\nx = `long`\n", because="the module's own name"),
        Untouched(
            "try:\n    unicode\nexcept NameError:\n    unicode = str\nx = unicode(3)\n",
            because="it serves both Pythons already",
        ),
        Untouched(
            "try:\n    text = unicode\nexcept NameError:\n    text = str\n", because="it serves both Pythons already"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Name(id=old, ctx=ast.Load()) if old in _RENAMED and model.resolve(node) == f"builtins.{old}":
                if not is_guarded(node, model, "NameError"):
                    new, needs = spelled(_RENAMED[old], node, model)
                    message = _MERGED.get(old, "") if _is_tested(node, model) else _decoding(node, model)
                    risk = Risk.SUGGESTED if message else Risk.SAFE
                    yield Match(node, risk, message or f"{old} is {_RENAMED[old]}", data=new, needs=needs)
            case ast.Attribute(attr=old, ctx=ast.Load()) if old in _RENAMED:
                if model.resolve(node) == _MODULE + old and not is_guarded(node, model, "AttributeError"):
                    yield Match(node, message=f"{old} is {_RENAMED[old]}", data=_RENAMED[old])

    def rewrite(self, node: cst.Name | cst.Attribute, match: Match) -> Rewritten:
        if isinstance(node, cst.Attribute):
            return node.with_changes(attr=cst.Name(match.data))
        return name(match.data).with_changes(lpar=node.lpar, rpar=node.rpar)


def _decoding(node: ast.Name, model: ModuleModel) -> str:
    """What to say of unicode(x, codec) where nothing tells whether x is bytes in Python 3; "" of any other use."""
    match model.parent(node):
        case ast.Call(func=function, args=[text, *codec], keywords=keywords) if function is node:
            if (codec or keywords) and model.kind(text).type != "bytes":
                return "str(x, codec) decodes bytes alone: where x is text in Python 3 it needs no decoding"
    return ""


def _is_tested(node: ast.Name, model: ModuleModel) -> bool:
    """Whether a value's type is compared with this one alone, which may have told two types apart."""
    match model.parent(node):
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, kind]):
            return kind is node
        case ast.Compare():
            return True
    return False
