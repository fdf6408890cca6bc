"""Which expressions are certainly dicts, or of a library type that behaves as one."""

from __future__ import annotations

import ast

from porter.analysis.kinds import UNKNOWN
from porter.analysis.model import ModuleModel

_MAPPINGS = frozenset({"dict", "collections.OrderedDict", "collections.Counter", "collections.defaultdict"})
_LIBRARY_MAPPINGS = frozenset({"os.environ", "sys.modules"})


def is_mapping(node: ast.expr, model: ModuleModel) -> bool:
    """Whether the value is certainly a dict."""
    if isinstance(node, ast.Attribute) and node.attr == "__dict__":
        return True
    return model.library_type(model.kind(node)) in _MAPPINGS or model.resolve(node) in _LIBRARY_MAPPINGS


def is_other_type(node: ast.expr, model: ModuleModel) -> bool:
    """Whether the value is certainly no dict."""
    kind = model.kind(node)
    return kind is not UNKNOWN and not is_mapping(node, model)


def defines_its_own(node: ast.expr, method: str, model: ModuleModel) -> bool:
    """Whether the receiver is an instance, or `self`, of a class of this module that defines this method."""
    definition = model.kind(node).definition
    if definition is None and isinstance(node, ast.Name) and node.id == "self":
        definition = model.enclosing_class(node)
    return definition is not None and any(
        isinstance(item, ast.FunctionDef) and item.name == method for item in definition.body
    )
