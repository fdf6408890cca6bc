"""Which files are opened in plain sight, in what mode, and what goes through them (data/file_modes.toml)."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache

from porter.analysis.model import ModuleModel
from porter.analysis.reaching import reached
from porter.rules.port._module_table import DATA

BINARY, TEXT, OTHER = "binary", "text", "other"

OPENS = frozenset({"builtins.open", "builtins.file", "os.fdopen"})

# What may be asked of a file whatever goes through it.
_NEUTRAL = frozenset("close closed flush seek tell fileno name mode truncate getvalue".split())


@cache
def _table() -> dict[str, dict[str, tuple[int, str]]]:
    return tomllib.loads((DATA / "file_modes.toml").read_text(encoding="utf-8"))


def opening_mode(call: ast.Call, model: ModuleModel) -> str | None:
    """The mode that a call opens a file in; None where it opens none, or the mode is no literal."""
    if model.resolve(call.func) not in OPENS:
        return None
    match [*call.args[1:2], *(item.value for item in call.keywords if item.arg == "mode")]:
        case []:
            return "r"
        case [ast.Constant(value=str(mode))]:
            return mode
    return None


def mode_of(file: ast.expr, model: ModuleModel) -> str | None:
    """The mode of a file, where every binding of its name opens one, and in the same mode."""
    if isinstance(file, ast.Call):
        return _mode_then(file, model)
    if not isinstance(file, ast.Name):
        return None
    modes: set[str | None] = set()
    for binding in model.bindings(file):
        manager = model.parent(binding.node)
        value = manager.context_expr if isinstance(manager, ast.withitem) else binding.value
        modes.add(_mode_then(value, model) if isinstance(value, ast.Call) else None)
    return modes.pop() if len(modes) == 1 else None


def _mode_then(opened: ast.Call, model: ModuleModel) -> str | None:
    """The mode that PORT133 leaves a file with: text, where text is printed into a file for bytes."""
    from porter.rules.port._file_data import becomes_text  # which asks this module as well

    mode = opening_mode(opened, model)
    return mode.replace("b", "") if mode and "b" in mode and becomes_text(opened, model) else mode


def roles(node: ast.expr, model: ModuleModel, seen: frozenset[ast.AST] = frozenset()) -> Iterator[str]:
    """What goes through the file that an expression gives, use by use: BINARY, TEXT, or OTHER where it cannot be told."""
    parent = model.parent(node)
    match parent:
        case ast.Call(args=args) if node in args:
            yield _role(parent, args.index(node), None, model)
        case ast.keyword(arg=word):
            call = model.parent(parent)
            yield _role(call, None, word, model) if isinstance(call, ast.Call) else OTHER
        case ast.Attribute(attr=attribute):
            yield from () if attribute in _NEUTRAL else (OTHER,)
        case ast.Assign(targets=[ast.Name() as target]) | ast.withitem(optional_vars=ast.Name() as target):
            uses = reached(target, model) if target not in seen else []
            if uses is None:
                yield OTHER
            for use in uses or ():
                yield from roles(use, model, seen | {target})
        case ast.withitem(optional_vars=None) | ast.Expr() | ast.Delete():
            pass
        case _:
            yield OTHER


def _role(call: ast.Call, position: int | None, word: str | None, model: ModuleModel) -> str:
    function = model.resolve_canonical(call.func)
    if function is None and isinstance(call.func, ast.Attribute):
        function = f"{model.library_type(model.kind(call.func.value))}.{call.func.attr}"
    for role in (BINARY, TEXT):
        row = _table()[role].get(function or "")
        if row is not None and (position == row[0] or (word is not None and word == row[1])):
            return role
    return OTHER
