"""File descriptors are not inherited by other programs since Python 3.4.

https://peps.python.org/pep-0446/
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.hazards._calls import calls

_MAKES = frozenset({"os.pipe", "os.openpty", "pty.openpty", "os.open"})
_POPEN = frozenset({"Popen", "call", "check_call", "check_output"})
_ENDS = ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")
_ADVICE = "the started program does not get this descriptor since Python 3.4: pass_fds=, or set_inheritable()"
# A descriptor that is made, or one that is asked for not far behind the parenthesis of a call that starts a program.
_SUSPECT = re.compile(
    r"\b(?:pipe|openpty)\s*(?:\(|as\b|$)|\bO_(?:RDONLY|WRONLY|RDWR|CREAT)\b"
    r"|\b(?:Popen|call|check_call|check_output|exec\w+|spawn\w+)\s*\([\s\S]{0,1000}?\.\s*fileno\b",
    re.MULTILINE,
)
_KEEPS = frozenset({"os.dup2", "os.set_inheritable", "fcntl.fcntl"})


class LostDescriptors(Rule):
    code = "HAZ004"
    name = "lost-descriptors"
    summary = "a descriptor is not inherited by the programs that are started"
    why = (
        "Since Python 3.4 a new descriptor is closed when another program is executed, and since 3.2 Popen closes all but the "
        "standard three (close_fds=True). A child that was told the number of a pipe, a socket or a file finds nothing there. Hand it over with "
        "pass_fds=(fd,), or call os.set_inheritable(fd, True) before os.exec*(). Forked children are not concerned, nor are "
        "streams given as stdin=, stdout= or stderr=."
    )
    source = "https://peps.python.org/pep-0446/"
    risk = None
    triggers = frozenset({"pipe", "openpty", "fileno", "O_RDONLY", "O_WRONLY", "O_RDWR", "O_CREAT"})
    also = frozenset({"subprocess", *(f"{start}{end}" for start in ("exec", "spawn") for end in _ENDS)})
    pattern = _SUSPECT
    visits = (ast.Module,)
    examples = (
        Untouched(
            "import os\nr, w = os.pipe()\nif os.fork() == 0:\n    os.write(w, b'x')\n", because="a fork keeps it"
        ),
        Untouched(
            "import os, subprocess\nr, w = os.pipe()\nsubprocess.call(['ls'], stdout=w)\n",
            because="Popen hands over its standard streams",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        told = [item for call in model.nodes.get(ast.Call, ()) for item in _told(call, model)]
        if not told or _is_kept(model):
            return
        names = {name.id for item in told for name in ast.walk(item) if isinstance(name, ast.Name)}
        for made in calls(model, *_MAKES):
            if _bound(model.parent(made)) & names:
                yield Advice(made, _ADVICE)
        for asked in (inner for item in told for inner in ast.walk(item)):
            match asked:
                case ast.Call(func=ast.Attribute(attr="fileno"), args=[]):
                    yield Advice(asked, _ADVICE)


def _bound(statement: ast.AST | None) -> set[str]:
    """The names that a descriptor, or a pair of them, is bound to."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)]) | ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
    return set()


def _is_kept(model: ModuleModel) -> bool:
    return any(True for _ in calls(model, *_KEEPS))


def _told(call: ast.AST, model: ModuleModel) -> list[ast.expr]:
    """What a call tells the program that it executes: its arguments and its environment."""
    assert isinstance(call, ast.Call)
    spelled = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if spelled not in _POPEN and not spelled.startswith(("exec", "spawn")):
        return []
    called = model.resolve(call.func) or ""
    in_list = called.startswith("subprocess.")
    if not (in_list or called.startswith(("os.exec", "os.spawn"))) or any(
        item.arg == "pass_fds" for item in call.keywords
    ):
        return []
    given = call.args[:1] if in_list else call.args
    return [*given, *(item.value for item in call.keywords if item.arg in ("args", "env"))]
