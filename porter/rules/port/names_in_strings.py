"""Modules that are imported by a string: `__import__("Queue")`, `mock.patch("urllib2.urlopen")`, `sys.modules["thread"]`.

https://peps.python.org/pep-3108/
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._module_table import moved_modules
from porter.rules.port._name_table import moved_names
from porter.rules.port._names import is_guarded
from porter.rules.port._removed_table import removed_modules, removed_names
from porter.rules.port._standing import is_local

_IMPORTERS = frozenset(
    {"__import__", "import_module", "importorskip", "import_string", "patch", "setattr", "find_module"}
    | {"import_patched", "original", "inject"}  # eventlet's
    | {"get_original", "is_module_patched", "is_object_patched", "patch_module"}  # gevent.monkey's
)
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class NamesInStrings(Rule):
    code = "PORT105"
    name = "names-in-strings"
    summary = "a string that names a module by its Python 2 name"
    why = (
        "What imports or patches by a string must name what is there in Python 3. Where such a string comes from, and what else is "
        "done with it, no tool can see: it is reported with the new name."
    )
    risk = None
    source = "https://peps.python.org/pep-3108/"
    triggers = _IMPORTERS | {"modules"}
    visits = (ast.Call, ast.Subscript)
    examples = (
        Untouched("word = 'Queue'\nprint `word`\n", because="just a word"),
        Untouched("def patch(what): return what\nprint `patch('Queue up')`\n", because="no dotted name"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str() as text), *_]
            ):
                named = name in _IMPORTERS
            case ast.Subscript(value=ast.Attribute() as value, slice=ast.Constant(value=str() as text)):
                named = model.resolve(value) == "sys.modules"
            case _:
                return
        if not named or not _DOTTED.fullmatch(text) or is_local(text, model):
            return
        said = _today(text)
        if said and not is_guarded(node, model, "ImportError", "KeyError"):
            yield Advice(node, f"{text!r} names what Python 3 does not have: {said}")


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
