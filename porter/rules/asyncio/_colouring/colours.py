"""Colouring: waiting goes from callee to caller. A function that waits is a coroutine, its calls are awaited, and so on.

https://docs.python.org/3/library/asyncio-task.html#awaitables
"""

from __future__ import annotations

import ast
from collections import deque
from dataclasses import dataclass, field

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Rewritten, SlotKind
from porter.rules.asyncio._colouring.draft import Draft, Function
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.shapes import asynchronous_def, awaited

_ALLOWED_DECORATORS = frozenset({"builtins.staticmethod", "builtins.classmethod"})

Container = Function | ast.Module


@dataclass(slots=True)
class Colours:
    """The coroutines of a module, the functions that only need the running loop, and the module-level places of both."""

    coroutines: set[Function] = field(default_factory=set)
    loop_users: set[Function] = field(default_factory=set)
    awaiting_at_top: list[ast.AST] = field(default_factory=list)
    looping_at_top: list[ast.AST] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)


def colour(draft: Draft, functions: Functions) -> Colours:
    """Follow every place that waits up to the module's own level; what cannot be a coroutine is noted as an obstacle."""
    return _Colouring(draft, functions).run()


class _Colouring:
    def __init__(self, draft: Draft, functions: Functions) -> None:
        self._draft = draft
        self._model: ModuleModel = draft.model
        self._functions = functions
        self._colours = Colours()
        self._pending: deque[Function] = deque()

    def run(self) -> Colours:
        for function in self._draft.coroutines:
            self._make_coroutine(function, function)
        for place in self._draft.awaiting:
            self._awaits(place)
        while self._pending:
            self._callers(self._pending.popleft())
        for place in self._draft.looping:
            self._loops(place)
        return self._colours

    # -- coroutines ------------------------------------------------------------------------------------------------

    def _awaits(self, place: ast.AST) -> None:
        container = self._container(place, waits=True)
        if isinstance(container, ast.Module):
            self._colours.awaiting_at_top.append(place)
        elif container is not None:
            self._make_coroutine(container, place)

    def _make_coroutine(self, function: Function, place: ast.AST) -> None:
        if function in self._colours.coroutines or isinstance(function, ast.AsyncFunctionDef):
            return
        self._colours.coroutines.add(function)
        reason = self._cannot_wait(function)
        if reason is not None:
            self._draft.obstacle(place, f"`{function.name}` cannot become a coroutine: {reason}")
        self._draft.edit(function, _as_coroutine, slot=SlotKind.HEADER)
        self._pending.append(function)
        for relative in self._functions.relatives(function):
            self._make_coroutine(relative, relative)

    def _cannot_wait(self, function: Function) -> str | None:
        if self._model.is_generator(function):
            return "it is a generator"
        is_method = isinstance(self._model.parent(function), ast.ClassDef)
        if is_method and function.name.startswith("__") and function.name.endswith("__"):
            return "Python calls it by itself and awaits nothing"
        if any(self._model.resolve(item) not in _ALLOWED_DECORATORS for item in function.decorator_list):
            return "its decorator may call it, and would not await it"
        base = self._functions.foreign_base(function)
        if base is not None:
            return f"its class inherits from {base}, which may call it and would not await it"
        return None

    def _callers(self, function: Function) -> None:
        certain, possible = self._functions.uses(function)
        for use in certain:
            if use in self._draft.consumed:
                continue
            call = self._model.parent(use)
            if isinstance(call, ast.Call) and call.func is use:
                if isinstance(self._model.parent(call), ast.Await) or call in self._colours.calls:
                    continue
                self._colours.calls.append(call)
                self._draft.edit(call, awaited)
                self._awaits(call)
            else:
                message = (
                    f"`{function.name}` becomes a coroutine, and is handed over here to code that would not await it"
                )
                self._draft.obstacle(use, message)
        for use in possible:
            if use not in self._draft.consumed:
                message = f"is this the `{function.name}` that becomes a coroutine? If so it must be awaited"
                self._draft.obstacle(use, message)

    # -- functions that need the running loop ----------------------------------------------------------------------

    def _loops(self, place: ast.AST) -> None:
        container = self._container(place, waits=False)
        if isinstance(container, ast.Module):
            self._colours.looping_at_top.append(place)
        elif container is not None and container not in self._colours.coroutines | self._colours.loop_users:
            self._colours.loop_users.add(container)
            for use in self._functions.uses(container)[0]:
                call = self._model.parent(use)
                if use not in self._draft.consumed:
                    self._loops(call if isinstance(call, ast.Call) and call.func is use else use)

    # -- places ----------------------------------------------------------------------------------------------------

    def _container(self, place: ast.AST, *, waits: bool) -> Container | None:
        """The function whose body runs a place, or the module; None, with an obstacle, where nothing can wait."""
        child: ast.AST = place
        for outer in self._model.ancestors(place):
            match outer:
                case ast.FunctionDef() | ast.AsyncFunctionDef() if child in outer.body:
                    return outer
                case ast.Module():
                    return outer
                case ast.Lambda() if child is outer.body and waits:
                    self._draft.obstacle(place, "a lambda cannot wait: make it a function")
                    return None
                case ast.GeneratorExp() if waits and not (
                    child is outer.generators[0] and self._in_iterable(place, outer)
                ):
                    self._draft.obstacle(place, "a generator expression cannot wait here: make it a list")
                    return None
                case ast.ClassDef() if child in outer.body and waits:
                    self._draft.obstacle(place, "a class body cannot wait")
                    return None
            child = outer
        return None

    def _in_iterable(self, place: ast.AST, generator: ast.GeneratorExp) -> bool:
        """Whether a place stands in the first iterable, which the code around the generator works out."""
        first = generator.generators[0].iter
        return place is first or first in self._model.ancestors(place)


def _as_coroutine(node: cst.FunctionDef) -> Rewritten:
    return asynchronous_def(node)
