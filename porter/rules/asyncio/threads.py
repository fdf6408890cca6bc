"""Threads that wait more than they work are asyncio tasks.

https://docs.python.org/3/library/asyncio-task.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.asyncio._colouring.plan import plan_threads


class ThreadedProgram(Rule):
    code = "AIO002"
    name = "threads-to-asyncio"
    summary = "threads that wait become asyncio tasks"
    why = (
        "A thread that sleeps, or waits for a queue, an event or the network, holds a stack and a lock for nothing. As a task it "
        "runs the same function, now a coroutine, and every wait is awaited. join() raises nothing, so asyncio.wait() stands for "
        "it; threads that nobody joins are waited for at the end, unless they are daemons. Threads that compute, that ask which "
        "thread they are, or that use what only a thread can bear stay threads: the whole program is converted, or none of it."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/asyncio-task.html"
    triggers = frozenset({"threading"})
    also = frozenset({"Thread"})
    visits = (ast.Module,)
    architecture = True
    examples = (
        Example(
            "import threading, time\n\ndef work(n):\n    time.sleep(0.1)\n    print 'worked', n\n\n"
            "t = threading.Thread(target=work, args=(1,))\nt.start()\nt.join()\nprint 'done'\n",
            "import asyncio\n\nasync def work(n):\n    await asyncio.sleep(0.1)\n    print('worked', n)\n\n"
            "async def main():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(work(1))\n    print('done')\n\n"
            "asyncio.run(main())\n",
            note="a task that cannot fail",
        ),
        Example(
            "import threading\nfrom Queue import Queue\n\nqueue = Queue()\n\ndef work():\n    while True:\n"
            "        print len(queue.get())\n        queue.task_done()\n\nt = threading.Thread(target=work)\nt.daemon = True\n"
            "t.start()\nqueue.put('spam')\nqueue.join()\n",
            "import asyncio\n\nqueue = asyncio.Queue()\n\nasync def work():\n    while True:\n"
            "        print(len(await queue.get()))\n        queue.task_done()\n\nasync def main():\n"
            "    t = asyncio.create_task(work())\n    await queue.put('spam')\n    await queue.join()\n\nasyncio.run(main())\n",
        ),
        Untouched("import threading\nlock = threading.Lock()\n", because="it makes no thread"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if "gevent" not in model.text and "eventlet" not in model.text:
            yield from plan_threads(model)

    def rewrite(self, node: Any, match: Match) -> Rewritten:
        result: Rewritten = match.data(node)
        return result
