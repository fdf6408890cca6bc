"""Functions that divide as Python 2 did, for the places where nobody knows whether both operands are ints.

https://peps.python.org/pep-0238/
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, unparenthesized
from porter.rewriting.rule import Advice, Helper, Import, Match
from porter.rules.port._cst import in_parentheses
from porter.rules.port._standing import is_local

_INTS = frozenset({"int", "long", "bool"})
_NUMBERS = Import("numbers", "Integral")
_DIVIDE = ("old_div", "classic_div", "python2_div")
_DIVIDE_IN_PLACE = ("old_idiv", "classic_idiv", "python2_idiv")

_WHOLE = "isinstance(a, Integral) and isinstance(b, Integral)"
# In Python 2 numpy divided arrays of ints like ints, and pandas did not.
_WHOLE_IN_NUMPY = (
    'all(isinstance(x, Integral) or (type(x).__module__ == "numpy" and x.dtype.kind in "biu") for x in (a, b))'
)
_DIVIDING = '''\
def {name}(a, b):
    """What a / b was in Python 2: rounded down between whole numbers."""
    if {whole}:
        return a // b
    return a / b
'''
_DIVIDING_IN_PLACE = '''\
def {name}(a, b):
    """What a became by a /= b in Python 2: rounded down between whole numbers."""
    if {whole}:
        a //= b
    else:
        a /= b
    return a
'''


@dataclass(frozen=True, slots=True)
class Divided:
    """A division by a function. `base` and `key` name variables for what an assignment's target must not ask for twice."""

    function: str
    base: str = ""
    key: str = ""


def divisions(node: ast.BinOp | ast.AugAssign, model: ModuleModel) -> Iterator[Match | Advice]:
    """The match that lets a function divide, or why none can."""
    if _ints_divide_otherwise(model):
        yield Advice(
            node, "two ints gave an int here in Python 2; a class of this tree is an int that divides in its own way"
        )
        return
    in_place = isinstance(node, ast.AugAssign)
    helper = _helper(in_place, model)
    if helper is None:
        yield Advice(node, "two ints gave an int here in Python 2; the names for a function that does so are taken")
        return
    data: Divided | None = Divided(helper.name)
    if isinstance(node, ast.AugAssign):
        data = _assigned(node.target, helper.name, model)
    if data is None:
        yield Advice(
            node, "two ints gave an int here in Python 2: name what is divided first, and write // if both can be"
        )
        return
    yield Match(
        node, message=f"{helper.name}() divides as Python 2 did", data=data, needs=(_NUMBERS,), helpers=(helper,)
    )


def divided(
    node: cst.BinaryOperation | cst.AugAssign, how: Divided
) -> cst.BaseExpression | list[cst.BaseSmallStatement]:
    """The division, written as a call."""
    if isinstance(node, cst.BinaryOperation):
        made = call(how.function, _argument(node.left), _argument(node.right))
        return _spaced(made, node.operator).with_changes(lpar=node.lpar, rpar=node.rpar)
    before: list[cst.BaseSmallStatement] = []
    target = node.target
    if how.base and isinstance(target, cst.Attribute | cst.Subscript):
        before.append(_assign(cst.Name(how.base), target.value))
        target = target.with_changes(value=cst.Name(how.base))
    if how.key and isinstance(target, cst.Subscript):
        element = target.slice[0]
        before.append(_assign(cst.Name(how.key), cst.ensure_type(element.slice, cst.Index).value))
        target = target.with_changes(slice=[element.with_changes(slice=cst.Index(cst.Name(how.key)))])
    made = call(how.function, target.with_changes(lpar=[], rpar=[]), _argument(node.value))
    return [*before, _assign(target, made).with_changes(semicolon=node.semicolon)]


