"""Regular expressions that Python 3 refuses, or reads otherwise: flags in the middle, unknown escapes, empty matches.

https://docs.python.org/3/library/re.html
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._call_arguments import argument
from porter.rules.port._patterns import Verdict, verdict
from porter.rules.port._spelt import calls_of

_FUNCTIONS = frozenset(f"re.{name}" for name in "compile match search split sub subn findall finditer template".split())
_REPLACES = frozenset({"re.sub", "re.subn"})
_FLAGS_AT = {"re.sub": 4, "re.subn": 4, "re.split": 3}
_BAD_REPLACEMENT = re.compile(r"(?:[^\\]|^)(?:\\\\)*\\([cdeh-mo-qsuw-zA-Z])")


@dataclass(frozen=True, slots=True)
class _Change:
    flags: tuple[str, ...]
    escapes: tuple[str, ...]


class RegularExpressions(Rule):
    code = "PORT119"
    name = "regular-expressions"
    summary = "write a regular expression as Python 3 reads it"
    why = (
        "Since Python 3.11 flags such as (?i) stand at the beginning; since 3.6 a backslash before a letter that means nothing is an "
        "error, in a replacement since 3.7; re.LOCALE is for bytes (3.6). Since 3.7 split() splits at empty matches, which it "
        "ignored, and sub() replaces one behind another match: both are reported."
    )
    source = "https://docs.python.org/3/library/re.html"
    triggers = frozenset({"re"})
    visits = (ast.Module,)
    in_python3 = True
    examples = (
        Example(
            "import re\nprint re.findall('[a-c]+(?i)', 'aB1Cd')\n",
            "import re\nprint(re.findall('(?i)[a-c]+', 'aB1Cd'))\n",
        ),
        Example(
            "import re\nprint re.match(r'\\q\\d', 'q1').end()\n", "import re\nprint(re.match(r'q\\d', 'q1').end())\n"
        ),
        Example(
            "import re\nparts = re.split('x*', 'axbc'), `1`\n",
            "import re\nparts = re.split('x*', 'axbc'), repr(1)\n",
            note="what may match nothing is reported",
        ),
        Untouched("import re\nprint re.match('(?i)ab', 'AB').group()\n", because="the flags stand in front"),
        Untouched("import re\nprint re.split(',+', 'a,,b')\n", because="it always matches something"),
        Untouched("import re\nprint re.search('x*', 'axb').end()\n", because="the first match is the same"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for called in calls_of(model, _FUNCTIONS):
            name = model.resolve(called.func)
            if name in _FUNCTIONS and called.args:
                yield from self._called(called, name, model)

    def _called(self, node: ast.Call, name: str, model: ModuleModel) -> Iterator[Match | Advice]:
        pattern = node.args[0]
        if _names_locale(node, name, model):
            yield Advice(node, "re.LOCALE is for patterns of bytes since Python 3.6: leave it out")
        if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
            said = verdict(pattern.value, re.VERBOSE if _is_verbose(node, model) else 0)
            yield from _refused(pattern, said, model)
            yield from _empty(node, name, said, model)
        if name in _REPLACES:
            yield from _replacement(argument(node, (1, "repl")))

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if not isinstance(node, cst.SimpleString):
            return None
        change: _Change = match.data
        text = node.raw_value
        for piece in (*change.flags, *change.escapes):
            if text.count(piece) != 1:
                return None
            text = text.replace(piece, "" if piece in change.flags else piece[1:])
        return node.with_changes(value=f"{node.prefix}{node.quote}{''.join(change.flags)}{text}{node.quote}")


def _refused(pattern: ast.Constant, said: Verdict, model: ModuleModel) -> Iterator[Match | Advice]:
    """Flags that are not in front, escapes that mean nothing."""
    if not said.flags and not said.escapes:
        return
    text = model.text_of(pattern)
    if not said.broken and all(
        text.count(piece) == 1 and f"\\{piece}" not in text for piece in (*said.flags, *said.escapes)
    ):
        yield Match(pattern, data=_Change(said.flags, said.escapes))
    elif said.flags:
        yield Advice(pattern, f"since Python 3.11 {said.flags[0]} must stand at the beginning of the pattern")
    else:
        yield Advice(pattern, f"since Python 3.6 {said.escapes[0]} is an error: leave the backslash out")


def _empty(node: ast.Call, name: str, said: Verdict, model: ModuleModel) -> Iterator[Advice]:
    """A pattern that may match nothing, in what treats such matches otherwise."""
    low, high = said.width
    if said.broken or low > 0:
        return
    does = {name.rpartition(".")[2]} if name != "re.compile" else set(_methods(node, model))
    if "split" in does:
        yield Advice(node, "the pattern may match nothing, and since Python 3.7 split() splits there as well")
    elif does & {"sub", "subn"} and high > 0:
        yield Advice(
            node, "the pattern may match nothing, and since Python 3.7 sub() replaces that behind another match too"
        )


def _methods(compiled: ast.Call, model: ModuleModel) -> Iterator[str]:
    """The methods that are called on a compiled pattern: at once, or by the one name that it is given."""
    parent = model.parent(compiled)
    if isinstance(parent, ast.Attribute):
        yield parent.attr
    elif isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        scope = model.scope_of(parent.targets[0]).owner(parent.targets[0].id)
        for use in model.uses_of(parent.targets[0].id, scope) if scope is not None else ():
            member = model.parent(use)
            if isinstance(member, ast.Attribute):
                yield member.attr


def _replacement(text: ast.expr | None) -> Iterator[Advice]:
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        found = _BAD_REPLACEMENT.search(text.value)
        if found is not None:
            yield Advice(
                text, f"since Python 3.7 \\{found.group(1)} in a replacement is an error: write \\\\{found.group(1)}"
            )


def _flags(node: ast.Call, name: str) -> Iterator[ast.AST]:
    given = argument(node, (_FLAGS_AT.get(name, 2 if name not in ("re.compile", "re.template") else 1), "flags"))
    return ast.walk(given) if given is not None else iter(())


def _names_locale(node: ast.Call, name: str, model: ModuleModel) -> bool:
    return any(
        isinstance(item, ast.Attribute | ast.Name) and model.resolve(item) in ("re.L", "re.LOCALE")
        for item in _flags(node, name)
    )


def _is_verbose(node: ast.Call, model: ModuleModel) -> bool:
    return any(
        isinstance(item, ast.Attribute | ast.Name) and model.resolve(item) in ("re.X", "re.VERBOSE")
        for item in ast.walk(node)
    )
