"""Which values are locks, and what a statement does with one."""

from __future__ import annotations

import ast

from porter.analysis.kinds import UNKNOWN
from porter.analysis.model import ModuleModel

_MUTEXES = ("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition")
LOCKS = frozenset(f"{module}.{name}" for module in ("threading", "multiprocessing") for name in _MUTEXES) | frozenset(
    f"gevent.{module}.{name}" for module in ("lock", "coros") for name in ("Semaphore", "BoundedSemaphore", "RLock")
)


def acquired(statement: ast.stmt | None) -> ast.expr | None:
    """The object of a plain ``x.acquire()``, or ``x.acquire(True)``, that is a statement of its own."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=receiver, attr="acquire"), args=args, keywords=keywords)):
            given = [*args, *(item.value for item in keywords if item.arg == "blocking")]
            blocking = all(isinstance(value, ast.Constant) and value.value in (True, 1) for value in given)
            if blocking and len(given) == len(args) + len(keywords) <= 1 and is_path(receiver):
                return receiver
    return None


def released(statement: ast.stmt | None) -> ast.expr | None:
    """The object of an ``x.release()`` that is a statement of its own."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=receiver, attr="release"), args=[], keywords=[])):
            return receiver if is_path(receiver) else None
    return None


def is_path(node: ast.expr) -> bool:
    """Whether an expression is a plain chain of names: `lock`, `self.pool.lock`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def same(one: ast.expr | None, other: ast.expr | None) -> bool:
    """Whether two expressions are written alike."""
    return one is not None and other is not None and ast.unparse(one) == ast.unparse(other)


def is_lock(node: ast.expr, model: ModuleModel) -> bool:
    """Whether the expression certainly is a lock of a library that is a context manager too."""
    name = model.library_type(model.kind(node))
    return name in LOCKS


def is_doubtful(node: ast.expr, model: ModuleModel) -> bool:
    """Whether an object with acquire() and release() may be no context manager.

    A class of this module or of the tree may lack `__enter__`, and a logging.Handler does.
    """
    kind = model.kind(node)
    if kind is not UNKNOWN:
        return kind.definition is None or "__enter__" not in _members(kind.definition)
    if isinstance(node, ast.Name) and node.id == "self":
        return True
    return "Handler" in model.text or any("__enter__" not in item.members for item in model.tree.definers("acquire"))


def _members(definition: ast.ClassDef) -> set[str]:
    return {item.name for item in definition.body if isinstance(item, ast.FunctionDef)}
