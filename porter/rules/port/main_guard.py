"""What starts processes stands under `if __name__ == "__main__":`.

https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._forking import ForkReasons
from porter.rules.port._main_part import main_part
from porter.rules.port._processes import processes_of


class MainGuard(Rule):
    code = "PORT201"
    name = "main-guard"
    summary = 'put what starts processes under if __name__ == "__main__":'
    why = (
        "A process that is spawned (Windows, macOS since 3.8) or comes from the fork server (the default on Linux since "
        "3.14) imports the main program anew. Without a guard it would start processes again, and Python stops it with a "
        "RuntimeError. A program that depends on fork keeps fork instead (PORT202)."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods"
    triggers = frozenset({"multiprocessing", "concurrent", "processing"})
    visits = (ast.Module,)
    examples = (
        Example(
            "from multiprocessing import Process\n\ndef work(n):\n    print 'working on', n\n\n"
            "print 'start'\np = Process(target=work, args=(1,))\np.start()\np.join()\n",
            "from multiprocessing import Process\n\ndef work(n):\n    print('working on', n)\n\n"
            'if __name__ == "__main__":\n'
            "    print('start')\n    p = Process(target=work, args=(1,))\n    p.start()\n    p.join()\n",
        ),
        Untouched(
            "from multiprocessing import Process\ndef work():\n    pass\nif __name__ == '__main__':\n"
            "    Process(target=work).start()\n",
            because="it is guarded",
        ),
        Untouched(
            "from multiprocessing import Process\ndef run(work):\n    Process(target=work).start()\n",
            because="importing it starts nothing",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        processes = processes_of(model)
        if not processes.makes_any:
            return
        part = main_part(model, processes)
        if not part.runs:
            return
        guarded = part.statements | ({model.main_guard} if model.main_guard is not None else set())
        if any(ForkReasons(model, processes, frozenset(guarded)).all()):
            return
        if model.tree.imported_by:
            importers = ", ".join(model.tree.imported_by[:3])
            yield Advice(part.starts[0], f"starts a process when it is imported (by {importers}): put it in a function")
            return
        for number, run in enumerate(part.runs):
            message = "a spawned child process imports this file: it must not start processes again"
            yield Match(
                run[0], Risk.SUGGESTED, message, slot=SlotKind.BLOCK, until=run[-1], group=self.code, silent=number > 0
            )

    def rewrite(self, node: Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        return [cst.If(cst.parse_expression('__name__ == "__main__"'), cst.IndentedBlock(node))]
