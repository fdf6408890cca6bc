"""A coroutine written as a generator is `async def`, and what it yields is awaited.

https://peps.python.org/pep-0492/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rewriting.slots import code_of
from porter.rules.asyncio._colouring.shapes import asynchronous_def, awaited


@dataclass(frozen=True, slots=True)
class _Style:
    """How a library writes coroutines: how they yield (`from`, a wrapper's name, or plainly), how they return a value.

    `eager`: calling one starts it, so that a call which nobody waits for does something; an `async def` would not.
    """

    wrappers: frozenset[str] = frozenset()
    returns: frozenset[str] = frozenset()
    yields_plainly: bool = False
    eager: bool = False


_ASYNCIO = _Style()
_TROLLIUS = _Style(frozenset({"trollius.From"}), frozenset({"trollius.Return"}))
_TORNADO = _Style(returns=frozenset({"tornado.gen.Return"}), yields_plainly=True, eager=True)

_STYLES = {
    "asyncio.coroutine": _ASYNCIO,
    "asyncio.coroutines.coroutine": _ASYNCIO,
    "trollius.coroutine": _TROLLIUS,
    "tornado.gen.coroutine": _TORNADO,
}


class GeneratorCoroutines(Rule):
    code = "AIO004"
    name = "generator-coroutines"
    summary = "a coroutine is async def, and awaits"
    why = (
        "asyncio.coroutine, which made coroutines of generators, is gone since Python 3.11; trollius brought it to Python 2, and "
        "Tornado has its own. `yield from`, `yield From()` and Tornado's `yield` are `await`, and a value is returned by return. "
        "A Tornado coroutine runs when it is called, an async function when it is awaited: one that is called and not waited for "
        "is left to a human."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-0492/"
    triggers = frozenset({"coroutine"})
    visits = (ast.FunctionDef,)
    architecture = True
    examples = (
        Example(
            "import asyncio\n\n@asyncio.coroutine\ndef pause(n):\n    yield from asyncio.sleep(n)\n    return n\n",
            "import asyncio\n\nasync def pause(n):\n    await asyncio.sleep(n)\n    return n\n",
        ),
        Example(
            "from tornado import gen\n\n@gen.coroutine\ndef pause(n):\n    print 'pausing'\n    yield gen.sleep(n)\n"
            "    raise gen.Return(n)\n",
            "from tornado import gen\n\nasync def pause(n):\n    print('pausing')\n    await gen.sleep(n)\n    return n\n",
        ),
        Untouched(
            "def coroutine(f):\n    return f\n\n@coroutine\ndef numbers():\n    print 'none'\n    yield 1\n",
            because="the decorator is the program's own",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.FunctionDef)
        if len(node.decorator_list) != 1:
            return
        style = _STYLES.get(model.resolve(node.decorator_list[0]) or "")
        if style is not None:
            yield from _converted(node, style, model)

    def rewrite(self, node: cst.CSTNode, match: Match) -> Rewritten:
        result: Rewritten = match.data(node)
        return result


def _converted(function: ast.FunctionDef, style: _Style, model: ModuleModel) -> Iterator[Match | Advice]:
    own = list(_own_nodes(function))
    reason = _hindrance(function, own, style, model)
    if reason is not None:
        yield reason
        return
    spellings = {model.text_of(raised) for node in own if (raised := _returned(node, style, model)) is not None}
    rewrite = partial(_as_async, wrapped=not style.yields_plainly, returns=frozenset(spellings))
    drops = ("coroutine", "From", "Return")
    yield Match(function, Risk.SUGGESTED, slot=SlotKind.BLOCK, data=rewrite, drops=drops)


def _hindrance(function: ast.FunctionDef, own: list[ast.AST], style: _Style, model: ModuleModel) -> Advice | None:
    """Why a function must be left as it is, if it must."""
    for node in own:
        if isinstance(node, ast.Yield) and not _awaits_one(node, style, model):
            return Advice(node, "what this yields is no single thing to await: gather it, or await asyncio.sleep(0)")
    if style.eager:
        for call in model.nodes.get(ast.Call, ()):
            dropped = isinstance(model.parent(call), ast.Expr)
            if isinstance(call, ast.Call) and dropped and _name_called(call) == function.name:
                return Advice(
                    call, f"`{function.name}` runs here and nobody waits for it: an async function would not run"
                )
    return None


def _awaits_one(node: ast.Yield, style: _Style, model: ModuleModel) -> bool:
    if style.yields_plainly:
        return node.value is not None and not isinstance(node.value, ast.List | ast.Dict | ast.ListComp | ast.DictComp)
    return isinstance(node.value, ast.Call) and model.resolve(node.value.func) in style.wrappers


def _name_called(call: ast.Call) -> str | None:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def _returned(node: ast.AST, style: _Style, model: ModuleModel) -> ast.expr | None:
    """The exception class of a ``raise Return(value)``."""
    if not isinstance(node, ast.Raise) or node.exc is None:
        return None
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return raised if model.resolve(raised) in style.returns else None


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))


# -- rewrites ------------------------------------------------------------------------------------------------------


class _Body(cst.CSTTransformer):
    """A coroutine's own body: what it yields is awaited, what it raises to return is returned."""

    def __init__(self, wrapped: bool, returns: frozenset[str]) -> None:
        super().__init__()
        self._wrapped = wrapped
        self._returns = returns

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def leave_Yield(self, original_node: cst.Yield, updated_node: cst.Yield) -> cst.BaseExpression:
        is_from = isinstance(updated_node.value, cst.From)
        value = updated_node.value.item if isinstance(updated_node.value, cst.From) else updated_node.value
        if self._wrapped and not is_from:
            value = cst.ensure_type(value, cst.Call).args[0].value
        assert value is not None
        plain = isinstance(value, cst.Name | cst.Attribute | cst.Call | cst.Subscript)
        inner = value if plain or value.lpar else value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return awaited(inner).with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)

    def leave_Raise(self, original_node: cst.Raise, updated_node: cst.Raise) -> cst.BaseSmallStatement:
        raised = updated_node.exc
        kind = raised.func if isinstance(raised, cst.Call) else raised
        if kind is None or code_of(kind) not in self._returns:
            return updated_node
        value = raised.args[0].value if isinstance(raised, cst.Call) and raised.args else None
        return cst.Return(value)


def _as_async(nodes: list[cst.BaseStatement], wrapped: bool, returns: frozenset[str]) -> Rewritten:
    function = cst.ensure_type(nodes[0], cst.FunctionDef)
    comments = [line for line in function.lines_after_decorators if line.comment is not None]
    leading = [*function.leading_lines, *comments]
    body = function.body.visit(_Body(wrapped, returns))
    bare = function.with_changes(body=body, decorators=[], leading_lines=leading, lines_after_decorators=[])
    return asynchronous_def(bare)
