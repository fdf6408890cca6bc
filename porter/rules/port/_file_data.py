"""What is known of the data that go through a file: it may be read and written, and its bytes decoded, hashed or unpacked."""

from __future__ import annotations

import ast
import tomllib
from functools import cache

from porter.analysis.model import ModuleModel
from porter.analysis.reaching import reached
from porter.python2 import markers
from porter.rules.port._bytes_table import bytes_table
from porter.rules.port._module_table import DATA
from porter.rules.port._pipe_data import PipeFollower
from porter.rules.port._pipe_evidence import Evidence
from porter.rules.port._texts import codec_of

# Codecs of Python 2's str whose result is no encoded text.
_BETWEEN_BYTES = frozenset(
    "hex hexcodec base64 base64codec zlib zip bz2 rot13 uu quopri stringescape unicodeescape".split()
)


class FileFollower(PipeFollower):
    """Collects the evidence for one file."""

    def __init__(self, model: ModuleModel) -> None:
        super().__init__(model)
        self._files = model

    def file(self, node: ast.expr) -> None:
        """Follow an expression whose value is the file."""
        parent = self._files.parent(node)
        match parent:
            case ast.Attribute(attr="write" | "writelines") | ast.Call(func=ast.Name(id=markers.PRINT_TO)):
                self._input(node)
            case _:
                self.stream(node)

    def _written(self, value: ast.expr) -> None:
        if gives_bytes(value, self._files):
            self.evidence.binary.append(value)
        else:
            super()._written(value)

    def _argument(self, node: ast.expr, call: ast.Call) -> None:
        if takes_bytes(node, call, self._files):
            self.evidence.binary.append(call)
        else:
            super()._argument(node, call)


def gives_bytes(value: ast.expr, model: ModuleModel) -> bool:
    """Whether a value is certainly bytes in Python 3: encoded, packed, compressed, or a part or a sum of such."""
    match value:
        case ast.Call(func=ast.Attribute(value=receiver, attr="encode")):
            return codec_of(value) not in _BETWEEN_BYTES and model.resolve(receiver) is None
        case ast.Call(func=function):
            table = bytes_table()
            if model.resolve(function) in table.giving_functions:
                return True
            method = isinstance(function, ast.Attribute)
            kind = model.library_type(model.kind(function.value)) if isinstance(function, ast.Attribute) else ""
            return method and f"{kind}.{function.attr}" in table.giving_methods  # type: ignore[attr-defined]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return gives_bytes(left, model) and gives_bytes(right, model)
        case ast.Subscript(value=whole, slice=ast.Slice()):
            return gives_bytes(whole, model)
    return model.kind(value).type == "bytes"


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


def file_uses(opened: ast.Call, model: ModuleModel) -> list[ast.expr] | None:
    """The expressions that stand for the file that a call opens; None where that is open."""
    holder = model.parent(opened)
    match holder:
        case ast.withitem(optional_vars=ast.Name(id=name)):
            statement = model.parent(holder)
            assert isinstance(statement, ast.With)
            inside = [item for node in statement.body for item in ast.walk(node) if isinstance(item, ast.Name)]
            named = [item for item in inside if item.id == name]
            return None if any(not isinstance(item.ctx, ast.Load) for item in named) else list(named)
        case ast.Assign(targets=[ast.Name() as target]):
            uses = reached(target, model)
            return None if uses is None else [use for use in uses if isinstance(use.ctx, ast.Load)]
        case ast.withitem(optional_vars=None):
            return []
        case ast.withitem() | ast.Assign():
            return None
    return [opened]


def file_evidence(opened: ast.Call, model: ModuleModel) -> Evidence:
    """What everything says that is done with a file that a call opens."""
    follower = FileFollower(model)
    uses = file_uses(opened, model)
    if uses is None:
        follower.evidence.unknown.append(opened)
    for use in uses or ():
        follower.file(use)
    return follower.evidence


def becomes_binary(opened: ast.Call, model: ModuleModel) -> bool:
    """Whether everything that is done with a file is done with bytes, so that PORT133 opens it in binary mode."""
    found = file_evidence(opened, model)
    return bool(found.binary) and not (found.text or found.shown or found.unknown)


@cache
def _writers() -> dict[str, tuple[int, str]]:
    return tomllib.loads((DATA / "characters.toml").read_text(encoding="utf-8"))


def is_printed_to(opened: ast.Call, model: ModuleModel) -> bool:
    """Whether something writes into a file that writes nothing but text: print, json.dump(), ConfigParser.write() …"""
    return any(_writes_text(use, model) for use in file_uses(opened, model) or ())


def becomes_text(opened: ast.Call, model: ModuleModel) -> bool:
    """Whether text is printed into a file for bytes, and nothing but text is written, so that PORT133 opens it in text mode."""
    if not is_printed_to(opened, model) or file_evidence(opened, model).binary:
        return False
    return all(_is_for_writing(use, model) for use in file_uses(opened, model) or ())


def _writes_text(use: ast.expr, model: ModuleModel) -> bool:
    """Whether a use of a file writes text into it, by something that writes nothing else."""
    parent = model.parent(use)
    match parent:
        case ast.Call(func=ast.Name(id=markers.PRINT_TO), args=[first, *_]):
            return first is use
        case ast.Call(args=args) if use in args:
            row = _writers().get(_written_by(parent, model))
            return row is not None and row[0] == args.index(use)
        case ast.keyword(arg=word):
            call = model.parent(parent)
            row = _writers().get(_written_by(call, model)) if isinstance(call, ast.Call) else None
            return row is not None and row[1] == word
    return False


def _written_by(call: ast.Call, model: ModuleModel) -> str:
    name = model.resolve_canonical(call.func)
    if name is None and isinstance(call.func, ast.Attribute):
        name = f"{model.library_type(model.kind(call.func.value))}.{call.func.attr}"
    return name or ""


def _is_for_writing(use: ast.expr, model: ModuleModel) -> bool:
    """Whether a use of a file writes, or does not care what the file holds."""
    match model.parent(use):
        case ast.Attribute(attr="write" | "writelines" | "close" | "closed" | "flush" | "name" | "fileno"):
            return True
        case ast.Expr() | ast.Delete():
            return True
    return _writes_text(use, model)
