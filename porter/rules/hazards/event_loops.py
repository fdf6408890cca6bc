"""asyncio makes no loop by itself any more, and waits for tasks, not for coroutines.

https://docs.python.org/3/whatsnew/3.14.html#changes-in-the-python-api
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched

_COROUTINES = frozenset({"asyncio.sleep", "asyncio.wait_for", "asyncio.open_connection"})


class EventLoops(Rule):
    code = "HAZ013"
    name = "event-loops"
    summary = "a loop that nobody made, or a wait for bare coroutines"
    why = (
        "Outside of a coroutine asyncio.get_event_loop() made the main thread's loop; since Python 3.14 it raises RuntimeError "
        "where none is set. Run the program by asyncio.run(main()), or make a loop by asyncio.new_event_loop(). asyncio.wait() "
        "takes no bare coroutines since 3.11: make tasks of them, or gather() them."
    )
    source = "https://docs.python.org/3/whatsnew/3.14.html#changes-in-the-python-api"
    risk = None
    triggers = frozenset({"asyncio"})
    also = frozenset({"get_event_loop", "wait"})
    visits = (ast.Call,)
    examples = (
        Untouched(
            "import asyncio\nloop = asyncio.new_event_loop()\nasyncio.set_event_loop(loop)\n"
            "x = `asyncio.get_event_loop()`\n",
            because="the program sets the loop that it asks for",
        ),
        Untouched("import os\nprint `os.wait()`\n", because="another wait"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Call)
        match model.resolve(node.func):
            case "asyncio.get_event_loop" if not _is_set(model) and not _in_coroutine(node, model):
                yield Advice(
                    node, "no loop is made here since Python 3.14: use asyncio.run(), or asyncio.new_event_loop()"
                )
            case "asyncio.wait" if node.args and any(
                _is_coroutine(item, model) for item in _waited(node.args[0], model)
            ):
                yield Advice(node, "asyncio.wait() takes no coroutines since Python 3.11: make tasks of them")


def _is_set(model: ModuleModel) -> bool:
    return "set_event_loop" in model.text.replace("set_event_loop_policy", "")


def _in_coroutine(node: ast.AST, model: ModuleModel) -> bool:
    return isinstance(model.function(node), ast.AsyncFunctionDef)


def _waited(node: ast.expr, model: ModuleModel) -> list[ast.expr]:
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return items
        case ast.ListComp(elt=item) | ast.SetComp(elt=item) | ast.GeneratorExp(elt=item):
            return [item]
        case ast.Name():
            found = model.bindings(node)
            if len(found) == 1 and found[0].value is not None and not isinstance(found[0].value, ast.Name):
                return _waited(found[0].value, model)
    return []


def _is_coroutine(node: ast.expr, model: ModuleModel) -> bool:
    """Whether an expression calls a coroutine of this module or of asyncio."""
    if not isinstance(node, ast.Call):
        return False
    found = model.bindings(node.func) if isinstance(node.func, ast.Name) else []
    if len(found) == 1 and isinstance(found[0].node, ast.AsyncFunctionDef):
        return True
    if len(found) == 1 and isinstance(found[0].node, ast.FunctionDef):
        return any((model.resolve(item) or "").endswith(".coroutine") for item in found[0].node.decorator_list)
    return model.resolve(node.func) in _COROUTINES
