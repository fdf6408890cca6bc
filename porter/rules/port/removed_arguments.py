"""Keyword arguments that went: asyncio's loop=, gettext.install's unicode=, json's encoding=, HTTPConnection's strict= …

https://docs.python.org/3/whatsnew/3.10.html#removed
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.building import with_arguments
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._module_table import DATA, version
from porter.rules.port._names import is_guarded


@cache
def removed_arguments() -> dict[str, dict[str, list[str]]]:
    """Function → keyword → since when, the new keyword, what to look at (data/arguments.toml)."""
    return tomllib.loads((DATA / "arguments.toml").read_text(encoding="utf-8"))


class RemovedArguments(Rule):
    code = "PORT108"
    name = "removed-arguments"
    summary = "leave out an argument that the function takes no more"
    why = (
        "Some keyword arguments went with what they were for: text needs no `unicode=`, asyncio's objects find the running loop by "
        "themselves (3.10), json decodes UTF-8. The argument is left out, or goes by its new name."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.10.html#removed"
    triggers = frozenset(keyword for row in removed_arguments().values() for keyword in row)
    visits = (ast.Module,)
    in_python3 = True
    examples = (
        Example(
            "import json\nprint json.loads('[1, 2]', encoding='utf-8')[1]\n",
            "import json\nprint(json.loads('[1, 2]')[1])\n",
        ),
        Example(
            "import tempfile\nf = tempfile.TemporaryFile(bufsize=0, mode='w+b')\nprint f.tell()\n",
            "import tempfile\nf = tempfile.TemporaryFile(buffering=0, mode='w+b')\nprint(f.tell())\n",
        ),
        Untouched(
            "def install(domain, unicode): return domain\nprint `install('a', unicode=1)`\n",
            because="a function of the program's own",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        words = (word for word in model.nodes.get(ast.keyword, ()) if isinstance(word, ast.keyword))
        for called in dict.fromkeys(model.parent(word) for word in words if word.arg in self.triggers):
            if isinstance(called, ast.Call):
                yield from self._given(called, model)

    def _given(self, node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
        given = {argument.arg for argument in node.keywords} & self.triggers
        row = removed_arguments().get(model.resolve(node.func) or "", {})
        changes = {
            keyword: said[1] if len(said) > 1 else ""
            for keyword, said in row.items()
            if keyword in given and (model.dialect is not Dialect.PYTHON3 or version(said[0]) > (3, 0))
        }
        if changes and not is_guarded(node, model, "TypeError"):
            yield Match(
                node, Risk.SUGGESTED, "; ".join(_message(keyword, row[keyword]) for keyword in changes), data=changes
            )

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        kept = []
        for argument in node.args:
            keyword = argument.keyword.value if argument.keyword is not None else ""
            if keyword not in match.data:
                kept.append(argument)
            elif match.data[keyword]:
                kept.append(argument.with_changes(keyword=cst.Name(match.data[keyword])))
        return with_arguments(node, kept)


def _message(keyword: str, said: list[str]) -> str:
    since, new, note = [*said, "", ""][:3]
    what = f"{keyword}= is {new}= in Python 3" if new else f"{keyword}= is gone since Python {since}"
    return f"{what}: {note}" if note else what
