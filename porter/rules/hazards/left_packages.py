"""Packages of concurrency, and names of them, that no release for Python 3 has (data/left_packages.toml).

https://www.gevent.org/changelog.html
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._names import is_guarded
from porter.rules.port._standing import is_local


@cache
def left_packages() -> dict[str, str]:
    """A module's, or a name's, dotted name, and what to do about it."""
    text = resources.files(__package__).joinpath("data/left_packages.toml").read_text("utf-8")
    return {name: str(advice) for name, advice in tomllib.loads(text).items()}


class LeftPackages(Rule):
    code = "HAZ014"
    name = "left-packages"
    summary = "a library's module or function that its releases for Python 3 do not have"
    why = (
        "gevent, eventlet, Tornado and Twisted dropped modules and functions on their way to Python 3, and some packages "
        "(trollius, stackless) never came there. What is imported of them is reported with what took its place."
    )
    source = "https://www.gevent.org/changelog.html"
    risk = None
    triggers = frozenset(name.partition(".")[0] for name in left_packages())
    visits = (ast.Import, ast.ImportFrom, ast.Attribute)
    examples = (
        Untouched("import gevent\nx = `gevent.spawn(len, [])`\n", because="it is there on Python 3, too"),
        Untouched("class gevent: core = `1`\nprint gevent.core\n", because="a class of the program's own"),
        Untouched(
            "try:\n    import trollius as asyncio\nexcept ImportError:\n    import asyncio\nx = `1`\n",
            because="the program chooses by itself",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for place, name in _named(node, model):
            advice = left_packages().get(name)
            if advice is None or is_local(name, model) or is_guarded(node, model, "ImportError", "AttributeError"):
                continue
            yield Advice(place, f"{name} has no release for Python 3: {advice}")


def _named(node: ast.AST, model: ModuleModel) -> Iterator[tuple[ast.AST, str]]:
    match node:
        case ast.Import(names=names):
            yield from ((alias, alias.name) for alias in names)
        case ast.ImportFrom(module=str() as module, names=names, level=0):
            if module in left_packages():
                yield node, module
            else:
                yield from ((alias, f"{module}.{alias.name}") for alias in names)
        case ast.Attribute():
            name = model.resolve(node)
            parent = model.parent(node)
            if name is not None and isinstance(parent, ast.Call) and parent.func is node:
                yield node, f"{name}()"
            if name is not None and name not in _imported_modules(model):
                yield node, name


def _imported_modules(model: ModuleModel) -> set[str]:
    """What ``import a.b`` names: reported there, and not at every use."""
    return {
        alias.name for item in model.nodes.get(ast.Import, ()) if isinstance(item, ast.Import) for alias in item.names
    }
