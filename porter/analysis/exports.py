"""Which names of a module other files may know."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from porter.python2 import markers

if TYPE_CHECKING:
    from porter.analysis.model import ModuleModel


def is_exported(name: str, model: ModuleModel) -> bool:
    """Whether other files may take this name of the module from it: it is in `__all__`, or they read it."""
    name = markers.original_name(name) or name
    if name in _listed(model) or name in model.tree.read_by_others:
        return True
    taken_all = "*" in model.tree.read_by_others and "__all__" not in model.scope.bindings
    return taken_all and not name.startswith("_")


def _listed(model: ModuleModel) -> set[str]:
    """The names in `__all__`, however they get there."""
    return {
        constant.value
        for use in model.scope.uses.get("__all__", ())
        for constant in ast.walk(model.statement(use))
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
