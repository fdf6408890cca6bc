"""No thread and no process can be started while Python 3.12 ends: what atexit calls must not start any.

https://docs.python.org/3/whatsnew/3.12.html#changes-in-the-python-api
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.hazards._calls import calls, function_of, runs

_STARTS = frozenset(
    {
        *("_thread.start_new_thread", "os.fork", "multiprocessing.Pool", "multiprocessing.pool.ThreadPool"),
        *("concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor", "multiprocessing.Manager"),
    }
)
_STARTED = frozenset({"threading.Thread", "threading.Timer", "multiprocessing.Process"})


class LateThreads(Rule):
    code = "HAZ006"
    name = "late-threads"
    summary = "what atexit calls starts a thread or a process"
    why = (
        "Python 3.12 refuses to start threads and to fork once the main thread has ended: a function that atexit calls gets "
        "RuntimeError, which is printed and goes no further. Python 2 and other versions of Python 3 let it. Do the work in "
        "the main thread's last lines (try … finally around main()), or without a thread of its own."
    )
    source = "https://docs.python.org/3/whatsnew/3.12.html#changes-in-the-python-api"
    risk = None
    triggers = frozenset({"atexit"})
    also = frozenset(name.rpartition(".")[2] for name in _STARTS) | {"start"}
    visits = (ast.Module,)
    examples = (
        Untouched(
            "import atexit, threading\ndef bye():\n    print `threading.active_count()`\natexit.register(bye)\n",
            because="it starts nothing",
        ),
        Untouched(
            "import atexit, threading\nt = threading.Thread(target=len, args=([],))\nt.start()\natexit.register(t.join)\n",
            because="the thread was started before",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if model.python >= (3, 13):
            return
        for registered in calls(model, "atexit.register"):
            function = function_of(registered.args[0], model) if registered.args else None
            if function is not None and any(_starts(item, model) for item in runs(function, model)):
                yield Advice(registered, "what is registered starts a thread or a process: Python 3.12 refuses that")


def _starts(node: ast.AST, model: ModuleModel) -> bool:
    if not isinstance(node, ast.Call):
        return False
    match node.func:
        case ast.Attribute(value=receiver, attr="start"):
            return model.library_type(model.kind(receiver)) in _STARTED
    return model.resolve_canonical(node.func) in _STARTS
