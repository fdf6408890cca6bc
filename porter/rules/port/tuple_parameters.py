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
        "statements: it takes the items by their index (listed as suggested, since an iterator has no index); where it "
        "binds their names again inside, it calls an inner lambda with the argument spread out."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-3113/"
    triggers = frozenset({"__porter_tuple_"})
    visits = (ast.FunctionDef, ast.Lambda)
    owns = frozenset({constructs.TUPLE_PARAMETER})
    examples = (
        Example(
            "def area((w, h), unit):\n    return w * h\n", "def area(w_h, unit):\n    w, h = w_h\n    return w * h\n"
        ),
        Example(
            "print sorted([(1, 'b'), (2, 'a')], key=lambda (n, s): s)\n",
            "print(sorted([(1, 'b'), (2, 'a')], key=lambda n_s: n_s[1]))\n",
        ),
        Example(
            "f = lambda (real, x): x.real + int(x=real)\n", "f = lambda real_x: real_x[1].real + int(x=real_x[0])\n"
        ),
        Example(
            "f = lambda ((a, b), c): a + b * c\nprint f(((1, 2), 3))\n",
            "f = lambda a_b_c: a_b_c[0][0] + a_b_c[0][1] * a_b_c[1]\nprint(f(((1, 2), 3)))\n",
        ),
        Example(
            "f = lambda (a, b): [a for a in b]\nprint f((1, [2]))\n",
            "f = lambda a_b: (lambda a, b: [a for a in b])(*a_b)\nprint(f((1, [2])))\n",
            note="one of the names is bound again",
        ),
        Untouched("def area(w, h=(1, 2)):\n    return `w`\n", because="the tuple is a default value"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.FunctionDef | ast.Lambda)
        found = [argument.arg for argument in all_arguments(node.args) if markers.is_tuple_parameter(argument.arg)]
        if found:
            parameters = tuple(_parameter(name, node, model) for name in found)
            if isinstance(node, ast.FunctionDef):
                yield Match(node, Risk.SAFE, data=parameters, slot=SlotKind.BLOCK)
            elif _binds_again(node, parameters, model):
                yield Match(node, Risk.SAFE, data=(_spread_out, parameters))
            else:
                message = "items are taken by their index: what is passed must be a sequence"
                yield Match(node, Risk.SUGGESTED, message, data=(_by_index, parameters))

    def rewrite(self, node: cst.Lambda | Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        if isinstance(node, cst.Lambda):
            write, parameters = match.data
            return node.with_changes(params=_renamed(node.params, parameters), body=write(node.body, parameters))
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
    unpacking = [cst.parse_statement(f"{_bare(item.pattern)} = {item.name}") for item in found]
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


def _bare(pattern: str) -> str:
    """The pattern as it stands before an equals sign: without parentheses, unless one item or several lines need them."""
    items = cst.ensure_type(cst.parse_expression(pattern), cst.Tuple)
    if len(items.elements) < 2 or "\n" in pattern or "\r" in pattern:
        return pattern
    return cst.Module([]).code_for_node(items.with_changes(lpar=[], rpar=[]))


def _binds_again(node: ast.Lambda, found: Sequence[_Parameter], model: ModuleModel) -> bool:
    """Whether a name of the patterns is bound a second time inside the lambda."""
    names = [name for item in found for name in _NAME.findall(item.pattern)]
    scope = model.inner_scope(node)
    inner = [child for child in scope.walk() if child is not scope]
    return any(len(scope.bindings[name]) != 1 or any(name in child.bindings for child in inner) for name in names)


def _by_index(body: cst.BaseExpression, found: Sequence[_Parameter]) -> cst.BaseExpression:
    places: dict[str, cst.BaseExpression] = {}
    for item in found:
        places.update(_places(cst.parse_expression(item.pattern), cst.Name(item.name)))
    indexed = body.visit(_Indexed(places))
    assert isinstance(indexed, cst.BaseExpression)
    return indexed


def _places(pattern: cst.BaseExpression, whole: cst.BaseExpression) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The names of a pattern, each with the expression for it: `(a, (b, c))` of x gives x[0], x[1][0] and x[1][1]."""
    if isinstance(pattern, cst.Name):
        yield pattern.value, whole
    elif isinstance(pattern, cst.Tuple):
        for number, item in enumerate(pattern.elements):
            index = cst.SubscriptElement(cst.Index(cst.Integer(str(number))))
            yield from _places(item.value, cst.Subscript(whole, [index]))


class _Indexed(cst.CSTTransformer):
    """Puts expressions in the place of names, where these are variables."""

    def __init__(self, places: dict[str, cst.BaseExpression]) -> None:
        super().__init__()
        self._places = places

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        place = self._places.get(original_node.value)
        if place is None:
            return updated_node
        return place.with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar).deep_clone()

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)


def _spread_out(body: cst.BaseExpression, found: Sequence[_Parameter]) -> cst.BaseExpression:
    for item in reversed(found):
        body = _spread(item.pattern, item.name, body)
    return body


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
