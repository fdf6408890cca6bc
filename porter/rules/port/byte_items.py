"""The items of a byte string are ints in Python 3.

https://docs.python.org/3/library/stdtypes.html#bytes-objects
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2 import markers
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import spelled
from porter.rules.port._spelt import calls_of, calls_spelt
from porter.rules.port._texts import BYTES_LITERAL, has_bytes

_GO_THROUGH = frozenset(
    f"builtins.{name}" for name in "list tuple set frozenset sorted enumerate iter zip reversed".split()
)
_ONE = frozenset({"builtins.min", "builtins.max"})
_SECOND = frozenset({"builtins.map", "builtins.reduce"})


class ByteItems(Rule):
    code = "PORT080"
    name = "byte-items"
    summary = "an item of a byte string is a number: bytes([data[0]])"
    why = (
        "b'abc'[0] was b'a' in Python 2 and is 97 in Python 3, and so are the items that a loop over bytes gets; a slice is bytes in "
        "both. Where a value certainly is a byte string, one byte is made of each number again; ord() of an item is the item itself."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/stdtypes.html#bytes-objects"
    triggers = frozenset({"b'", 'b"', "B'", 'B"'})
    pattern = re.compile(BYTES_LITERAL)
    visits = (ast.Module,)
    ambiguous = True
    examples = (
        Example(
            "data = b'abc'\nprint data[0] == b'a', ord(data[-1])\n",
            "data = b'abc'\nprint(bytes([data[0]]) == b'a', data[-1])\n",
        ),
        Example(
            "for byte in b'ab':\n    print byte == b'a', len(byte)\n",
            "for byte in (bytes([n]) for n in b'ab'):\n    print(byte == b'a', len(byte))\n",
        ),
        Example("print list(b'ab')[0] == b'a'\n", "print(list(bytes([n]) for n in b'ab')[0] == b'a')\n"),
        Example(
            "print b''.join(reversed(b'ab')) == b'ba'\n",
            "print(b''.join(reversed([bytes([n]) for n in b'ab'])) == b'ba')\n",
        ),
        Example(
            "first, last = b'xy'\nprint last == b'y'\n",
            "first, last = (bytes([n]) for n in b'xy')\nprint(last == b'y')\n",
        ),
        Untouched("print len(b'abc'[0:1])\n", because="a slice is bytes in both"),
        Untouched(
            "import hashlib, array\nhashlib.md5().update(b'abc')\nprint len(array.array('B', b'abc'))\n",
            because="these take the bytes as they are",
        ),
        Untouched(
            "print 'abc'[0], bytearray(b'abc')[0]\n", because="text, and a bytearray, whose items were ints in Python 2"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if model.python2 and has_bytes(model):
            for whole, item in _taken_apart(model):
                if _is_bytes(whole, model):
                    yield from self._at(item, model)
            for call_ in (*calls_spelt(model, ("join",)), *calls_of(model, _GO_THROUGH | _ONE | _SECOND)):
                yield from self._at(call_, model)

    def _at(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Subscript(slice=index, ctx=ast.Load()) if not isinstance(index, ast.Slice):
                if _is_shown(node, model):
                    yield Advice(
                        node, "this is a number in Python 3: chr() of it, or decode the bytes, where it is shown"
                    )
                elif not (_is_made_bytes(model.parent(node), model) or _is_stored(node, model)):
                    yield _item(node, index, model)
            case ast.comprehension(target=target, iter=iterable):
                if not _is_only_made_bytes(target, model):
                    yield from _items(iterable, model)
            case ast.For(target=target, iter=iterable):
                yield from _items(iterable, model)
                if isinstance(target, ast.Name) and _is_bytes(iterable, model):
                    yield from _numbers(target, model)
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=iterable):
                yield from _items(iterable, model)
            case ast.Call(args=args):
                for argument in args:
                    if _is_bytes(argument, model) and _goes_through(node, argument, model):
                        if model.resolve(node.func) == "builtins.reversed":
                            yield from _items(argument, model, how="listed")
                        else:
                            alone = len(args) == 1 and not node.keywords
                            yield from _items(argument, model, how="alone" if alone else "items")

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        how, spelling = match.data
        if how == "number":
            return cst.ensure_type(node, cst.Call).args[0].value
        if how == "ord":
            return call(spelling, node)
        if how == "item":
            return call(spelling, cst.List([cst.Element(node)]))
        made = call(spelling, cst.List([cst.Element(cst.Name("n"))]))
        if how == "listed":  # reversed() takes a sequence
            return cst.ListComp(made, cst.CompFor(cst.Name("n"), node))
        items = cst.GeneratorExp(made, cst.CompFor(cst.Name("n"), node))
        return items.with_changes(lpar=[], rpar=[]) if how == "alone" else items


def _taken_apart(model: ModuleModel) -> Iterator[tuple[ast.expr, ast.AST]]:
    """What the module takes items of, with the node that does it."""
    for node in model.nodes.get(ast.Subscript, ()):
        assert isinstance(node, ast.Subscript)
        if node.slice.__class__ is not ast.Slice and node.ctx.__class__ is ast.Load:
            yield node.value, node
    for node in (*model.nodes.get(ast.For, ()), *model.nodes.get(ast.comprehension, ())):
        assert isinstance(node, ast.For | ast.comprehension)
        yield node.iter, node
    for node in model.nodes.get(ast.Assign, ()):
        assert isinstance(node, ast.Assign)
        if isinstance(node.targets[0], ast.Tuple | ast.List):
            yield node.value, node


def _is_bytes(node: ast.expr, model: ModuleModel) -> bool:
    return model.kind(node).type == "bytes"


def _is_made_bytes(node: ast.AST | None, model: ModuleModel) -> bool:
    """Whether a list is what bytes() makes a byte string of: bytes([data[0]]) is converted already."""
    match model.parent(node) if isinstance(node, ast.List) else None:
        case ast.Call(func=function):
            return model.resolve(function) == "builtins.bytes"
    return False


def _numbers(target: ast.Name, model: ModuleModel) -> Iterator[Match]:
    """The places that want the number of a loop's item."""
    for use in model.uses_of(target.id, model.scope_of(target)):
        if isinstance(use.ctx, ast.Load) and _is_stored(use, model):
            spelling, needs = spelled("ord", use, model)
            yield Match(use, Risk.SUGGESTED, "a number is wanted here", data=("ord", spelling), needs=needs)


