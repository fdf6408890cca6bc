"""A program that forks while it has threads may deadlock in the child.

https://docs.python.org/3/library/os.html#os.fork
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched

_FORKS = frozenset({"os.fork", "os.forkpty", "pty.fork"})
_THREADS = frozenset({"threading.Thread", "threading.Timer", "_thread.start_new_thread", "thread.start_new_thread"})


class ForkWithThreads(Rule):
    code = "HAZ003"
    name = "fork-with-threads"
    summary = "a program with threads forks"
    why = (
        "A forked child has the forking thread only; a lock that another thread held at that moment stays held for ever. It "
        "was so in Python 2; Python 3.12 and later say so with a DeprecationWarning. Fork before any thread starts, or start "
        "the child with subprocess or with multiprocessing's spawn method. A program whose processes are kept on fork (PORT202) is concerned, too."
    )
    source = "https://docs.python.org/3/library/os.html#os.fork"
    risk = None
    triggers = frozenset({"fork", "forkpty"})  # set_start_method("fork") as well
    also = frozenset({"Thread", "Timer", "_Timer", "start_new_thread", "current_thread", "currentThread"})
    visits = (ast.Call,)
    examples = (
        Untouched("import os\nif os.fork() == 0:\n    os._exit(0)\n", because="it starts no threads"),
        Untouched("import threading\nthreading.Thread(target=len, args=([],)).start()\n", because="it does not fork"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Call)
        if model.resolve(node.func) not in _FORKS and not _chooses_fork(node, model):
            return
        if _starts_threads(model):
            yield Advice(node, "the program starts threads, too: only the forking one goes on in the child")


def _chooses_fork(node: ast.Call, model: ModuleModel) -> bool:
    """`multiprocessing.set_start_method("fork")`, or a context of that method."""
    match node.args:
        case [ast.Constant(value="fork")]:
            return model.resolve(node.func) in ("multiprocessing.set_start_method", "multiprocessing.get_context")
    return False


def _starts_threads(model: ModuleModel) -> bool:
    return any(
        model.resolve(call.func) in _THREADS or model.library_type(model.kind(call)) == "threading.Thread"
        for call in model.nodes.get(ast.Call, ())
        if isinstance(call, ast.Call)
    )
