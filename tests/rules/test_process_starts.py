"""Programs that start processes: guarded, kept on fork, or left, and why (PORT201, PORT202)."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Conversion
from porter.rewriting.options import Options, Target


def _convert(source: str, **others: str) -> Conversion:
    files = {"example.py": source, **{f"{name}.py": text for name, text in others.items()}}
    tree = TreeIndex.of([summarise_bytes(text.encode(), path) for path, text in files.items()])
    options = Options(target=Target.PYTHON3, python=(3, 11))
    return convert_bytes(source.encode(), "example.py", tree.slice("example.py"), options)


def _messages(conversion: Conversion, *codes: str) -> list[str]:
    return [finding.message for finding in conversion.findings if finding.code in codes]


_HEAD = "import multiprocessing, threading, Queue\nfrom multiprocessing import Process\n"
_GUARD = "if __name__ == '__main__':\n"

# Programs that depend on fork, and the reason that is given.
_FORKED = [
    (
        "def f(): print limit\n" + _GUARD + "    limit = 1\n    Process(target=f).start()\n",
        "uses limit, which only the main",
    ),
    (
        "q = multiprocessing.Queue()\ndef f(): q.put(1)\n" + _GUARD + "    Process(target=f).start()\n",
        "uses q, and a new",
    ),
    (
        "out = open('x', 'w')\ndef f(): out.write('')\n" + _GUARD + "    Process(target=f).start()\n",
        "uses out, and a new",
    ),
    (
        "d = {}\ndef f(): print d\n" + _GUARD + "    d['a'] = 1\n    Process(target=f).start()\n",
        "uses d, which the program has changed",
    ),
    (
        "n = 0\ndef f(): print n\ndef main():\n    global n\n    n = 5\n    Process(target=f).start()\n"
        + _GUARD
        + "    main()\n",
        "uses n, which the program may have changed",
    ),
    (_GUARD + "    Process(target=lambda: 1).start()\n", "a lambda cannot be pickled"),
    (_GUARD + "    def f(): pass\n    Process(target=f).start()\n", "f() is defined where a new interpreter cannot"),
    (
        "def main():\n    def f(): pass\n    Process(target=f).start()\n" + _GUARD + "    main()\n",
        "f() is defined where a new interpreter cannot",
    ),
    (
        "def f(x): pass\n" + _GUARD + "    Process(target=f, args=(threading.Lock(),)).start()\n",
        "is a threading.Lock, which cannot be pickled",
    ),
    (
        "def f(x): pass\n" + _GUARD + "    g = (n for n in 'ab')\n    Process(target=f, kwargs={'x': g}).start()\n",
        "g is a generator, which cannot be pickled",
    ),
    (
        "class A(object):\n    def __init__(self):\n        self.lock = threading.Lock()\n    def work(self): pass\n"
        "    def go(self): Process(target=self.work).start()\n" + _GUARD + "    A().go()\n",
        "self.lock of A holds a threading.Lock",
    ),
    (
        "class P(Process):\n    def __init__(self):\n        Process.__init__(self)\n        self.q = Queue.Queue()\n"
        "    def run(self): pass\n" + _GUARD + "    P().start()\n",
        "self.q of P holds a queue.Queue",
    ),
    ("def f(): print limit\nlimit = int(raw_input())\nProcess(target=f).start()\n", "uses limit, which only the main"),
]


@pytest.mark.parametrize(("body", "reason"), _FORKED)
def test_program_that_depends_on_fork_says_so(body: str, reason: str) -> None:
    conversion = _convert(_HEAD + body)
    assert 'multiprocessing.set_start_method("fork")' in conversion.text
    assert [reason in said for said in _messages(conversion, "PORT201", "PORT202")] == [True]


# Programs that nothing needs to be done for.
_SAFE = [
    "def f(n): print n\n" + _GUARD + "    Process(target=f, args=(1,)).start()\n",
    "LIMIT = 5\ndef f(): print LIMIT\n" + _GUARD + "    Process(target=f).start()\n",
    "count = 0\ndef f():\n    global count\n    count += 1\n" + _GUARD + "    Process(target=f).start()\n",
    "lock = threading.Lock()\ndef f():\n    with lock: pass\n" + _GUARD + "    Process(target=f).start()\n",
    "class P(Process):\n    def run(self): self.q = Queue.Queue()\n" + _GUARD + "    P().start()\n",
    "def start(f): Process(target=f).start()\n",
    "def f(): print limit\n" + _GUARD + "    limit = 1\n    threading.Thread(target=f).start()\n",
    "multiprocessing.freeze_support()\nprint multiprocessing.cpu_count()\n",
]


@pytest.mark.parametrize("body", _SAFE)
def test_program_that_is_safe_stays(body: str) -> None:
    assert not _messages(_convert(_HEAD + body), "PORT201", "PORT202")


# The unguarded end of a program, and what stands in its place.
_UNGUARDED = [
    (
        "def f(): pass\nProcess(target=f).start()\n",
        'def f(): pass\nif __name__ == "__main__":\n    Process(target=f).start()\n',
    ),
    (
        "def f(): pass\n# the pool\np = multiprocessing.Pool(2)\n\np.map(f, [1])\n",
        'def f(): pass\n# the pool\nif __name__ == "__main__":\n    p = multiprocessing.Pool(2)\n\n    p.map(f, [1])\n',
    ),
    (
        "import sys\nsys.path.insert(0, '.')\ndef f(): pass\ndef main():\n    Process(target=f).start()\nmain()\n",
        '    Process(target=f).start()\nif __name__ == "__main__":\n    main()\n',
    ),
    (
        "class P(Process):\n    def run(self): pass\nps = [P() for n in 'ab']\nfor p in ps:\n    p.start()\n",
        "if __name__ == \"__main__\":\n    ps = [P() for n in 'ab']\n    for p in ps:\n        p.start()\n",
    ),
    (
        "def f(): pass\ntext = '''a\n  b\n'''\nProcess(target=f, args=(text,\n    1)).start()\n",
        "if __name__ == \"__main__\":\n    text = '''a\n  b\n'''\n    Process(target=f, args=(text,\n        1)).start()\n",
    ),
]


@pytest.mark.parametrize(("body", "after"), _UNGUARDED)
def test_unguarded_start_gets_a_guard(body: str, after: str) -> None:
    conversion = _convert(_HEAD + body)
    assert conversion.text.endswith(after)
    assert len(_messages(conversion, "PORT201")) == 1


def test_module_that_others_import_is_reported_not_guarded() -> None:
    conversion = _convert(f"{_HEAD}def f(): pass\nProcess(target=f).start()\n", user="import example\n")
    assert "__main__" not in conversion.text
    assert [
        "starts a process when it is imported (by user.py)" in said for said in _messages(conversion, "PORT201")
    ] == [True]


def test_start_method_that_is_chosen_stays() -> None:
    source = f"{_HEAD}{_GUARD}    multiprocessing.set_start_method('fork')\n    Process(target=lambda: 1).start()\n"
    assert not _messages(_convert(source), "PORT201", "PORT202")


def test_library_asks_for_a_context_of_its_own() -> None:
    source = "import multiprocessing as mp\ndef start(f, *args):\n    mp.Process(target=lambda: f(*args)).start()\n"
    assert 'mp.get_context("fork").Process(target=lambda: f(*args)).start()' in _convert(source).text


def test_class_of_a_library_is_reported() -> None:
    source = (
        f"{_HEAD}class P(Process):\n    def __init__(self):\n        Process.__init__(self)\n"
        "        self.lock = threading.Lock()\n    def run(self): pass\ndef start():\n    P().start()\n"
    )
    conversion = _convert(source)
    assert ['set_start_method("fork") in the main program' in said for said in _messages(conversion, "PORT202")] == [
        True
    ]
