"""Which attributes with a keyword's name are the program's own: porter renames them wherever the tree says them."""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel
from porter.python2 import markers


def is_own(word: str, model: ModuleModel) -> bool:
    """Whether a class of the tree, or a statement of this file, binds an attribute of this name."""
    marked = markers.keyword_name(word)
    if any(model.tree.defines_method(name) for name in (word, marked)):
        return True
    if any(word in item.attributes or marked in item.attributes for item in model.tree.classes):
        return True
    return any(
        isinstance(item, ast.Attribute) and item.attr == marked and not isinstance(item.ctx, ast.Load)
        for item in model.nodes.get(ast.Attribute, ())
    )
