"""Data that come whole and are text: a line of a handler's rfile, a message of a connection. They are decoded where they are read.

What comes in pieces (recv(), os.read()) may end in the middle of a character, and is left to a human.
"""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind
from porter.rules.port._pipe_data import PipeFollower
from porter.rules.port._pipe_evidence import Evidence
from porter.rules.port._sockets import handler_class
from porter.rules.port._texts import is_text

_WHOLE_READS = frozenset({"read", "readline"})
_KEEP = frozenset("strip lstrip rstrip lower upper replace title capitalize".split())


def gives_whole(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a call reads data that come whole."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id="self"), attr="rfile"), attr=method)):
            return method in _WHOLE_READS and handler_class(node, model) is not None
        case ast.Call(func=ast.Attribute(value=connection, attr="recv_bytes")):
            return model.library_type(model.kind(connection)) == "multiprocessing.Connection"
    return False


def is_decoded(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a call reads data that come whole, and nothing is done with them but what is done with text."""
    return gives_whole(node, model) and is_only_text(evidence_of(node, model))


def evidence_of(node: ast.expr, model: ModuleModel) -> Evidence:
    follower = PipeFollower(model)
    follower.data(node)
    return follower.evidence


def is_only_text(found: Evidence) -> bool:
    return bool(found.text) and not found.binary and not found.unknown


def is_text_with_decoded(node: ast.expr, model: ModuleModel) -> bool:
    """Whether an expression is put together from text, numbers and data that are decoded, some of these among them."""
    parts = list(_parts(node))
    decoded = [part for part in parts if _comes_decoded(part, model)]
    others = [part for part in parts if part not in decoded]
    return bool(decoded) and all(
        is_text(part, model) or model.kind(part).type in ("int", "float", "long", "bool") for part in others
    )


def _parts(node: ast.expr) -> list[ast.expr]:
    """The pieces of a text: the operands of + and %, what % formats, one by one."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_parts(left), *_parts(right)]
        case ast.BinOp(left=left, op=ast.Mod(), right=ast.Tuple(elts=items)):
            return [*_parts(left), *items]
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            return [*_parts(left), right]
    return [node]


def _comes_decoded(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a value is what a decoded read gave, whole or stripped."""
    match node:
        case ast.Call(func=ast.Attribute(value=receiver, attr=method)) if method in _KEEP:
            return _comes_decoded(receiver, model)
        case ast.Call():
            return is_decoded(node, model)
        case ast.Name():
            found = model.bindings(node)
            return (
                len(found) == 1
                and found[0].kind is BindingKind.ASSIGNMENT
                and (found[0].value is not None and not isinstance(found[0].value, ast.Name))
                and _comes_decoded(found[0].value, model)
            )
    return False
