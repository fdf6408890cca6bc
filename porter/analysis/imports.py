"""Imports that already serve Python 2 and Python 3 alike, and are left working."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from porter.analysis.model import ModuleModel

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception"})
_CHOICES = frozenset({ast.If, ast.IfExp, ast.Try})
_VERSION_WORDS = frozenset({"PY2", "PY3", "PYTHON2", "PYTHON3", "IS_PY2", "IS_PY3", "is_py2", "is_py3"})


def is_version_guarded(node: ast.AST, model: ModuleModel) -> bool:
    """Whether a node stands in a branch that is chosen by the Python version, or in a try whose other branch imports too.

    ``try: import Queue / except ImportError: import queue as Queue``, ``if sys.version_info[0] == 2: …``,
    ``if six.PY2: …`` and their like.
    """
    return any(outer.__class__ in _CHOICES and model.chooses_version(outer) for outer in model.ancestors(node))


def chooses_version(node: ast.AST) -> bool:
    """Whether a statement or conditional expression chooses between Pythons."""
    match node:
        case ast.Try():
            return _is_import_fallback(node)
        case ast.If(test=test) | ast.IfExp(test=test):
            return _asks_version(test)
    return False


def _is_import_fallback(node: ast.Try) -> bool:
    for handler in node.handlers:
        caught = handler.type
        names = caught.elts if isinstance(caught, ast.Tuple) else [caught] if caught is not None else []
        catches = caught is None or any(isinstance(name, ast.Name) and name.id in _IMPORT_ERRORS for name in names)
        if catches and _imports(node.body) and (_imports(handler.body) or _binds(handler.body)):
            return True
    return False


def _imports(body: list[ast.stmt]) -> bool:
    return any(isinstance(item, ast.Import | ast.ImportFrom) for item in _run(body))


def _binds(body: list[ast.stmt]) -> bool:
    """`except ImportError: json = None` chooses as well, but not between two Pythons' names: the import stays a plain one."""
    return any(isinstance(item, ast.Assign) and not isinstance(item.value, ast.Constant) for item in _run(body))


def _run(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """What is run where the statements are: what functions and classes hold is not."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        yield statement
        for block in ("body", "orelse", "finalbody", "handlers"):
            yield from _run(getattr(statement, block, []))


def _asks_version(test: ast.expr) -> bool:
    for node in ast.walk(test):
        match node:
            case ast.Attribute(attr=("version_info" | "hexversion"), value=ast.Name(id="sys")):
                return True
            case ast.Attribute(attr="version", value=ast.Name(id="sys")):
                return True
            case ast.Attribute(attr=word) | ast.Name(id=word) if word in _VERSION_WORDS:
                return True
    return False
