"""What the recognisers find out about a module, before anyone knows whether the whole of it can be made."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Rewritten, SlotKind

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Gets the concrete node of its slot, gives the new one: what a rule's `rewrite` is handed as a match's data.
Rewrite = Callable[[Any], Rewritten]


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One place that changes. `message` is for the reader of the report; an edit without one only follows from others."""

    node: ast.AST
    rewrite: Rewrite
    message: str = ""
    slot: SlotKind = SlotKind.NODE
    until: ast.stmt | None = None
    at: tuple[int, int] | None = None


@dataclass(slots=True)
class Draft:
    """The notes of all recognisers on one module.

    `awaiting`: places that must stand in a coroutine; `looping`: places that need the running loop and wait for nothing.
    `coroutines`: functions that must be coroutines since a task runs them. `consumed`: nodes that an edit accounts for:
    a reference to a function or to the old library that stays in no other way. `waits`: places that wait for the
    outside (a lock alone is no such place).
    """

    model: ModuleModel
    edits: list[Edit] = field(default_factory=list)
    obstacles: list[Advice] = field(default_factory=list)
    awaiting: list[ast.AST] = field(default_factory=list)
    looping: list[ast.AST] = field(default_factory=list)
    coroutines: list[Function] = field(default_factory=list)
    consumed: set[ast.AST] = field(default_factory=set)
    waits: list[ast.AST] = field(default_factory=list)
    removed: set[ast.stmt] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def edit(
        self,
        node: ast.AST,
        rewrite: Rewrite,
        message: str = "",
        slot: SlotKind = SlotKind.NODE,
        until: ast.stmt | None = None,
    ) -> None:
        """Note that a place changes."""
        self.edits.append(Edit(node, rewrite, message, slot, until))

    def remove(self, statement: ast.stmt) -> None:
        """Note that a simple statement goes."""
        if statement not in self.removed:
            self.removed.add(statement)
            self.edits.append(Edit(statement, nothing))

    def remove_whole_lines(self) -> None:
        """Statements that share a line, and all go, go with their line."""
        lines: dict[int, list[ast.stmt]] = {}
        for statement in self.removed:
            if isinstance(statement, ast.Expr | ast.Assign):
                lines.setdefault(statement.lineno, []).append(statement)
        for statements in lines.values():
            ordered = sorted(statements, key=lambda item: item.col_offset)
            suite = self.model.suite(ordered[0])
            on_line = [item for item in suite if item.lineno == ordered[0].lineno]
            if len(ordered) > 1 and on_line == ordered:
                self.edits = [edit for edit in self.edits if edit.node not in ordered]
                self.edits.append(Edit(ordered[0], nothing, slot=SlotKind.BLOCK, until=ordered[-1]))

    def obstacle(self, node: ast.AST, message: str) -> None:
        """Note why the module cannot be made."""
        self.obstacles.append(Advice(node, message))

    def fresh(self, wanted: str) -> str:
        """A name that the module does not use yet."""
        name, number = wanted, 1
        while name in self.names or not self._is_unused(name):
            number += 1
            name = f"{wanted}{number}"
        self.names.add(name)
        return name

    def _is_unused(self, name: str) -> bool:
        return not any(name in scope.bindings or name in scope.uses for scope in self.model.scope.walk())


def nothing(node: object) -> Rewritten:
    """The rewrite of a statement that goes."""
    return []
