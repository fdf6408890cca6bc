"""Imports that a rename leaves alone: what serves both Pythons already, what Python 3 never runs, the user's own modules."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator

from porter.analysis.model import ModuleModel
from porter.analysis.versions import holds

Asked = Callable[[str], bool]  # of a module's dotted name
_BRIDGES = frozenset({"six", "future", "past", "backports"})
_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "StandardError", "AttributeError"})


def is_local(module: str, model: ModuleModel) -> bool:
    """Whether a module's name means a file beside this one, which Python 2 finds before the library's."""
    return module.partition(".")[0] in model.tree.neighbours


def stays(
    statement: ast.stmt, local: str, model: ModuleModel, gone: Asked, *, counts: Asked = lambda module: True
) -> bool:
    """Whether an import that binds `local` is best left as it is.

    It stays where another alternative binds the name on Python 3, or where Python 3 does not come by at all. An alternative that needs a
    module which is `gone` as well (``try: import cStringIO / except ImportError: import StringIO``) is none, nor is a module
    that does not count (``try: import _winreg / except ImportError: import win32api``: on Windows, winreg is the same).
    """
    inner: ast.AST = statement
    for outer in model.ancestors(statement):
        match outer:
            case ast.Try() if _has_alternative(outer, inner, local, gone, counts):
                return True
            case ast.If(test=test) if inner is not test:
                verdict = holds(test, model.python)
                if verdict is not None and verdict is not (inner in outer.body):
                    return True
                if (
                    verdict is None
                    and model.is_dual_import(statement)
                    and _branch_binds(outer, inner, local, gone, counts)
                ):
                    return True
        inner = outer
    return False


def _has_alternative(node: ast.Try, inner: ast.AST, local: str, gone: Asked, counts: Asked) -> bool:
    handlers = [handler for handler in node.handlers if catches_import_error(handler)]
    if not handlers or not (inner in node.body or inner in handlers):
        return False
    branches = [[*node.body, *node.orelse], *(handler.body for handler in handlers)]
    return any(_provides(branch, local, gone, counts) for branch in branches if inner not in branch)


def _branch_binds(node: ast.If, inner: ast.AST, local: str, gone: Asked, counts: Asked) -> bool:
    other = node.orelse if inner in node.body else node.body
    return _provides(other, local, gone, counts)


def catches_import_error(handler: ast.ExceptHandler) -> bool:
    """Whether a handler is for imports that fail."""
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught] if caught is not None else []
    return caught is None or any(isinstance(name, ast.Name) and name.id in _IMPORT_ERRORS for name in names)


def _provides(body: list[ast.stmt], local: str, gone: Asked, counts: Asked) -> bool:
    """Whether a branch runs on Python 3 and binds the name to something that is worth the name."""
    imports = list(imported_modules(body))
    if any(gone(module) for module, _ in imports):
        return False
    if any(bound == local and counts(module) for module, bound in imports):
        return True
    return any(
        isinstance(target, ast.Name) and target.id == local and not isinstance(item.value, ast.Constant)
        for statement in body
        for item in ast.walk(statement)
        if isinstance(item, ast.Assign)
        for target in item.targets
    ) or any(isinstance(item, ast.FunctionDef | ast.ClassDef) and item.name == local for item in body)


def is_pythons_own(module: str) -> bool:
    """Whether a module is Python 3's, or a package's that stands in for it; another is taken by either Python, or by none."""
    return module.partition(".")[0] in sys.stdlib_module_names | _BRIDGES


def imported_modules(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The modules that statements import, each with a name that it binds."""
    for statement in body:
        for item in ast.walk(statement):
            if isinstance(item, ast.Import):
                yield from ((alias.name, alias.asname or alias.name.partition(".")[0]) for alias in item.names)
            elif isinstance(item, ast.ImportFrom) and item.level == 0:
                yield from ((item.module or "", alias.asname or alias.name) for alias in item.names)
