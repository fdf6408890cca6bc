"""A module's main part: the statements of its top level that a spawned child must not run again."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from porter.analysis.model import ModuleModel
from porter.analysis.tree import is_main_guard
from porter.python2 import markers
from porter.rules.port._processes import Processes, own_nodes

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Global)
# What sets the interpreter up belongs to the module: a child needs it as well.
_SETUP = (
    "sys.path.",
    "sys.setdefaultencoding",
    "logging.",
    "signal.",
    "warnings.",
    "locale.",
    "random.seed",
    "os.environ.",
    "os.chdir",
    "socket.setdefaulttimeout",
    "builtins.reload",
    "gevent.monkey.",
    "multiprocessing.freeze_support",
    "multiprocessing.log_to_stderr",
)
_PRINTS = frozenset({markers.PRINT, markers.PRINT_TO, markers.EXEC})


@dataclass(frozen=True, slots=True)
class MainPart:
    """`starts`: the first calls at top level, outside any guard, that start processes. `runs`: what to put under a guard."""

    starts: tuple[ast.Call, ...]
    runs: tuple[tuple[ast.stmt, ...], ...]

    @property
    def statements(self) -> frozenset[ast.stmt]:
        return frozenset(statement for run in self.runs for statement in run)


def main_part(model: ModuleModel, processes: Processes) -> MainPart:
    """The module's unguarded main part; empty where importing the module starts no process."""
    body = model.module.body
    starts = [
        call
        for statement in body
        if not isinstance(statement, _DEFINITIONS)
        and not is_main_guard(statement)
        and (call := processes.start_in(statement)) is not None
    ]
    if not starts:
        return MainPart((), ())
    read = _read_by_functions(model)
    first = next(
        number
        for number, statement in enumerate(body)
        if has_effect(statement, model, processes) or processes.start_in(statement) is starts[0]
    )
    while first and isinstance(body[first - 1], ast.Assign) and not read & _bound(body[first - 1]):
        first -= 1
    runs: list[list[ast.stmt]] = [[]]
    for statement in body[first:]:
        if isinstance(statement, _DEFINITIONS) or is_main_guard(statement) or _defines(statement, read):
            runs.append([])
        else:
            runs[-1].append(statement)
    return MainPart(tuple(starts), tuple(tuple(run) for run in runs if run))


def has_effect(statement: ast.stmt, model: ModuleModel, processes: Processes) -> bool:
    """Whether a statement does something that can be seen: prints, calls what is not known to only set things up."""
    if isinstance(statement, _DEFINITIONS) or is_main_guard(statement):
        return False
    for node in own_nodes(statement):
        match node:
            case ast.Expr(value=ast.Call(func=function)):
                if isinstance(function, ast.Name) and function.id in _PRINTS:
                    return True
                if not (model.resolve(function) or "").startswith(_SETUP):
                    return True
            case ast.Call(func=function):
                name = model.resolve(function)
                if name in ("builtins.raw_input", "builtins.input") or any(processes.called(node)):
                    return True
    return False


def _read_by_functions(model: ModuleModel) -> set[str]:
    """The names of the module that its functions and classes read."""
    return {
        name
        for inner in model.scope.walk()
        if inner is not model.scope
        for name, uses in inner.uses.items()
        if inner.owner(name) is model.scope and any(isinstance(use.ctx, ast.Load) for use in uses)
    }


def _bound(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _defines(statement: ast.stmt, needed: set[str]) -> bool:
    """Whether a statement binds a plain value to a name that a function reads: each child can bind it again."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name in needed and not any(isinstance(node, ast.Call) for node in ast.walk(value))
    return False
