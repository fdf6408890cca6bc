"""The variable of a list comprehension does not outlive it in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#changed-syntax
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched


class LeakedVariables(Rule):
    code = "PORT054"
    name = "leaked-variables"
    summary = "a list comprehension's variable is used after it"
    why = (
        "In Python 2 the variable of a list comprehension belonged to the scope around it and kept the last item. In Python 3 it "
        "is the comprehension's own: the name outside has the value that it had before, or none. Write a loop, or take the last item."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.0.html#changed-syntax"
    triggers = frozenset({"for"})
    visits = (ast.ListComp,)
    ambiguous = True
    examples = (
        Untouched("print [x for x in (1, 2)]\nfor x in (3,): print x\n", because="the loop binds it anew"),
        Untouched("x = [x for x in (1, 2)]\nprint x\n", because="the name is bound to the list"),
        Untouched(
            "print sum(x for x in (1, 2))\nx = 3\n", because="a generator's variable was its own in Python 2 too"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.ListComp)
        if not model.python2:
            return
        names = {
            item.id: item
            for generator in node.generators
            for item in ast.walk(generator.target)
            if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)
        }
        for name, target in names.items():
            use = _use_after(node, name, target, model)
            if use is not None:
                yield Advice(use, f"in Python 2 {name} holds the last item of the list comprehension here: use a loop")


def _use_after(node: ast.ListComp, name: str, target: ast.Name, model: ModuleModel) -> ast.Name | None:
    """The first use of the name behind the comprehension that certainly, or first, sees what it left."""
    scope = model.scope_of(target).owner(name)
    if scope is None or scope.is_class:
        return None
    end = model.span(node)[1]
    outside = [use for use in model.uses_of(name, scope) if not _is_in_comprehension(use, name, model)]
    later = sorted(outside, key=lambda use: model.span(use)[0])
    following = [use for use in later if model.span(use)[0] >= end]
    if not following:
        return None
    first = following[0]
    if not isinstance(first.ctx, ast.Load) or model.scope_of(first) is not model.scope_of(target):
        return None
    return first if _follows(node, first, name, model) else None


def _is_in_comprehension(use: ast.Name, name: str, model: ModuleModel) -> bool:
    """Whether the use belongs to a comprehension that binds the name itself."""
    for outer in model.ancestors(use):
        match outer:
            case ast.ListComp(generators=generators):
                if any(
                    isinstance(item, ast.Name) and item.id == name
                    for part in generators
                    for item in ast.walk(part.target)
                ):
                    return True
            case ast.stmt():
                return False
    return False


def _follows(node: ast.ListComp, use: ast.Name, name: str, model: ModuleModel) -> bool:
    """Whether the use is reached from the comprehension in its own suite, and no statement there binds the name first."""
    start = model.statement(node)
    suite = model.suite(start)
    reached = [use, *model.ancestors(use)]
    for statement in suite[suite.index(start) :]:
        if statement is not start and _binds(statement, name):
            return False
        if statement in reached:
            return statement is not start or not (isinstance(start, ast.AugAssign) or _binds(start, name))
        if statement is start and _is_target(start, name):
            return False
    return False


def _binds(statement: ast.stmt, name: str) -> bool:
    """Whether the statement binds the name otherwise than by an assignment's target that `uses` shows."""
    match statement:
        case ast.FunctionDef(name=defined) | ast.ClassDef(name=defined):
            return defined == name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return any((alias.asname or alias.name.partition(".")[0]) == name for alias in aliases)
        case ast.For(target=target):
            return any(isinstance(item, ast.Name) and item.id == name for item in ast.walk(target))
    return any(isinstance(item, ast.ExceptHandler) and item.name == name for item in ast.walk(statement))


def _is_target(statement: ast.stmt, name: str) -> bool:
    """Whether the comprehension's own statement binds the name to its result."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(item, ast.Name) and item.id == name for target in targets for item in ast.walk(target))
