"""Whole programs made asyncio: what they become, what they print, and what stands in the way of others.

`data/asyncio/NAME.py` is a Python 2 program, `NAME.expected` what it becomes, `NAME.out` what CPython 2.7 printed for it
(with gevent 1.4.0 and eventlet 0.33.3), and its exit status.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.interpreters import find_python2
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target

_PROGRAMS = sorted((Path(__file__).parent / "data" / "asyncio").glob("*.py"))
_THREADED = [program for program in _PROGRAMS if program.name.startswith("thread_")]


def _convert(source: str, others: dict[str, str] | None = None) -> Conversion:
    files = {"program.py": source.encode(), **{path: text.encode() for path, text in (others or {}).items()}}
    tree = TreeIndex.of([summarise_bytes(data, path) for path, data in files.items()])
    options = Options(target=Target.ASYNCIO, python=(3, 11))
    return convert_bytes(files["program.py"], "program.py", tree.slice("program.py"), options)


def _run(python: str, program: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, "-u", program.name], cwd=program.parent, capture_output=True, text=True, timeout=30)


def _said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines of all tasks together, whose order among tasks is anyone's, and the exit status."""
    return sorted(f"{done.stdout}exit status {done.returncode}\n".splitlines())


@pytest.mark.parametrize("program", _PROGRAMS, ids=lambda program: program.stem)
def test_program_becomes_what_is_expected(program: Path) -> None:
    assert _convert(program.read_text()).text == program.with_suffix(".expected").read_text()


@pytest.mark.parametrize("program", _PROGRAMS, ids=lambda program: program.stem)
def test_result_prints_what_python2_printed(program: Path, tmp_path: Path) -> None:
    new = tmp_path / "program.py"
    new.write_text(_convert(program.read_text()).text)
    assert _said(_run(sys.executable, new)) == sorted(program.with_suffix(".out").read_text().splitlines())


@pytest.mark.parametrize("program", _THREADED, ids=lambda program: program.stem)
def test_record_is_what_python2_prints(program: Path) -> None:
    python2 = find_python2()
    if python2 is None:
        pytest.skip("no Python 2.7 on this machine")
    assert _said(_run(str(python2.path), program)) == sorted(program.with_suffix(".out").read_text().splitlines())


@pytest.mark.parametrize("program", _PROGRAMS, ids=lambda program: program.stem)
def test_result_is_not_changed_again(program: Path) -> None:
    once = _convert(program.read_text()).text
    assert _convert(once).text == once


def test_failing_task_prints_its_traceback(tmp_path: Path) -> None:
    new = tmp_path / "program.py"
    new.write_text(_convert((_THREADED[0].parent / "thread_failing.py").read_text()).text)
    assert "ZeroDivisionError" in _run(sys.executable, new).stderr


_START = "t = threading.Thread(target=work)\nt.start()\nt.join()\n"
_LEFT = {
    "computes": ("import threading\ndef work():\n    return sum(range(10))\n" + _START, "without ever waiting"),
    "asks which thread it is": (
        "import threading, time\ndef work():\n    time.sleep(1)\n    print threading.current_thread().name\n" + _START,
        "tells which thread runs",
    ),
    "takes its lock twice": (
        "import threading, time\nlock = threading.RLock()\ndef work():\n    with lock:\n        time.sleep(1)\n"
        + _START,
        "may be taken again",
    ),
    "uses sockets": (
        "import socket, threading, time\ns = socket.socket()\ndef work():\n    time.sleep(1)\n    s.recv(1)\n" + _START,
        "socket.socket may block",
    ),
    "starts only some": (
        "import sys, threading, time\ndef work():\n    time.sleep(1)\nt = threading.Thread(target=work)\nif len(sys.argv) > 1:\n"
        "    t.start()\n    t.join()\n",
        "perhaps not started",
    ),
    "spins": (
        "import threading, time\ndone = []\ndef work():\n    while not done:\n        pass\n    time.sleep(1)\n"
        + _START,
        "watches what others change",
    ),
    "exits": (
        "import sys, threading, time\ndef work():\n    time.sleep(1)\n    sys.exit(1)\n" + _START,
        "would end the program",
    ),
    "swallows everything": (
        "import threading, time\ndef work():\n    while True:\n        try:\n            time.sleep(1)\n        except:\n"
        "            print 'again'\n" + _START,
        "catch the cancelling",
    ),
    "hands its queue away": (
        "import threading, Queue, feeder\nq = Queue.Queue()\ndef work():\n    q.get()\nfeeder.feed(q)\n" + _START,
        "handed to code that expects the old",
    ),
    "hands a function that waits away": (
        "import threading, time, signal\ndef work():\n    time.sleep(1)\nsignal.signal(1, work)\n" + _START,
        "handed over here",
    ),
    "waits in a generator": (
        "import threading, time\ndef steps():\n    time.sleep(1)\n    yield 1\ndef work():\n    time.sleep(1)\n"
        "    list(steps())\n" + _START,
        "it is a generator",
    ),
    "waits in __init__": (
        "import threading, time\nclass A:\n    def __init__(self):\n        time.sleep(1)\ndef work():\n    time.sleep(1)\n"
        "    A()\n" + _START,
        "Python calls it by itself",
    ),
    "is run by another library": (
        "from gevent.server import StreamServer\ndef echo(s, a):\n    s.send('x')\nStreamServer(('', 0), echo).serve_forever()\n",
        "gevent.server.StreamServer has no asyncio form",
    ),
    "waits in a lambda": (
        "import gevent\nf = lambda: gevent.sleep(1)\nf()\n",
        "a lambda cannot wait",
    ),
    "starts nothing": ("import gevent\ndef work():\n    gevent.sleep(1)\n", "nothing in this file starts"),
}


@pytest.mark.parametrize(("source", "reason"), _LEFT.values(), ids=_LEFT.keys())
def test_program_is_left_with_the_reason(source: str, reason: str) -> None:
    conversion = _convert(source)
    said = [finding for finding in conversion.findings if finding.code.startswith("AIO")]
    assert "asyncio" not in conversion.text
    assert {finding.outcome for finding in said} == {Outcome.ADVISED}
    assert any(reason in finding.message for finding in said), [finding.message for finding in said]


def test_module_that_others_import_is_left() -> None:
    source = "import gevent\ndef work():\n    gevent.sleep(1)\nif __name__ == '__main__':\n    work()\n"
    conversion = _convert(source, {"other.py": "import program\nprogram.work()\n"})
    assert "asyncio" not in conversion.text
    assert any("other.py would have to await" in finding.message for finding in conversion.findings)


def test_part_that_is_silenced_leaves_the_whole() -> None:
    source = "import gevent\ndef work():\n    gevent.sleep(1)  # porter: ignore[AIO001]\nwork()\n"
    assert "asyncio" not in _convert(source).text
