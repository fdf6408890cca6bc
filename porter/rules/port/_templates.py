"""Expressions written as text, with the arguments of a call put in their places."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from porter.rules.port._cst import in_parentheses

_PLACE = re.compile(r"\{(\d+)\}")


def filled(template: str, arguments: Sequence[cst.BaseExpression]) -> cst.BaseExpression:
    """`"{1}.join({0})"` with arguments: parentheses are put where an argument needs them in its new place."""
    node = cst.parse_expression(_PLACE.sub(r"_\1_", template))
    places = {f"_{number}_": argument for number, argument in enumerate(arguments)}
    result = node.visit(_Filler(places))
    assert isinstance(result, cst.BaseExpression)
    return result


class _Filler(cst.CSTTransformer):
    def __init__(self, places: dict[str, cst.BaseExpression]) -> None:
        super().__init__()
        self._places = places

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self._places.get(updated_node.value, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        if isinstance(original_node.value, cst.Name) and original_node.value.value in self._places:
            return updated_node.with_changes(value=_receiver(updated_node.value))
        return updated_node

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        value = updated_node.value
        if isinstance(value, cst.Tuple | cst.GeneratorExp | cst.Yield) and not value.lpar:
            value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return updated_node.with_changes(value=value)


def _receiver(node: cst.BaseExpression) -> cst.BaseExpression:
    """What an attribute is asked of: operators, and literals that run over several pieces, need parentheses."""
    if isinstance(node, cst.ConcatenatedString | cst.Integer) and not node.lpar:
        return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return in_parentheses(node, cst.Call)
