"""Bytes and text do not mix in Python 3: a literal becomes what it is used with.

https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2 import markers
from porter.rewriting.building import call, text
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._spelt import calls_spelt
from porter.rules.port._texts import BYTES_LITERAL, has_bytes, is_text

_TAKE_STRINGS = frozenset(
    "count endswith find index join lstrip partition replace rfind rindex rpartition rsplit rstrip split startswith strip "
    "center ljust rjust".split()
)
_CALLED = _TAKE_STRINGS | {markers.PRINT, markers.PRINT_TO, "format", "str", "unicode"}
_CONVERSION = re.compile(r"%(?:%|[#0\- +]*\d*(?:\.\d+)?[hlL]?(?P<letter>[a-zA-Z]))")
_TEXT_ESCAPE = re.compile(r"\\[uUN]")
_ADVICE = "bytes and text do not mix in Python 3: encode the text, or decode the bytes"


class MixedStrings(Rule):
    code = "PORT081"
    name = "mixed-strings"
    summary = "bytes go with bytes, text with text"
    why = (
        "b'a' and 'a' were the same in Python 2. In Python 3 b'a' == 'a' is False, and + or a method that gets both raises "
        "TypeError. A plain literal that meets a byte string becomes one; a b'' literal that is printed or formatted becomes text, "
        "which would read b'a'. Other values are reported."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit"
    triggers = frozenset({"b'", 'b"', "B'", 'B"', "bytes"})
    pattern = re.compile(rf"{BYTES_LITERAL}|\bbytes\s*\(")
    visits = (ast.Module,)
    ambiguous = True
    examples = (
        Example(
            "data = b'a,b'\nprint len(data + 'c'), data == 'a,b', ',' in data, len(data.split(','))\n",
            "data = b'a,b'\nprint(len(data + b'c'), data == b'a,b', b',' in data, len(data.split(b',')))\n",
        ),
        Example("print b'abc', '%s' % b'd'\n", "print('abc', '%s' % 'd')\n"),
        Example("print len(b'%s=%d' % ('a', 3)), len(bytes('x'))\n", "print(len(b'%s=%d' % (b'a', 3)), len(b'x'))\n"),
        Untouched("print 'a' + 'b' == 'ab', `1`\n", because="text alone"),
        Untouched("print len(b'a' + b'b'), b'a' == b'a'\n", because="bytes alone"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if not model.python2:
            return
        for made in calls_spelt(model, ("bytes",)):
            yield from _made_bytes(made, model)
        if has_bytes(model):
            for kind in (ast.BinOp, ast.AugAssign, ast.Compare):
                for item in model.nodes.get(kind, ()):
                    yield from self._at(item, model)
            for called in calls_spelt(model, _CALLED):
                yield from self._at(called, model)

    def _at(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                if _is_shown(node, model) and {_kind(left, model), _kind(right, model)} == {"bytes", "str"}:
                    yield Advice(node, _ADVICE)  # bytes would read b'…'
                else:
                    yield from (_as_suggested(said) for said in _pair(left, right, model))
            case ast.AugAssign(target=ast.Name() as target, op=ast.Add(), value=value):
                if _kind(value, model) == "str" and _was_bytes(target, model):
                    yield from _as_bytes(value, model)
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                yield from _formatted(left, right, model)
            case ast.Compare(left=left, comparators=others):
                for one, other in zip([left, *others], others, strict=False):
                    yield from _pair(one, other, model)
                    if isinstance(other, ast.Tuple | ast.List | ast.Set) and _kind(one, model) == "bytes":
                        for item in other.elts:
                            yield from _pair(one, item, model)
            case ast.Call(func=ast.Name(id=(markers.PRINT | markers.PRINT_TO)), args=values):
                yield from (_as_text(value) for value in values if _is_plain_bytes(value, model))
            case ast.Call(func=ast.Attribute(value=receiver, attr=method), args=values):
                yield from _method(node, receiver, method, values, model)
            case ast.Call(func=ast.Name() as function, args=[value], keywords=[]):
                name = model.resolve(function)
                if name == "builtins.str" and _is_plain_bytes(value, model):
                    yield _as_text(value)
                elif name == "builtins.unicode" and _kind(value, model) == "bytes":
                    yield Match(node, message="bytes are decoded, and str() would write b'…'", data="decode")

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if match.data == "decode":
            return call(cst.Attribute(cst.ensure_type(node, cst.Call).args[0].value, cst.Name("decode")), text("ascii"))
        if match.data == "encode":
            return call(cst.Attribute(call("str", node), cst.Name("encode")))
        if match.data == "call":
            return _prefixed(cst.ensure_type(node, cst.Call).args[0].value, "b")
        return _prefixed(node, match.data)


def _kind(node: ast.expr, model: ModuleModel) -> str:
    return model.kind(node).type


def _pair(one: ast.expr, other: ast.expr, model: ModuleModel) -> Iterator[Match | Advice]:
    kinds = (_kind(one, model), _kind(other, model))
    if kinds == ("bytes", "str"):
        yield from _as_bytes(other, model)
    elif kinds == ("str", "bytes"):
        yield from _as_bytes(one, model)
    elif set(kinds) == {"bytes", "unicode"}:
        yield Advice(one, _ADVICE)


def _as_suggested(said: Match | Advice) -> Match | Advice:
    """What is put together may be shown later, and bytes read b'…' then."""
    return replace(said, risk=Risk.SUGGESTED) if isinstance(said, Match) else said


def _is_shown(node: ast.AST, model: ModuleModel) -> bool:
    """Whether an expression, or the one that it is a part of, is printed or made a text at once."""
    parent = model.parent(node)
    while isinstance(parent, ast.BinOp | ast.Tuple):
        node, parent = parent, model.parent(parent)
    match parent:
        case ast.Call(func=ast.Name(id=(markers.PRINT | markers.PRINT_TO))):
            return True
        case ast.Call(func=ast.Name() as function):
            return model.resolve(function) in ("builtins.str", "builtins.unicode")
    return False


def _was_bytes(target: ast.Name, model: ModuleModel) -> bool:
    """Whether everything else that binds the name of an augmented assignment is a byte string."""
    before = [item.value for item in model.bindings(target) if item.node is not target]
    return bool(before) and all(item is not None and _kind(item, model) == "bytes" for item in before)


def _method(
    node: ast.Call, receiver: ast.expr, method: str, values: list[ast.expr], model: ModuleModel
) -> Iterator[Match | Advice]:
    kind = _kind(receiver, model)
    if method == "format" and kind == "bytes":
        yield Advice(node, "bytes have no format() in Python 3: use %, or format text and encode it")
    elif method == "format" and kind in ("str", "unicode"):
        yield from (_as_text(value) for value in values if _is_plain_bytes(value, model))
    elif method in _TAKE_STRINGS and kind == "bytes":
        for value in values:
            items = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
            for item in items:
                if _kind(item, model) == "str":
                    yield from _as_bytes(item, model)
    elif method in _TAKE_STRINGS and kind in ("str", "unicode"):
        for value in values:
            if _kind(value, model) == "bytes" and is_text(receiver, model):
                yield Advice(value, _ADVICE)


def _formatted(left: ast.expr, right: ast.expr, model: ModuleModel) -> Iterator[Match | Advice]:
    values = right.elts if isinstance(right, ast.Tuple) else [right]
    kind = _kind(left, model)
    if kind in ("str", "unicode"):
        if not (isinstance(left, ast.Constant) and "%r" in str(left.value)):
            yield from (_as_text(value) for value in values if _is_plain_bytes(value, model))
    elif kind == "bytes":
        letters = _letters(left)
        for number, value in enumerate(values):
            if _kind(value, model) == "str":
                yield from _as_bytes(value, model)
            elif letters[number : number + 1] == ["s"] and _kind(value, model) in ("int", "bool"):
                yield Match(value, message="%s of a byte string takes bytes", data="encode")


def _letters(template: ast.expr) -> list[str]:
    """What a literal byte string converts its values to: ["s", "d"] for b'%s %d'."""
    if not isinstance(template, ast.Constant) or not isinstance(template.value, bytes):
        return []
    return [found["letter"] for found in _CONVERSION.finditer(template.value.decode("latin-1")) if found["letter"]]


def _made_bytes(node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
    """bytes(x), which is str(x) in Python 2."""
    match node:
        case ast.Call(func=ast.Name(id="bytes") as function, args=[value], keywords=[]):
            if model.resolve(function) != "builtins.bytes" or _kind(value, model) == "bytes":
                return
            if _is_plain_text(value, model):
                yield Match(node, message="the byte string itself", data="call")
            elif not isinstance(value, ast.List | ast.ListComp):
                yield Advice(
                    node, "bytes(x) was str(x); in Python 3 it wants numbers, or a text with its encoding: x.encode()"
                )


def _as_bytes(node: ast.expr, model: ModuleModel) -> Iterator[Match | Advice]:
    if _is_plain_text(node, model):
        yield Match(node, message="it is used with bytes: a byte string", data="b")
    elif is_text(node, model):
        yield Advice(node, _ADVICE)


def _as_text(node: ast.expr) -> Match:
    return Match(node, message="a byte string would show as b'…'", data="")


def _is_plain_text(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a node is a single literal without a prefix, of characters that are one byte each in Python 2 as well."""
    if not isinstance(node, ast.Constant) or _kind(node, model) != "str":
        return False
    return model.text_of(node).isascii()


def _is_plain_bytes(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a node is a b'' literal of ASCII, without what is an escape in text alone."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, bytes)
        and node.value.isascii()
        and _TEXT_ESCAPE.search(model.text_of(node)) is None
    )


def _prefixed(node: cst.BaseExpression, prefix: str) -> cst.BaseExpression | None:
    """A literal, or each part of one, as bytes ("b") or as text ("")."""
    match node:
        case cst.SimpleString(value=value):
            own = node.prefix
            bare = own.replace("b", "").replace("B", "")
            return node.with_changes(value=f"{prefix}{bare}{value[len(own) :]}")
        case cst.ConcatenatedString(left=left, right=right):
            return node.with_changes(left=_prefixed(left, prefix), right=_prefixed(right, prefix))
    return None
