"""A program of gevent's greenlets is a program of asyncio's tasks.

https://docs.python.org/3/library/asyncio-task.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.asyncio._colouring.plan import plan_greenlets
from porter.rules.asyncio._colouring.tables import EVENTLET, GEVENT


class GeventProgram(Rule):
    code = "AIO001"
    name = "gevent-to-asyncio"
    summary = "greenlets become asyncio tasks"
    why = (
        "asyncio is the standard library's own cooperative scheduler. Each greenlet becomes a task that runs the same function, "
        "now a coroutine; whatever waits is awaited, from there up to the entry, which asyncio.run runs. A greenlet that fails "
        "prints its traceback and stops nobody, and joinall() raises nothing: asyncio.wait() keeps that; a TaskGroup, which would "
        "cancel the others, is used where no task can fail. What monkey patching made cooperative is replaced: time.sleep by asyncio.sleep, queues and locks by "
        "asyncio's, other blocking calls by asyncio.to_thread. A program that cannot be converted whole stays on gevent."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/asyncio-task.html"
    triggers = frozenset({"gevent"})
    visits = (ast.Module,)
    architecture = True
    examples = (
        Example(
            "import gevent\n\ndef task(n):\n    print 'start', n\n    gevent.sleep(0.1)\n    print 'done', n\n\n"
            "gevent.joinall([gevent.spawn(task, 1), gevent.spawn(task, 2)])\n",
            "import asyncio\n\nasync def task(n):\n    print('start', n)\n    await asyncio.sleep(0.1)\n    print('done', n)\n\n"
            "async def main():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(task(1))\n"
            "        group.create_task(task(2))\n\nasyncio.run(main())\n",
            note="these tasks cannot fail",
        ),
        Example(
            "import gevent\n\ndef task(path):\n    gevent.sleep(0.1)\n    print open(path).read()\n\n"
            "jobs = [gevent.spawn(task, path) for path in ('a', 'b')]\ngevent.joinall(jobs)\n",
            "import asyncio\n\nasync def task(path):\n    await asyncio.sleep(0.1)\n    print(open(path).read())\n\n"
            "async def main():\n    jobs = [asyncio.create_task(task(path)) for path in ('a', 'b')]\n"
            "    await asyncio.wait(jobs)\n\nasyncio.run(main())\n",
            note="a task that fails stops nobody, as a greenlet does not",
        ),
        Untouched("import events\nevents.spawn(events.sleep, 1)  # not gevent\n", because="it is another library"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        yield from plan_greenlets(model, GEVENT)

    def rewrite(self, node: Any, match: Match) -> Rewritten:
        result: Rewritten = match.data(node)
        return result


class EventletProgram(Rule):
    code = "AIO003"
    name = "eventlet-to-asyncio"
    summary = "eventlet's green threads become asyncio tasks"
    why = (
        "eventlet is no longer developed for new programs, and its own documentation says to move to asyncio. What holds for gevent "
        "holds here: a task for each green thread, waits awaited, a pool that holds as many tasks at a time, and all of it or nothing."
    )
    risk = Risk.SUGGESTED
    source = "https://eventlet.readthedocs.io/en/latest/asyncio/migration.html"
    triggers = frozenset({"eventlet"})
    visits = (ast.Module,)
    architecture = True
    examples = (
        Example(
            "import eventlet\n\ndef double(n):\n    eventlet.sleep(0.1)\n    return n * 2\n\nt = eventlet.spawn(double, 21)\n"
            "print t.wait()\n",
            "import asyncio\n\nasync def double(n):\n    await asyncio.sleep(0.1)\n    return n * 2\n\nasync def main():\n"
            "    t = asyncio.create_task(double(21))\n    print(await t)\n\nasyncio.run(main())\n",
        ),
        Untouched("import events\nevents.spawn(events.sleep, 1)  # not eventlet\n", because="it is another library"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        yield from plan_greenlets(model, EVENTLET)

    def rewrite(self, node: Any, match: Match) -> Rewritten:
        result: Rewritten = match.data(node)
        return result
