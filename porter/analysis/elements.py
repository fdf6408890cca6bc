"""What the items of a list are, where the program fills it in plain sight and hands it to nobody who could add to it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from porter.analysis.exports import is_exported
from porter.analysis.kinds import UNKNOWN, Kind
from porter.analysis.scopes import Binding, BindingKind, Scope
from porter.python2 import markers

if TYPE_CHECKING:
    from porter.analysis.model import ModuleModel

_ADDS_NOTHING = frozenset("pop remove sort reverse index count".split())
_READERS = frozenset(
    {
        f"builtins.{name}"
        for name in "len enumerate reversed sorted list tuple zip str repr bool any all iter map".split()
    }
    | {"gevent.joinall", "gevent.killall", "gevent.wait", f"builtins.{markers.PRINT}"}
)


def element_kind(items: ast.Name, model: ModuleModel, kind_of: Callable[[Binding], Kind]) -> Kind:
    """The kind of every item that a list of this name ever holds; UNKNOWN where that is not certain.

    `kind_of` says what a binding binds. What comes out of the list and goes in again tells nothing new.
    """
    scope = model.scope_of(items).owner(items.id)
    if scope is None or scope.dynamic or scope.is_class or (scope.is_module and is_exported(items.id, model)):
        return UNKNOWN
    sources: list[ast.expr] = []
    for binding in scope.bindings[items.id]:
        statement = model.parent(binding.node)
        if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
            return UNKNOWN  # another name for the same list
        match binding.value:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                sources.extend(elements)
            case ast.ListComp(elt=element):
                sources.append(element)
            case _:
                return UNKNOWN
    for use in model.uses_of(items.id, scope):
        if isinstance(use.ctx, ast.Store):
            continue
        added = _added(use, model)
        if added is None:
            return UNKNOWN
        sources.extend(added)
    found = [kind for source in sources for kind in _kinds(source, items.id, scope, model, kind_of)]
    return found[0] if found and all(kind == found[0] for kind in found) else UNKNOWN


def _added(use: ast.Name, model: ModuleModel) -> list[ast.expr] | None:
    """What a use of the list adds to it; None where it may add anything."""
    parent = model.parent(use)
    match parent:
        case ast.Attribute(attr=method):
            called = model.parent(parent)
            if not (isinstance(called, ast.Call) and called.func is parent):
                return None
            if method == "append" and len(called.args) == 1:
                return list(called.args)
            return [] if method in _ADDS_NOTHING else None
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable) if iterable is use:
            return []
        case ast.Subscript(value=value, ctx=ast.Load()) if value is use:
            return []
        case ast.Call(func=function, args=arguments) if use in arguments:
            name = function.id if isinstance(function, ast.Name) else ""
            reads = name in (markers.PRINT, markers.REPR) or model.resolve(function) in _READERS
            return [] if reads else None
        case ast.Compare() | ast.UnaryOp() | ast.If() | ast.While() | ast.BinOp(op=ast.Mod()):
            return []
    return None


def _kinds(
    source: ast.expr, items: str, scope: Scope, model: ModuleModel, kind_of: Callable[[Binding], Kind]
) -> Iterator[Kind]:
    if not isinstance(source, ast.Name):
        yield model.kind(source)
        return
    found = model.bindings(source)
    if not found:
        yield UNKNOWN
    for binding in found:
        if not _comes_from(binding, items, scope, model):
            yield kind_of(binding)


def _comes_from(binding: Binding, items: str, scope: Scope, model: ModuleModel) -> bool:
    """Whether a name is bound to the list's own items, by a loop over it."""
    if binding.kind is not BindingKind.TARGET:
        return False
    match model.parent(binding.node):
        case ast.For(target=target, iter=ast.Name(id=name) as iterable) | ast.comprehension(
            target=target, iter=ast.Name(id=name) as iterable
        ):
            return target is binding.node and name == items and model.scope_of(iterable).owner(name) is scope
    return False
