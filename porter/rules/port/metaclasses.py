"""`__metaclass__ = M` is `class C(metaclass=M)` in Python 3.

https://peps.python.org/pep-3115/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import keyword
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._classes import members


class Metaclasses(Rule):
    code = "PORT037"
    name = "metaclasses"
    summary = "name the metaclass in the class's header"
    why = (
        "Python 3 does not look at __metaclass__: the class would silently be an ordinary one. A module's own "
        "`__metaclass__ = type` made its classes new-style, which all are now."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-3115/"
    triggers = frozenset({"__metaclass__"})
    visits = (ast.ClassDef, ast.Assign)
    examples = (
        Example(
            "class Meta(type): pass\nclass Model(object):\n    __metaclass__ = Meta\n    x = 1\nprint type(Model).__name__\n",
            "class Meta(type): pass\nclass Model(object, metaclass=Meta):\n    x = 1\nprint(type(Model).__name__)\n",
        ),
        Example("class Model:\n    __metaclass__ = type\n", "class Model(metaclass=type):\n    pass\n"),
        Example("__metaclass__ = type\nclass Model:\n    x = 1\n", "class Model:\n    x = 1\n"),
        Untouched(
            "import six\nclass Model(six.with_metaclass(type)):\n    x = `1`\n",
            because="it serves both Pythons already",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.ClassDef():
                if "__metaclass__" in members(node):
                    yield from _in_class(node, model)
            case ast.Assign(targets=[ast.Name(id="__metaclass__")], value=value):
                if isinstance(model.parent(node), ast.Module):
                    if model.resolve(value) == "builtins.type":
                        yield Match(node, data=None)
                    else:
                        yield Advice(node, "Python 3 has no module-wide metaclass: give each class metaclass=…")

    def rewrite(self, node: cst.Assign | Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        if isinstance(node, cst.Assign):
            return []
        definition = cst.ensure_type(node[0], cst.ClassDef)
        value, body = _taken(definition.body)
        if value is None:
            return None
        new = definition.with_changes(body=body, keywords=[*definition.keywords, keyword("metaclass", value)])
        if not definition.lpar or isinstance(definition.lpar, cst.MaybeSentinel):
            new = new.with_changes(lpar=cst.LeftParen(), rpar=cst.RightParen())
        return [_spaced(new), *node[1:]]


def _in_class(node: ast.ClassDef, model: ModuleModel) -> Iterator[Match | Advice]:
    for item in node.body:
        match item:
            case ast.Assign(targets=[ast.Name(id="__metaclass__")], value=value):
                own = members(node)
                if any(isinstance(name, ast.Name) and name.id in own for name in ast.walk(value)):
                    yield Advice(
                        item,
                        "name the metaclass in the header, metaclass=…: it is made of names of the class's own body",
                    )
                else:
                    yield Match(node, slot=SlotKind.BLOCK)
                return
    yield Advice(node, "name the metaclass in the class's header: metaclass=…")


def _taken(body: cst.BaseSuite) -> tuple[cst.BaseExpression | None, cst.BaseSuite]:
    """The value of the assignment to __metaclass__, and the suite without it."""
    value: cst.BaseExpression | None = None
    if isinstance(body, cst.SimpleStatementSuite):
        value, rest = _without(body.body)
        return value, body.with_changes(body=rest or [cst.Pass()])
    block = cst.ensure_type(body, cst.IndentedBlock)
    kept: list[cst.BaseStatement] = []
    comments: list[cst.EmptyLine] = []
    for line in block.body:
        if isinstance(line, cst.SimpleStatementLine):
            found, rest = _without(line.body)
            value = found or value
            if found is not None and not rest:
                comments = [item for item in line.leading_lines if item.comment is not None]
                continue
            line = line.with_changes(body=rest)
        if comments and hasattr(line, "leading_lines"):
            line = line.with_changes(leading_lines=[*comments, *line.leading_lines])
            comments = []
        kept.append(line)
    if kept and not block.body[0].deep_equals(kept[0]) and hasattr(kept[0], "leading_lines") and not comments:
        kept[0] = kept[0].with_changes(
            leading_lines=[item for item in kept[0].leading_lines if item.comment is not None]
        )
    return value, block.with_changes(body=kept or [cst.SimpleStatementLine([cst.Pass()])])


def _without(
    statements: Sequence[cst.BaseSmallStatement],
) -> tuple[cst.BaseExpression | None, list[cst.BaseSmallStatement]]:
    value: cst.BaseExpression | None = None
    rest: list[cst.BaseSmallStatement] = []
    for statement in statements:
        match statement:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value="__metaclass__"))], value=assigned):
                value = assigned
            case _:
                rest.append(statement)
    if rest and value is not None:
        rest[-1] = rest[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
    return value, rest


def _spaced(definition: cst.ClassDef) -> cst.ClassDef:
    """A comma and a space between the last base and the metaclass."""
    arguments = [*definition.bases, *definition.keywords]
    separated = [
        argument.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
        for argument in arguments[:-1]
    ] + [arguments[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
    count = len(definition.bases)
    return definition.with_changes(bases=separated[:count], keywords=separated[count:])
