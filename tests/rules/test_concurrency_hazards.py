"""The hazards of threads, processes, sockets and signals: what each of them speaks of, and at which lines."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Outcome
from porter.rewriting.options import Options, Target

_PYTHON2 = "x = 0777\n"  # a literal that makes the file Python 2


def _lines(code: str, source: str, python: tuple[int, int] = (3, 11), target: Target = Target.PYTHON3) -> list[int]:
    data = f"{_PYTHON2}{source}".encode()
    tree = TreeIndex.of([summarise_bytes(data, "a.py", None)]).slice("a.py")
    conversion = convert_bytes(data, "a.py", tree, Options(target=target, python=python))
    found = [item for item in conversion.findings if item.code == code]
    assert all(item.outcome is Outcome.ADVISED for item in found)
    return [item.line - 1 for item in found]


@pytest.mark.parametrize(
    ("code", "source", "lines"),
    [
        pytest.param(
            "HAZ003",
            "import multiprocessing, threading\ndef work(): print limit\nif __name__ == '__main__':\n    limit = 1\n"
            "    threading.Thread(target=len).start()\n    multiprocessing.Process(target=work).start()\n",
            [4],
            id="threads beside processes that are kept on fork",
        ),
        pytest.param(
            "HAZ004",
            "import socket, subprocess\ns = socket.socket()\nsubprocess.call(['a', str(s.fileno())])\n",
            [3],
            id="a socket's number is told",
        ),
        pytest.param(
            "HAZ004",
            "import os\nfd = os.open('a', os.O_RDONLY)\nos.execv('b', ['b', '%d' % fd])\n",
            [2],
            id="an open file's number is told",
        ),
        pytest.param(
            "HAZ004",
            "import os, subprocess\nfd = os.open('a', os.O_WRONLY)\nsubprocess.call(['b'], stdout=fd)\n",
            [],
            id="a file is a standard stream",
        ),
        pytest.param(
            "HAZ004",
            "import socket, subprocess\ns = socket.socket()\nsubprocess.call(['a'], stdin=s.fileno())\n",
            [],
            id="a socket is a standard stream",
        ),
        pytest.param(
            "HAZ005",
            "import select, signal\nclass Main(object):\n    def __init__(self):\n        self.on = True\n"
            "        signal.signal(signal.SIGTERM, self.stop)\n    def stop(self, *args): self.on = False\n"
            "    def run(self):\n        while self.on: select.select([], [], [])\n",
            [5],
            id="a method that sets a flag",
        ),
        pytest.param(
            "HAZ005",
            "import signal, time\nsignal.signal(signal.SIGALRM, lambda number, frame: None)\ntime.sleep(9)\n",
            [2],
            id="a lambda",
        ),
        pytest.param(
            "HAZ005",
            "import signal, time\ndef late(): raise IOError\ndef stop(number, frame): late()\n"
            "signal.signal(signal.SIGALRM, stop)\ntime.sleep(9)\n",
            [],
            id="a function that the handler calls raises",
        ),
        pytest.param(
            "HAZ005", "import signal\nsignal.signal(signal.SIGHUP, lambda *a: None)\nprint 1\n", [], id="nothing waits"
        ),
        pytest.param(
            "HAZ006",
            "import atexit, multiprocessing\ndef f(): pass\ndef start():\n    multiprocessing.Process(target=f).start()\n"
            "def bye(): start()\natexit.register(bye)\n",
            [6],
            id="a process, through another function",
        ),
        pytest.param(
            "HAZ007", "name = worker()\nif name in ('Thread-1', 'Thread-2'): print name\n", [2, 2], id="in a tuple"
        ),
        pytest.param(
            "HAZ007", "import re\nprint re.match('Thread-(x)', name), name == 'Threads'\n", [], id="another text"
        ),
        pytest.param(
            "HAZ008",
            "import SocketServer\ns = SocketServer.ThreadingTCPServer(('', 0), None)\ns.daemon_threads = True\n"
            "s.server_close()\n",
            [],
            id="its threads are daemons",
        ),
        pytest.param(
            "HAZ008",
            "import SocketServer\ns = SocketServer.ThreadingTCPServer(('', 0), None)\ns.server_close()\n",
            [3],
            id="a server of the library's own",
        ),
        pytest.param(
            "HAZ009",
            "import threading\nclass Box(object):\n    def __init__(self): self.full = threading.Condition()\n"
            "    def get(self):\n        if not self.full.wait(1): return None\n",
            [5],
            id="a condition that an object holds",
        ),
        pytest.param(
            "HAZ011",
            "from multiprocessing.managers import BaseManager\nclass Shared(BaseManager): pass\n"
            "Shared(('', 5000)).connect()\n",
            [3],
            id="a manager with an address",
        ),
        pytest.param("HAZ012", "thread.join(1e100)\nevent.wait(timeout=float('inf'))\n", [1, 2], id="an endless wait"),
        pytest.param("HAZ012", "q.get(True, 1e15)\nresult.get(0xFFFFFFFFFF)\n", [1, 2], id="an endless get"),
        pytest.param("HAZ012", "import os\nprint os.path.join('a'), q.get(True, 60)\n", [], id="a short one"),
        pytest.param(
            "HAZ013",
            "import trollius\nfrom trollius import From\n@trollius.coroutine\ndef one():\n    yield From(trollius.sleep(1))\n"
            "@trollius.coroutine\ndef both():\n    yield From(trollius.wait([one(), one()]))\n",
            [],
            id="trollius has no such change",
        ),
        pytest.param("HAZ014", "from eventlet.coros import event\nimport eventlet.proc\n", [1, 2], id="eventlet"),
        pytest.param("HAZ014", "import gevent\ngevent.shutdown()\n", [2], id="a function of gevent's"),
        pytest.param("HAZ014", "from tornado import stack_context\n", [1], id="a module of Tornado's"),
        pytest.param(
            "HAZ015",
            "import heapq\nclass Job(object): pass\ndef run(): pass\nheap = []\nheapq.heappush(heap, (1, Job()))\n"
            "heapq.heappush(heap, (1, run))\nheapq.heappush(heap, (1, None))\n",
            [5, 6, 7],
            id="objects, functions, None",
        ),
        pytest.param(
            "HAZ015",
            "import heapq\nclass Job(object):\n    def __lt__(self, other): return True\nheapq.heappush([], (1, Job()))\n",
            [],
            id="objects with an order",
        ),
        pytest.param(
            "HAZ016",
            "from multiprocessing import managers\nclass M(managers.BaseManager): pass\n"
            "M.register('walk', exposed=['next', 'has_key'])\n",
            [3, 3],
            id="exposed",
        ),
        pytest.param(
            "HAZ016",
            "from multiprocessing import managers\nclass T(object):\n    def has_key(self, k): return True\n"
            "class P(managers.BaseProxy):\n    def has_key(self, k): return self._callmethod('has_key', (k,))\n",
            [],
            id="a has_key() of the program's own",
        ),
    ],
)
def test_hazard_is_told_where_it_is(code: str, source: str, lines: list[int]) -> None:
    assert _lines(code, source) == lines


def test_late_threads_concern_python_3_12_alone() -> None:
    source = "import atexit, threading\ndef bye(): threading.Thread(target=len).start()\natexit.register(bye)\n"
    assert _lines("HAZ006", source, (3, 12)) == [3]
    assert _lines("HAZ006", source, (3, 13)) == []


def test_coroutines_that_became_async_are_no_tasks_to_wait_for() -> None:
    source = (
        "import trollius\nfrom trollius import From\n@trollius.coroutine\ndef one():\n    yield From(trollius.sleep(1))\n"
        "@trollius.coroutine\ndef both():\n    yield From(trollius.wait([one(), one()]))\n"
    )
    assert len(_lines("HAZ013", source, target=Target.ASYNCIO)) == 1


def test_package_that_the_target_leaves_behind_is_not_spoken_of() -> None:
    source = "import trollius\nfrom trollius import From\n@trollius.coroutine\ndef one():\n    yield From(trollius.sleep(1))\n"
    assert _lines("HAZ014", source) == [1, 2]
    assert _lines("HAZ014", source, target=Target.ASYNCIO) == []
