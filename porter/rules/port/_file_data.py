"""What is known of the data that go through a file: it may be read and written, and its bytes decoded, hashed or unpacked."""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel
from porter.analysis.reaching import reached
from porter.python2 import markers
from porter.rules.port._bytes_table import bytes_table
from porter.rules.port._pipe_data import PipeFollower
from porter.rules.port._pipe_evidence import Evidence


class FileFollower(PipeFollower):
    """Collects the evidence for one file."""

    def __init__(self, model: ModuleModel) -> None:
        super().__init__(model)
        self._files = model

    def file(self, node: ast.expr) -> None:
        """Follow an expression whose value is the file."""
        parent = self._files.parent(node)
        match parent:
            case ast.Assign(targets=[ast.Name() as target]):
                self._names(target, self.file)
            case ast.Attribute(attr="write" | "writelines") | ast.Call(func=ast.Name(id=markers.PRINT_TO)):
                self._input(node)
            case _:
                self.stream(node)

    def _argument(self, node: ast.expr, call: ast.Call) -> None:
        if takes_bytes(node, call, self._files):
            self.evidence.binary.append(call)
        else:
            super()._argument(node, call)


def takes_bytes(node: ast.expr, call: ast.Call, model: ModuleModel) -> bool:
    """Whether an argument of a call is one that must be bytes in Python 3."""
    table = bytes_table()
    name = model.resolve(call.func)
    if name is not None:
        at = call.args.index(node) if node in call.args else -1
        places = [table.functions[name][0]] if name in table.functions else []
        places += [table.also[name][0]] if name in table.also else []
        return at in places
    if not isinstance(call.func, ast.Attribute):
        return False
    return f"{model.library_type(model.kind(call.func.value))}.{call.func.attr}" in table.methods


def file_evidence(opened: ast.Call, model: ModuleModel) -> Evidence:
    """What everything says that is done with a file that a call opens."""
    follower = FileFollower(model)
    manager = model.parent(opened)
    if not isinstance(manager, ast.withitem):
        follower.file(opened)
        return follower.evidence
    named = manager.optional_vars
    uses = reached(named, model) if isinstance(named, ast.Name) else None
    if uses is None:
        follower.evidence.unknown.append(opened)
    for use in uses or ():
        if isinstance(use.ctx, ast.Load):
            follower.file(use)
    return follower.evidence
