"""`set([1, 2])` is `{1, 2}`.

https://docs.python.org/3/whatsnew/2.7.html#python-3-1-features
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


class SetDisplays(Rule):
    code = "IDM004"
    name = "set-displays"
    summary = "{1, 2} instead of set([1, 2])"
    why = "Set displays and set comprehensions came with Python 2.7 and 3.0; before, a set was made of a list."
    source = "https://docs.python.org/3/whatsnew/2.7.html#python-3-1-features"
    triggers = frozenset({"set"})
    spelt = True
    visits = (ast.Call,)
    optional = True
    examples = (
        Example("print 1 in set([1, 2]), 3 in set((1,))\n", "print(1 in {1, 2}, 3 in {1})\n"),
        Example("print len(set([c.lower() for c in 'aA']))\n", "print(len({c.lower() for c in 'aA'}))\n"),
        Untouched(
            "print len(set([])), set('aa') == set(c for c in 'a')\n", because="{} is a dict; the rest is no list"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(
                func=function, args=[ast.List(elts=[_, *_]) | ast.Tuple(elts=[_, *_]) | ast.ListComp()], keywords=[]
            ):
                if model.resolve(function) == "builtins.set":
                    yield Match(node)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        value = node.args[0].value
        if isinstance(value, cst.Tuple):
            left, right = _braces(node, value.lpar[-1].whitespace_after, value.rpar[0].whitespace_before)
            return cst.Set(_without_last_comma(value.elements), left, right, node.lpar, node.rpar)
        if isinstance(value, cst.List):
            left, right = _braces(node, value.lbracket.whitespace_after, value.rbracket.whitespace_before)
            return cst.Set(_without_last_comma(value.elements), left, right, node.lpar, node.rpar)
        listed = cst.ensure_type(value, cst.ListComp)
        left, right = _braces(node, listed.lbracket.whitespace_after, listed.rbracket.whitespace_before)
        return cst.SetComp(listed.elt, listed.for_in, left, right, node.lpar, node.rpar)


def _without_last_comma(items: Sequence[cst.BaseElement]) -> Sequence[cst.BaseElement]:
    """A single item needs no comma any more."""
    return items if len(items) > 1 else [items[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)]


def _braces(
    node: cst.Call, left: cst.BaseParenthesizableWhitespace, right: cst.BaseParenthesizableWhitespace
) -> tuple[cst.LeftCurlyBrace, cst.RightCurlyBrace]:
    before, after = node.whitespace_before_args, node.args[0].whitespace_after_arg
    return cst.LeftCurlyBrace(_with_comment(before, left)), cst.RightCurlyBrace(_with_comment(after, right))


def _with_comment(
    outer: cst.BaseParenthesizableWhitespace, inner: cst.BaseParenthesizableWhitespace
) -> cst.BaseParenthesizableWhitespace:
    """The space inside the brace: the bracket's own, but no comment is lost."""
    if isinstance(outer, cst.ParenthesizedWhitespace) and "#" in cst.Module(()).code_for_node(outer):
        return outer
    return inner
