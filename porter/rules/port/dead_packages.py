"""Packages that have no release for Python 3: MySQL-python, PIL, PyGTK, BeautifulSoup 3, suds …

https://docs.python.org/3/howto/pyporting.html#check-which-dependencies-block-your-transition
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._module_table import DATA
from porter.rules.port._setup_calls import setup_call
from porter.rules.port._standing import is_local, stays

_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_REQUIRING = frozenset({"install_requires", "requires", "setup_requires", "tests_require", "extras_require"})


@cache
def _rows() -> list[dict[str, list[str] | str]]:
    rows: list[dict[str, list[str] | str]] = tomllib.loads((DATA / "packages.toml").read_text(encoding="utf-8"))[
        "package"
    ]
    return rows


@cache
def dead_modules() -> dict[str, str]:
    """What to use in the place of each module of a package without a Python 3 release."""
    return {module: str(row["use"]) for row in _rows() for module in row["modules"]}


@cache
def dead_names() -> dict[str, str]:
    """The same, by the package's name."""
    return {name: str(row["use"]) for row in _rows() for name in row["names"]}


class DeadPackages(Rule):
    code = "PORT122"
    name = "dead-packages"
    summary = "a package that has no release for Python 3"
    why = (
        "Some packages never came to Python 3, or no longer run on it; others brought parts of Python 3's library to Python 2. "
        "An import of one, and a requirement in setup.py, is named with what took its place."
    )
    risk = None
    source = "https://docs.python.org/3/howto/pyporting.html#check-which-dependencies-block-your-transition"
    triggers = frozenset({module.partition(".")[0] for module in dead_modules()} | _REQUIRING)
    visits = (ast.Import, ast.ImportFrom, ast.keyword)
    examples = (
        Untouched("from PIL import Image\nx = `1`\n", because="Pillow has it so"),
        Untouched(
            "try:\n    import cjson as json\nexcept ImportError:\n    import json\nx = `1`\n",
            because="it can do without",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Import():
                for alias in node.names:
                    yield from _imported(alias, node, alias.name, alias.asname or alias.name.partition(".")[0], model)
            case ast.ImportFrom(module=str() as module, level=0):
                for alias in node.names:
                    bound = alias.asname or alias.name
                    said = list(_imported(alias, node, f"{module}.{alias.name}", bound, model))
                    yield from said or ()
                    if said:
                        return
            case ast.keyword(arg=str() as word, value=value) if word in _REQUIRING:
                call = model.parent(node)
                if isinstance(call, ast.Call) and setup_call(call, model):
                    yield from _required(value)


def _imported(alias: ast.alias, node: ast.stmt, name: str, bound: str, model: ModuleModel) -> Iterator[Advice]:
    if is_local(name, model) or name.partition(".")[0] == model.tree.package.partition(".")[0]:
        return
    while name:
        if name in dead_modules():
            if not stays(node, bound, model, dead_modules().__contains__):
                yield Advice(alias, f"{name}: {dead_modules()[name]}")
            return
        name = name.rpartition(".")[0]


def _required(value: ast.expr) -> Iterator[Advice]:
    for item in ast.walk(value):
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            for line in item.value.splitlines():
                found = _REQUIREMENT.match(line.strip())
                package = re.sub(r"[-_.]+", "-", found.group()).lower() if found else ""
                if package in dead_names():
                    yield Advice(item, f"{found.group() if found else ''}: {dead_names()[package]}")
