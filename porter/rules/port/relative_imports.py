"""`import sibling` inside a package is `from . import sibling` in Python 3.

https://peps.python.org/pep-0328/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.building import name as name_of
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched

_SPACE = cst.SimpleWhitespace(" ")


class RelativeImports(Rule):
    code = "PORT043"
    name = "relative-imports"
    summary = "import a module of the same package with a dot"
    why = (
        "Python 2 looked for a module in the importing module's own package first. Python 3 looks there only when told to, by a "
        "dot. A script that runs from its folder finds its siblings as before and is left alone."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-0328/"
    triggers = frozenset({"import"})
    visits = (ast.Import, ast.ImportFrom)
    examples = (
        Example(
            "import os, helper\nx = `helper`\n",
            "import os\nfrom . import helper\nx = repr(helper)\n",
            beside=("__init__.py", "helper.py"),
        ),
        Example(
            "import tools.files\nx = `tools.files.size`\n",
            "from . import tools\nfrom .tools import files\nx = repr(tools.files.size)\n",
            beside=("__init__.py", "tools/__init__.py", "tools/files.py"),
        ),
        Example(
            "from helper import run\nx = `run`\n",
            "from .helper import run\nx = repr(run)\n",
            beside=("__init__.py", "helper.py"),
        ),
        Untouched("import helper\nprint helper\n", because="the file is in no package: its folder is searched"),
        Untouched(
            "from __future__ import absolute_import\nimport helper\nprint helper\n", because="it is absolute already"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Import | ast.ImportFrom)
        if not model.tree.in_package or "absolute_import" in model.source.facts.future or model.is_dual_import(node):
            return
        if model.dialect is Dialect.EITHER:
            if any(_is_sibling(name, model) for name in _modules(node)):
                yield Advice(
                    node,
                    "in Python 2 this is the package's own module, in Python 3 one outside it: say which with a dot, or with --from",
                )
            return
        risk, message = _risk(model)
        match node:
            case ast.ImportFrom(level=0, module=str(module)) if _is_sibling(module, model):
                yield Match(node, risk, message)
            case ast.Import(names=aliases):
                own = [alias.name for alias in aliases if _is_sibling(alias.name, model)]
                dotted = [
                    alias for alias in aliases if alias.name in own and "." in alias.name and alias.asname is None
                ]
                taken = [alias.name for alias in dotted if not model.is_free(alias.name.rpartition(".")[2], node)]
                if taken:
                    yield Advice(
                        node, f"{taken[0]} lies in this package: write from .{taken[0]} import …, or its full name"
                    )
                elif own:
                    if dotted:
                        risk, message = (
                            Risk.SUGGESTED,
                            message or f"{dotted[0].name} is loaded to be found in its package",
                        )
                    yield Match(node, risk, message, data=frozenset(own))

    def rewrite(self, node: cst.Import | cst.ImportFrom, match: Match) -> Rewritten:
        if isinstance(node, cst.ImportFrom):
            return node.with_changes(relative=[cst.Dot()])
        own = [alias for alias in node.names if alias.evaluated_name in match.data]
        others = [alias for alias in node.names if alias not in own]
        statements: list[cst.BaseSmallStatement] = []
        if others:
            statements.append(node.with_changes(names=_listed(others)))
        plain = [alias for alias in own if "." not in alias.evaluated_name]
        bound = {alias.evaluated_name for alias in plain if alias.asname is None}
        for alias in own:  # `import a.b` binds `a`
            first = alias.evaluated_name.partition(".")[0]
            if alias not in plain and alias.asname is None and first not in bound:
                plain.append(cst.ImportAlias(cst.Name(first)))
                bound.add(first)
        if plain:
            statements.append(cst.ImportFrom(None, _listed(plain), relative=[cst.Dot()]))
        for alias in own:
            if "." in alias.evaluated_name:
                package, _, module = alias.evaluated_name.rpartition(".")
                name = name_of(package)
                imported = alias.with_changes(name=cst.Name(module))
                statements.append(cst.ImportFrom(name, _listed([imported]), relative=[cst.Dot()]))
        return statements


def _is_sibling(module: str, model: ModuleModel) -> bool:
    first = module.partition(".")[0]
    return first in model.tree.neighbours and first != PurePosixPath(model.path).stem


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if node.level == 0 else []


def _risk(model: ModuleModel) -> tuple[Risk, str]:
    if model.main_guard is not None:
        return Risk.SUGGESTED, "a file with relative imports runs as python -m package.module, no longer by its path"
    return Risk.SAFE, ""


def _listed(aliases: list[cst.ImportAlias]) -> list[cst.ImportAlias]:
    separated = [alias.with_changes(comma=cst.Comma(whitespace_after=_SPACE)) for alias in aliases[:-1]]
    return [*separated, aliases[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
