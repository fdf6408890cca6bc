"""Of two entries with the same priority, heaps and priority queues compare what comes next, which may have no order.

https://docs.python.org/3/whatsnew/3.0.html#ordering-comparisons
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis import kinds
from porter.analysis.kinds import Kind
from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._classes import defines

_HEAPS = frozenset({"heapq.heappush", "heapq.heappushpop", "heapq.heapreplace"})
_QUEUES = frozenset({"queue.PriorityQueue", "gevent.queue.PriorityQueue", "eventlet.queue.PriorityQueue"})
_PUTS = frozenset({"put", "put_nowait"})
_UNORDERED = (kinds.DICT, kinds.FUNCTION, kinds.NONE, kinds.COMPLEX)


class TiedPriorities(Rule):
    code = "HAZ015"
    name = "tied-priorities"
    summary = "entries of a priority queue that tie are compared by what has no order"
    why = (
        "A tuple (priority, task) is compared by its task where two priorities are the same. Python 2 compared anything, dicts "
        "and functions by their contents or addresses; Python 3 raises TypeError, in the middle of put(). Put a running "
        "number between them: (priority, next(counter), task)."
    )
    source = "https://docs.python.org/3/library/heapq.html#priority-queue-implementation-notes"
    risk = None
    triggers = frozenset({"PriorityQueue", "heapq"})
    also = frozenset(name.rpartition(".")[2] for name in _HEAPS) | _PUTS
    visits = (ast.Call,)
    examples = (
        Untouched(
            "import heapq\nheap = []\nheapq.heappush(heap, (1, 'a', {}))\nx = `heap`\n", because="strings have an order"
        ),
        Untouched(
            "import heapq, itertools\nnumber = itertools.count()\nheap = []\nheapq.heappush(heap, (1, number.next(), {}))\n",
            because="no two entries tie",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        entry = _entry(node, model) if isinstance(node, ast.Call) else None
        if isinstance(entry, ast.Tuple) and len(entry.elts) > 1:
            second = entry.elts[1]
            if _has_no_order(second, model):
                yield Advice(
                    second, "entries of the same priority are compared by this, which has no order in Python 3"
                )


def _entry(node: ast.Call, model: ModuleModel) -> ast.expr | None:
    if model.resolve(node.func) in _HEAPS and len(node.args) == 2:
        return node.args[1]
    match node:
        case ast.Call(func=ast.Attribute(value=receiver, attr=method), args=[entry, *_]) if method in _PUTS:
            return entry if model.library_type(model.kind(receiver)) in _QUEUES else None
    return None


def _has_no_order(node: ast.expr, model: ModuleModel) -> bool:
    kind = model.kind(node)
    if kind in _UNORDERED:
        return True
    if isinstance(node, ast.Name) and isinstance(model.definition(node), ast.FunctionDef | ast.ClassDef):
        return True
    return kind.definition is not None and _is_bare(kind, model)


def _is_bare(kind: Kind, model: ModuleModel) -> bool:
    """Whether objects of a class of this module, all of whose bases are known, have no order of their own."""
    definition = kind.definition
    assert definition is not None
    known = all(
        model.resolve(base) == "builtins.object" or isinstance(model.definition(base), ast.ClassDef)
        for base in definition.bases
    )
    return known and not any(defines(definition, name, model) for name in ("__lt__", "__gt__", "__cmp__"))
