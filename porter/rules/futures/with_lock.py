"""`lock.acquire(); try: … finally: lock.release()` is `with lock: …`.

https://docs.python.org/3/library/threading.html#using-locks-conditions-and-semaphores-in-the-with-statement
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.futures import _locks


class WithLock(Rule):
    code = "FUT002"
    name = "with-lock"
    summary = "hold a lock by a with statement"
    why = (
        "A lock is a context manager: `with lock:` acquires it and releases it on every way out, as acquire() before a "
        "try and release() in its finally do. Where the object's class is not known the change is listed as suggested: "
        "its class must have __enter__ and __exit__, as every lock of threading, multiprocessing and gevent has."
    )
    risk = Risk.SUGGESTED
    source = (
        "https://docs.python.org/3/library/threading.html#using-locks-conditions-and-semaphores-in-the-with-statement"
    )
    triggers = frozenset({"acquire"})
    also = frozenset({"release"})
    visits = (ast.Try,)
    examples = (
        Example(
            "import threading\nlock = threading.Lock()\n\nlock.acquire()\ntry:\n    print 'alone' # at last\n"
            "finally:\n    lock.release()\n",
            "import threading\nlock = threading.Lock()\n\nwith lock:\n    print('alone') # at last\n",
        ),
        Example(
            "import threading\nlock = threading.RLock()\nlock.acquire(True)\ntry:\n    print {}['x']\n"
            "except KeyError:\n    print 'oops'\nfinally:\n    lock.release()\n",
            "import threading\nlock = threading.RLock()\nwith lock:\n    try:\n        print({}['x'])\n"
            "    except KeyError:\n        print('oops')\n",
            note="a handler stays, inside the lock",
        ),
        Untouched(
            "import threading\nlock = threading.Lock()\nif lock.acquire(False):\n    try:\n        pass\n"
            "    finally:\n        lock.release()\n",
            because="the lock may not be had",
        ),
        Untouched(
            "import threading\na = threading.Lock()\nb = threading.Lock()\na.acquire()\ntry:\n    pass\n"
            "finally:\n    b.release()\n",
            because="one lock is acquired, another released",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Try)
        lock = _locks.released(node.finalbody[0]) if len(node.finalbody) == 1 else None
        if lock is None:
            return
        before = _previous(node, model)
        first: ast.stmt = node
        if _locks.same(_locks.acquired(before), lock):
            assert before is not None
            first = before
        elif not _locks.same(_locks.acquired(node.body[0]), lock) or len(node.body) == 1 or node.handlers:
            return
        if _locks.is_lock(lock, model):
            risk, message = Risk.SAFE, ""
        elif _locks.is_doubtful(lock, model):
            return
        else:
            risk = Risk.SUGGESTED
            message = f"hold {ast.unparse(lock)} by a with statement, if its class has __enter__ as locks do"
        yield Match(first, risk, message, slot=SlotKind.BLOCK, until=node)

    def rewrite(self, node: Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        *acquiring, tried = node
        tried = cst.ensure_type(tried, cst.Try)
        if not acquiring:
            body = cst.ensure_type(tried.body, cst.IndentedBlock)
            acquiring, rest = [body.body[0]], body.body[1:]
            tried = tried.with_changes(body=body.with_changes(body=rest))
        acquire = cst.ensure_type(acquiring[0], cst.SimpleStatementLine)
        return [held(acquire, tried)]


def _previous(node: ast.stmt, model: ModuleModel) -> ast.stmt | None:
    suite = model.suite(node)
    at = suite.index(node)
    return suite[at - 1] if at else None


def held(acquire: cst.SimpleStatementLine, tried: cst.Try) -> cst.With:
    """The with statement for an acquire() and the try whose finally only releases; every comment is kept."""
    lock = lock_of(acquire)
    body: cst.BaseSuite = tried.body
    leading = [*acquire.leading_lines, *commented(tried.leading_lines)]
    finalbody = tried.finalbody
    assert finalbody is not None
    last_words = _comments_of(finalbody)
    if tried.handlers:
        inner = tried.with_changes(finalbody=None, leading_lines=())
        body = cst.IndentedBlock([inner], header=acquire.trailing_whitespace)
    elif isinstance(body, cst.IndentedBlock) and acquire.trailing_whitespace.comment is not None:
        leading += _lines([body.header])
        body = body.with_changes(header=acquire.trailing_whitespace)
    if last_words and isinstance(body, cst.IndentedBlock):
        body = body.with_changes(footer=[*body.footer, *last_words])
    return cst.With([cst.WithItem(lock)], body, leading_lines=leading)


def lock_of(acquire: cst.SimpleStatementLine) -> cst.BaseExpression:
    """The object that an acquire() statement speaks of."""
    called = cst.ensure_type(cst.ensure_type(acquire.body[0], cst.Expr).value, cst.Call)
    return cst.ensure_type(called.func, cst.Attribute).value


def _comments_of(finalbody: cst.Finally) -> list[cst.EmptyLine]:
    """The comments of a finally clause, which goes."""
    lines = commented(finalbody.leading_lines)
    if isinstance(finalbody.body, cst.SimpleStatementSuite):
        return [*lines, *_lines([finalbody.body.trailing_whitespace])]
    block = cst.ensure_type(finalbody.body, cst.IndentedBlock)
    release = cst.ensure_type(block.body[0], cst.SimpleStatementLine)
    lines += _lines([block.header])
    lines += [*commented(release.leading_lines), *_lines([release.trailing_whitespace]), *commented(block.footer)]
    return lines


def commented(lines: Iterable[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Those of some lines that hold a comment."""
    return [line for line in lines if line.comment is not None]


def _lines(ends: Iterable[cst.TrailingWhitespace]) -> list[cst.EmptyLine]:
    """Comments that stood behind code, on lines of their own."""
    return [cst.EmptyLine(comment=end.comment, newline=end.newline) for end in ends if end.comment is not None]
