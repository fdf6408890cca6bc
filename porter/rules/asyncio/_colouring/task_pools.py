"""Pools of greenlets that are asked for more than one scope's spawning and joining: a small class of the program's own."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence
from functools import partial

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import name
from porter.rewriting.rule import Rewritten, SlotKind
from porter.rules.asyncio._colouring import shapes
from porter.rules.asyncio._colouring.draft import Draft, Edit, Function
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.handles import UNKNOWN, Handles
from porter.rules.asyncio._colouring.spawning import spawned

_HEAD = '''
class {name}:
    """At most `size` tasks at a time: to spawn one more waits until one is done."""

    def __init__(self, size=None):
        self.size = size
        self.tasks = set()

    async def spawn(self, function, *args, **kwargs):
        while self.size is not None and len(self.tasks) >= self.size:
            await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(function(*args, **kwargs))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task
'''
_METHODS = {
    "map": """
    async def map(self, function, items):
        tasks = [await self.spawn(function, item) for item in items]
        return [await task for task in tasks]
""",
    "join": """
    async def join(self):
        while self.tasks:
            await asyncio.wait(self.tasks)
""",
}
_RENAMED = {"imap": "map", "waitall": "join", "spawn_n": "spawn"}
_RUNS_FUNCTION = frozenset({"spawn", "spawn_n", "map", "imap"})


class TaskPools:
    """Recognises every use of a module's pools."""

    def __init__(self, draft: Draft, handles: Handles, functions: Functions, pools: frozenset[str]) -> None:
        self._draft = draft
        self._model: ModuleModel = draft.model
        self._handles = handles
        self._functions = functions
        self._pools = pools
        self._methods: set[str] = set()

    def read(self, makings: Sequence[ast.Call]) -> None:
        """Note the makings, the uses, and the class that they need."""
        word = self._draft.fresh("TaskPool")
        for node in makings:
            self._draft.consumed.add(node.func)
            if len(node.args) + len(node.keywords) > 1 or any(item.arg != "size" for item in node.keywords):
                self._draft.obstacle(node, "cannot tell how many greenlets this pool holds")
            self._draft.edit(node, partial(_made, word=word), "a pool of greenlets becomes a pool of tasks")
        for call in self._model.nodes.get(ast.Call, ()):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                self._call(call, call.func)
        self._flows()
        home = next((item for item in self._model.module.body if isinstance(item, Function | ast.ClassDef)), None)
        if home is None:
            self._draft.obstacle(makings[0], "there is no function here that the pool could run")
            return
        methods = tuple(method for method in _METHODS if method in self._methods)
        before = self._model.text[: self._model.lines.line_start(first_line(home))].splitlines()
        rewrite = partial(_with_class, word=word, methods=methods, gap=bool(before and before[-1].strip()))
        self._draft.edits.insert(0, Edit(home, rewrite, slot=SlotKind.BLOCK))

    def _is_pool(self, node: ast.expr) -> bool:
        return self._handles.type_of(node) in self._pools

    def _call(self, node: ast.Call, func: ast.Attribute) -> None:
        if not self._is_pool(func.value):
            unknown = self._handles.type_of(func.value) == UNKNOWN and self._model.resolve(func) is None
            if unknown and func.attr in ("spawn", "imap", "waitall") and node not in self._draft.consumed:
                self._draft.obstacle(node, "is this a pool of greenlets? Then it must be awaited; porter cannot tell")
            return
        method = _RENAMED.get(func.attr, func.attr)
        if method not in ("spawn", "map", "join") or (node.keywords and method != "spawn"):
            self._draft.obstacle(node, f"`{func.attr}` of a pool has no plain asyncio form")
            return
        if func.attr in _RUNS_FUNCTION:
            if not node.args or (method == "map" and len(node.args) != 2):
                self._draft.obstacle(node, "cannot tell what this pool runs")
                return
            if spawned(node.args[0], self._draft, self._functions) is None:
                return
        elif node.args:
            self._draft.obstacle(node, "joining a pool with a timeout has no plain asyncio form")
            return
        self._methods.add(method)
        self._draft.awaiting.append(node)
        self._draft.waits.append(node)
        self._draft.edit(node, partial(_awaited, method=method))

    def _flows(self) -> None:
        """A pool handed to code that nobody sees would be another thing there."""
        for node_type in (ast.Name, ast.Attribute):
            for node in self._model.nodes.get(node_type, ()):
                assert isinstance(node, ast.Name | ast.Attribute)
                if isinstance(node.ctx, ast.Load) and self._is_pool(node) and not self._stays(node):
                    self._draft.obstacle(node, "this pool is handed to code that expects a pool of greenlets")

    def _stays(self, node: ast.expr) -> bool:
        parent = self._model.parent(node)
        match parent:
            case ast.Attribute():
                return isinstance(self._model.parent(parent), ast.Call)
            case ast.Assign() | ast.Return() | ast.Compare():
                return True
            case ast.Call(func=called):
                known = self._model.definition(called) is not None or self._functions.referred(called) is not None
                return known or parent in self._draft.looping
        return False


def first_line(node: Function | ast.ClassDef) -> int:
    """The line that a definition starts on, its decorators included."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


# -- rewrites ------------------------------------------------------------------------------------------------------


def _made(node: cst.Call, word: str) -> Rewritten:
    return node.with_changes(func=name(word))


def _awaited(node: cst.Call, method: str) -> Rewritten:
    func = cst.ensure_type(node.func, cst.Attribute)
    return shapes.awaited(node.with_changes(func=func.with_changes(attr=cst.Name(method))))


def _with_class(nodes: list[cst.BaseStatement], word: str, methods: Sequence[str], gap: bool) -> Rewritten:
    """The statements, with the class before them."""
    text = _HEAD.format(name=word) + "".join(_METHODS[method] for method in methods)
    definition = cst.parse_module(textwrap.dedent(text).lstrip()).body[0]
    first = nodes[0]
    assert isinstance(definition, cst.ClassDef) and isinstance(first, cst.FunctionDef | cst.ClassDef)
    blank = cst.EmptyLine(indent=False)
    own = first.with_changes(leading_lines=[blank, *(item for item in first.leading_lines if item.comment)])
    return [definition.with_changes(leading_lines=[blank] if gap else []), own, *nodes[1:]]
