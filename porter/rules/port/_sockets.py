"""Which values are sockets, or streams over one."""

from __future__ import annotations

import ast

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
_MAKE_ONE = frozenset({"socket.socket", "socket.create_connection", "socket.fromfd"})


def is_socket(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a value certainly is a socket: made by the socket module, or accepted from one."""
    if model.kind(node).type == "socket.socket":
        return True
    if isinstance(node, ast.Call):
        return model.resolve(node.func) in _MAKE_ONE
    if not isinstance(node, ast.Name):
        return False
    found = model.bindings(node)
    return bool(found) and all(
        _is_accepted(item.node, model)
        or (item.value is not None and item.value is not node and _is_made(item.value, model))
        for item in found
    )


def _is_made(value: ast.expr, model: ModuleModel) -> bool:
    return isinstance(value, ast.Call) and model.resolve(value.func) in _MAKE_ONE


def _is_accepted(name: ast.AST, model: ModuleModel) -> bool:
    """`connection, address = server.accept()`; either end of a socketpair()."""
    target = model.parent(name)
    statement = model.parent(target) if isinstance(target, ast.Tuple) else None
    if not (
        isinstance(target, ast.Tuple) and isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
    ):
        return False
    called = statement.value.func
    if isinstance(called, ast.Attribute) and called.attr == "accept":
        return target.elts[0] is name
    return model.resolve(called) == "socket.socketpair"


def handler_class(node: ast.AST, model: ModuleModel) -> ast.ClassDef | None:
    """The class around a node, if it is a request handler of SocketServer or of the HTTP servers."""
    owner = model.enclosing_class(node)
    return owner if owner is not None and inherits(owner, _HANDLERS, model) else None


def inherits(definition: ast.ClassDef, names: frozenset[str], model: ModuleModel) -> bool:
    """Whether a class derives from one of these library classes, by itself or through classes of this module."""
    seen: set[ast.ClassDef] = set()
    waiting = [definition]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for base in current.bases:
            if model.resolve(base) in names:
                return True
            inner = model.definition(base)
            if isinstance(inner, ast.ClassDef):
                waiting.append(inner)
    return False
