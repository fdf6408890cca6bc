"""Which uses of a name read what one assignment bound: known where a name is bound once, or several times in one suite."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from porter.analysis.model import ModuleModel


def reached(target: ast.Name, model: ModuleModel) -> list[ast.Name] | None:
    """The uses of a name that read what this assignment binds, and nothing else; None where that is open.

    One binding in all reaches every use. Several are told apart where they all stand in one suite, one after the other.
    """
    scope = model.scope_of(target).owner(target.id)
    assert scope is not None
    uses = [use for use in model.uses_of(target.id, scope) if not isinstance(use.ctx, ast.Store)]
    if len(scope.bindings[target.id]) == 1:
        return uses
    if any(not isinstance(binding.node, ast.Name) for binding in scope.bindings[target.id]):
        return None
    bindings = [model.statement(binding.node) for binding in scope.bindings[target.id]]
    suite = model.suite(model.statement(target))
    if not all(isinstance(binding, ast.Assign) and binding in suite for binding in bindings):
        return None
    places = sorted(suite.index(binding) for binding in bindings)
    start = suite.index(model.statement(target))
    end = min((place for place in places if place > start), default=len(suite))
    in_loop = isinstance(model.parent(suite[0]), ast.For | ast.While)
    found: list[ast.Name] = []
    for use in uses:
        at = place_of(use, suite, model)
        if at is None or (in_loop and at <= places[0]):
            return None
        if start < at <= end:  # the next assignment's own value still reads this one
            found.append(use)
    return found


def place_of(node: ast.AST, suite: Sequence[ast.stmt], model: ModuleModel) -> int | None:
    """The index of the statement of a suite that a node stands in."""
    for outer in (node, *model.ancestors(node)):
        if isinstance(outer, ast.stmt) and outer in suite:
            return suite.index(outer)
    return None
