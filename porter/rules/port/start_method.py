"""A program whose child processes depend on fork says so: `multiprocessing.set_start_method("fork")`.

https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind
from porter.rewriting.building import call, text
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._forking import ForkReasons, Reason
from porter.rules.port._main_part import MainPart, main_part
from porter.rules.port._processes import own_nodes, processes_of

_CHOOSES = frozenset({"set_start_method", "get_context"})


class StartMethod(Rule):
    code = "PORT202"
    name = "start-method"
    summary = 'keep processes on fork where they depend on it: set_start_method("fork")'
    why = (
        "Python 2 forked its processes: a child had every variable of its parent. Since 3.14 the fork server is the default on "
        "Linux (spawn on macOS since 3.8): the child imports the program anew, and its target and arguments are pickled. A "
        "lambda, a nested function, a lock in an object, or a variable that only the main program sets do not get there. "
        "Such a program is kept on fork, which Windows does not have, and never had."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.14.html#changes-in-the-python-api"
    triggers = frozenset({"multiprocessing", "concurrent", "processing"})
    visits = (ast.Module,)
    examples = (
        Example(
            "import multiprocessing\n\ndef work():\n    print 'limit:', limit\n\nif __name__ == '__main__':\n    limit = 5\n"
            "    p = multiprocessing.Process(target=work)\n    p.start()\n    p.join()\n",
            "import multiprocessing\n\ndef work():\n    print('limit:', limit)\n\nif __name__ == '__main__':\n"
            '    multiprocessing.set_start_method("fork")\n'
            "    limit = 5\n    p = multiprocessing.Process(target=work)\n    p.start()\n    p.join()\n",
        ),
        Example(
            "from multiprocessing import Process, Queue\nq = Queue()\n\ndef work():\n    q.put('done')\n\n"
            "Process(target=work).start()\nprint q.get()\n",
            'from multiprocessing import Process, Queue, set_start_method\nset_start_method("fork")\nq = Queue()\n\n'
            "def work():\n    q.put('done')\n\nProcess(target=work).start()\nprint(q.get())\n",
            note="a new interpreter would make another queue",
        ),
        Example(
            "from multiprocessing import Process\ndef in_background(function, *args):\n"
            "    p = Process(target=lambda: function(*args))\n    p.start()\n    return p\n",
            "from multiprocessing import get_context\ndef in_background(function, *args):\n"
            '    p = get_context("fork").Process(target=lambda: function(*args))\n    p.start()\n    return p\n',
            note="a library does not choose for the whole program",
        ),
        Untouched(
            "from multiprocessing import Process, Queue\ndef work(q):\n    q.put(1)\nif __name__ == '__main__':\n"
            "    q = Queue()\n    Process(target=work, args=(q,)).start()\n    print q.get()\n",
            because="all that the child needs is handed over",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        processes = processes_of(model)
        if not processes.makes_any or _has_chosen(model):
            return
        part = main_part(model, processes)
        guarded = part.statements | ({model.main_guard} if model.main_guard is not None else set())
        reasons = list(ForkReasons(model, processes, frozenset(guarded)).all())
        if not reasons:
            return
        if (part.starts or model.main_guard is not None) and not model.tree.imported_by:
            yield _for_program(part, reasons[0], model)
        else:
            yield from (_for_library(reason, model) for reason in reasons)

    def rewrite(self, node: cst.CSTNode | Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        if isinstance(node, cst.Call):
            context = call(match.data, text("fork"))
            return node.with_changes(func=cst.Attribute(context, cst.Name("Process")))
        assert isinstance(node, Sequence)
        chosen = cst.SimpleStatementLine([cst.Expr(call(match.data, text("fork")))])
        return [chosen, *node]


def _has_chosen(model: ModuleModel) -> bool:
    """Whether the program already says how its processes start."""
    return any(word in model.text for word in _CHOOSES)


def _spelled(name: str, model: ModuleModel) -> tuple[str, tuple[Import, ...]]:
    """A function of multiprocessing in the file's own way of importing it."""
    for bound, bindings in model.scope.bindings.items():
        if any(item.kind is BindingKind.IMPORT and item.imported == "multiprocessing" for item in bindings):
            return f"{bound}.{name}", ()
    if model.scope.bindings.get(name) or not any(
        isinstance(item, ast.ImportFrom) and item.module == "multiprocessing" for item in model.module.body
    ):
        return f"multiprocessing.{name}", (Import("multiprocessing"),)
    return name, (Import("multiprocessing", name),)


def _for_program(part: MainPart, reason: Reason, model: ModuleModel) -> Match:
    """The choice is made before the first object of multiprocessing is: making one fixes the start method."""
    spelled, needs = _spelled("set_start_method", model)
    guard = model.main_guard
    place = _first_use(model) or (part.runs[0][0] if part.runs else None)
    if place is None or place is guard:
        assert guard is not None
        place = guard if guard.body[0].lineno == guard.lineno else guard.body[0]
    message = f"kept on fork: {reason.text}"
    return Match(place, Risk.SUGGESTED, message, slot=SlotKind.BLOCK, data=spelled, needs=needs)


def _first_use(model: ModuleModel) -> ast.stmt | None:
    """The first statement of the module that uses multiprocessing when it runs."""
    skipped = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    for statement in model.module.body:
        if not isinstance(statement, skipped) and any(
            isinstance(node, ast.Call) and (model.resolve_canonical(node.func) or "").startswith("multiprocessing.")
            for node in own_nodes(statement)
        ):
            return statement
    return None


def _for_library(reason: Reason, model: ModuleModel) -> Match | Advice:
    message = f"kept on fork: {reason.text}"
    if model.resolve_canonical(reason.call.func) != "multiprocessing.Process":
        return Advice(reason.call, f'needs multiprocessing.set_start_method("fork") in the main program: {reason.text}')
    spelled, needs = _spelled("get_context", model)
    root = reason.call.func
    drops = (root.id,) if isinstance(root, ast.Name) else ()
    return Match(reason.call, Risk.SUGGESTED, message, data=spelled, needs=needs, drops=drops)
