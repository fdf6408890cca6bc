"""Functions of the library that are still there, and do something else: urlopen, crc32, shuffle, IMAP4, toxml …

https://docs.python.org/3/whatsnew/index.html
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.kinds import canonical
from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._call_arguments import argument, has_spread
from porter.rules.port._changed_table import Changed, changed_functions, changed_methods, last_names, trigger_words
from porter.rules.port._names import is_guarded
from porter.rules.port._spelt import calls_spelt, spellings
from porter.rules.port._standing import is_local


class ChangedFunctions(Rule):
    code = "PORT112"
    name = "changed-functions"
    summary = "a function of the library that does something else now"
    why = (
        "Some functions kept their names and changed what they do: they raise where they gave a result, give bytes where they gave "
        "text, refuse arguments that they took, or count otherwise. What is right depends on what the program wants of "
        "them, so each such call is reported with what changed and since when."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/index.html"
    triggers = trigger_words()
    visits = (ast.Module,)
    examples = (
        Untouched("import zlib\nprint zlib.crc32('abc') & 0xffffffff\n", because="the sign is cut off"),
        Untouched("import random\nrandom.shuffle([])\nx = `1`\n", because="it shuffles as before"),
        Untouched(
            "class Tar(object):\n    def extractall(self): pass\nTar().extractall()\nx = `1`\n", because="no tarfile"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for called in calls_spelt(model, {*last_names(), *spellings(model, frozenset(changed_functions()))}):
            rows = [row for row in _rows(called, model) if _is_meant(called, row, model)]
            if rows and not is_guarded(called, model, "TypeError", "AttributeError"):
                for note in dict.fromkeys(row.note for row in rows):
                    yield Advice(called, note)


def _rows(node: ast.Call, model: ModuleModel) -> Iterator[Changed]:
    """The rows that are about this function or method, whatever its arguments."""
    named = model.resolve(node.func)
    if named is not None:
        for name in dict.fromkeys((named, canonical(named))):
            if name in changed_functions() and not is_local(name, model):
                yield from changed_functions()[name]
                return
        return
    match node.func:
        case ast.Attribute(value=receiver, attr=method) if method in changed_methods():
            kind = model.library_type(model.kind(receiver))
            for row in changed_methods()[method]:
                if kind in row.on or (not row.on and not model.tree.defines_method(method)):
                    yield row


def _is_meant(node: ast.Call, row: Changed, model: ModuleModel) -> bool:
    """Whether everything holds that the row asks for."""
    if row.target and model.python < row.since:
        return False
    if row.words and not any(word in model.text for word in row.words):
        return False
    if row.given is not None and argument(node, row.given) is None:
        return False
    if row.missing is not None and (argument(node, row.missing) is not None or has_spread(node)):
        return False
    if row.unmasked and _is_masked(node, model):
        return False
    if row.then and not _is_followed_by(node, row.then, model):
        return False
    return _are_arguments_meant(node, row, model)


def _are_arguments_meant(node: ast.Call, row: Changed, model: ModuleModel) -> bool:
    if row.literal is not None:
        position, word, pattern = row.literal
        given = argument(node, (position, word))
        if not isinstance(given, ast.Constant) or not re.match(pattern, str(given.value), re.DOTALL):
            return False
    if row.kinds is not None:
        position, word, *kinds = row.kinds
        given = argument(node, (position, word))
        if given is None or model.kind(given).type not in kinds:
            return False
    if row.named is not None:
        position, word, dotted = row.named
        given = argument(node, (position, word))
        if given is None or model.resolve(given) != dotted:
            return False
    if row.made_by is not None:
        position, word, prefix = row.made_by
        given = _made(argument(node, (position, word)), model)
        return isinstance(given, ast.Call) and (model.resolve(given.func) or "").startswith(prefix)
    return True


def _made(given: ast.expr | None, model: ModuleModel) -> ast.expr | None:
    """The expression that an argument's value comes from, where its name is bound once."""
    if not isinstance(given, ast.Name):
        return given
    found = model.bindings(given)
    return found[0].value if len(found) == 1 and found[0].kind is BindingKind.ASSIGNMENT else None


def _is_masked(node: ast.Call, model: ModuleModel) -> bool:
    """Whether the result is cut to 32 bits at once: `zlib.crc32(data) & 0xffffffff`."""
    match model.parent(node):
        case ast.BinOp(op=ast.BitAnd()) | ast.BinOp(op=ast.Mod()):
            return True
    return False


def _is_followed_by(node: ast.Call, method: str, model: ModuleModel) -> bool:
    match model.parent(node):
        case ast.Attribute(attr=name):
            return name == method
    return False
