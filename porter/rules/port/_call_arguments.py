"""The arguments of a call, by position or keyword."""

from __future__ import annotations

import ast


def argument(call: ast.Call, place: tuple[int, str]) -> ast.expr | None:
    """The argument at a position (-1: it has none) or of a keyword ("": it has none), if it is given."""
    position, word = place
    if 0 <= position < len(call.args):
        return call.args[position]
    return next((item.value for item in call.keywords if word and item.arg == word), None)


def has_spread(call: ast.Call) -> bool:
    """Whether arguments may come from `*args` or `**kwargs`."""
    return any(isinstance(item, ast.Starred) for item in call.args) or any(item.arg is None for item in call.keywords)
