"""The syntax tree of lowered text, spelt as CPython 2.7's tree of the original is: the documented mapping.

Both sides write a tree as one line of text, so that comparing is comparing strings (`data/dump27.py` is the other side).
A node is `Name(field,field,)`, a list `[item,item,]`. What the two trees say differently is brought together:

==============================================  ===================================================================
CPython 2.7                                     `ast` of the lowered text
==============================================  ===================================================================
`Print(dest, values, nl)`                       a call of the marker, as a statement
`Exec(body, globals, locals)`                   a call of the marker, or of `exec` itself, as a statement
`Raise(type, inst, tback)`                      `Raise(exc)`, the marker's arguments unpacked
`ExceptHandler(type, name)`                     `name` a string, or the marker's second argument
`Repr(value)`                                   a call of the marker
`TryExcept`, `TryFinally`                       `Try`: one in the other where it has both `except` and `finally`
`With` one inside the other                     `With` with several items
`Call(func, args, keywords, starargs, kwargs)`  `Call(func, args, keywords)` with `Starred` and `keyword(None, …)`
`arguments` of expressions                      `arguments` of `arg`; a placeholder is parsed from its pattern
`Name('True')`, `Name('None')` …                `Constant`; stand-ins of names get their own names back
`Num`, folded `-1`                              `Constant`; a minus before a number is folded on both sides, signs of zero
                                                included; ints are hexadecimal, floats their shortest repr
`Index`, `ExtSlice`, `Ellipsis`                 the value itself, `Tuple`, `Constant(...)`
`Slice(step=Name('None'))` of `x[a:b:]`         `Slice(step=None)`
`Str` of bytes                                  `Constant`: the bytes that Python 2 makes of the literals in the lowered
                                                text, characters in the file's own encoding
`Str` of unicode                                `Constant` whose literals have a `u`, or lost one to a lowering, or are
                                                under `unicode_literals`; in UTF-16
`ctx`                                           left out: where a node stands says it
line numbers                                    left out (`test_positions.py` compares them)
==============================================  ===================================================================
"""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right

from porter.positions import LineIndex
from porter.python2 import Source, constructs, markers
from porter.python2.outline import Literal, outline

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")


def spell(tree: ast.Module, source: Source) -> str:
    return _Speller(source).spell(tree)


