"""A class that derives from Thread, Process or their like may not use the names that those keep for themselves: `self._stop` …

https://docs.python.org/3/library/threading.html#thread-objects
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._classes import members
from porter.rules.port._names import name_span
from porter.rules.port._sockets import inherits

# What these classes of Python 3.9 to 3.14 have inside, and those of Python 2.7 had not: it mangled most of its names.
_OF_THREADS = frozenset(
    "native_id _after_fork _args _bootstrap _bootstrap_inner _context _daemonic _delete _handle _ident _initialized _invoke_excepthook "
    "_is_stopped _kwargs _name _native_id _set_native_id _set_tstate_lock _started _stderr _stop _target _tstate_lock "
    "_wait_for_tstate_lock".split()
)
_OF_PROCESSES = frozenset("sentinel _after_fork _check_closed _closed _config _parent_name _start_method".split())
_OF_SERVERS = frozenset("_threads block_on_close service_actions".split())
_SERVER_MODULES = ("SocketServer", "socketserver")
_THREADED = ("ThreadingMixIn", "ForkingMixIn", "ThreadingTCPServer", "ThreadingUDPServer")
_SEMAPHORES = ("_Semaphore", "_BoundedSemaphore", "Semaphore", "BoundedSemaphore")
_KEPT = {
    frozenset({"threading.Thread", "threading.Timer", "threading._Timer"}): _OF_THREADS,
    frozenset({"multiprocessing.Process", "multiprocessing.process.Process"}): _OF_PROCESSES,
    frozenset(f"{module}.{name}" for module in _SERVER_MODULES for name in _THREADED): _OF_SERVERS,
    frozenset({"threading._Event", "threading.Event"}): frozenset({"_cond", "_flag"}),
    frozenset({"threading._Condition", "threading.Condition"}): frozenset({"_lock", "_waiters"}),
    frozenset(f"threading.{name}" for name in _SEMAPHORES): frozenset({"_cond", "_value"}),
    frozenset({"Queue.Queue", "queue.Queue", "Queue.PriorityQueue", "Queue.LifoQueue"}): frozenset({"is_shutdown"}),
}


class ThreadInternals(Rule):
    code = "PORT110"
    name = "thread-internals"
    summary = "keep off the names that Thread, Process and their like use themselves"
    why = (
        "Python 2's Thread mangled its private names (_Thread__stop), so that a subclass could have a _stop, a _started or a "
        "_target of its own. Python 3's Thread has them by these very names: with `self._stop = False`, join() raises "
        "TypeError. So it is with locks and events, with a Process's `sentinel`, which Python 3 lets nobody set, and with the "
        "`_threads` of a threading server. The attribute gets an underscore behind its name, in all such classes of the file; "
        "where others than the class ask for it, it is reported."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/threading.html#thread-objects"
    triggers = frozenset().union(*_KEPT.values())
    visits = (ast.ClassDef,)
    examples = (
        Example(
            "import threading\nclass Poller(threading.Thread):\n    def __init__(self):\n        threading.Thread.__init__(self)\n"
            "        self._stop = False\n    def run(self):\n        while not self._stop: self._stop = True\n"
            "p = Poller(); p.start(); p.join()\nprint 'joined'\n",
            "import threading\nclass Poller(threading.Thread):\n    def __init__(self):\n        threading.Thread.__init__(self)\n"
            "        self._stop_ = False\n    def run(self):\n        while not self._stop_: self._stop_ = True\n"
            "p = Poller(); p.start(); p.join()\nprint('joined')\n",
        ),
        Example(
            "import threading\nclass Poller(threading.Thread):\n    def _delete(self):\n        print 'deleted'\n"
            "    def run(self):\n        self._delete()\np = Poller(); p.start(); p.join()\n",
            "import threading\nclass Poller(threading.Thread):\n    def _delete_(self):\n        print('deleted')\n"
            "    def run(self):\n        self._delete_()\np = Poller(); p.start(); p.join()\n",
        ),
        Example(
            "import multiprocessing\nclass Reader(multiprocessing.Process):\n    def __init__(self, sentinel):\n"
            "        multiprocessing.Process.__init__(self)\n        self.sentinel = sentinel\n    def run(self):\n"
            "        print self.sentinel\nr = Reader('end'); r.start(); r.join()\n",
            "import multiprocessing\nclass Reader(multiprocessing.Process):\n    def __init__(self, sentinel):\n"
            "        multiprocessing.Process.__init__(self)\n        self.sentinel_ = sentinel\n    def run(self):\n"
            "        print(self.sentinel_)\nif __name__ == \"__main__\":\n    r = Reader('end'); r.start(); r.join()\n",
        ),
        Untouched(
            "class Engine(object):\n    def __init__(self):\n        self._stop = `1`\n",
            because="the class is no thread",
        ),
        Untouched(
            "import threading\nclass T(threading.Thread):\n    def run(self):\n        print `self._target`\n",
            because="it asks for Thread's own",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.ClassDef)
        for name in sorted(_kept_names(node, model)):
            if not _is_own(name, node, model):
                continue
            outside = _asked_outside(name, model)
            message = f"{name} is the library class's own in Python 3: this one is called {name}_"
            group = f"internal-{name}"
            if outside is not None:
                yield Advice(
                    outside,
                    f"{name} is the library class's own in Python 3: give the attribute another name, here and there",
                )
                continue
            for method in (item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == name):
                yield Match(method, Risk.SUGGESTED, message, name_span(method, model), data=f"{name}_", group=group)
            for use in (*_uses(name, node, model), *_in_body(name, node)):
                yield Match(use, Risk.SUGGESTED, message, data=f"{name}_", group=group)

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if isinstance(node, cst.Attribute):
            return node.with_changes(attr=cst.Name(match.data))
        return cst.Name(match.data)


def _kept_names(definition: ast.ClassDef, model: ModuleModel) -> frozenset[str]:
    """The names that the library's class keeps for itself, where this class derives from one."""
    return next((names for bases, names in _KEPT.items() if inherits(definition, bases, model)), frozenset())


def _is_own(name: str, definition: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether the class, or another of the file's of its kind, defines the name rather than asking for the library's."""
    for item in model.nodes.get(ast.ClassDef, ()):
        assert isinstance(item, ast.ClassDef)
        if item is not definition and name not in _kept_names(item, model):
            continue
        if name in members(item) or any(isinstance(use.ctx, ast.Store) for use in _uses(name, item, model)):
            return True
    return False


def _in_body(name: str, definition: ast.ClassDef) -> Iterator[ast.Name]:
    """Where the class's body itself binds, or reads, the name."""
    for statement in definition.body:
        if isinstance(statement, ast.Assign):
            yield from (item for item in ast.walk(statement) if isinstance(item, ast.Name) and item.id == name)


def _uses(name: str, definition: ast.ClassDef, model: ModuleModel) -> Iterator[ast.Attribute]:
    """`self.name` in the class's methods."""
    for node in model.spelt.get((ast.Attribute, name), ()):
        match node:
            case ast.Attribute(value=ast.Name(id="self")) if definition in model.ancestors(node):
                yield node


def _asked_outside(name: str, model: ModuleModel) -> ast.Attribute | None:
    """A place that asks another object than `self` for the name: it may be one of these threads."""
    for node in model.nodes.get(ast.Attribute, ()):
        match node:
            case ast.Attribute(value=ast.Name(id="self")):
                pass
            case ast.Attribute(attr=attribute) if attribute == name:
                return node
    return None
