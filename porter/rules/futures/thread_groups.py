"""A group of threads that are made, started and joined together is a ThreadPoolExecutor.

https://docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, keyword
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rewriting.slots import code_of
from porter.rules.futures._groups import group_at
from porter.rules.futures.with_lock import commented

_FUTURES = "concurrent.futures"


@dataclass(frozen=True, slots=True)
class _Change:
    """The executor's name and size, and whether each task gets the item of its loop and nothing else."""

    executor: str
    size: str
    each: bool


class ThreadGroups(Rule):
    code = "FUT004"
    name = "thread-group"
    summary = "run a group of threads in a ThreadPoolExecutor"
    why = (
        "Threads that are made in a loop, started and joined are what an executor is for: its with statement waits for all "
        "of them. An exception shows a difference: a thread prints it and ends, a future keeps it. So this is done only where "
        "the function lets none out (its body is one try that catches Exception), where the number of threads is plain, and "
        "where nobody asks a thread for its name or keeps it for later."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor"
    triggers = frozenset({"Thread"})
    pattern = re.compile(r"\bfor\s+(\w+)\s+in\s[^:]*:(?:\s|#[^\n]*)*\1\s*\.\s*join\s*\(")
    visits = (ast.Assign,)
    architecture = True
    examples = (
        Example(
            "import threading\n\nsquares = []\n\ndef work(n):\n    try:\n        squares.append(n * n)\n    except Exception, e:\n"
            "        print e\n\n"
            "threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]\nfor t in threads:\n    t.start()\n"
            "for t in threads:\n    t.join()\nprint sorted(squares)\n",
            "from concurrent.futures import ThreadPoolExecutor\n\nsquares = []\n\ndef work(n):\n    try:\n        squares.append(n * n)\n"
            "    except Exception as e:\n        print(e)\n\n"
            "with ThreadPoolExecutor(max_workers=3) as executor:\n    executor.map(work, range(3))\nprint(sorted(squares))\n",
        ),
        Untouched(
            "import threading\ndef work(n):\n    print 1 // n\nthreads = [threading.Thread(target=work, args=(n,)) for n in range(3)]\n"
            "for t in threads:\n    t.start()\nfor t in threads:\n    t.join()\n",
            because="a thread prints its exception, a future does not",
        ),
        Untouched(
            "import threading\ndef work(n):\n    try:\n        print n\n    except Exception:\n        pass\n"
            "threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]\nfor t in threads:\n    t.start()\n"
            "for t in threads:\n    t.join()\nprint len(threads)\n",
            because="the threads are asked for later",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Assign)
        group = group_at(node, model)
        if group is None or not model.is_free("ThreadPoolExecutor", node):
            return
        executor = next(name for name in ("executor", "executor_", "thread_executor") if model.is_free(name, node))
        yield Match(
            node,
            Risk.SUGGESTED,
            "these threads are the tasks of an executor",
            slot=SlotKind.BLOCK,
            until=group.last,
            data=_Change(executor, group.size, group.each),
            needs=(Import(_FUTURES, "ThreadPoolExecutor"),),
            drops=("threading", "Thread"),
        )

    def rewrite(self, node: Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        change: _Change = match.data
        first = cst.ensure_type(node[0], cst.SimpleStatementLine)
        if any("#" in code_of(part.body) for part in node if isinstance(part, cst.For)):
            return None  # a comment in a loop that goes has no place to go to
        value = cst.ensure_type(first.body[0], cst.Assign).value
        if isinstance(value, cst.ListComp):
            made, target, iterable = value.elt, value.for_in.target, value.for_in.iter
        else:
            loop = cst.ensure_type(node[1], cst.For)
            line = cst.ensure_type(loop.body.body[0], cst.SimpleStatementLine)
            made, target, iterable = cst.ensure_type(line.body[0], cst.Assign).value, loop.target, loop.iter
        given = {
            item.keyword.value: item.value for item in cst.ensure_type(made, cst.Call).args if item.keyword is not None
        }
        body = _tasks(change, given, target, iterable)
        size = cst.parse_expression(change.size)
        manager = call("ThreadPoolExecutor", keyword("max_workers", size))
        item = cst.WithItem(manager, cst.AsName(cst.Name(change.executor)))
        leading = [line for part in node for line in _comments(part)]
        return [cst.With([item], cst.IndentedBlock([body]), leading_lines=[*_blank(first), *leading])]


def _tasks(
    change: _Change,
    given: dict[str, cst.BaseExpression],
    target: cst.BaseAssignTargetExpression,
    iterable: cst.BaseExpression,
) -> cst.BaseStatement:
    """`executor.map(f, items)`, or a loop of submit() where a task gets more than its item."""
    if change.each:
        return _line(call(f"{change.executor}.map", given["target"], iterable))
    arguments = given.get("args")
    items = arguments.elements if isinstance(arguments, cst.Tuple) else ()
    task = call(f"{change.executor}.submit", given["target"], *(item.value for item in items))
    return cst.For(target, iterable, cst.IndentedBlock([_line(task)]))


def _line(value: cst.BaseExpression) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([cst.Expr(value)])


def _comments(part: cst.BaseStatement) -> list[cst.EmptyLine]:
    lines = commented(getattr(part, "leading_lines", ()))
    behind = getattr(part, "trailing_whitespace", None)
    return [
        *lines,
        *([cst.EmptyLine(comment=behind.comment)] if behind is not None and behind.comment is not None else []),
    ]


def _blank(first: cst.SimpleStatementLine) -> list[cst.EmptyLine]:
    return [line for line in first.leading_lines if line.comment is None]
