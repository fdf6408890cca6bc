"""The original lines of the statements of a source, as CPython 2.7 would number them."""

from __future__ import annotations

import ast

from porter.positions import LineIndex
from porter.python2 import Source, markers, parse

_PRINTS = (markers.PRINT, markers.PRINT_TO)


def statement_lines(source: Source) -> list[str]:
    """`LINE KIND`, sorted, of all but the kinds whose line 2.7 is unsure about."""
    lowered, original = LineIndex(source.text), LineIndex(source.original)
    found = []
    for node in ast.walk(parse(source)):
        kind = _kind(node)
        if kind is None:
            continue
        assert isinstance(node, ast.stmt)
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
        line_in_lowered = node.col_offset if first == node.lineno else 0
        offset = source.original_offset(lowered.offset(first, line_in_lowered))
        found.append(f"{original.line_of(offset):06d} {kind}")
    return sorted(found)


def _kind(node: ast.AST) -> str | None:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))) if name in _PRINTS:
            return "Print"
        case ast.Expr(value=ast.Call(func=ast.Name(id=markers.EXEC | "exec"))):
            return "Exec"
        case ast.Expr() | ast.With() | ast.Try():
            return None
        case ast.stmt():
            return type(node).__name__
    return None
