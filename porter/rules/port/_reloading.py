"""The trick `reload(sys); sys.setdefaultencoding(…)`: two rules must agree on what it is."""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel


def is_reload_of_sys(node: ast.expr, model: ModuleModel) -> bool:
    match node:
        case ast.Call(func=function, args=[module]):
            return model.resolve(function) == "builtins.reload" and model.resolve(module) == "sys"
    return False


def is_of_the_trick(node: ast.Name, model: ModuleModel) -> bool:
    """Whether a `reload` is that of the trick, which goes."""
    parent = model.parent(node)
    return "setdefaultencoding" in model.text and isinstance(parent, ast.Call) and is_reload_of_sys(parent, model)
