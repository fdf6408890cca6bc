"""Which exception is being handled: a bare raise and sys.exc_info() after another handler has ended.

https://docs.python.org/3/whatsnew/3.0.html#changes-to-exceptions
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Definition
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._handlers import handler_around

_ASK = frozenset({"sys.exc_info", "traceback.print_exc", "traceback.format_exc"})
_NAMES = frozenset(name.rpartition(".")[2] for name in _ASK)


class HandledExceptions(Rule):
    code = "PORT077"
    name = "handled-exceptions"
    summary = "a handled exception is forgotten when its handler ends"
    why = (
        "Python 2 kept the exception that a function caught last, until the function returned: a bare raise behind the handler "
        "raised it again, and inside an outer handler it raised what an inner one had caught. In Python 3 an exception is "
        "current inside its own handler alone. Give it a name, and raise or report that."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.0.html#changes-to-exceptions"
    triggers = _NAMES | {"raise"}
    visits = (ast.Raise, ast.Call)
    spelt = True
    examples = (
        Untouched("try:\n    f()\nexcept ValueError:\n    print `1`\n    raise\n", because="inside its handler"),
        Untouched(
            "def again():\n    print `1`\n    raise\n", because="the function is called by a handler, or fails in both"
        ),
        Untouched(
            "try:\n    f()\nexcept ValueError:\n    try:\n        g()\n    except KeyError:\n        print 1\n        raise\n",
            because="the inner exception is current in both",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if model.dialect is not Dialect.PYTHON2:
            return
        match node:
            case ast.Raise(exc=None):
                what = "a bare raise raises"
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name) as function) if (
                name in _NAMES and model.resolve(function) in _ASK
            ):
                what = f"{model.text_of(function)}() tells of"
            case _:
                return
        handler = handler_around(node, model)
        if handler is None and _ended_before(_suite_around(node, model), node, model):
            yield Advice(
                node, f"in Python 2 {what} what the handler above caught; in Python 3 there is none: keep it in a name"
            )
        elif handler is not None and _ended_before(handler.body, node, model):
            yield Advice(
                node, f"{what} this handler's exception in Python 3; in Python 2 what an inner handler has caught since"
            )


def _suite_around(node: ast.AST, model: ModuleModel) -> list[ast.stmt]:
    for outer in model.ancestors(node):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
            return outer.body
    return []


def _ended_before(suite: list[ast.stmt], node: ast.AST, model: ModuleModel) -> bool:
    """Whether a handler in the suite ends, goes on to what follows it, and so comes to the node."""
    around = {node, *model.ancestors(node)}
    start = model.span(model.statement(node))[0]
    waiting: list[ast.AST] = list(suite)
    while waiting:
        item = waiting.pop()
        if isinstance(item, Definition | ast.Lambda):
            continue
        if isinstance(item, ast.Try) and _goes_on(item) and item not in around and model.span(item)[1] <= start:
            return True
        waiting.extend(ast.iter_child_nodes(item))
    return False


def _goes_on(node: ast.Try) -> bool:
    return any(not _leaves(handler.body) for handler in node.handlers)


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether a suite certainly ends by leaving: nothing behind its statement runs."""
    last = body[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and _leaves(last.body) and _leaves(last.orelse)
    return isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break)