def _helper(in_place: bool, model: ModuleModel) -> Helper | None:
    known = {binding.imported for binding in model.scope.bindings.get("Integral", [])}
    if is_local("numbers", model) or (known != {"numbers.Integral"} and _occurs("Integral", model)):
        return None
    names = _DIVIDE_IN_PLACE if in_place else _DIVIDE
    name = next((name for name in names if not _occurs(name, model)), None)
    if name is None:
        return None
    whole = _WHOLE_IN_NUMPY if _occurs("numpy", model) else _WHOLE
    text = _DIVIDING_IN_PLACE if in_place else _DIVIDING
    return Helper(name, text.format(name=name, whole=whole))


def _ints_divide_otherwise(model: ModuleModel) -> bool:
    """Whether a class of the tree derives from int and says what its division is: no function can tell that from an int's."""
    methods = ("__div__", "__rdiv__", "__idiv__")
    return any(not _INTS.isdisjoint(item.bases) for method in methods for item in model.tree.definers(method))


def _occurs(word: str, model: ModuleModel) -> bool:
    return word in model.text and re.search(rf"\b{word}\b", model.text) is not None


# -- targets -------------------------------------------------------------------------------------------------------


def _assigned(target: ast.expr, function: str, model: ModuleModel) -> Divided | None:
    """How to name the target twice while its parts are asked for once; None where they cannot be named."""
    match target:
        case ast.Attribute(value=base):
            name = _variable(base, ("target", "divided"), model)
            return Divided(function, base=name) if name is not None else None
        case ast.Subscript(value=base, slice=index):
            name = _variable(base, ("target", "divided"), model)
            key = "" if _is_steady(index) else _variable(index, ("key", "index"), model)
            unnamed = name is None or key is None or (key and isinstance(index, ast.Slice | ast.Tuple))
            return None if unnamed else Divided(function, base=name or "", key=key or "")
    return Divided(function)


def _variable(value: ast.expr, names: tuple[str, ...], model: ModuleModel) -> str | None:
    """A free name for a part of the target; an empty one where it is a name already, None where all are taken."""
    if isinstance(value, ast.Name):
        return ""
    own = (value.attr,) if isinstance(value, ast.Attribute) and not value.attr.startswith("_") else ()
    return next((name for name in (*own, *names) if model.is_free(name, value)), None)


def _is_steady(index: ast.expr | None) -> bool:
    """Whether an index may be worked out twice: names, constants, and sums of them."""
    match index:
        case None | ast.Name() | ast.Constant():
            return True
        case ast.UnaryOp(operand=operand):
            return _is_steady(operand)
        case ast.BinOp(left=left, right=right, op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv() | ast.Mod()):
            return _is_steady(left) and _is_steady(right)
        case ast.Tuple(elts=items):
            return all(map(_is_steady, items))
        case ast.Slice(lower=lower, upper=upper, step=step):
            return all(map(_is_steady, (lower, upper, step)))
    return False


# -- concrete nodes ------------------------------------------------------------------------------------------------

_PLAIN_IN_PARENTHESES = (
    cst.BinaryOperation,
    cst.UnaryOperation,
    cst.Call,
    cst.Attribute,
    cst.Subscript,
    cst.Name,
    cst.BooleanOperation,
    cst.Comparison,
    cst.IfExp,
    cst.Integer,
    cst.Float,
)


def _argument(node: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(node, _PLAIN_IN_PARENTHESES):
        return unparenthesized(node)
    return in_parentheses(node, tighter_than=cst.Comparison)


def _spaced(made: cst.Call, operator: cst.BaseBinaryOp) -> cst.Call:
    """The call, its comma keeping the line breaks and comments that stood around the operator."""
    before, after = operator.whitespace_before, operator.whitespace_after  # type: ignore[attr-defined]
    comma = cst.Comma(
        whitespace_before=before if isinstance(before, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace(""),
        whitespace_after=after if isinstance(after, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace(" "),
    )
    return made.with_changes(args=[made.args[0].with_changes(comma=comma), made.args[1]])


def _assign(target: cst.BaseAssignTargetExpression, value: cst.BaseExpression) -> cst.Assign:
    return cst.Assign([cst.AssignTarget(target)], value)
