"""A plain literal holds characters in Python 3, and held the bytes of the file's encoding in Python 2.

https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._spelt import calls_spelt


class WideCharacters(Rule):
    code = "PORT075"
    name = "wide-characters"
    summary = "a character outside ASCII counts as one, and is no byte"
    why = (
        "In Python 2 the literal 'é' of a UTF-8 file is two bytes: len() counts them, an index or a slice takes one, chr(233) is a byte. "
        "In Python 3 it is one character. To print it is the same; where it is counted, cut or sent, say b'…' or encode it."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit"
    triggers = frozenset({"len", "[", "chr"})
    visits = (ast.Module,)
    examples = (
        Untouched("# -*- coding: utf-8 -*-\nprint u'é'[0], len(u'é')\n", because="text in both"),
        Untouched("print len('abc'), 'abc'[1:], chr(97)\n", because="a character of ASCII is one byte"),
        Untouched("# -*- coding: utf-8 -*-\nprint 'é'\n", because="it shows the same"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if model.dialect is not Dialect.PYTHON2 or "unicode_literals" in model.source.facts.future:
            return
        places: list[ast.AST] = [*calls_spelt(model, ("chr",))]
        if not model.text.isascii():
            places += [*calls_spelt(model, ("len",)), *model.nodes.get(ast.Subscript, ())]
        for place in places:
            yield from _at(place, model)


def _at(node: ast.AST, model: ModuleModel) -> Iterator[Advice]:
    match node:
        case ast.Call(func=ast.Name(id="chr") as function, args=[ast.Constant(value=int(number))]) if number > 127:
            if model.resolve(function) == "builtins.chr":
                yield Advice(node, f"chr({number}) is a character in Python 3; the byte is bytes([{number}])")
        case ast.Call(func=ast.Name(id="len") as function, args=[text]) if _is_wide(text, model):
            if model.resolve(function) == "builtins.len":
                yield Advice(node, "len() counts characters in Python 3; it counted the bytes of this literal")
        case ast.Subscript(value=text) if _is_wide(text, model):
            yield Advice(
                node, "this takes characters in Python 3; it took bytes of the literal, perhaps half a character"
            )


def _is_wide(node: ast.expr, model: ModuleModel) -> bool:
    """Whether an expression is a plain literal with characters outside ASCII, or a name for nothing but such."""
    match node:
        case ast.Constant(value=str(), kind=None):
            return not model.text_of(node).isascii()
        case ast.Name():
            found = model.bindings(node)
            return bool(found) and all(
                item.kind is BindingKind.ASSIGNMENT
                and isinstance(item.value, ast.Constant)
                and _is_wide(item.value, model)
                for item in found
            )
    return False
