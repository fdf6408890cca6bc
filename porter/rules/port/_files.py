"""Which files are opened in plain sight, and in what mode."""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel

OPENS = frozenset({"builtins.open", "builtins.file", "os.fdopen"})


def opening_mode(call: ast.Call, model: ModuleModel) -> str | None:
    """The mode that a call opens a file in; None where it opens none, or the mode is no literal."""
    if model.resolve(call.func) not in OPENS:
        return None
    match [*call.args[1:2], *(item.value for item in call.keywords if item.arg == "mode")]:
        case []:
            return "r"
        case [ast.Constant(value=str(mode))]:
            return mode
    return None


def mode_of(file: ast.expr, model: ModuleModel) -> str | None:
    """The mode of a file, where every binding of its name opens one, and in the same mode."""
    if isinstance(file, ast.Call):
        return opening_mode(file, model)
    if not isinstance(file, ast.Name):
        return None
    modes: set[str | None] = set()
    for binding in model.bindings(file):
        manager = model.parent(binding.node)
        value = manager.context_expr if isinstance(manager, ast.withitem) else binding.value
        modes.add(opening_mode(value, model) if isinstance(value, ast.Call) else None)
    return modes.pop() if len(modes) == 1 else None
