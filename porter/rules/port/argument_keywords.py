"""Arguments that a function takes by keyword alone, or in another place: `config.get(s, o, True)`, `json.loads(s, 'utf-8')`.

https://docs.python.org/3/library/configparser.html#configparser.ConfigParser.get
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import libcst as cst

from porter.analysis.kinds import canonical
from porter.analysis.model import ModuleModel
from porter.rewriting.building import keyword, with_arguments
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._call_arguments import has_spread
from porter.rules.port._module_table import DATA
from porter.rules.port._names import is_guarded
from porter.rules.port._spelt import calls_spelt, spellings
from porter.rules.port.removed_arguments import removed_arguments


@dataclass(frozen=True, slots=True)
class _Parameters:
    first: int
    names: tuple[str, ...]


@cache
def keyword_parameters() -> dict[str, _Parameters]:
    """Function → the parameters that are given by keyword (data/keywords.toml)."""
    rows = tomllib.loads((DATA / "keywords.toml").read_text(encoding="utf-8"))
    return {name: _Parameters(first, tuple(names)) for name, (first, *names) in rows.items()}


@cache
def _last_names() -> frozenset[str]:
    return frozenset(name.rpartition(".")[2] for name in keyword_parameters())


class ArgumentKeywords(Rule):
    code = "PORT131"
    name = "argument-keywords"
    summary = "give an argument by its keyword"
    why = (
        "Some functions take by keyword alone what they took by position as well (json's options, ConfigParser.get's raw), and others "
        "got or lost parameters before it, so that it would mean another one: a third argument of NamedTemporaryFile was the suffix "
        "and would be the encoding. What the function has no more is left out."
    )
    source = "https://docs.python.org/3/library/configparser.html#configparser.ConfigParser.get"
    triggers = frozenset(name.split(".")[0] for name in keyword_parameters()) | {"ConfigParser"}
    visits = (ast.Module,)
    ambiguous = True
    examples = (
        Example(
            "import json\nprint json.loads('[1]', 'utf-8'), json.dumps([2], True)\n",
            "import json\nprint(json.loads('[1]'), json.dumps([2], skipkeys=True))\n",
        ),
        Example(
            "import tempfile\nf = tempfile.NamedTemporaryFile('w', -1, '.txt')\nprint f.name.endswith('.txt')\n",
            "import tempfile\nf = tempfile.NamedTemporaryFile('w', -1, suffix='.txt')\nprint(f.name.endswith('.txt'))\n",
        ),
        Example(
            "from ConfigParser import RawConfigParser\nc = RawConfigParser()\nc.add_section('a')\nc.set('a', 'b', '%')\nprint c.get('a', 'b', True)\n",
            'from configparser import RawConfigParser\nc = RawConfigParser(strict=False, inline_comment_prefixes=(";",))\n'
            "c.add_section('a')\nc.set('a', 'b', '%')\nprint(c.get('a', 'b', raw=True))\n",
        ),
        Untouched("import json\nprint json.dumps([1])\n", because="no option is given"),
        Untouched("import os\nprint os.environ.get('a', 'b')\n", because="no configuration"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for called in calls_spelt(model, {*_last_names(), *spellings(model, frozenset(keyword_parameters()))}):
            if called.args and not has_spread(called):
                yield from self._called(called, model)

    def _called(self, node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
        name = _name(node, model)
        row = keyword_parameters().get(name)
        if row is None or not row.first < len(node.args) <= row.first + len(row.names):
            return
        if is_guarded(node, model, "TypeError"):
            return
        gone = removed_arguments().get(name, {})
        given = row.names[: len(node.args) - row.first]
        dropped = [word for word in given if word in gone]
        if "exclude" in given:
            yield Advice(
                node, "exclude is gone since Python 3.7: give a filter, which returns None for what is left out"
            )
            return
        words = tuple("" if word in gone else word for word in given)
        message = f"{', '.join(dropped)} is gone" if dropped else ""
        yield Match(node, Risk.SUGGESTED if dropped else Risk.SAFE, message, data=(row.first, words))

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        first, words = match.data
        named = [
            argument.with_changes(keyword=cst.Name(word), equal=keyword(word, argument.value).equal)
            for argument, word in zip(node.args[first:], words, strict=False)
            if word
        ]
        return with_arguments(node, [*node.args[:first], *named, *node.args[first + len(words) :]])


def _name(node: ast.Call, model: ModuleModel) -> str:
    """The function's name in the table; a method's under its class."""
    name = model.resolve(node.func)
    if name is not None:
        return name if name in keyword_parameters() else canonical(name)
    if not isinstance(node.func, ast.Attribute):
        return ""
    kind = model.library_type(model.kind(node.func.value))
    kind = "configparser.ConfigParser" if kind == "configparser.RawConfigParser" else kind
    return f"{kind}.{node.func.attr}"
