"""Variables that hold what is still to be sent: `buf = 'GET /…'; sent = s.send(buf); buf = buf[sent:]`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from porter.analysis.model import ModuleModel
from porter.rules.port._per_model import per_model
from porter.rules.port._spelt import attributes_spelt

_SENDS = frozenset({"send", "sendall", "sendto", "write", "push"})


@dataclass(frozen=True, slots=True)
class Buffer:
    """The literals that the variable is set to, and the first place that sends it; nothing else is done with it."""

    literals: tuple[ast.Constant, ...]
    first: ast.expr


def stored_values(node: ast.expr, model: ModuleModel) -> list[ast.expr]:
    """What a variable, or an attribute of self, is set to, other than to pieces of itself."""
    same = _same(node, model)
    values = [_set_to(item, model) for item in same if not isinstance(item.ctx, ast.Load)]
    return [value for value in values if value is not None and not _is_piece(value, node)]


def buffer_of(node: ast.expr, model: ModuleModel) -> Buffer | None:
    """The buffer that is sent, where it is set to literals and pieces of itself, and else only sent, measured and tested."""
    variable = node.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) else node
    same = _same(variable, model)
    if not same or not _is_only_sent(same, variable, model):
        return None
    literals = tuple(
        value for value in stored_values(variable, model) if isinstance(value, ast.Constant) and value.value is not None
    )
    sent = [item for item in same if isinstance(item.ctx, ast.Load) and _is_sent(item, model)]
    if not literals or not sent:
        return None
    return Buffer(literals, min(sent, key=lambda item: model.span(item)[0]))


def _is_only_sent(same: Iterable[ast.Name | ast.Attribute], variable: ast.expr, model: ModuleModel) -> bool:
    for item in same:
        if isinstance(item.ctx, ast.Load):
            if not (_is_sent(item, model) or _is_measured(item, variable, model)):
                return False
        else:
            value = _set_to(item, model)
            plain = isinstance(value, ast.Constant) and isinstance(value.value, str | None)
            if value is None or not (plain or _is_piece(value, variable)):
                return False
    return True


def _same(node: ast.expr, model: ModuleModel) -> list[ast.Name | ast.Attribute]:
    """Every place of a local or global name, or of an attribute that this module asks of self in one class alone."""
    match node:
        case ast.Name(id=name):
            scope = model.scope_of(node).owner(name)
            if scope is None or (scope.is_module and model.tree.imported_by):
                return []
            if any(not isinstance(item.node, ast.Name) for item in scope.bindings.get(name, ())):
                return []
            return list(model.uses_of(name, scope))
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            known = _of_self(model)
            if name not in known:
                known[name] = _asked_of_self(name, model)
            owner, found = known[name]
            return list(found) if owner is model.enclosing_class(node) else []
    return []


@per_model
def _of_self(model: ModuleModel) -> dict[str, tuple[ast.ClassDef | None, list[ast.Attribute]]]:
    """What `_asked_of_self` has found of each name so far."""
    return {}


def _asked_of_self(name: str, model: ModuleModel) -> tuple[ast.ClassDef | None, list[ast.Attribute]]:
    """The one class in which the attribute is asked of self, with every place; no place where others ask for it too."""
    found = list(attributes_spelt(model, (name,)))
    if not all(isinstance(item.value, ast.Name) and item.value.id == "self" for item in found):
        return None, []
    owners = {model.enclosing_class(item) for item in found}
    return (owners.pop(), found) if len(owners) == 1 else (None, [])


def _set_to(item: ast.Name | ast.Attribute, model: ModuleModel) -> ast.expr | None:
    match model.parent(item):
        case ast.Assign(value=value) | ast.AugAssign(op=ast.Add(), value=value):
            return value
    return None


def _is_piece(value: ast.expr, variable: ast.expr) -> bool:
    """`buf[sent:]`."""
    if not (isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice)):
        return False
    return ast.unparse(value.value) == ast.unparse(variable)


def _is_sent(item: ast.expr, model: ModuleModel) -> bool:
    parent = model.parent(item)
    if isinstance(parent, ast.Subscript) and isinstance(parent.slice, ast.Slice):
        item, parent = parent, model.parent(parent)
    match parent:
        case ast.Call(func=ast.Attribute(attr=method), args=args):
            return method in _SENDS and item in args
    return False


def _is_measured(item: ast.expr, variable: ast.expr, model: ModuleModel) -> bool:
    """Whether the place asks for its length or whether it is empty, or cuts a piece off."""
    parent = model.parent(item)
    match parent:
        case ast.Call(func=ast.Name(id="len" | "bool")):
            return True
        case ast.While(test=test) | ast.If(test=test) | ast.IfExp(test=test):
            return test is item
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Subscript():
            outer = model.parent(parent)
            return isinstance(outer, ast.Assign) and _is_piece(parent, variable)
    return False
