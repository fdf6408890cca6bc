"""Groups of threads made by hand: which become an executor's tasks, and which stay (FUT004)."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.options import Options, Target


def _convert(source: str) -> str:
    tree = TreeIndex.of([summarise_bytes(source.encode(), "example.py")]).slice("example.py")
    options = Options(target=Target.FUTURES, python=(3, 11))
    return convert_bytes(source.encode(), "example.py", tree, options).text


_HEAD = (
    "from __future__ import print_function\nimport threading\nN = 3\n"
    "def f(*args):\n    try:\n        g(args)\n    except Exception:\n        pass\n"
)
_MAKE = "ts = [threading.Thread(target=f, args=(x,)) for x in range(3)]\n"
_START = "for t in ts:\n    t.start()\n"
_JOIN = "for t in ts:\n    t.join()\n"

_BECOME = [
    (_MAKE + _START + _JOIN, "with ThreadPoolExecutor(max_workers=3) as executor:\n    executor.map(f, range(3))\n"),
    (
        "ts = [threading.Thread(target=f, args=(x,)) for x in range(N)]\n" + _START + _JOIN,
        "with ThreadPoolExecutor(max_workers=N) as executor:\n    executor.map(f, range(N))\n",
    ),
    (
        "ts = []\nfor x in ['a', 'b']:\n    t = threading.Thread(target=f, args=(x, 1))\n    ts.append(t)\n"
        + _START
        + _JOIN,
        "with ThreadPoolExecutor(max_workers=2) as executor:\n    for x in ['a', 'b']:\n        executor.submit(f, x, 1)\n",
    ),
    (
        "# go\nts = []  # threads\nfor x in range(3):\n    t = threading.Thread(target=f)\n    t.start()\n    ts.append(t)\n"
        + _JOIN,
        "# go\n# threads\nwith ThreadPoolExecutor(max_workers=3) as executor:\n    for x in range(3):\n"
        "        executor.submit(f)\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), _BECOME)
def test_group_becomes_tasks(before: str, after: str) -> None:
    assert _convert(_HEAD + before).endswith(after)


_STAY = [
    _MAKE + _START + "time.sleep(1)\n" + _JOIN,
    _MAKE + _START,
    _MAKE + "for t in ts:\n    t.daemon = True\n    t.start()\n" + _JOIN,
    _MAKE + _START + "for t in ts:\n    t.join(5)\n",
    _MAKE + _START + _JOIN + "print(ts)\n",
    _MAKE + _START + _JOIN + "print(t)\n",
    _MAKE.replace("args=(x,)", "args=(x,), name='w'") + _START + _JOIN,
    _MAKE.replace("range(3)", "unknown") + _START + _JOIN,
    _MAKE.replace("range(3)", "range(0)") + _START + _JOIN,
    _MAKE.replace("target=f", "target=other") + _START + _JOIN,
    _MAKE + _START + _JOIN + "print(threading.current_thread().name)\n",
    _MAKE + "for t in ts:\n    t.start()  # one by one\n" + _JOIN,
    "def f(x):\n    g(x)\n" + _MAKE + _START + _JOIN,
]


@pytest.mark.parametrize("body", _STAY)
def test_other_groups_stay(body: str) -> None:
    assert "ThreadPoolExecutor" not in _convert(_HEAD + body)
