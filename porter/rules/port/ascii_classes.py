r"""`\w`, `\d`, `\s` and `\b` take letters, digits and spaces of all scripts in a pattern of text.

https://docs.python.org/3/library/re.html#re.ASCII
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._spelt import calls_of

_FUNCTIONS = frozenset(f"re.{name}" for name in "compile match search split sub subn findall finditer".split())
_CLASSES = re.compile(r"(?:^|[^\\])(?:\\\\)*(\\[wWdDsSbB])")
_CHOSEN = frozenset(f"re.{name}" for name in ("U", "UNICODE", "A", "ASCII"))


class AsciiClasses(Rule):
    code = "PORT129"
    name = "ascii-classes"
    summary = "classes of a pattern that match more than ASCII"
    why = (
        "In Python 2 a pattern without re.UNICODE matched ASCII alone by its classes, whatever it was applied to. In Python 3 a pattern of "
        "text matches Unicode: \\d takes the digits of every script, \\w all letters. re.ASCII matches as before. It is said "
        "once a file, at the first such pattern: seldom do programs depend on it, and then silently."
    )
    risk = None
    source = "https://docs.python.org/3/library/re.html#re.ASCII"
    triggers = frozenset({"re"})
    pattern = re.compile(r"\\[wWdDsSbB]")
    visits = (ast.Module,)
    examples = (
        Untouched("import re\nprint re.compile(r'\\w+', re.UNICODE) is not None\n", because="it asked for Unicode"),
        Untouched("import re\nprint re.search(r'[0-9]+', 'a1').group()\n", because="no class"),
        Untouched(
            "import re\nprint re.search(r'(?u)\\w+', 'a1').group()\n", because="it asked for Unicode in the pattern"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if not _CLASSES.search(model.text):
            return
        meant = [call for call in calls_of(model, _FUNCTIONS) if _is_meant(call, model)]
        if meant:
            yield Advice(
                min(meant, key=model.span),
                "in a pattern of text \\w, \\d, \\s and \\b take letters, digits and spaces of every script: re.ASCII takes "
                "ASCII alone, as Python 2 did",
            )


def _is_meant(call: ast.Call, model: ModuleModel) -> bool:
    match call.args:
        case [ast.Constant(value=str(pattern)), *_] if _CLASSES.search(pattern) and "(?u" not in pattern:
            pass
        case _:
            return False
    if model.resolve(call.func) not in _FUNCTIONS:
        return False
    names = (item for item in ast.walk(call) if isinstance(item, ast.Attribute | ast.Name))
    return not any(model.resolve(item) in _CHOSEN for item in names)