def _is_stored(node: ast.expr, model: ModuleModel) -> bool:
    """Whether an item goes where Python 3 wants its number: into a bytearray, or into '%c' % item."""
    parent = model.parent(node)
    match parent:
        case ast.Call(func=ast.Attribute(value=receiver, attr="append" | "insert" | "remove")):
            return _is_bytearray(receiver, model)
        case ast.Assign(targets=[ast.Subscript(value=receiver)], value=value):
            return value is node and _is_bytearray(receiver, model)
        case ast.BinOp(left=ast.Constant(value=str() as form), op=ast.Mod(), right=right):
            return right is node and form.count("%") == form.count("%c") == 1
    return False


def _is_bytearray(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a name is bound to nothing but bytearrays."""
    if not isinstance(node, ast.Name):
        return False
    values = [item.value for item in model.bindings(node)]
    return bool(values) and all(
        isinstance(value, ast.Call) and model.resolve(value.func) == "builtins.bytearray" for value in values
    )


def _is_shown(node: ast.expr, model: ModuleModel) -> bool:
    """Whether an item is printed, or formatted into text, where bytes would read b'a'."""
    outer = model.parent(node)
    if isinstance(outer, ast.Tuple):
        outer = model.parent(outer)
    match outer:
        case ast.Call(func=ast.Name(id=(markers.PRINT | markers.PRINT_TO))):
            return True
        case ast.BinOp(left=left, op=ast.Mod()) if left is not node:
            return model.kind(left).type in ("str", "unicode") and not _is_stored(node, model)
    return False


def _is_only_made_bytes(target: ast.expr, model: ModuleModel) -> bool:
    """Whether a comprehension's name stands alone in a list that bytes() makes a byte string of."""
    return any(
        isinstance(use, ast.List) and _holds(use, target) and _is_made_bytes(use, model)
        for use in model.nodes.get(ast.List, ())
    )


def _holds(items: ast.List, target: ast.expr) -> bool:
    """Whether a list holds nothing but the name that a comprehension binds."""
    match items.elts:
        case [ast.Name(id=name)]:
            return isinstance(target, ast.Name) and target.id == name
    return False


def _goes_through(call: ast.Call, argument: ast.expr, model: ModuleModel) -> bool:
    """Whether a call takes one item of the argument after the other: list(data), map(f, data), b','.join(data)."""
    match call.func:
        case ast.Attribute(value=receiver, attr="join"):
            return _is_bytes(receiver, model)
        case ast.Name() as function:
            name = model.resolve(function)
            if name in _SECOND:
                return argument is not call.args[0]
            return name in _GO_THROUGH or (name in _ONE and len(call.args) == 1)
    return False


def _item(node: ast.Subscript, index: ast.expr, model: ModuleModel) -> Match:
    match model.parent(node):
        case ast.Call(func=function, args=[only], keywords=[]) as outer if only is node:
            if model.resolve(function) == "builtins.ord":
                return Match(outer, Risk.SAFE, "an item of a byte string is its number", data=("number", ""))
    spelling, needs = spelled("bytes", node, model)
    risk = Risk.SAFE if model.kind(index).type == "int" or _is_negative(index) else Risk.SUGGESTED
    return Match(node, risk, "an item of a byte string is a number in Python 3", data=("item", spelling), needs=needs)


def _is_negative(index: ast.expr) -> bool:
    return isinstance(index, ast.UnaryOp) and isinstance(index.operand, ast.Constant)


def _items(node: ast.expr, model: ModuleModel, *, how: str = "items") -> Iterator[Match]:
    if not _is_bytes(node, model):
        return
    spelling, needs = spelled("bytes", node, model)
    message = "the items of a byte string are numbers in Python 3: compare what is made of them with b'…'"
    risk = Risk.SAFE if isinstance(model.parent(node), ast.For | ast.comprehension) else Risk.SUGGESTED
    yield Match(node, risk, message, data=(how, spelling), needs=needs)
