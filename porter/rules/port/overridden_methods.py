"""Methods of the library that a program overrides, and that Python 3 calls with other arguments, or never.

https://docs.python.org/3/library/logging.html#logging.Logger.findCaller
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._module_table import DATA
from porter.rules.port._sockets import inherits


@dataclass(frozen=True, slots=True)
class _Overridden:
    """A row of data/overridden.toml, which says what the fields mean."""

    methods: tuple[str, ...]
    note: str
    source: str
    bases: frozenset[str]
    unless: frozenset[str]


@cache
def overridden_methods() -> dict[str, list[_Overridden]]:
    """The rows of each method, by its name."""
    rows = tomllib.loads((DATA / "overridden.toml").read_text(encoding="utf-8"))["overridden"]
    found: dict[str, list[_Overridden]] = {}
    for said in rows:
        sets = {name: frozenset(said.get(name, ())) for name in ("bases", "unless")}
        row = _Overridden(tuple(said["methods"]), said["note"], said["source"], **sets)
        for method in row.methods:
            found.setdefault(method, []).append(row)
    return found


class OverriddenMethods(Rule):
    code = "PORT132"
    name = "overridden-methods"
    summary = "a method for the library to call, which calls it otherwise"
    why = (
        "A class that derives from one of the library's defines methods for it to call. Some of them are called with more arguments in "
        "Python 3, must give more, or are never called, since the class is written in C now or does its work in another way."
    )
    risk = None
    source = "https://docs.python.org/3/library/logging.html#logging.Logger.findCaller"
    triggers = frozenset(overridden_methods())
    visits = (ast.FunctionDef,)
    examples = (
        Untouched("class Store(dict):\n    def get(self, key): pass\nx = `1`\n", because="no class of the table"),
        Untouched(
            "import logging\nclass L(logging.Logger):\n    def makeRecord(self, *args, **kwargs): pass\nx = `1`\n",
            because="it takes any arguments",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.FunctionDef)
        owner = model.parent(node)
        if node.name not in overridden_methods() or not isinstance(owner, ast.ClassDef):
            return
        takes_any = node.args.vararg is not None or node.args.kwarg is not None
        parameters = {item.arg for item in (*node.args.args, *node.args.kwonlyargs)}
        for row in overridden_methods()[node.name]:
            knows = (takes_any and "take *" in row.note) or parameters & row.unless
            if not knows and inherits(owner, row.bases, model):
                yield Advice(node, row.note)
