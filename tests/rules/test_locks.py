"""Locks held by with statements: shapes that change, shapes that stay, and nothing lost on the way (FUT002, FUT003)."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.options import Options, Target


def _convert(source: str) -> str:
    tree = TreeIndex.of([summarise_bytes(source.encode(), "example.py")]).slice("example.py")
    options = Options(target=Target.FUTURES, python=(3, 11))
    return convert_bytes(source.encode(), "example.py", tree, options).text


_HEAD = "from __future__ import print_function\nimport threading, multiprocessing\nlock = threading.Lock()\n"

_HELD = [
    ("lock.acquire()\ntry:\n    a()\nfinally:\n    lock.release()\n", "with lock:\n    a()\n"),
    ("lock.acquire(True)\ntry:\n    a()\nfinally:\n    lock.release()\n", "with lock:\n    a()\n"),
    ("lock.acquire(blocking=1)\ntry: a()\nfinally: lock.release()\n", "with lock: a()\n"),
    ("try:\n    lock.acquire()\n    a()\nfinally:\n    lock.release()\n", "with lock:\n    a()\n"),
    (
        "lock.acquire()\ntry:\n    a()\nexcept E:\n    b()\nelse:\n    c()\nfinally:\n    lock.release()\n",
        "with lock:\n    try:\n        a()\n    except E:\n        b()\n    else:\n        c()\n",
    ),
    (
        "def f(self):\n    # one\n    self.lock.acquire() # two\n    # three\n    try: # four\n        a()\n        # five\n"
        "    # six\n    finally: # seven\n        # eight\n        self.lock.release() # nine\n    b()\n",
        "def f(self):\n    # one\n    # three\n    # four\n    with self.lock: # two\n        a()\n        # five\n"
        "        # six\n        # seven\n        # eight\n        # nine\n    b()\n",
    ),
    (
        "lock.acquire()\ntry:\n    text = '''\n  kept\n'''\n    lines = [1,\n  2]\nfinally:\n    lock.release()\n",
        "with lock:\n    text = '''\n  kept\n'''\n    lines = [1,\n  2]\n",
    ),
    (
        "lock.acquire()\nn = 1\nm = 2 # last\nlock.release() # free\n",
        "with lock:\n    n = 1\n    m = 2 # last\n    # free\n",
    ),
    (
        "cond = multiprocessing.Condition()\ncond.acquire()\nwhile not x:\n    cond.wait()\ncond.release()\n",
        "cond = multiprocessing.Condition()\nwith cond:\n    while not x:\n        cond.wait()\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), _HELD)
def test_lock_is_held_by_a_with_statement(before: str, after: str) -> None:
    assert _convert(_HEAD + before).endswith(f"lock = threading.Lock()\n{after}")


_STAYS = [
    "lock.acquire(False)\ntry:\n    a()\nfinally:\n    lock.release()\n",
    "if lock.acquire():\n    try:\n        a()\n    finally:\n        lock.release()\n",
    "lock.acquire()\ntry:\n    a()\nfinally:\n    b()\n    lock.release()\n",
    "lock.acquire()\nb()\ntry:\n    a()\nfinally:\n    lock.release()\n",
    "lock.acquire()\ntry:\n    a()\nfinally:\n    other.release()\n",
    "locks[0].acquire()\ntry:\n    a()\nfinally:\n    locks[0].release()\n",
    "lock.acquire()\nfor x in y:\n    if x:\n        lock.release()\n        break\nlock.release()\n",
    "lock.acquire()\nif x:\n    raise E\nlock.release()\n",
    "unknown.acquire()\na()\nunknown.release()\n",
    "lock.acquire()\nlock.release()\n",
    "class Handler(object):\n    def f(self):\n        self.acquire()\n        try:\n            a()\n        finally:\n"
    "            self.release()\n",
    "class Own(object):\n    def acquire(self): pass\n    def release(self): pass\nown = Own()\nown.acquire()\ntry:\n    a()\n"
    "finally:\n    own.release()\n",
]


@pytest.mark.parametrize("body", _STAYS)
def test_other_shapes_stay(body: str) -> None:
    assert "with " not in _convert(_HEAD + body)


def test_unknown_object_is_suggested_and_a_known_lock_safe() -> None:
    body = "\ntry:\n    a()\nfinally:\n    {0}.release()\n"
    source = _HEAD + "".join(f"{name}.acquire(){body.format(name)}" for name in ("lock", "mystery"))
    tree = TreeIndex.of([summarise_bytes(source.encode(), "example.py")]).slice("example.py")
    found = convert_bytes(source.encode(), "example.py", tree, Options(target=Target.FUTURES)).findings
    risks = [finding.risk.value for finding in found if finding.code == "FUT002" and finding.risk is not None]
    assert risks == ["safe", "suggested"]
