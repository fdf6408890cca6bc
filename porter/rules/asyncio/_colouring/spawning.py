"""What a task runs."""

from __future__ import annotations

import ast

from porter.rules.asyncio._colouring.draft import Draft, Function
from porter.rules.asyncio._colouring.functions import Functions


def spawned(target: ast.expr, draft: Draft, functions: Functions) -> Function | None:
    """The function of this module that a task is to run; it becomes a coroutine. None, with an obstacle, for any other."""
    function = functions.referred(target)
    if function is None:
        draft.obstacle(target, "a task runs a coroutine, and this is no function of this file: make it one that awaits")
        return None
    draft.consumed.add(target)
    draft.coroutines.append(function)
    return function
