"""Modules that are imported by a string: `__import__("Queue")`, `mock.patch("urllib2.urlopen")`, `sys.modules["thread"]`.

https://peps.python.org/pep-3108/
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from itertools import pairwise

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._module_table import moved_modules
from porter.rules.port._name_table import moved_names
from porter.rules.port._names import is_guarded
from porter.rules.port._removed_table import removed_modules, removed_names
from porter.rules.port._spelt import attributes_spelt, calls_spelt
from porter.rules.port._standing import is_local

_IMPORTERS = frozenset(
    {"__import__", "import_module", "importorskip", "import_string", "patch", "setattr", "find_module"}
    | {"import_patched", "original", "inject"}  # eventlet's
    | {"get_original", "is_module_patched", "is_object_patched", "patch_module"}  # gevent.monkey's
)
_RUN_MODULE = ("'-m'", '"-m"')
_OF_MEMBERS = frozenset({"patch", "setattr"})  # they name a member of a module, with a dot
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_TELLING = re.compile(r"[A-Z_].*|.*[A-Z0-9]")  # no common word: Queue, urllib2, __builtin__
_OLD_BUILTINS = frozenset("raw_input unicode unichr xrange execfile".split())


class NamesInStrings(Rule):
    code = "PORT105"
    name = "names-in-strings"
    summary = "a string that names a module by its Python 2 name"
    why = (
        "What imports or patches by a string must name what is there in Python 3. Where the name is written in the call it is changed; "
        "where it means something else as well (__import__ of a dotted name gives the package), or names an import of another "
        "file (`patch('app.urllib2.urlopen')`), it is reported with the new name."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-3108/"
    triggers = _IMPORTERS | {"modules", *_RUN_MODULE}
    visits = (ast.Module,)
    examples = (
        Example("print __import__('Queue').Empty.__name__\n", "print(__import__('queue').Empty.__name__)\n"),
        Example(
            "from mock import patch\n@patch('__builtin__.open')\n@patch('urllib2.urlopen')\ndef test(urlopen, opened): print 'x'\n",
            "from mock import patch\n@patch('builtins.open')\n@patch('urllib.request.urlopen')\n"
            "def test(urlopen, opened): print('x')\n",
        ),
        Example(
            "import sys\nsys.modules['Queue'] = None\nx = `1`\n",
            "import sys\nsys.modules['queue'] = None\nx = repr(1)\n",
        ),
        Example(
            "client = __import__('urllib2'), `1`\n",
            "client = __import__('urllib2'), repr(1)\n",
            note="reported: __import__('urllib.request') gives urllib",
        ),
        Example(
            "import sys\ncommand = [sys.executable, '-m', 'SimpleHTTPServer', `8000`]\n",
            "import sys\ncommand = [sys.executable, '-m', 'http.server', repr(8000)]\n",
        ),
        Untouched(
            "client.patch('commands')\nx = `1`\n", because="a request of a client, it may be: mock names members"
        ),
        Untouched("word = 'Queue'\nprint `word`\n", because="just a word"),
        Untouched("def patch(what): return what\nprint `patch('Queue up')`\n", because="no dotted name"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for called in calls_spelt(model, _IMPORTERS):
            yield from self._at(called, model)
        for modules in attributes_spelt(model, ("modules",)):
            asked = model.parent(modules)
            if isinstance(asked, ast.Subscript) and asked.value is modules:
                yield from self._at(asked, model)
        if any(option in model.text for option in _RUN_MODULE):
            for command in (*model.nodes.get(ast.List, ()), *model.nodes.get(ast.Tuple, ())):
                assert isinstance(command, ast.List | ast.Tuple)
                yield from _run_modules(command.elts, model)

    def _at(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name),
                args=[ast.Constant(value=str() as text) as literal, *_],
            ) if (
                name in _IMPORTERS
            ):
                pass
            case ast.Subscript(value=ast.Attribute() as value, slice=ast.Constant(value=str() as text) as literal):
                name = "modules"
                if model.resolve(value) != "sys.modules":
                    return
            case _:
                return
        if name in _OF_MEMBERS and "." not in text:  # a client's patch("user") is no mock
            return
        if not _DOTTED.fullmatch(text) or is_local(text, model) or is_guarded(node, model, "ImportError", "KeyError"):
            return
        said = _today(text)
        new = _new_name(text)
        if new and not (name == "__import__" and "." in new):
            yield Match(literal, Risk.SUGGESTED, f"{text!r} names what Python 3 does not have: {said}", data=new)
        elif said:
            yield Advice(node, f"{text!r} names what Python 3 does not have: {said}")
        elif name == "patch" and (inner := _inner(text)):
            yield Advice(node, f"{text!r} names an import of another file, whose name may be another now: {inner}")

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if not isinstance(node, cst.SimpleString):
            return None
        return node.with_changes(value=f"{node.prefix}{node.quote}{match.data}{node.quote}")


def _run_modules(items: list[ast.expr], model: ModuleModel) -> Iterator[Match]:
    """The module that a command runs: `[sys.executable, '-m', 'SimpleHTTPServer']`."""
    for option, module in pairwise(items):
        match option, module:
            case ast.Constant(value="-m"), ast.Constant(value=str(name)) if name in moved_modules():
                if not moved_modules()[name].ambiguous and not is_local(name, model):
                    new = moved_modules()[name].new
                    yield Match(module, Risk.SUGGESTED, f"{name!r} is {new} in Python 3", data=new)


def _new_name(dotted: str) -> str:
    """The dotted name that stands in its place in Python 3; "" where nothing just like it does."""
    if dotted in moved_names():
        row = moved_names()[dotted]
        return "" if not row.is_plain else row.to if "." in row.to else f"builtins.{row.to}"
    module, name = _module_of(dotted)
    if not module or dotted in removed_names() or moved_modules()[module].ambiguous:
        return ""
    first, dot, rest = name.partition(".")
    if moved_modules()[module].is_lost(first):
        return ""
    return f"{moved_modules()[module].target(first)}{dot}{rest}" if name else moved_modules()[module].new


def _module_of(dotted: str) -> tuple[str, str]:
    """The longest renamed module that a dotted name begins with, and the rest; "" for none."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        module = ".".join(parts[:end])
        if module in moved_modules():
            return module, ".".join(parts[end:])
    return "", ""


def _inner(dotted: str) -> str:
    """What to say of a module, or a builtin, of Python 2 that is asked of a module of the program."""
    first, *others = dotted.split(".")
    if first in sys.stdlib_module_names:
        return ""
    for name in others:
        if name in moved_modules() and _TELLING.fullmatch(name):
            return f"{name} is {moved_modules()[name].new}"
        if name in _OLD_BUILTINS:
            return f"{name} is another builtin in Python 3"
    return ""


def _today(dotted: str) -> str:
    """What to say of a dotted name; "" if it is still good."""
    if dotted in moved_names():
        row = moved_names()[dotted]
        return row.message
    if dotted in removed_names():
        return removed_names()[dotted].message
    head, rest = dotted, ""
    while head:
        if head in moved_modules():
            row_of_module = moved_modules()[head]
            name, _, more = rest.partition(".")
            if row_of_module.ambiguous:
                return ""
            new = row_of_module.target(name) if name else row_of_module.new
            return f"it is {new}{'.' + more if more else ''} now"
        if head in removed_modules():
            return removed_modules()[head].message
        head, _, last = head.rpartition(".")
        rest = f"{last}.{rest}" if rest else last
    return ""
