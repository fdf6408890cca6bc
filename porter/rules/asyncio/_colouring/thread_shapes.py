"""How threads are written as tasks."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

import libcst as cst

from porter.rewriting.building import call, keyword
from porter.rewriting.rule import Rewritten
from porter.rules.asyncio._colouring import shapes

_PARAMETERS = ("group", "target", "name", "args", "kwargs")

# What a Thread has and a task has not.
THREAD_API = frozenset(
    "start join is_alive isAlive daemon isDaemon setDaemon name getName setName ident native_id".split()
)

GREENLET_API = frozenset(
    "start join start_later get kill ready successful value exception dead started link link_value link_exception unlink "
    "throw loop run args kwargs".split()
)

# What makes a task of a thread's making.
MakeTask = Callable[[cst.Call], cst.BaseExpression]


def arguments(node: ast.Call) -> dict[str, ast.expr] | None:
    """A Thread's arguments by name; None where that is not certain."""
    if any(isinstance(item, ast.Starred) for item in node.args) or len(node.args) > len(_PARAMETERS):
        return None
    given = dict(zip(_PARAMETERS, node.args, strict=False))
    for item in node.keywords:
        if item.arg not in (*_PARAMETERS, "daemon") or item.arg in given:
            return None
        given[item.arg] = item.value
    return given


def task_of_object(node: cst.Call, run: str) -> cst.Call:
    """`asyncio.create_task(Worker(x).run())` for an object with a `run`."""
    return shapes.task_of(call(cst.Attribute(node, cst.Name(run))))


def task_with_arguments(node: cst.Call) -> cst.Call:
    """`asyncio.create_task(f(x))` for ``Greenlet(f, x)``."""
    return shapes.task_of(shapes.applied(node))


def task(node: cst.Call) -> cst.Call:
    """`asyncio.create_task(f(x))` for ``Thread(target=f, args=(x,))``."""
    given: dict[str, cst.BaseExpression] = {}
    for position, argument in enumerate(node.args):
        word = argument.keyword.value if argument.keyword is not None else _PARAMETERS[position]
        given[word] = argument.value
    passed = [*_positional(given.get("args")), *_named(given.get("kwargs"))]
    made = shapes.task_of(call(given["target"], *passed))
    if "name" in given:
        made = made.with_changes(args=[*call("f", *made.args, keyword("name", given["name"])).args])
    return made


def _positional(node: cst.BaseExpression | None) -> list[cst.Arg]:
    if node is None:
        return []
    if isinstance(node, cst.Tuple | cst.List):
        return [cst.Arg(item.value, star="*" if isinstance(item, cst.StarredElement) else "") for item in node.elements]
    return [cst.Arg(node, star="*")]


def _named(node: cst.BaseExpression | None) -> list[cst.Arg]:
    if node is None:
        return []
    if isinstance(node, cst.Dict) and all(_is_word(item) for item in node.elements):
        return [
            keyword(str(cst.ensure_type(item.key, cst.SimpleString).evaluated_value), item.value)
            for item in node.elements
            if isinstance(item, cst.DictElement)
        ]
    return [cst.Arg(node, star="**")]


def _is_word(item: cst.BaseDictElement) -> bool:
    if not isinstance(item, cst.DictElement) or not isinstance(item.key, cst.SimpleString):
        return False
    return str(item.key.evaluated_value).isidentifier()


def started_thread(starting: cst.Call) -> cst.Call:
    """The thread of the call ``Thread(…).start()``."""
    return cst.ensure_type(cst.ensure_type(starting.func, cst.Attribute).value, cst.Call)


def _started(node: cst.Expr) -> cst.Call:
    """The thread of ``Thread(…).start()``."""
    return started_thread(cst.ensure_type(node.value, cst.Call))


def started_task(node: cst.Expr, task: MakeTask) -> Rewritten:
    return cst.Expr(task(_started(node)))


def named_task(node: cst.Expr, task: MakeTask, name: str) -> Rewritten:
    return cst.Assign([cst.AssignTarget(cst.Name(name))], task(_started(node)))


def task_of_start(node: cst.Call, task: MakeTask) -> cst.BaseExpression:
    """The task of ``Thread(…).start()``."""
    return task(started_thread(node))


def not_done(node: cst.Call) -> Rewritten:
    receiver = cst.ensure_type(node.func, cst.Attribute).value
    return cst.UnaryOperation(cst.Not(), call(cst.Attribute(receiver, cst.Name("done"))))


def joined(node: cst.Call) -> Rewritten:
    receiver = cst.ensure_type(node.func, cst.Attribute).value
    timeout = node.args[0].value if node.args else None
    return shapes.waited(shapes.listed(receiver), timeout)


def joined_loop(nodes: list[cst.BaseStatement]) -> Rewritten:
    """``for t in threads: t.join()`` of threads that are there waits for all of them at once."""
    loop = cst.ensure_type(nodes[0], cst.For)
    return shapes.line(cst.Expr(shapes.waited(loop.iter)), loop.leading_lines)


def awaited(node: cst.Call) -> Rewritten:
    return shapes.awaited(node)


def with_own_start(nodes: list[cst.BaseStatement], run: str, attribute: str, joins: bool) -> Rewritten:
    """The last statement of a class, followed by a `start` and, where it is joined, a `join` of its own."""
    kept = cst.Attribute(cst.Name("self"), cst.Name(attribute))
    made = shapes.task_of(call(cst.Attribute(cst.Name("self"), cst.Name(run))))
    start = cst.Assign([cst.AssignTarget(kept)], made)
    methods = [_method("start", start)]
    if joins:
        methods.append(shapes.asynchronous_def(_method("join", cst.Expr(shapes.waited(shapes.listed(kept))))))
    return [*nodes, *methods]


def _method(word: str, body: cst.BaseSmallStatement) -> cst.FunctionDef:
    parameters = cst.Parameters([cst.Param(cst.Name("self"))])
    suite = shapes.block(shapes.line(body))
    return cst.FunctionDef(cst.Name(word), parameters, suite, leading_lines=[cst.EmptyLine(indent=False)])


def without_base(node: cst.ClassDef, number: int) -> Rewritten:
    bases: Sequence[cst.Arg] = [base for at, base in enumerate(node.bases) if at != number]
    bases = [shapes.bare(base) for base in bases]
    if bases or node.keywords:
        return node.with_changes(bases=bases)
    return node.with_changes(bases=[], lpar=cst.MaybeSentinel.DEFAULT, rpar=cst.MaybeSentinel.DEFAULT)
