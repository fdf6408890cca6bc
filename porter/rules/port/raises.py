"""`raise E, value, traceback` is `raise E(value).with_traceback(traceback)` in Python 3.

https://peps.python.org/pep-3109/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind
from porter.python2 import constructs, markers
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._cst import in_parentheses

_CALL, _SPREAD, _AS_IS, _BARE, _ALONE = "call", "spread", "as is", "bare", "alone"
_TEXTS = frozenset({"str", "unicode", "bytes"})


_FIRST_ITEM = cst.SubscriptElement(cst.Index(cst.Integer("0")))


class RaiseStatement(Rule):
    code = "PORT003"
    name = "raise-with-value"
    summary = "raise an instance, not a class and its arguments"
    why = (
        "Python 3 raises one instance. A tuple of values is spread over the class's arguments, None is no argument, and an "
        "exception that already is an instance (as sys.exc_info() gives it) is raised itself; a third expression is its traceback. "
        "Of a tuple of classes, however deep, Python 2 raised the first."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-3109/"
    triggers = frozenset({"raise"})
    visits = (ast.Raise,)
    owns = frozenset({constructs.RAISE})
    examples = (
        Example("raise ValueError, 'wrong'\n", "raise ValueError('wrong')\n"),
        Example("raise IOError, (2, 'no file')\n", "raise IOError(2, 'no file')\n"),
        Example(
            "import sys\ntry:\n    f()\nexcept Exception:\n    t, v, tb = sys.exc_info()\n    raise t, v, tb\n",
            "import sys\ntry:\n    f()\nexcept Exception:\n    t, v, tb = sys.exc_info()\n    raise v.with_traceback(tb)\n",
        ),
        Example(
            "try:\n    raise (KeyError, IOError), 'wrong'\nexcept KeyError, error:\n    print error\n",
            "try:\n    raise KeyError('wrong')\nexcept KeyError as error:\n    print(error)\n",
        ),
        Untouched("print `1`\nraise ValueError('wrong')\n", because="it raises an instance"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Raise(exc=ast.Tuple(elts=[_, *_])):
                yield Match(node, data=_BARE)
            case ast.Raise(exc=ast.Call(func=ast.Name(id=markers.RAISE), args=[kind, value, *traceback])):
                if _is_no_exception(kind, model) and all(map(_is_plain, (value, *traceback))):
                    yield Match(node, data=_ALONE)  # a TypeError, with whatever value
                    return
                how = _how(kind, value, traceback[0] if traceback else None, model)
                certain = how is not _CALL or model.kind(value).type in (
                    "str",
                    "unicode",
                    "bytes",
                    "int",
                    "float",
                    "bool",
                )
                message = (
                    "" if certain else "raise an instance; if the value is an exception or a tuple, raise it as that"
                )
                yield Match(node, Risk.SAFE if certain else Risk.SUGGESTED, message, data=how)

    def rewrite(self, node: cst.Raise, match: Match) -> Rewritten:
        if isinstance(node.exc, cst.Tuple):
            return node.with_changes(exc=_first(node.exc))
        if match.data == _ALONE:
            return node.with_changes(exc=cst.ensure_type(node.exc, cst.Call).args[0].value)
        kind, value, *traceback = [argument.value for argument in cst.ensure_type(node.exc, cst.Call).args]
        kind = _first(kind)
        raised: cst.BaseExpression
        match match.data:
            case "spread":
                items = cst.ensure_type(value, cst.Tuple).elements
                raised = call(
                    kind,
                    *[cst.Arg(item.value, star="*" if isinstance(item, cst.StarredElement) else "") for item in items],
                )
            case "as is":
                raised = value
            case "bare":
                raised = call(kind) if traceback and not isinstance(kind, cst.Call) else kind
            case _:
                raised = call(kind, value)
        if traceback and not (isinstance(traceback[0], cst.Name) and traceback[0].value == "None"):
            raised = call(cst.Attribute(raised, cst.Name("with_traceback")), traceback[0])
        return node.with_changes(exc=raised)


def _how(kind: ast.expr, value: ast.expr, traceback: ast.expr | None, model: ModuleModel) -> str:
    if isinstance(value, ast.Constant) and value.value is None:
        return _BARE
    if isinstance(value, ast.Tuple):
        return _SPREAD
    parts = [kind, value, *([traceback] if traceback is not None else [])]
    if _of_exc_info(parts, model) or _is_caught(value, model):
        return _AS_IS
    return _CALL


def _is_plain(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant | ast.Name)


def _is_no_exception(kind: ast.expr, model: ModuleModel) -> bool:
    """Whether what is raised is a string, or an empty tuple."""
    while isinstance(kind, ast.Tuple) and kind.elts:
        kind = kind.elts[0]
    return isinstance(kind, ast.Tuple) or model.kind(kind).type in _TEXTS


def _first(kind: cst.BaseExpression) -> cst.BaseExpression:
    """What Python 2 raised: the first item of a tuple, and of that where it is a tuple again."""
    whole, depth, asked = kind, 0, False
    while isinstance(kind, cst.Tuple) and kind.elements:
        asked = asked or not all(_may_go(item.value) for item in kind.elements[1:])
        kind = kind.elements[0].value
        depth += 1
    if not asked:
        return kind
    first: cst.BaseExpression = in_parentheses(whole, tighter_than=cst.Call)
    for _ in range(depth):
        first = cst.Subscript(first, [_FIRST_ITEM])
    return first


def _may_go(value: cst.BaseExpression) -> bool:
    """Whether an expression may be left out: it asks for nothing."""
    if isinstance(value, cst.Tuple):
        return all(_may_go(item.value) for item in value.elements)
    return isinstance(value, cst.Name | cst.Attribute | cst.BaseNumber | cst.SimpleString)


def _of_exc_info(parts: list[ast.expr], model: ModuleModel) -> bool:
    """Whether the parts are what one sys.exc_info() gave: names unpacked from it, or its items 0, 1 and 2."""
    sources = set()
    for number, part in enumerate(parts):
        match part:
            case ast.Subscript(value=value, slice=ast.Constant(value=index)) if index == number:
                sources.add(ast.dump(value))
            case ast.Name():
                source = _unpacked(part, number, model)
                if source is None:
                    return False
                sources.add(source)
            case _:
                return False
    return len(sources) == 1


def _unpacked(name: ast.Name, number: int, model: ModuleModel) -> str | None:
    """The place of the `a, b, c = sys.exc_info()` (or of any unpacked triple) that binds a name as its `number`-th item."""
    found = model.bindings(name)
    places = set()
    for binding in found:
        target = model.parent(binding.node)
        if binding.kind is not BindingKind.TARGET or not isinstance(target, ast.Tuple) or len(target.elts) != 3:
            return None
        if target.elts[number] is not binding.node:
            return None
        statement = model.statement(target)
        if not (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)):
            return None
        if model.resolve(statement.value.func) != "sys.exc_info":
            return None
        places.add("exc_info")
    return places.pop() if places else None


def _is_caught(value: ast.expr, model: ModuleModel) -> bool:
    """Whether the value is the name of an exception caught around this place."""
    if not isinstance(value, ast.Name):
        return False
    found = model.bindings(value)
    return bool(found) and all(isinstance(binding.node, ast.ExceptHandler) for binding in found)
