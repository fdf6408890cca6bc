"""The variable of a list comprehension does not outlive it in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#changed-syntax
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Scope
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._loops import as_loop, before


class LeakedVariables(Rule):
    code = "PORT054"
    name = "leaked-variables"
    summary = "a list comprehension's variable is used after it"
    why = (
        "In Python 2 the variable of a list comprehension belonged to the scope around it and kept the last item. In Python 3 it "
        "is the comprehension's own: the name outside has the value that it had before, or none. Such a comprehension "
        "is written as the loop that it was, where it is what its statement evaluates first; elsewhere write a loop yourself."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#changed-syntax"
    triggers = frozenset({"for"})
    visits = (ast.ListComp,)
    ambiguous = True
    examples = (
        Example(
            "doubled = [n * 2 for n in (1, 2) if n]\nprint n, doubled\n",
            "doubled = []\nfor n in (1, 2):\n    if n:\n        doubled.append(n * 2)\nprint(n, doubled)\n",
        ),
        Example(
            "print [n for n in (1, 2)], n\n",
            "items = []\nfor n in (1, 2):\n    items.append(n)\nprint(items, n)\n",
        ),
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
        if ast.Yield in model.nodes and any(isinstance(item, ast.Yield) for item in ast.walk(node)):
            return  # one that yields is PORT056's
        names = {
            item.id: item
            for generator in node.generators
            for item in ast.walk(generator.target)
            if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)
        }
        for name, target in names.items():
            use = _use_after(node, name, target, model)
            if use is not None:
                message = f"{name} holds the last item behind the list comprehension: it is a loop"
                if not _stands_alone(node, model):
                    yield Advice(
                        use, f"in Python 2 {name} holds the last item of the list comprehension here: use a loop"
                    )
                elif (listed := _assigned_to(node, model)) is not None:
                    risk = Risk.SUGGESTED if _is_tried(node, model) else Risk.SAFE
                    yield Match(model.statement(node), risk, message, slot=SlotKind.BLOCK, data=(as_loop, listed))
                    return
                elif _comes_first(node, set(names), model) and (free := _free_name(node, model)) is not None:
                    yield Match(model.statement(node), message=message, slot=SlotKind.BLOCK, data=(before, free))
                    return
                else:
                    yield Advice(
                        use, f"in Python 2 {name} holds the last item of the list comprehension here: use a loop"
                    )

    def rewrite(self, node: Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        written, name = match.data
        return [*written(node[0], name), *node[1:]]


def _stands_alone(node: ast.ListComp, model: ModuleModel) -> bool:
    """Whether a loop can stand before the comprehension's statement, which is a simple one with lines of its own."""
    statement = model.statement(node)
    shares_line = any(
        other is not statement
        and other.lineno <= (statement.end_lineno or 0)
        and (other.end_lineno or 0) >= statement.lineno
        for other in model.suite(statement)
    )
    inside = any(isinstance(item, ast.Lambda) for item in ast.walk(node)) or "#" in model.text_of(node)
    return not (shares_line or inside or model.scope_of(node).is_class)


def _assigned_to(node: ast.ListComp, model: ModuleModel) -> str | None:
    """The one name that the comprehension is assigned to, where it could be a loop that fills the list."""
    match model.statement(node):
        case ast.Assign(targets=[ast.Name(id=listed)], value=value) if value is node:
            names = {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}
            return None if listed in names else listed
    return None


def _comes_first(node: ast.ListComp, leaked: set[str], model: ModuleModel) -> bool:
    """Whether nothing of its statement is evaluated before the comprehension, but for names that it leaves alone."""
    inner: ast.AST = node
    for outer in model.ancestors(node):
        match outer:
            case ast.Expr() | ast.Return() | ast.Assign():
                return inner is outer.value
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if first is inner:
                first_here = name not in leaked
            case (
                ast.Call(func=child) | ast.Attribute(value=child) | ast.Subscript(value=child) | ast.Compare(left=child)
            ):
                first_here = child is inner
            case ast.BinOp(left=child) | ast.UnaryOp(operand=child) | ast.IfExp(test=child):
                first_here = child is inner
            case ast.BoolOp(values=[child, *_]) | ast.Tuple(elts=[child, *_]) | ast.List(elts=[child, *_]):
                first_here = child is inner
            case _:
                return False
        if not first_here:
            return False
        inner = outer
    return False


def _free_name(node: ast.ListComp, model: ModuleModel) -> str | None:
    if model.scope_of(node).dynamic or model.scope.dynamic:
        return None
    return next((name for name in ("items", "found", "listed") if model.is_free(name, node)), None)


def _is_tried(node: ast.ListComp, model: ModuleModel) -> bool:
    """Whether an exception may be caught that leaves the list half filled."""
    return any(isinstance(outer, ast.Try) for outer in model.ancestors(node))


def _use_after(node: ast.ListComp, name: str, target: ast.Name, model: ModuleModel) -> ast.Name | None:
    """The first use of the name behind the comprehension that certainly, or first, sees what it left."""
    scope = model.scope_of(target).owner(name)
    if scope is None:
        return None
    end = model.span(node)[1]
    outside = [use for use in model.uses_of(name, scope) if not _is_in_comprehension(use, name, model)]
    later = sorted(outside, key=lambda use: model.span(use)[0])
    following = [use for use in later if model.span(use)[0] >= end]
    elsewhere = [use for use in outside if model.scope_of(use).owner(name) is scope and _is_inner(use, scope, model)]
    if elsewhere and not scope.is_class:
        return elsewhere[0]  # a function that sees the variable of the scope around it, whenever it is called
    if not following:
        return None
    first = following[0]
    if not isinstance(first.ctx, ast.Load) or model.scope_of(first) is not model.scope_of(target):
        return None
    return first if _follows(node, first, name, model) else None


def _is_inner(use: ast.Name, scope: Scope, model: ModuleModel) -> bool:
    """Whether a use stands in a function inside the scope, and reads the name."""
    inner: Scope | None = model.scope_of(use)
    while inner is not None and inner is not scope:
        if inner.is_function:
            return isinstance(use.ctx, ast.Load)
        inner = inner.parent
    return False


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
