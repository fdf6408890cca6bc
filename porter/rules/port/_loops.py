"""A list comprehension that is assigned to a name, written as the loop that it was in Python 2."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst


def as_loop(statement: cst.BaseStatement, name: str) -> Sequence[cst.BaseStatement]:
    """`name = [element for … if …]` as an empty list, and a loop that appends to it."""
    line = cst.ensure_type(statement, cst.SimpleStatementLine)
    comprehension = cst.ensure_type(cst.ensure_type(line.body[0], cst.Assign).value, cst.ListComp)
    empty = cst.SimpleStatementLine(
        [cst.Assign([cst.AssignTarget(cst.Name(name))], cst.List([]))], leading_lines=line.leading_lines
    )
    method = cst.Attribute(cst.Name(name), cst.Name("append"))
    added = cst.SimpleStatementLine(
        [cst.Expr(cst.Call(method, [cst.Arg(comprehension.elt)]))], trailing_whitespace=line.trailing_whitespace
    )
    return [empty, _loop(comprehension.for_in, added)]


def _loop(clause: cst.CompFor, innermost: cst.BaseStatement) -> cst.BaseStatement:
    """The loop of a comprehension's `for`, its conditions and further clauses inside it."""
    body = _loop(clause.inner_for_in, innermost) if clause.inner_for_in is not None else innermost
    for condition in reversed(clause.ifs):
        body = cst.If(condition.test, cst.IndentedBlock([body]))
    return cst.For(clause.target, clause.iter, cst.IndentedBlock([body]))
