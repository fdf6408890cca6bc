"""A task whose result is dropped fails in silence.

https://docs.python.org/3/library/concurrent.futures.html#future-objects
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched

_EXECUTORS = frozenset(f"concurrent.futures.{name}PoolExecutor" for name in ("Process", "Thread"))
_POOLS = frozenset({"multiprocessing.Pool", "multiprocessing.pool.ThreadPool"})
_TASKS = {
    **{(kind, "submit"): "result()" for kind in _EXECUTORS},
    **{(kind, method): "get()" for kind in _POOLS for method in ("apply_async", "map_async")},
}


class DroppedResult(Rule):
    code = "HAZ002"
    name = "dropped-result"
    summary = "a task's result is dropped, and with it what the task raises"
    why = (
        "What a task of a pool or an executor raises is kept in its result, and shown to nobody who does not ask for it: a "
        "mistake in the task (a name that the port missed, say) makes it end in silence. It was so in Python 2, too; after a "
        "port it is worth a look. Keep the future and call result(), or give it a callback that logs the exception."
    )
    source = "https://docs.python.org/3/library/concurrent.futures.html#future-objects"
    risk = None
    triggers = frozenset({"submit", "apply_async", "map_async"})
    also = frozenset({"Pool", "ThreadPool", "ProcessPoolExecutor", "ThreadPoolExecutor"})
    visits = (ast.Expr,)
    examples = (
        Untouched(
            "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n"
            "    future = pool.submit(len, 'abc')\n    future.result()\n",
            because="the result is asked for",
        ),
        Untouched("class Form(object):\n    def submit(self, what): pass\nForm().submit('x')\n", because="no executor"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=pool, attr=method)) as call):
                ask = _TASKS.get((model.library_type(model.kind(pool)), method))
                if ask is not None and not any((item.arg or "").endswith("callback") for item in call.keywords):
                    yield Advice(
                        call, f"the result is dropped, and with it what the task raises: keep it and call {ask}"
                    )
