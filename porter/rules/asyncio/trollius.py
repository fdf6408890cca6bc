"""trollius, asyncio for Python 2, is asyncio.

https://trollius.readthedocs.io/asyncio.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched

_GROUP = "AIO005"


class TrolliusIsAsyncio(Rule):
    code = "AIO005"
    name = "trollius-is-asyncio"
    summary = "import asyncio, which trollius brought to Python 2"
    why = (
        "trollius is asyncio under another name, and has no release for a Python 3 of today. Its names are asyncio's; only From "
        "and Return, which stood for syntax that Python 2 lacks, go with the coroutines that used them."
    )
    risk = Risk.SUGGESTED
    source = "https://trollius.readthedocs.io/asyncio.html"
    triggers = frozenset({"trollius"})
    visits = (ast.Import, ast.ImportFrom)
    examples = (
        Example(
            "import trollius\nfrom trollius import From\n\n@trollius.coroutine\ndef pause():\n    yield From(trollius.sleep(1))\n",
            "import asyncio\n\nasync def pause():\n    await asyncio.sleep(1)\n",
        ),
        Untouched("import asyncio\n\ntrollius = None\nprint trollius\n", because="it is no import"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if isinstance(node, ast.ImportFrom) and node.module == "trollius" and node.level == 0:
            yield Match(node, Risk.SUGGESTED)
        elif isinstance(node, ast.Import) and any(alias.name == "trollius" for alias in node.names):
            if model.is_dual_import(node):
                yield Advice(node, "asyncio is there in every Python 3: import it alone")
                return
            yield from _import(node, model)

    def rewrite(self, node: Any, match: Match) -> Rewritten:
        match node:
            case cst.ImportFrom(names=[*aliases]):
                kept = [
                    alias for alias in aliases if cst.ensure_type(alias.name, cst.Name).value not in ("From", "Return")
                ]
                kept = [*kept[:-1], *(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT) for alias in kept[-1:])]
                return node.with_changes(module=cst.Name("asyncio"), names=kept) if kept else []
            case cst.Import(names=names):
                return node.with_changes(names=[_renamed(alias) for alias in names])
            case cst.Name():
                return node.with_changes(value="asyncio")
        return None


def _import(node: ast.Import, model: ModuleModel) -> Iterator[Match]:
    yield Match(node, Risk.SUGGESTED, group=_GROUP)
    bound = [alias for alias in node.names if alias.name == "trollius" and alias.asname is None]
    owner = model.scope_of(node).owner("trollius") if bound else None
    for use in model.uses_of("trollius", owner) if owner is not None else []:
        yield Match(use, Risk.SUGGESTED, group=_GROUP, silent=True)


def _renamed(alias: cst.ImportAlias) -> cst.ImportAlias:
    is_trollius = isinstance(alias.name, cst.Name) and alias.name.value == "trollius"
    return alias.with_changes(name=cst.Name("asyncio")) if is_trollius else alias
