"""File descriptors are not inherited by other programs since Python 3.4.

https://peps.python.org/pep-0446/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched

_MAKES = frozenset({"os.pipe", "os.openpty", "pty.openpty"})
_KEEPS = frozenset({"os.dup2", "os.set_inheritable", "fcntl.fcntl"})


class LostDescriptors(Rule):
    code = "HAZ004"
    name = "lost-descriptors"
    summary = "a pipe's descriptors are not inherited by the programs that are started"
    why = (
        "Since Python 3.4 a new descriptor is closed when another program is executed, and since 3.2 Popen closes all but the "
        "standard three (close_fds=True). A child that was told the number of a pipe finds nothing there. Hand it over with "
        "pass_fds=(fd,), or call os.set_inheritable(fd, True) before os.exec*(). Forked children are not concerned, nor are "
        "streams given as stdin=, stdout= or stderr=."
    )
    source = "https://peps.python.org/pep-0446/"
    risk = None
    triggers = frozenset({"pipe", "openpty"})
    visits = (ast.Call,)
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
        assert isinstance(node, ast.Call)
        if model.resolve(node.func) not in _MAKES or _is_kept(model):
            return
        assign = model.parent(node)
        match assign:
            case ast.Assign(targets=[ast.Tuple(elts=targets)]):
                names = {target.id for target in targets if isinstance(target, ast.Name)}
                if any(_is_told(call, names, model) for call in model.nodes.get(ast.Call, ())):
                    yield Advice(
                        node, "the started program does not get these descriptors: pass_fds=, or set_inheritable()"
                    )


def _is_kept(model: ModuleModel) -> bool:
    return any(
        model.resolve(call.func) in _KEEPS for call in model.nodes.get(ast.Call, ()) if isinstance(call, ast.Call)
    )


def _is_told(call: ast.AST, names: set[str], model: ModuleModel) -> bool:
    """Whether a call executes a program and tells it one of these descriptors in its arguments or environment."""
    assert isinstance(call, ast.Call)
    called = model.resolve(call.func) or ""
    executes = called.startswith(("os.exec", "os.spawn")) or called in (
        "subprocess.Popen",
        "subprocess.call",
        "subprocess.check_call",
        "subprocess.check_output",
    )
    if not executes or any(item.arg == "pass_fds" for item in call.keywords):
        return False
    told = [*call.args, *(item.value for item in call.keywords if item.arg in ("args", "env"))]
    return any(isinstance(name, ast.Name) and name.id in names for item in told for name in ast.walk(item))
