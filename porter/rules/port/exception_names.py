"""`except E as e` deletes `e` when its block ends, in Python 3.

https://peps.python.org/pep-3110/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Scope
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched


class ExceptionNames(Rule):
    code = "PORT039"
    name = "exception-names"
    summary = "keep a caught exception that is used after its block"
    why = (
        "Python 3 deletes the name of the caught exception at the end of its except block, so that the exception and its "
        "traceback do not live on. Where the name is used later it is bound by an assignment, which stays."
    )
    source = "https://docs.python.org/3/reference/compound_stmts.html#except"
    triggers = frozenset({"except"})
    visits = (ast.Try,)
    examples = (
        Example(
            "try:\n    int('x')\nexcept ValueError, e:\n    pass\nprint e\n",
            "try:\n    int('x')\nexcept ValueError as error:\n    e = error\n    pass\nprint(e)\n",
        ),
        Untouched(
            "try:\n    int('x')\nexcept ValueError, e:\n    print e\n", because="it is used inside its block only"
        ),
        Untouched(
            "try:\n    int('x')\nexcept ValueError, e:\n    print e\ne = 3\nprint e\n",
            because="it is bound anew before its use",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Try)
        found = {
            number: (handler.name, _other_name(handler, model))
            for number, handler in enumerate(node.handlers)
            if handler.name is not None and _is_used_later(handler, handler.name, model)
        }
        if found:
            yield Match(node, Risk.SAFE, slot=SlotKind.BLOCK, data=found)

    def rewrite(self, node: Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        tried, *rest = node
        handlers = list(cst.ensure_type(tried, cst.Try).handlers)
        for number, (name, other) in match.data.items():
            handlers[number] = _kept(handlers[number], name, other)
        return [tried.with_changes(handlers=handlers), *rest]


def _other_name(handler: ast.ExceptHandler, model: ModuleModel) -> str:
    names = ("error", "exception", "caught", *map("error{}".format, range(2, 999)))
    return next(name for name in names if model.is_free(name, handler))


def _is_used_later(handler: ast.ExceptHandler, name: str, model: ModuleModel) -> bool:
    """Whether a use outside the block may see what the block bound."""
    scope = model.scope_of(handler).owner(name)
    if scope is None or scope.is_class:
        return False
    uses = model.uses_of(name, scope)
    inside = {use for use in uses if handler in model.ancestors(use)}
    after = model.span(handler)[1]
    loop = _loop_around(handler, model)
    for use in uses:
        if use in inside or not isinstance(use.ctx, ast.Load):
            if use in inside and _is_deferred(use, handler, model):
                return True
            continue
        start = model.span(use)[0]
        again = loop is not None and use in set(ast.walk(loop))
        if (start >= after or again) and not _is_bound_between(use, handler, name, scope, model):
            return True
    return False


def _loop_around(node: ast.AST, model: ModuleModel) -> ast.AST | None:
    for outer in model.ancestors(node):
        if isinstance(outer, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            return None
        if isinstance(outer, ast.For | ast.While):
            return outer
    return None


def _is_deferred(use: ast.Name, handler: ast.ExceptHandler, model: ModuleModel) -> bool:
    """Whether the use stands in a function made inside the block, which may run later."""
    function = model.function(use)
    return function is not None and function is not model.function(handler)


def _is_bound_between(use: ast.Name, handler: ast.ExceptHandler, name: str, scope: Scope, model: ModuleModel) -> bool:
    """Whether the use certainly sees another binding: its own handler's, or one in a suite around it, before it."""
    for outer in model.ancestors(use):
        if isinstance(outer, ast.ExceptHandler) and outer.name == name:
            return True
        if isinstance(outer, ast.comprehension | ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
            generators = getattr(outer, "generators", [])
            if any(
                isinstance(item, ast.Name) and item.id == name for part in generators for item in ast.walk(part.target)
            ):
                return True
        if isinstance(outer, ast.For) and _binds(outer.target, name) and not _stands_in(use, outer.iter, model):
            return True
        if isinstance(outer, ast.With) and any(
            item.optional_vars is not None and _binds(item.optional_vars, name) for item in outer.items
        ):
            return True
    end = model.span(handler)[1]
    statement = model.statement(use)
    for outer_statement in [statement, *(item for item in model.ancestors(use) if isinstance(item, ast.stmt))]:
        if isinstance(outer_statement, ast.FunctionDef | ast.ClassDef):
            if model.inner_scope(outer_statement) is scope:
                break
            continue
        suite = model.suite(outer_statement)
        for earlier in suite[: suite.index(outer_statement)]:
            if _assigns(earlier, name) and (model.span(earlier)[0] >= end or _is_before_only(earlier, handler, suite)):
                return True
    return False


def _is_before_only(earlier: ast.stmt, handler: ast.ExceptHandler, suite: list[ast.stmt]) -> bool:
    """Whether the binding runs again before the use each time round a loop, the handler's try standing behind the use."""
    return all(handler not in set(ast.walk(statement)) for statement in suite[suite.index(earlier) :])


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(item, ast.Name) and item.id == name for item in ast.walk(target))


def _stands_in(node: ast.AST, outer: ast.AST, model: ModuleModel) -> bool:
    return node is outer or outer in model.ancestors(node)


def _assigns(statement: ast.stmt, name: str) -> bool:
    """Whether a statement always binds the name."""
    match statement:
        case ast.Assign(targets=targets):
            return any(_binds(target, name) for target in targets)
        case ast.FunctionDef(name=defined) | ast.ClassDef(name=defined):
            return defined == name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return any((alias.asname or alias.name) == name for alias in aliases)
        case ast.With(body=body):
            return any(_assigns(item, name) for item in body)
    return False


def _kept(handler: cst.ExceptHandler, name: str, other: str) -> cst.ExceptHandler:
    assign = cst.Assign([cst.AssignTarget(cst.Name(name))], cst.Name(other))
    body: cst.BaseSuite
    if isinstance(handler.body, cst.IndentedBlock):
        body = handler.body.with_changes(body=[cst.SimpleStatementLine([assign]), *handler.body.body])
    else:
        suite = cst.ensure_type(handler.body, cst.SimpleStatementSuite)
        semicolon = cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" "))
        body = suite.with_changes(body=[assign.with_changes(semicolon=semicolon), *suite.body])
    bound = cst.AsName(cst.Name(other)) if handler.name is None else handler.name.with_changes(name=cst.Name(other))
    return handler.with_changes(name=bound, body=body)
