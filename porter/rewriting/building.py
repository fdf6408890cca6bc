"""Concrete nodes that rules build often."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

_NO_SPACE = cst.SimpleWhitespace("")
_SPACE = cst.SimpleWhitespace(" ")


def name(dotted: str) -> cst.Name | cst.Attribute:
    """`a.b.c` as a node."""
    first, *rest = dotted.split(".")
    node: cst.Name | cst.Attribute = cst.Name(first)
    for part in rest:
        node = cst.Attribute(node, cst.Name(part))
    return node


def call(function: str | cst.BaseExpression, *arguments: cst.BaseExpression | cst.Arg) -> cst.Call:
    """`function(arguments)`; a dotted name may be given as text."""
    called = name(function) if isinstance(function, str) else function
    args = [
        item.with_changes(comma=cst.MaybeSentinel.DEFAULT) if isinstance(item, cst.Arg) else cst.Arg(item)
        for item in arguments
    ]
    return cst.Call(called, args)


def keyword(word: str, value: cst.BaseExpression) -> cst.Arg:
    """`word=value` as an argument."""
    return cst.Arg(value, keyword=cst.Name(word), equal=cst.AssignEqual(_NO_SPACE, _NO_SPACE))


def with_arguments(node: cst.Call, arguments: Sequence[cst.Arg]) -> cst.Call:
    """The call with other arguments; the commas and spaces of those that stay are kept."""
    fixed: list[cst.Arg] = []
    for number, argument in enumerate(arguments):
        last = number == len(arguments) - 1
        if last and argument not in node.args[-1:]:
            argument = argument.with_changes(comma=cst.MaybeSentinel.DEFAULT)
        elif not last and argument.comma is cst.MaybeSentinel.DEFAULT:
            argument = argument.with_changes(comma=cst.Comma(whitespace_after=_SPACE))
        fixed.append(argument)
    return node.with_changes(args=fixed)


def with_added(node: cst.Call, added: Sequence[cst.Arg]) -> cst.Call:
    """The call with arguments added at its end; a comma behind the last one stays behind the last one."""
    last = node.args[-1].comma if node.args else cst.MaybeSentinel.DEFAULT
    if not isinstance(last, cst.Comma):
        return with_arguments(node, [*node.args, *added])
    before = node.args[-2].comma if len(node.args) > 1 else cst.MaybeSentinel.DEFAULT
    gap = before.whitespace_after if isinstance(before, cst.Comma) else node.whitespace_before_args
    between = joint = cst.Comma(whitespace_after=_SPACE)
    behind = last.whitespace_after
    if isinstance(gap, cst.ParenthesizedWhitespace):
        between = joint = cst.Comma(whitespace_after=_uncommented(gap))
        if isinstance(behind, cst.ParenthesizedWhitespace):  # a comment behind the last argument stays behind it
            joint = cst.Comma(whitespace_after=gap.with_changes(first_line=behind.first_line))
            last = last.with_changes(whitespace_after=_uncommented(behind))
    *new, ending = added
    arguments = [
        *node.args[:-1],
        node.args[-1].with_changes(comma=joint),
        *(argument.with_changes(comma=between) for argument in new),
        ending.with_changes(comma=last),
    ]
    return node.with_changes(args=arguments)


def _uncommented(space: cst.ParenthesizedWhitespace) -> cst.ParenthesizedWhitespace:
    line = space.first_line.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
    return space.with_changes(first_line=line, empty_lines=())


def unparenthesized(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression without the outermost pair of parentheses, if it has one on a single line."""
    if not node.lpar or isinstance(node.lpar[0].whitespace_after, cst.ParenthesizedWhitespace):
        return node
    if isinstance(node.rpar[-1].whitespace_before, cst.ParenthesizedWhitespace):
        return node
    return node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])


def text(value: str) -> cst.SimpleString:
    """A string literal in double quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return cst.SimpleString(f'"{escaped}"')
