"""A list comprehension that is assigned to a name, written as the loop that it was in Python 2."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst


def as_loop(statement: cst.BaseStatement, name: str) -> Sequence[cst.BaseStatement]:
    """`name = [element for … if …]` as an empty list, and a loop that appends to it."""
    line = cst.ensure_type(statement, cst.SimpleStatementLine)
    comprehension = cst.ensure_type(cst.ensure_type(line.body[0], cst.Assign).value, cst.ListComp)
    empty, loop = _filled(comprehension, name, line.trailing_whitespace)
    return [empty.with_changes(leading_lines=line.leading_lines), loop]


def before(statement: cst.BaseStatement, name: str) -> Sequence[cst.BaseStatement]:
    """The statement's first list comprehension as a loop that fills a list of this name, and the statement with the name."""
    finder = _First()
    statement.visit(finder)
    if finder.found is None:
        return [statement]
    line = cst.ensure_type(statement, cst.SimpleStatementLine)
    empty, loop = _filled(finder.found, name, cst.TrailingWhitespace())
    rest = cst.ensure_type(line.deep_replace(finder.found, cst.Name(name)), cst.SimpleStatementLine)
    return [empty.with_changes(leading_lines=line.leading_lines), loop, rest.with_changes(leading_lines=[])]


class _First(cst.CSTVisitor):
    """The list comprehension that stands first in a statement."""

    def __init__(self) -> None:
        self.found: cst.ListComp | None = None

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        self.found = self.found or node
        return False


def _filled(
    comprehension: cst.ListComp, name: str, behind: cst.TrailingWhitespace
) -> tuple[cst.SimpleStatementLine, cst.BaseStatement]:
    empty = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], cst.List([]))])
    method = cst.Attribute(cst.Name(name), cst.Name("append"))
    added = cst.SimpleStatementLine(
        [cst.Expr(cst.Call(method, [cst.Arg(comprehension.elt)]))], trailing_whitespace=behind
    )
    return empty, _loop(comprehension.for_in, added)


def _loop(clause: cst.CompFor, innermost: cst.BaseStatement) -> cst.BaseStatement:
    """The loop of a comprehension's `for`, its conditions and further clauses inside it."""
    body = _loop(clause.inner_for_in, innermost) if clause.inner_for_in is not None else innermost
    for condition in reversed(clause.ifs):
        body = cst.If(condition.test, cst.IndentedBlock([body]))
    return cst.For(clause.target, clause.iter, cst.IndentedBlock([body]))
