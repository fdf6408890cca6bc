"""Threads and the workers of pools have other names by default.

https://docs.python.org/3/library/threading.html#threading.Thread
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched

_NAMES = re.compile(r"^(Thread|PoolWorker)-(\d+$|$)")
_ASKS = frozenset(
    {"startswith", "endswith", "split", "rsplit", "partition", "rpartition", "replace", "find", "index", "strip"}
    | {"lstrip", "match", "search"}
)


class DefaultNames(Rule):
    code = "HAZ007"
    name = "default-names"
    summary = "a thread's or a worker's default name is asked for, and is another one"
    why = (
        "Since Python 3.10 a thread that has a target and no name of its own is called `Thread-1 (target)`, and since 3.4 a "
        "pool's worker is `ForkPoolWorker-1`, after its start method; both were plain `Thread-1` and `PoolWorker-1`. Code that "
        "compares or takes apart such names needs names of its own: Thread(name=…)."
    )
    source = "https://docs.python.org/3/library/threading.html#threading.Thread"
    risk = None
    triggers = frozenset({"Thread-", "PoolWorker-"})
    visits = (ast.Constant,)
    examples = (
        Untouched(
            "import threading\nt = threading.Thread(target=len, name='Thread-1')\nprint `t`\n",
            because="it gets the name",
        ),
        Untouched("print 'Thread-1'\n", because="nothing is compared with it"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            return
        if _NAMES.match(node.value) and _is_asked(node, model):
            yield Advice(node, "this is no default name any more: give threads and workers names of your own")


def _is_asked(node: ast.Constant, model: ModuleModel) -> bool:
    """Whether the text is compared with another, or searched for in one."""
    parent = model.parent(node)
    if isinstance(parent, ast.Tuple | ast.List | ast.Set):
        parent = model.parent(parent)
    match parent:
        case ast.Compare():
            return True
        case ast.Call(func=ast.Attribute(attr=method), args=args):
            return method in _ASKS and node in args
        case ast.Dict(keys=keys):
            return node in keys
    return False
