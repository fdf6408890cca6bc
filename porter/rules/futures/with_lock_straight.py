"""`lock.acquire(); …; lock.release()` around straight-line code is `with lock: …`.

https://docs.python.org/3/library/threading.html#using-locks-conditions-and-semaphores-in-the-with-statement
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.futures import _locks
from porter.rules.futures.with_lock import commented, lock_of

_LONGEST = 25  # statements: beyond, a person would rather look at it

# What leaves the statements before their end, or would be hidden in them.
_NOT_STRAIGHT = (
    ast.Return,
    ast.Break,
    ast.Continue,
    ast.Raise,
    ast.Yield,
    ast.YieldFrom,
    ast.Try,
    ast.FunctionDef,
    ast.ClassDef,
)


class WithLockStraight(Rule):
    code = "FUT003"
    name = "with-lock-straight"
    summary = "hold a lock by a with statement, which also releases it when something fails"
    why = (
        "acquire() and release() around a few statements leave the lock held for ever when one of them raises, and every "
        "other thread waits. `with lock:` does the same and releases the lock then, too."
    )
    risk = Risk.SUGGESTED
    source = (
        "https://docs.python.org/3/library/threading.html#using-locks-conditions-and-semaphores-in-the-with-statement"
    )
    triggers = frozenset({"acquire"})
    also = frozenset({"release"})
    visits = (ast.Expr,)
    examples = (
        Example(
            "import threading\nlock = threading.Lock()\ntotal = 0\n\nlock.acquire()\ntotal += 1\nlock.release()\nprint total\n",
            "import threading\nlock = threading.Lock()\ntotal = 0\n\nwith lock:\n    total += 1\nprint(total)\n",
        ),
        Untouched(
            "import threading\nlock = threading.Lock()\ndef f(x):\n    lock.acquire()\n    if x:\n        lock.release()\n"
            "        return\n    lock.release()\n",
            because="it is released in two places",
        ),
        Untouched(
            "import threading\ngo = threading.Lock()\ngo.acquire()\nthreading.Thread(target=go.release).start()\n",
            because="another thread releases it: it is a signal",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Expr)
        lock = _locks.acquired(node)
        if lock is None or not _locks.is_lock(lock, model):
            return
        suite = model.suite(node)
        at = suite.index(node)
        end = next((i for i in range(at + 1, len(suite)) if _locks.same(_locks.released(suite[i]), lock)), None)
        if end is None or not 1 < end - at <= _LONGEST or not _is_straight(suite[at + 1 : end], lock):
            return
        message = f"hold {ast.unparse(lock)} by a with statement: it is released when something fails, too"
        yield Match(node, Risk.SUGGESTED, message, slot=SlotKind.BLOCK, until=suite[end])

    def rewrite(self, node: Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        first, *body, last = node
        acquire = cst.ensure_type(first, cst.SimpleStatementLine)
        release = cst.ensure_type(last, cst.SimpleStatementLine)
        if len(acquire.body) != 1 or len(release.body) != 1:
            return None
        footer = commented(release.leading_lines)
        if release.trailing_whitespace.comment is not None:
            footer.append(cst.EmptyLine(comment=release.trailing_whitespace.comment))
        block = cst.IndentedBlock(body, header=acquire.trailing_whitespace, footer=footer)
        return [cst.With([cst.WithItem(lock_of(acquire))], block, leading_lines=acquire.leading_lines)]


def _is_straight(body: Sequence[ast.stmt], lock: ast.expr) -> bool:
    """Whether control leaves the statements only at their end, and nothing in them touches the lock's state."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, _NOT_STRAIGHT):
                return False
            if (
                isinstance(node, ast.Attribute)
                and node.attr in ("acquire", "release")
                and _locks.same(node.value, lock)
            ):
                return False
    return True