class _Speller:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._out: list[str] = []
        self._lines = LineIndex(source.text)
        self._outline = outline(source.text)
        self._literals = list(self._outline.literals())
        self._starts = [literal.start for literal in self._literals]
        self._without_u = {
            lowering.lowered_start for lowering in source.lowerings if lowering.construct == constructs.STRING_PREFIX
        }

    def spell(self, tree: ast.Module) -> str:
        self._emit(tree.body)
        return "".join(self._out)

    # the parts that every node is made of

    def _emit(self, value: object) -> None:
        match value:
            case list():
                self._out.append("[")
                for item in value:
                    self._emit(item)
                    self._out.append(",")
                self._out.append("]")
            case ast.AST():
                method = getattr(self, f"_emit_{type(value).__name__}", None)
                if method is not None:
                    method(value)
                else:
                    self._node(
                        type(value).__name__,
                        *(getattr(value, field) for field in value._fields if field not in ("ctx", "type_comment")),
                    )
            case int() if not isinstance(value, bool):
                self._out.append(f"{value:x}")
            case _:
                self._out.append(str(value))

    def _node(self, name: str, *fields: object) -> None:
        self._out.append(f"{name}(")
        for field in fields:
            self._emit(field)
            self._out.append(",")
        self._out.append(")")

    # statements

    def _emit_Expr(self, node: ast.Expr) -> None:
        match node.value:
            case ast.Call(func=ast.Name(id=markers.PRINT), args=args, keywords=keywords):
                self._node("Print", None, args, not keywords)
            case ast.Call(func=ast.Name(id=markers.PRINT_TO), args=[file, *args], keywords=keywords):
                self._node("Print", file, args, not keywords)
            case ast.Call(func=ast.Name(id=markers.EXEC | "exec"), args=args):
                self._node("Exec", *args, *[None] * (3 - len(args)))
            case value:
                self._node("Expr", value)

    def _emit_Raise(self, node: ast.Raise) -> None:
        match node.exc:
            case ast.Call(func=ast.Name(id=markers.RAISE), args=args):
                self._node("Raise", *args, *[None] * (3 - len(args)))
            case exc:
                self._node("Raise", exc, None, None)

    def _emit_Try(self, node: ast.Try) -> None:
        if not node.finalbody:
            self._node("TryExcept", node.body, node.handlers, node.orelse)
        elif not node.handlers:
            self._node("TryFinally", node.body, node.finalbody)
        else:
            self._out.append("TryFinally([")
            self._node("TryExcept", node.body, node.handlers, node.orelse)
            self._out.append(",],")
            self._emit(node.finalbody)
            self._out.append(",)")

    def _emit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        kind = node.type
        name: object = None if node.name is None else ast.Name(node.name)
        match kind:
            case ast.Call(func=ast.Name(id=markers.EXCEPT), args=[wanted, *target]):
                kind = wanted
                name = target[0] if target else name
        self._node("ExceptHandler", kind, name, node.body)

    def _emit_With(self, node: ast.With) -> None:
        for item in node.items:
            self._out.append("With(")
            self._emit(item.context_expr)
            self._out.append(",")
            self._emit(item.optional_vars)
            self._out.append("," if item is node.items[-1] else ",[")
        self._emit(node.body)
        self._out.append(",)" + ",],)" * (len(node.items) - 1))

    def _emit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._node("FunctionDef", _name(node.name), node.args, node.body, node.decorator_list)

    def _emit_ClassDef(self, node: ast.ClassDef) -> None:
        self._node("ClassDef", _name(node.name), node.bases, node.body, node.decorator_list)

    def _emit_For(self, node: ast.For) -> None:
        self._node("For", node.target, node.iter, node.body, node.orelse)

    def _emit_Global(self, node: ast.Global) -> None:
        self._node("Global", [_name(name) for name in node.names])

    def _emit_alias(self, node: ast.alias) -> None:
        self._node("alias", _dotted(node.name), node.asname and _name(node.asname))

    def _emit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self._node("ImportFrom", node.module and _dotted(node.module), node.names, node.level)

    # expressions

    def _emit_arguments(self, node: ast.arguments) -> None:
        parameters = [self._parameter(argument.arg) for argument in node.args]
        vararg = node.vararg and _name(node.vararg.arg)
        kwarg = node.kwarg and _name(node.kwarg.arg)
        self._node("arguments", parameters, vararg, kwarg, node.defaults)

    def _parameter(self, name: str) -> ast.expr:
        if markers.is_tuple_parameter(name):
            return ast.parse(self._source.facts.tuple_parameters[name], mode="eval").body
        return ast.Name(name)

    def _emit_Name(self, node: ast.Name) -> None:
        self._out.append(f"Name({_name(node.id)})")

    def _emit_Attribute(self, node: ast.Attribute) -> None:
        self._node("Attribute", node.value, _name(node.attr))

    def _emit_keyword(self, node: ast.keyword) -> None:
        assert node.arg is not None
        self._node("keyword", _name(node.arg), node.value)

    def _emit_comprehension(self, node: ast.comprehension) -> None:
        self._node("comprehension", node.target, node.iter, node.ifs)

    def _emit_Call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(func=ast.Name(id=markers.REPR), args=[value]):
                self._node("Repr", value)
                return
        star = next((argument.value for argument in node.args if isinstance(argument, ast.Starred)), None)
        double = next((keyword.value for keyword in node.keywords if keyword.arg is None), None)
        args = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
        keywords = [keyword for keyword in node.keywords if keyword.arg is not None]
        self._node("Call", node.func, args, keywords, star, double)

    def _emit_UnaryOp(self, node: ast.UnaryOp) -> None:
        value = _folded(node)
        if value is None:
            self._node("UnaryOp", node.op, node.operand)
        else:
            self._out.append(_number(value))

    def _emit_Slice(self, node: ast.Slice) -> None:
        step = node.step
        if isinstance(step, ast.Constant) and step.value is None:
            step = None
        self._node("Slice", node.lower, node.upper, step)

    def _emit_Constant(self, node: ast.Constant) -> None:
        match node.value:
            case True | False | None:
                self._out.append(f"Name({node.value})")
            case str() | bytes():
                self._string(node, node.value)
            case value if value is ...:
                self._out.append("Ellipsis()")
            case int() | float() | complex() as value:
                self._out.append(_number(value))

    # strings

    def _string(self, node: ast.Constant, value: str | bytes) -> None:
        if isinstance(value, bytes):
            self._out.append(f"b{value.hex()}")
            return
        pieces = self._pieces(node)
        if any(self._is_unicode(piece) for piece in pieces):
            self._out.append(f"u{value.encode('utf-16-le', 'surrogatepass').hex()}")
        elif value.isascii():
            self._out.append(f"b{value.encode('ascii').hex()}")
        else:
            self._out.append(f"b{b''.join(self._bytes(piece) for piece in pieces).hex()}")

    def _pieces(self, node: ast.Constant) -> list[Literal]:
        start, end = self._lines.span(node)
        first = bisect_right(self._starts, start) - 1
        last = first
        while last + 1 < len(self._literals) and self._starts[last + 1] < end:
            last += 1
        return self._literals[first : last + 1]

    def _is_unicode(self, piece: Literal) -> bool:
        if "u" in piece.prefix or piece.start in self._without_u:
            return True
        return "unicode_literals" in self._source.facts.future and "b" not in piece.prefix

    def _bytes(self, piece: Literal) -> bytes:
        """What Python 2 makes of a literal without a prefix: characters in the file's encoding, escapes as bytes."""
        body = self._source.text[piece.body]
        if piece.is_raw:
            return body.replace("\r\n", "\n").replace("\r", "\n").encode(self._source.encoding)
        spelt = _NON_ASCII.sub(self._escaped, body)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = ast.literal_eval(f"b{piece.quotes}{spelt}{piece.quotes}")
        assert isinstance(value, bytes)
        return value

    def _escaped(self, match: re.Match[str]) -> str:
        return "".join(f"\\x{byte:02x}" for byte in match[0].encode(self._source.encoding))


def _name(name: str) -> str:
    return markers.original_name(name) or name


def _dotted(name: str) -> str:
    return ".".join(_name(part) for part in name.split("."))


def _folded(node: ast.expr) -> int | float | complex | None:
    """The value of a number with minus signs before it, however many; None for anything else."""
    match node:
        case ast.Constant(value=int() | float() | complex() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _folded(operand)
            return None if inner is None else -inner
    return None


def _number(value: int | float | complex) -> str:
    match value:
        case float():
            return f"Float({value!r})"
        case complex():
            return f"Imaginary({value.imag!r})"
        case _:
            return f"Int({value:x})"
