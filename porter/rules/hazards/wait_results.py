"""What a wait gives is another value, or another error: Condition.wait(), AsyncResult.successful().

https://docs.python.org/3/library/threading.html#threading.Condition.wait
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched

_CONDITIONS = frozenset({"threading.Condition", "multiprocessing.Condition"})
_RESULT = "multiprocessing.pool.AsyncResult"


class WaitResults(Rule):
    code = "HAZ009"
    name = "wait-results"
    summary = "what a wait gives or raises is not what it was"
    why = (
        "Condition.wait() gave None in Python 2, whatever ended it; since 3.2 it gives False when its time was up. "
        "AsyncResult.successful() raised AssertionError for a task that is not done; since 3.7 it raises ValueError."
    )
    source = "https://docs.python.org/3/library/threading.html#threading.Condition.wait"
    risk = None
    triggers = frozenset({"Condition", "_Condition", "apply_async", "map_async"})
    also = frozenset({"wait", "successful"})
    visits = (ast.Call,)
    examples = (
        Untouched(
            "import threading\nready = threading.Condition()\nwith ready:\n    ready.wait(0.1)\nprint `1`\n",
            because="nobody looks at what it gives",
        ),
        Untouched(
            "import threading\nready = threading.Event()\nprint `ready.wait(0.1)`\n",
            because="Event.wait() gives the flag since Python 2.7",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr="wait")):
                unused = isinstance(model.parent(node), ast.Expr)
                if not unused and model.library_type(model.kind(receiver)) in _CONDITIONS:
                    yield Advice(node, "Condition.wait() gave None: it gives False when its time is up, else True")
            case ast.Call(func=ast.Attribute(value=receiver, attr="successful"), args=[], keywords=[]):
                if model.library_type(model.kind(receiver)) == _RESULT and _expects_assertion(node, model):
                    yield Advice(node, "for a task that is not done it raises ValueError, no AssertionError")


def _expects_assertion(node: ast.Call, model: ModuleModel) -> bool:
    inner: ast.AST = node
    for outer in model.ancestors(node):
        if isinstance(outer, ast.Try) and inner in outer.body:
            return any(
                model.resolve(item) == "builtins.AssertionError"
                for handler in outer.handlers
                for item in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])
                if item is not None
            )
        inner = outer
    return False
