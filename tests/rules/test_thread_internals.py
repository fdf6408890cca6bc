"""PORT110: attributes of thread classes that would overwrite what Python 3's Thread keeps under the same names."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target

_HEAD = "import threading, multiprocessing\nx = 0777\n"


def _port(source: str) -> Conversion:
    data = (_HEAD + source).encode()
    tree = TreeIndex.of([summarise_bytes(data, "a.py", None)]).slice("a.py")
    return convert_bytes(data, "a.py", tree, Options(target=Target.PYTHON3, python=(3, 11)))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param(
            "class A(threading.Thread):\n    def __init__(self): self._started = 1\n", {"_started_"}, id="set"
        ),
        pytest.param("class A(threading.Thread):\n    def _stop(self): pass\n", {"_stop_"}, id="a method"),
        pytest.param(
            "class A(threading.Thread):\n    def halt(self): self._stop = 1\n"
            "class B(A):\n    def run(self):\n        while not self._stop: pass\n",
            {"_stop_"},
            id="a class and its subclass agree",
        ),
        pytest.param(
            "class A(multiprocessing.Process):\n    def end(self): self._closed = True\n", {"_closed_"}, id="a process"
        ),
        pytest.param(
            "class A(multiprocessing.Process):\n    def end(self): self._stop = True\n", set(), id="not its own"
        ),
        pytest.param(
            "class A(threading.Thread):\n    _stop = False\n    def run(self):\n        while not self._stop: pass\n",
            {"_stop_"},
            id="a class attribute",
        ),
        pytest.param(
            "class A(multiprocessing.Process):\n    def __init__(self): self.sentinel = None\n",
            {"sentinel_"},
            id="a public name",
        ),
        pytest.param(
            "import SocketServer\nclass A(SocketServer.ThreadingMixIn, SocketServer.TCPServer):\n    _threads = {}\n",
            {"_threads_"},
            id="a server",
        ),
        pytest.param("class A(threading._Event):\n    def wake(self): self._flag = 2\n", {"_flag_"}, id="an event"),
        pytest.param("class A(object):\n    def end(self): self._stop = True\n", set(), id="no thread"),
        pytest.param(
            "class A(threading.Thread):\n    def run(self): print self._target\n", set(), id="Thread's is asked for"
        ),
    ],
)
def test_names_of_threads_are_kept_free(source: str, found: set[str]) -> None:
    conversion = _port(source)
    assert {
        name
        for name in ("_started_", "_stop_", "_closed_", "_target_", "sentinel_", "_threads_", "_flag_")
        if name in conversion.text
    } == found
    for name in found:
        assert f"{name[:-1]} " not in conversion.text and f"{name[:-1]}:" not in conversion.text


def test_name_that_others_ask_for_is_reported() -> None:
    conversion = _port("class A(threading.Thread):\n    def end(self): self._stop = True\na = A()\nprint a._stop\n")
    assert "self._stop = True" in conversion.text
    assert [(item.code, item.line) for item in conversion.findings if item.outcome is Outcome.ADVISED] == [
        ("PORT110", 6)
    ]
