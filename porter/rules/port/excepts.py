"""`except E, e:` is `except E as e:` in Python 3.

https://peps.python.org/pep-3110/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2 import constructs, markers
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rewriting.slots import SlotError

_SPACE = cst.SimpleWhitespace(" ")


class ExceptClause(Rule):
    code = "PORT004"
    name = "except-comma"
    summary = "except E as e"
    why = (
        "In Python 3 a comma in an except clause belongs to a tuple of classes. A target that is no plain name (an "
        "attribute, an item, a pattern to unpack) is assigned at the start of the handler; a pattern unpacks the exception's args."
    )
    source = "https://peps.python.org/pep-3110/"
    triggers = frozenset({markers.EXCEPT})
    visits = (ast.ExceptHandler, ast.Try)
    owns = frozenset({constructs.EXCEPT})
    examples = (
        Example(
            "try:\n    f()\nexcept IOError, e:\n    print e\n", "try:\n    f()\nexcept IOError as e:\n    print(e)\n"
        ),
        Example(
            "try:\n    f()\nexcept IOError, (number, text):\n    print number\n",
            "try:\n    f()\nexcept IOError as error:\n    (number, text) = error.args\n    print(number)\n",
        ),
        Example(
            "try:\n    f()\nexcept IOError, (e):\n    print e\n",
            "try:\n    f()\nexcept IOError as e:\n    print(e)\n",
            note="a name in parentheses is no pattern",
        ),
        Untouched("try:\n    f()\nexcept (IOError, OSError):\n    print `1`\n", because="a tuple of classes, in both"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.ExceptHandler(type=ast.Call(func=ast.Name(id=markers.EXCEPT), args=[_])):
                yield Match(node, slot=SlotKind.HEADER)
            case ast.Try(handlers=handlers):
                targets = {
                    number: _own_name(handler, model) or _caught_name(handler, model)
                    for number, handler in enumerate(handlers)
                    if _has_target(handler)
                }
                if targets:
                    yield Match(node, Risk.SAFE, slot=SlotKind.BLOCK, data=targets)

    def rewrite(self, node: cst.ExceptHandler | Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        if isinstance(node, cst.ExceptHandler):
            return node.with_changes(type=_caught(node))
        tried, *rest = node
        handlers = list(cst.ensure_type(tried, cst.Try).handlers)
        for number, name in match.data.items():
            handlers[number] = _with_target(handlers[number], name)
        return [tried.with_changes(handlers=handlers), *rest]


def _has_target(handler: ast.ExceptHandler) -> bool:
    match handler.type:
        case ast.Call(func=ast.Name(id=markers.EXCEPT), args=[_, _]):
            return True
    return False


def _own_name(handler: ast.ExceptHandler, model: ModuleModel) -> str | None:
    """The handler's target where it is a name in parentheses that nothing outside the handler asks for."""
    match handler.type:
        case ast.Call(args=[_, ast.Name(id=name) as target]):
            scope = model.scope_of(target)
            uses = [] if name in scope.globals else model.uses_of(name, scope)
            if uses and all(handler in model.ancestors(use) for use in uses):
                return name
    return None


def _caught_name(handler: ast.ExceptHandler, model: ModuleModel) -> str:
    """A name for the caught exception that nothing around uses."""
    return next(
        name
        for name in ("error", "exception", "caught", *map("error{}".format, range(2, 999)))
        if model.is_free(name, handler)
    )


def _caught(handler: cst.ExceptHandler) -> cst.BaseExpression:
    return cst.ensure_type(handler.type, cst.Call).args[0].value


def _with_target(handler: cst.ExceptHandler, name: str) -> cst.ExceptHandler:
    classes, target = (argument.value for argument in cst.ensure_type(handler.type, cst.Call).args)
    if isinstance(target, cst.Name) and target.value == name:
        return handler.with_changes(type=classes, name=cst.AsName(cst.Name(name)))
    value: cst.BaseExpression = cst.Name(name)
    if isinstance(target, cst.Tuple | cst.List):
        value = cst.Attribute(value, cst.Name("args"))
    if not isinstance(target, cst.Name | cst.Attribute | cst.Subscript | cst.Tuple | cst.List):
        raise SlotError("its target cannot be assigned to")
    assign = cst.Assign([cst.AssignTarget(target)], value)
    body: cst.BaseSuite
    if isinstance(handler.body, cst.IndentedBlock):
        body = handler.body.with_changes(body=[cst.SimpleStatementLine([assign]), *handler.body.body])
    else:
        suite = cst.ensure_type(handler.body, cst.SimpleStatementSuite)
        semicolon = cst.Semicolon(whitespace_after=_SPACE)
        body = suite.with_changes(body=[assign.with_changes(semicolon=semicolon), *suite.body])
    return handler.with_changes(type=classes, name=cst.AsName(cst.Name(name)), body=body)
