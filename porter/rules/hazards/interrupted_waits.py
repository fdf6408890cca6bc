"""A signal whose handler returns does not end a wait: Python repeats the call since 3.5.

https://peps.python.org/pep-0475/
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.hazards._calls import calls, function_of, runs
from porter.rules.port._sockets import is_socket

_WAITS = frozenset(
    {
        *("time.sleep", "select.select", "os.read", "os.wait", "os.waitpid", "os.wait3", "os.wait4", "builtins.input"),
        *("sys.stdin.read", "sys.stdin.readline", "fcntl.flock", "fcntl.lockf"),
    }
)
_OF_SOCKETS = frozenset({"accept", "recv", "recvfrom", "connect"})
_OF_POLLS = frozenset({"poll"})
_POLLS = frozenset({"select.poll", "select.epoll"})
# signal.signal(), but for signals that are ignored or left to the system; or another name for it.
_INSTALLS = re.compile(r"\.\s*signal\b(?:(?!\s*[.(])|\s*\((?![^()]*\bSIG_(?:IGN|DFL)\s*\)))|\bfrom\s+signal\s+import\b")
_LEAVES = frozenset({"sys.exit", "os._exit", "os.kill", "os.abort", "os.execv", "os.execvp", "_thread.interrupt_main"})


class InterruptedWaits(Rule):
    code = "HAZ005"
    name = "interrupted-waits"
    summary = "a signal does not end a sleep or a wait any more"
    why = (
        "In Python 2 a signal ended time.sleep() early, and made select(), read(), accept() or waitpid() raise an error with "
        "errno EINTR. Since Python 3.5 they go on waiting once the handler has returned, for what is left of their time. A "
        "loop that looks at a flag which its handler sets does not see it until the wait is over. Let the handler raise, "
        "wait for an Event or a wakeup descriptor (signal.set_wakeup_fd), or give the wait a timeout."
    )
    source = "https://peps.python.org/pep-0475/"
    risk = None
    triggers = frozenset({"signal"})
    also = frozenset(name.rpartition(".")[2] for name in _WAITS) | {"raw_input"} | _OF_SOCKETS | _OF_POLLS
    pattern = _INSTALLS
    visits = (ast.Module,)
    examples = (
        Untouched(
            "import signal, sys, time\ndef stop(number, frame):\n    sys.exit(0)\nsignal.signal(signal.SIGTERM, stop)\n"
            "time.sleep(60)\n",
            because="the handler does not return",
        ),
        Untouched(
            "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(60)\n",
            because="an ignored signal ended no wait",
        ),
        Untouched(
            "import signal\ndef note(number, frame): pass\nsignal.signal(signal.SIGHUP, note)\nsignal.pause()\n",
            because="pause() ends with the signal, as ever",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        installed = [item for item in calls(model, "signal.signal") if _returns(item, model)]
        if not installed:
            return
        waits = {model.text_of(call.func): None for call in model.nodes.get(ast.Call, ()) if _waits(call, model)}
        if waits:
            named = ", ".join(f"{name}()" for name in [*waits][:3])
            for item in installed:
                yield Advice(item, f"this handler returns: since Python 3.5 that does not end {named}")


def _returns(installed: ast.Call, model: ModuleModel) -> bool:
    """Whether the handler that is installed is one of this module's that may come back."""
    if len(installed.args) != 2:
        return False
    handler = function_of(installed.args[1], model)
    if handler is None:
        return False
    return not any(
        isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and model.resolve_canonical(node.func) in _LEAVES)
        for node in runs(handler, model)
    )


def _waits(call: ast.AST, model: ModuleModel) -> TypeGuard[ast.Call]:
    if not isinstance(call, ast.Call):
        return False
    if model.resolve(call.func) in _WAITS:
        return True
    match call.func:
        case ast.Attribute(value=receiver, attr=method) if method in _OF_SOCKETS:
            return is_socket(receiver, model)
        case ast.Attribute(value=ast.Name() as receiver, attr=method) if method in _OF_POLLS:
            made = [binding.value for binding in model.bindings(receiver)]
            return bool(made) and all(
                isinstance(item, ast.Call) and model.resolve(item.func) in _POLLS for item in made
            )
    return False
