"""Which calls are setup() of setuptools or distutils."""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel

_SETUPS = frozenset({"setuptools.setup", "distutils.core.setup"})


def setup_call(node: ast.Call, model: ModuleModel) -> str | None:
    """The dotted name of the setup() that is called; of either where the file tries one after the other."""
    name = model.resolve(node.func)
    if name in _SETUPS:
        return name
    if isinstance(node.func, ast.Name) and node.func.id == "setup":
        imported = {binding.imported for binding in model.bindings(node.func)}
        if imported and imported <= _SETUPS:
            return "setuptools.setup"
    return None
