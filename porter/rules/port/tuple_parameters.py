"""Parameters are names in Python 3: a tuple parameter is unpacked in the body.

https://peps.python.org/pep-3113/
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import all_arguments
from porter.python2 import constructs, markers
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched

_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A placeholder parameter, the pattern it stands for, and the name it gets."""

    placeholder: str
    pattern: str
    name: str


class TupleParameters(Rule):
    code = "PORT009"
    name = "tuple-parameters"
    summary = "unpack a tuple parameter in the body"
    why = (
        "Python 3 has no tuple parameters. A function unpacks the argument in its first statement. A lambda has no "
        "statements: it calls an inner lambda with the argument spread out, which unpacks as Python 2 did."
    )
    source = "https://peps.python.org/pep-3113/"
    triggers = frozenset({"__porter_tuple_"})
    visits = (ast.FunctionDef, ast.Lambda)
    owns = frozenset({constructs.TUPLE_PARAMETER})
    examples = (
        Example(
            "def area((w, h), unit):\n    return w * h\n", "def area(w_h, unit):\n    (w, h) = w_h\n    return w * h\n"
        ),
        Example(
            "print sorted([(1, 'b'), (2, 'a')], key=lambda (n, s): s)\n",
            "print(sorted([(1, 'b'), (2, 'a')], key=lambda n_s: (lambda n, s: s)(*n_s)))\n",
        ),
        Untouched("def area(w, h=(1, 2)):\n    return `w`\n", because="the tuple is a default value"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.FunctionDef | ast.Lambda)
        found = [argument.arg for argument in all_arguments(node.args) if markers.is_tuple_parameter(argument.arg)]
        if found:
            parameters = tuple(_parameter(name, node, model) for name in found)
            slot = SlotKind.BLOCK if isinstance(node, ast.FunctionDef) else SlotKind.NODE
            yield Match(node, Risk.SAFE, data=parameters, slot=slot)

    def rewrite(self, node: cst.Lambda | Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        if isinstance(node, cst.Lambda):
            return _lambda(node, match.data)
        function = cst.ensure_type(node[0], cst.FunctionDef)
        return [_function(function, match.data)]


def _parameter(placeholder: str, node: ast.FunctionDef | ast.Lambda, model: ModuleModel) -> _Parameter:
    pattern = model.source.facts.tuple_parameters[placeholder]
    base = "_".join(_NAME.findall(pattern)) or "items"
    scope = model.inner_scope(node)
    taken = {name for inner in scope.walk() for name in (*inner.bindings, *inner.uses)}
    name = next(
        name for name in (base, f"{base}_", *(f"{base}_{number}" for number in range(2, 999))) if name not in taken
    )
    return _Parameter(placeholder, pattern, name)


def _renamed(parameters: cst.Parameters, found: Sequence[_Parameter]) -> cst.Parameters:
    names = {item.placeholder: item.name for item in found}
    return parameters.with_changes(
        params=[
            (
                parameter.with_changes(name=cst.Name(names[parameter.name.value]))
                if parameter.name.value in names
                else parameter
            )
            for parameter in parameters.params
        ]
    )


def _function(node: cst.FunctionDef, found: Sequence[_Parameter]) -> cst.FunctionDef:
    unpacking = [cst.parse_statement(f"{item.pattern} = {item.name}") for item in found]
    lines = [cst.ensure_type(line, cst.SimpleStatementLine) for line in unpacking]
    params = _renamed(node.params, found)
    if isinstance(node.body, cst.IndentedBlock):
        head = 1 if node.get_docstring() is not None else 0
        body = [*node.body.body[:head], *lines, *node.body.body[head:]]
        return node.with_changes(params=params, body=node.body.with_changes(body=body))
    suite = cst.ensure_type(node.body, cst.SimpleStatementSuite)
    small = [
        line.body[0].with_changes(semicolon=cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" "))) for line in lines
    ]
    return node.with_changes(params=params, body=suite.with_changes(body=[*small, *suite.body]))


def _lambda(node: cst.Lambda, found: Sequence[_Parameter]) -> cst.BaseExpression:
    body = node.body
    for item in reversed(found):
        body = _spread(item.pattern, item.name, body)
    return node.with_changes(params=_renamed(node.params, found), body=body)


def _spread(pattern: str, name: str, body: cst.BaseExpression) -> cst.BaseExpression:
    """`(lambda a, b: body)(*name)`; a pattern inside the pattern is spread by a lambda inside."""
    items = cst.ensure_type(cst.parse_expression(pattern), cst.Tuple).elements
    params: list[cst.Param] = []
    for item in items:
        if isinstance(item.value, cst.Name):
            params.append(cst.Param(item.value))
            continue
        inner = cst.Module([]).code_for_node(item.value)
        inner_name = "_".join(_NAME.findall(inner)) or "items"
        params.append(cst.Param(cst.Name(inner_name)))
        body = _spread(inner, inner_name, body)
    inner_lambda = cst.Lambda(cst.Parameters(params), body, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.Call(inner_lambda, [cst.Arg(cst.Name(name), star="*")])
