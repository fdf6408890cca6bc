"""IOError, select.error and their like are OSError since Python 3.3: the first of their handlers catches them all.

https://peps.python.org/pep-3151/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._handlers import caught_classes

# The names that are OSError itself in Python 3, each with those that it caught in Python 2.
_SOCKET = frozenset({"socket.error", "socket.timeout", "socket.gaierror", "socket.herror", "ssl.SSLError"})
_IO = _SOCKET | {"builtins.IOError", "urllib2.URLError", "urllib2.HTTPError"}
_OS = frozenset({"builtins.OSError", "builtins.WindowsError"})
_CAUGHT = {
    "builtins.EnvironmentError": _IO | _OS | {"builtins.EnvironmentError"},
    "builtins.IOError": _IO,
    "builtins.OSError": _OS,
    "builtins.WindowsError": frozenset({"builtins.WindowsError"}),
    "socket.error": _SOCKET,
    "select.error": frozenset({"select.error"}),
}
_MERGED = _IO | _OS | {"builtins.EnvironmentError", "select.error"}


class MergedErrors(Rule):
    code = "PORT076"
    name = "merged-errors"
    summary = "a handler that Python 3 never comes to"
    why = (
        "IOError, EnvironmentError, WindowsError, socket.error and select.error are other names of OSError since Python 3.3. "
        "Where one try statement handles two of them differently, the first handler gets them all: tell them apart by "
        "error.errno, or by OSError's subclasses such as FileNotFoundError and ConnectionError."
    )
    risk = None
    source = "https://peps.python.org/pep-3151/"
    triggers = frozenset({"IOError", "OSError", "EnvironmentError", "error"})
    visits = (ast.Try,)
    examples = (
        Untouched("try:\n    f()\nexcept (IOError, OSError):\n    print `1`\n", because="one handler for both"),
        Untouched(
            "import socket\ntry:\n    f()\nexcept socket.timeout:\n    print 1\nexcept socket.error:\n    print 2\n",
            because="socket.timeout was the narrower one, and still is",
        ),
        Untouched(
            "try:\n    f()\nexcept IOError:\n    print 1\nexcept OSError:\n    print 1\n", because="both do the same"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Try)
        if not model.python2:
            return
        earlier: list[tuple[str, ast.ExceptHandler]] = []
        for handler in node.handlers:
            named = [(model.resolve(item) or "", model.text_of(item)) for item in caught_classes(handler)]
            for resolved, text in named:
                first = _first_of(resolved, earlier)
                if first is not None and not _is_alike(first, handler):
                    line = model.lines.position(model.span(first)[0])[0]
                    yield Advice(
                        handler,
                        f"the handler in line {line} catches {text} as well in Python 3: this one is never reached",
                    )
                    break
            earlier.extend((resolved, handler) for resolved, _ in named)


def _first_of(name: str, earlier: list[tuple[str, ast.ExceptHandler]]) -> ast.ExceptHandler | None:
    """The handler that takes the exception in Python 3, and did not in Python 2."""
    if name not in _MERGED:
        return None
    if any(name in _CAUGHT.get(other, ()) for other, _ in earlier):
        return None
    return next((handler for other, handler in earlier if other in _CAUGHT), None)


def _is_alike(first: ast.ExceptHandler, second: ast.ExceptHandler) -> bool:
    """Whether two handlers do the same."""
    return [ast.dump(item) for item in first.body] == [ast.dump(item) for item in second.body]
