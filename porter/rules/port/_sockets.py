"""Which values are sockets, or streams over one."""

from __future__ import annotations

import ast
from collections.abc import Container

from porter.analysis.model import ModuleModel

_MODULES = ("SocketServer", "socketserver")
_HANDLERS = frozenset(
    {
        *(f"{module}.{name}" for module in _MODULES for name in ("BaseRequestHandler", "StreamRequestHandler")),
        "BaseHTTPServer.BaseHTTPRequestHandler",
        "SimpleHTTPServer.SimpleHTTPRequestHandler",
        "CGIHTTPServer.CGIHTTPRequestHandler",
        "SimpleXMLRPCServer.SimpleXMLRPCRequestHandler",
        *(f"http.server.{name}HTTPRequestHandler" for name in ("Base", "Simple", "CGI")),
    }
)


def is_socket(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a value certainly is a socket."""
    return model.library_type(model.kind(node)) == "socket.socket"


def handler_class(node: ast.AST, model: ModuleModel) -> ast.ClassDef | None:
    """The class around a node, if it is a request handler of SocketServer or of the HTTP servers."""
    owner = model.enclosing_class(node)
    return owner if owner is not None and inherits(owner, _HANDLERS, model) else None


def inherits(definition: ast.ClassDef, names: Container[str], model: ModuleModel) -> bool:
    """Whether a class derives from one of these library classes, by itself or through classes of this module."""
    return inherited(definition, names, model) is not None


def inherited(definition: ast.ClassDef, names: Container[str], model: ModuleModel) -> str | None:
    """Which of these library classes a class derives from, as `inherits` asks."""
    seen: set[ast.ClassDef] = set()
    waiting = [definition]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for base in current.bases:
            name = model.resolve(base)
            if name is not None and name in names:
                return name
            inner = model.definition(base)
            if isinstance(inner, ast.ClassDef):
                waiting.append(inner)
    return None
