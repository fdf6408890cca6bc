"""hash() of a text differs from run to run since Python 3.3.

https://docs.python.org/3/whatsnew/3.3.html#builtin-functions-and-types
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched

_NUMBERS = frozenset({"int", "float", "bool", "None", "complex"})


class TextHashes(Rule):
    code = "PORT092"
    name = "text-hashes"
    summary = "the hash of a text is another one in each run"
    why = (
        "hash('a') was the same in every run and every process of Python 2; since Python 3.3 it depends on a seed that each run draws. "
        "A hash that chooses a worker, a shard or a file's name must be made by zlib.crc32() or hashlib; within __hash__ nothing changes."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.3.html#builtin-functions-and-types"
    triggers = frozenset({"hash"})
    visits = (ast.Call,)
    spelt = True
    examples = (
        Untouched(
            "class A(object):\n    def __hash__(self): return hash('a')\nx = `A()`\n",
            because="a hash is made of hashes",
        ),
        Untouched("print hash(3)\n", because="a number's hash is the same everywhere"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Name(id="hash") as function, args=[value]) if model.dialect is Dialect.PYTHON2:
                inside = model.function(node)
                if isinstance(inside, ast.FunctionDef) and inside.name == "__hash__":
                    return
                if model.resolve(function) == "builtins.hash" and model.kind(value).type not in _NUMBERS:
                    yield Advice(node, "the hash of a text differs from run to run: zlib.crc32() gives one that stays")
