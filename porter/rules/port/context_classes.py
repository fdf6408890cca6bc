"""The classes of `multiprocessing.queues` and `multiprocessing.synchronize` are made with a context in Python 3.

https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, keyword, name, with_added
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._classes import methods
from porter.rules.port._names import can_import, is_guarded
from porter.rules.port._sockets import inherits

_QUEUES = ("Queue", "JoinableQueue", "SimpleQueue")
_LOCKS = ("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event")
_CLASSES = frozenset(
    {
        *(f"multiprocessing.queues.{name}" for name in (*_QUEUES, *_LOCKS)),
        *(f"multiprocessing.synchronize.{name}" for name in _LOCKS),
    }
)
_CONTEXT = "ctx"


class ContextClasses(Rule):
    code = "PORT205"
    name = "context-classes"
    summary = "make queues and locks by multiprocessing's own functions"
    why = (
        "Since Python 3.4 the classes in multiprocessing.queues and multiprocessing.synchronize want to be told the context of "
        "their start method: without it they raise TypeError. multiprocessing.Queue() and its like pass it. A class that derives "
        "from one of them is given `ctx=multiprocessing.get_context()`."
    )
    risk = Risk.SAFE
    source = "https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods"
    triggers = frozenset({"queues", "synchronize"})
    visits = (ast.Call,)
    examples = (
        Example(
            "from multiprocessing.queues import SimpleQueue\nq = SimpleQueue()\nq.put(1)\nprint q.get()\n",
            "import multiprocessing\nq = multiprocessing.SimpleQueue()\nq.put(1)\nprint(q.get())\n",
        ),
        Example(
            "import multiprocessing.queues\n\nclass Tasks(multiprocessing.queues.Queue):\n    pass\n\ntasks = Tasks(3)\n"
            "tasks.put('a')\nprint tasks.get()\n",
            "import multiprocessing.queues\n\nclass Tasks(multiprocessing.queues.Queue):\n    pass\n\n"
            "tasks = Tasks(3, ctx=multiprocessing.get_context())\ntasks.put('a')\nprint(tasks.get())\n",
        ),
        Example(
            "from multiprocessing.synchronize import Lock\n\nclass Loud(Lock):\n    def __init__(self):\n"
            "        print 'made'\n        Lock.__init__(self)\n\nLoud()\n",
            "from multiprocessing.synchronize import Lock\nimport multiprocessing\n\nclass Loud(Lock):\n"
            "    def __init__(self):\n        print('made')\n"
            "        Lock.__init__(self, ctx=multiprocessing.get_context())\n\nLoud()\n",
        ),
        Untouched(
            "import multiprocessing\nq = multiprocessing.Queue()\nprint isinstance(q, multiprocessing.queues.Queue)\n",
            because="the function knows the context, and the class may be asked for",
        ),
        Untouched("from queues import Queue\nq = Queue(`1`)\n", because="another module"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Call)
        if any(item.arg in (_CONTEXT, None) for item in node.keywords) or is_guarded(node, model, "TypeError"):
            return
        called = model.resolve(node.func)
        made = called in _CLASSES
        if not made and not _initialises(node, model) and not _makes_own(node, model):
            return
        if not can_import("multiprocessing", node, model):
            yield Advice(node, "Python 3's class wants ctx=multiprocessing.get_context()")
        elif made:
            assert called is not None
            drops = (node.func.id,) if isinstance(node.func, ast.Name) else ()
            new = f"multiprocessing.{called.rpartition('.')[2]}"
            yield Match(node, message=f"{new}() passes the context", data=new, needs=_NEEDS, drops=drops)
        else:
            message = "the class is told the context of its start method"
            yield Match(node, Risk.SAFE, message, data=_CONTEXT, needs=_NEEDS)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        if match.data != _CONTEXT:
            return node.with_changes(func=name(match.data))
        return with_added(node, [keyword(_CONTEXT, call("multiprocessing.get_context"))])


_NEEDS = (Import("multiprocessing"),)


def _initialises(node: ast.Call, model: ModuleModel) -> bool:
    """`Queue.__init__(self, …)` or `super(Mine, self).__init__(…)` in a class that derives from one of these."""
    match node.func:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__"):
            owner = model.enclosing_class(node)
            return owner is not None and _is_first_of(owner, model)
        case ast.Attribute(value=base, attr="__init__"):
            return model.resolve(base) in _CLASSES
    return False


def _is_first_of(definition: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether the first base of the class is one of the library's."""
    return bool(definition.bases) and model.resolve(definition.bases[0]) in _CLASSES


def _makes_own(node: ast.Call, model: ModuleModel) -> bool:
    """Whether an instance is made of a class of this module that derives from one of these and leaves __init__ to it."""
    definition = model.definition(node.func)
    seen: set[ast.AST] = set()
    while isinstance(definition, ast.ClassDef) and definition not in seen:
        seen.add(definition)
        if "__init__" in methods(definition) or not inherits(definition, _CLASSES, model):
            return False
        if _is_first_of(definition, model):
            return True
        definition = model.definition(definition.bases[0]) if definition.bases else None
    return False
