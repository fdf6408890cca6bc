"""Defaults that changed, or are gone, are written out: hmac's MD5, what ConfigParser accepts, argparse's required commands …

https://docs.python.org/3/whatsnew/3.2.html#configparser
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import keyword, with_added
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._call_arguments import argument, has_spread
from porter.rules.port._module_table import DATA
from porter.rules.port._names import is_guarded
from porter.rules.port._sockets import inherits


@dataclass(frozen=True, slots=True)
class _Default:
    """A row of data/defaults.toml, which says what the fields mean."""

    add: Mapping[str, str]
    note: str
    since: str
    source: str
    risk: Risk = Risk.SAFE
    of: tuple[str, ...] = ()
    method: str = ""
    at: Mapping[str, int] = field(default_factory=dict)
    when: tuple[int, str] | None = None
    kinds: tuple[str, ...] = ()


@cache
def defaults() -> tuple[_Default, ...]:
    """Every row."""
    rows = tomllib.loads((DATA / "defaults.toml").read_text(encoding="utf-8"))["default"]
    return tuple(
        _Default(
            **{
                **row,
                "risk": Risk(row["risk"]),
                "of": tuple(row.get("of", ())),
                "when": tuple(row["when"]) if "when" in row else None,
                "kinds": tuple(row.get("kinds", ())),
            }
        )
        for row in rows
    )


@cache
def _by_name() -> dict[str, _Default]:
    return {name: row for row in defaults() for name in row.of}


@cache
def _by_method() -> dict[str, _Default]:
    return {row.method: row for row in defaults() if row.method}


class WrittenDefaults(Rule):
    code = "PORT111"
    name = "written-defaults"
    summary = "write out what Python 2 took for granted"
    why = (
        "Some arguments have another default in Python 3, or none: hmac.new() hashed by MD5, ConfigParser let a name come twice and "
        "knew comments behind a value, argparse refused a command line without its command, HTMLParser left entities to its "
        "handlers, json put a space behind every comma. What Python 2 took is written out where nothing else is given."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.2.html#configparser"
    triggers = frozenset({"hmac", "indent", "ConfigParser", "HTMLParser", "add_subparsers", "seed"})
    visits = (ast.Call, ast.ClassDef)
    ambiguous = True
    examples = (
        Example(
            "import hmac\nprint hmac.new('key', 'text').hexdigest()\n",
            "import hmac\nprint(hmac.new(b'key', b'text', digestmod=\"md5\").hexdigest())\n",
        ),
        Example(
            "import json\nprint json.dumps([1, 2], indent=2)\n",
            'import json\nprint(json.dumps([1, 2], indent=2, separators=(", ", ": ")))\n',
        ),
        Example(
            "import ConfigParser\nc = ConfigParser.RawConfigParser()\nc.read('settings.ini')\nprint c.sections()\n",
            'import configparser\nc = configparser.RawConfigParser(strict=False, inline_comment_prefixes=(";",))\n'
            "c.read('settings.ini')\nprint(c.sections())\n",
        ),
        Example(
            "from HTMLParser import HTMLParser\nclass P(HTMLParser):\n    def __init__(self):\n"
            "        HTMLParser.__init__(self)\n    def handle_data(self, data):\n        print `data`\n"
            "P().feed('<b>1 &lt; 2</b>')\n",
            "from html.parser import HTMLParser\nclass P(HTMLParser):\n    def __init__(self):\n"
            "        HTMLParser.__init__(self, convert_charrefs=False)\n    def handle_data(self, data):\n"
            "        print(repr(data))\nP().feed('<b>1 &lt; 2</b>')\n",
        ),
        Example(
            "import random\nrandom.seed('a')\nprint '%.6f' % random.random()\n",
            "import random\nrandom.seed('a', version=1)\nprint('%.6f' % random.random())\n",
        ),
        Example(
            "import argparse\nparser = argparse.ArgumentParser()\ncommands = parser.add_subparsers(dest='command')\n"
            "commands.add_parser('run')\nprint parser.parse_args(['run']).command\n",
            "import argparse\nparser = argparse.ArgumentParser()\n"
            "commands = parser.add_subparsers(dest='command', required=True)\n"
            "commands.add_parser('run')\nprint(parser.parse_args(['run']).command)\n",
        ),
        Untouched("import hmac, hashlib\nm = hmac.new('k', 't', hashlib.sha1)\nx = `1`\n", because="it names the hash"),
        Untouched("import json\nprint json.dumps([1, 2])\n", because="on one line the separators are what they were"),
        Untouched("import random\nrandom.seed(42)\nprint random.random()\n", because="a number seeds as it did"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if isinstance(node, ast.ClassDef):
            yield from _made_elsewhere(node, model)
            return
        assert isinstance(node, ast.Call)
        row, shift = _row(node, model)
        if row is None or has_spread(node) or is_guarded(node, model, "TypeError"):
            return
        if row.when is not None:
            given = argument(node, (row.when[0] + shift, row.when[1]))
            if given is None or (isinstance(given, ast.Constant) and given.value is None):
                return
        if row.kinds and not (node.args and model.kind(node.args[0]).type in row.kinds):
            return
        missing = tuple(
            (word, value)
            for word, value in row.add.items()
            if argument(node, (row.at[word] + shift if word in row.at else -1, word)) is None
        )
        if missing:
            yield Match(node, row.risk, row.note, data=missing)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        return with_added(node, [keyword(word, cst.parse_expression(value)) for word, value in match.data])


def _row(node: ast.Call, model: ModuleModel) -> tuple[_Default | None, int]:
    """The row of a call, and by how much its positions are off: one where a method is called through its class."""
    if isinstance(node.func, ast.Attribute) and node.func.attr in _by_method():
        own = model.resolve(node.func) is not None or model.tree.defines_method(node.func.attr)
        return (None if own else _by_method()[node.func.attr]), 0
    for name in (model.resolve(node.func), model.resolve_canonical(node.func)):
        if name in _by_name():
            return _by_name()[name], 0
    if isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
        for name in (model.resolve(node.func.value), model.resolve_canonical(node.func.value)):
            if name in _by_name():
                return _by_name()[name], 1
    definition = model.definition(node.func)
    return (_row_of_class(definition, model) if isinstance(definition, ast.ClassDef) else None), 0


_OLD_SPELLINGS = {"HTMLParser.HTMLParser": "html.parser.HTMLParser"}


def _row_of_class(definition: ast.ClassDef, model: ModuleModel) -> _Default | None:
    """The row of a class that leaves the making of its objects to one of the library's."""
    if not definition.bases or _has_init(definition, model):
        return None
    for row in defaults():
        bases = frozenset(row.of) | {name for name in _OLD_SPELLINGS if _OLD_SPELLINGS[name] in row.of}
        if bases and inherits(definition, bases, model):
            return row
    return None


def _made_elsewhere(definition: ast.ClassDef, model: ModuleModel) -> Iterator[Advice]:
    """A class whose objects other files make: they are to give the arguments, or the class is to have an __init__."""
    if definition.name not in model.tree.read_by_others:
        return
    row = _row_of_class(definition, model)
    if row is not None:
        given = ", ".join(f"{word}={value}" for word, value in row.add.items())
        yield Advice(
            definition, f"other files make such objects: give it an __init__ that passes {given} on ({row.note})"
        )


def _has_init(definition: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether a class, or one of this module that it inherits from, makes its objects by an __init__ of its own."""
    if any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in definition.body):
        return True
    inner = [model.definition(base) for base in definition.bases]
    return any(isinstance(base, ast.ClassDef) and base is not definition and _has_init(base, model) for base in inner)
