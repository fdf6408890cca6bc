"""A name is renamed where it means the library's thing, and nowhere else: as a person would, who looks at what it is bound to."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target

_PYTHON2 = "x = 0777\n"  # a literal that makes the file Python 2


def _port(source: str, **others: str) -> Conversion:
    files = {"a.py": source + _PYTHON2, **{f"{name}.py": text for name, text in others.items()}}
    tree = TreeIndex.of([summarise_bytes(text.encode(), path, None) for path, text in files.items()]).slice("a.py")
    return convert_bytes(files["a.py"].encode(), "a.py", tree, Options(target=Target.PYTHON3, python=(3, 11)))


def _text(source: str, **others: str) -> str:
    return _port(source, **others).text.removesuffix("x = 0o777\n")


def _advised(conversion: Conversion) -> set[tuple[str, int]]:
    return {(item.code, item.line) for item in conversion.findings if item.outcome is Outcome.ADVISED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import Queue as Q\ntry:\n    Q.Queue().get(0)\nexcept Q.Empty:\n    pass\n",
            "import queue as Q\ntry:\n    Q.Queue().get(0)\nexcept Q.Empty:\n    pass\n",
            id="a module under another name",
        ),
        pytest.param(
            "import Queue\ndef take(Queue):\n    return Queue.Queue\ntake(Queue.Queue)\n",
            "import queue\ndef take(Queue):\n    return Queue.Queue\ntake(queue.Queue)\n",
            id="a parameter of the module's old name",
        ),
        pytest.param(
            "def count():\n    Queue = 3\n    return Queue\n",
            "def count():\n    Queue = 3\n    return Queue\n",
            id="a local variable",
        ),
        pytest.param(
            "from Queue import Queue\nclass Queue(Queue):\n    pass\nclass Owner(object):\n    Queue = Queue\n",
            "from queue import Queue\nclass Queue(Queue):\n    pass\nclass Owner(object):\n    Queue = Queue\n",
            id="a class of the program's own, derived from the library's",
        ),
        pytest.param(
            "from threading import *\nEvent().isSet()\nprint activeCount()\n",
            "from threading import *\nfrom threading import active_count\nEvent().is_set()\nprint(active_count())\n",
            id="a star import",
        ),
        pytest.param(
            "from threading import Thread as T, _Event as E\nT().setDaemon(True)\nE().isSet()\n",
            "from threading import Thread as T, Event as E\nT().daemon = True\nE().is_set()\n",
            id="classes under other names",
        ),
        pytest.param(
            "import thread as t\nlock = t.allocate_lock()\nprint t.get_ident()\n",
            "import _thread as t\nlock = t.allocate_lock()\nprint(t.get_ident())\n",
            id="thread under another name",
        ),
        pytest.param(
            "class Node(object):\n    def __init__(self):\n        self.next = None\nhead = Node()\nwhile head.next:\n"
            "    head = head.next\n",
            "class Node(object):\n    def __init__(self):\n        self.next = None\nhead = Node()\nwhile head.next:\n"
            "    head = head.next\n",
            id="the field of a linked list",
        ),
        pytest.param(
            "class Walk(object):\n    def __iter__(self): return self\n    def next(self): return 1\nprint Walk().next()\n",
            "class Walk(object):\n    def __iter__(self): return self\n    def __next__(self): return 1\nprint(next(Walk()))\n",
            id="an iterator's next",
        ),
        pytest.param(
            "class Turn(object):\n    def next(self): return 1\nprint Turn().next()\n",
            "class Turn(object):\n    def next(self): return 1\nprint(Turn().next())\n",
            id="a next() that is no iterator's",
        ),
        pytest.param(
            "class Tree(object):\n    def has_key(self, key): return True\nprint Tree().has_key(1)\n",
            "class Tree(object):\n    def has_key(self, key): return True\nprint(Tree().has_key(1))\n",
            id="a has_key() of the program's own",
        ),
        pytest.param(
            "import threading\nclass Worker(threading.Thread):\n    def isAlive(self): return True\nw = Worker()\n"
            "print w.isAlive()\nw.setDaemon(True)\n",
            "import threading\nclass Worker(threading.Thread):\n    def isAlive(self): return True\nw = Worker()\n"
            "print(w.isAlive())\nw.daemon = True\n",
            id="a thread's class with an isAlive() of its own",
        ),
        pytest.param(
            "import threading\nclass Base(threading.Thread):\n    def getName(self): return 'base'\nclass Worker(Base):\n"
            "    def run(self): print self.getName(), self.isDaemon()\n",
            "import threading\nclass Base(threading.Thread):\n    def getName(self): return 'base'\nclass Worker(Base):\n"
            "    def run(self): print(self.getName(), self.daemon)\n",
            id="a method that a base class of the program defines",
        ),
        pytest.param(
            "class Lamp(object):\n    def isSet(self): return 1\n    def setDaemon(self, on): pass\nlamp = Lamp()\n"
            "lamp.isSet()\nlamp.setDaemon(1)\n",
            "class Lamp(object):\n    def isSet(self): return 1\n    def setDaemon(self, on): pass\nlamp = Lamp()\n"
            "lamp.isSet()\nlamp.setDaemon(1)\n",
            id="methods of a class that is no thread",
        ),
        pytest.param(
            "import threading\nclass Flag(threading._Event):\n    def set(self):\n        self._Event__flag = True\n",
            "import threading\nclass Flag(threading.Event):\n    def set(self):\n        self._flag = True\n",
            id="an attribute that the library mangled",
        ),
        pytest.param(
            "class Event(object):\n    def set(self):\n        self.__flag = True\n        return self._Event__flag\n",
            "class Event(object):\n    def set(self):\n        self.__flag = True\n        return self._Event__flag\n",
            id="an attribute that the program's own class mangles",
        ),
        pytest.param(
            "word = 'Queue'\nprint word\n", "word = 'Queue'\nprint(word)\n", id="a string that is just a word"
        ),
    ],
)
def test_name_is_renamed_where_it_is_the_librarys(before: str, after: str) -> None:
    assert _text(before) == after


def test_module_of_the_program_hides_the_librarys() -> None:
    source = "import Queue\nprint Queue.Queue()\n"
    assert _text(source, Queue="class Queue(object): pass\n") == "import Queue\nprint(Queue.Queue())\n"


def test_method_of_an_unknown_object_is_left_where_the_tree_has_one_of_its_own() -> None:
    conversion = _port(
        "def is_done(task):\n    return not task.isAlive()\n",
        tasks="class Task(object):\n    def isAlive(self): pass\n",
    )
    assert "task.isAlive()" in conversion.text
    assert _advised(conversion) == {("PORT104", 2)}


@pytest.mark.parametrize(
    "line",
    [
        "__import__('imp')",
        "importlib.import_module('asyncore')",
        "mock.patch('threading._sleep')",
        "eventlet.import_patched('popen2')",
        "monkey.get_original('threading', '_sleep') or __import__('popen2')",
    ],
)
def test_name_in_a_string_that_nothing_replaces_is_reported(line: str) -> None:
    assert ("PORT105", 1) in _advised(_port(f"{line}\n"))
