"""What is hashed, signed, encoded in base64 or compressed must be bytes: a value that may be text is pointed out.

https://docs.python.org/3/library/hashlib.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._bytes_table import bytes_table
from porter.rules.port._call_arguments import argument, has_spread
from porter.rules.port._file_data import gives_bytes
from porter.rules.port._names import is_guarded
from porter.rules.port._spelt import calls_spelt, spellings

_MODULES = frozenset({"hashlib", "hmac", "md5", "sha", "base64", "zlib", "bz2", "binascii", "quopri"})
_KINDS = frozenset({"hashlib.hash", "hmac.HMAC"})
# What is read or received is bytes or text as its source was opened: PORT133 and PORT204 look there.
_READ = frozenset("read readline recv recvfrom digest getvalue tostring tobytes pack dumps decode unhexlify".split())


@cache
def _functions() -> frozenset[str]:
    """The functions of the table that take any bytes, but for those that undo them: what is decoded may be text."""
    return frozenset(
        name
        for name in bytes_table().functions
        if name.partition(".")[0] in _MODULES and not any(word in name for word in ("decode", "decompress", "pbkdf2"))
    )


@cache
def _last_names() -> frozenset[str]:
    return frozenset(name.rpartition(".")[2] for name in _functions()) | {"update"}


class HashedValues(Rule):
    code = "PORT134"
    name = "hashed-values"
    summary = "a value that is hashed or encoded, and may be text"
    why = (
        "hashlib, hmac, base64, zlib and binascii take bytes alone. A parameter, or what another function gives, was a str in Python 2 "
        "and may be text in Python 3, which is a TypeError. Where it is known to be text PORT203 encodes it; where nothing is known, "
        "it is said here."
    )
    risk = None
    source = "https://docs.python.org/3/library/hashlib.html"
    triggers = _MODULES
    visits = (ast.Module,)
    examples = (
        Untouched("import hashlib\nprint hashlib.md5(open('a', 'rb').read()).hexdigest()\n", because="bytes are read"),
        Untouched("import hashlib\nprint hashlib.md5('abc').hexdigest()\n", because="PORT203 writes it as bytes"),
        Untouched(
            "import zlib, struct\nx = zlib.compress(struct.pack('i', 1)), `1`\n", because="packed data are bytes"
        ),
        Untouched("cache.update(values)\nx = `1`\n", because="no hash"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for called in calls_spelt(model, {*_last_names(), *spellings(model, _functions())}):
            if not has_spread(called):
                yield from self._called(called, model)

    def _called(self, node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
        for value in _values(node, model):
            if _is_open(value, model) and not is_guarded(
                node, model, "TypeError", "UnicodeError", "UnicodeDecodeError"
            ):
                yield Advice(value, "bytes are wanted: encode() it if it is text")


def _values(node: ast.Call, model: ModuleModel) -> Iterator[ast.expr]:
    """The arguments that must be bytes."""
    name = model.resolve(node.func)
    if name is not None:
        if name in _functions():
            places = [bytes_table().functions[name], *filter(None, [bytes_table().also.get(name)])]
            yield from (value for place in places if (value := argument(node, place)) is not None)
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "update" and node.args:
        yield from node.args[:1] if model.library_type(model.kind(node.func.value)) in _KINDS else ()


def _is_open(value: ast.expr, model: ModuleModel, depth: int = 0) -> bool:
    """Whether nothing is known of a value, here or where its name is bound."""
    if model.kind(value).type != "?" or gives_bytes(value, model) or depth > 3:
        return False
    if any(isinstance(item, ast.Constant) and isinstance(item.value, str | bytes) for item in ast.walk(value)):
        return False  # text is put into it: PORT203 looks there
    match value:
        case ast.Call(func=ast.Attribute(attr=method)) if method in _READ:
            return False
        case ast.Subscript(value=whole, slice=ast.Slice()):
            return _is_open(whole, model, depth + 1)
        case ast.Name():
            found = model.bindings(value)
            if any(binding.kind is BindingKind.TARGET for binding in found):
                return False  # pieces of something: a file, a list
            values = [binding.value for binding in found if binding.value is not None]
            return not values or any(_is_open(item, model, depth + 1) for item in values)
    return True
