"""Concrete shapes of asyncio code that several rewrites build."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from porter.rewriting.building import call, keyword

_ASYNC = cst.Asynchronous(whitespace_after=cst.SimpleWhitespace(" "))


def awaited(node: cst.BaseExpression) -> cst.Await:
    """`await node`."""
    return cst.Await(node)


def bare(argument: cst.Arg) -> cst.Arg:
    """An argument without its comma: `call` puts the commas anew."""
    return argument.with_changes(comma=cst.MaybeSentinel.DEFAULT)


def applied(node: cst.Call, skipped: int = 0) -> cst.Call:
    """The call that ``spawn(f, a, k=b)`` stands for, `f(a, k=b)`, after `skipped` other arguments."""
    function, *rest = node.args[skipped:]
    return call(function.value, *[bare(argument) for argument in rest])


def task_of(coroutine: cst.BaseExpression) -> cst.Call:
    """`asyncio.create_task(coroutine)`."""
    return call("asyncio.create_task", coroutine)


def waited(tasks: cst.BaseExpression, timeout: cst.BaseExpression | None = None) -> cst.Await:
    """`await asyncio.wait(tasks)`: it raises nothing that a task raised, as joining raises nothing."""
    arguments = [cst.Arg(tasks), *([keyword("timeout", timeout)] if timeout is not None else [])]
    return awaited(call("asyncio.wait", *arguments))


def listed(*items: cst.BaseExpression) -> cst.List:
    """`[a, b]`."""
    return cst.List([cst.Element(item) for item in items])


def asynchronous_with(node: cst.With, items: Sequence[cst.BaseExpression] | None = None) -> cst.With:
    """`async with` for `with`."""
    changed = node.with_changes(asynchronous=_ASYNC)
    return changed if items is None else changed.with_changes(items=[cst.WithItem(item) for item in items])


def asynchronous_def(node: cst.FunctionDef) -> cst.FunctionDef:
    """`async def` for `def`."""
    return node.with_changes(asynchronous=_ASYNC)


def line(small: cst.BaseSmallStatement, leading: Sequence[cst.EmptyLine] = ()) -> cst.SimpleStatementLine:
    """A simple statement on a line of its own."""
    return cst.SimpleStatementLine([small], leading_lines=list(leading))


def block(*statements: cst.BaseStatement) -> cst.IndentedBlock:
    """A suite."""
    return cst.IndentedBlock(list(statements))
