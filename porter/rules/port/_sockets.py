"""Which values are sockets, or streams over one; which classes give and take bytes through methods of their own."""

from __future__ import annotations

import ast
from collections.abc import Container

from porter.analysis.model import ModuleModel
from porter.rules.port._bytes_table import Own, bytes_table
from porter.rules.port._classes import lineage

_MODULES = ("SocketServer", "socketserver")
_HANDLERS = frozenset(
    {
        *(
            f"{module}.{name}"
            for module in _MODULES
            for name in ("BaseRequestHandler", "StreamRequestHandler", "DatagramRequestHandler")
        ),
        "BaseHTTPServer.BaseHTTPRequestHandler",
        "SimpleHTTPServer.SimpleHTTPRequestHandler",
        "CGIHTTPServer.CGIHTTPRequestHandler",
        "SimpleXMLRPCServer.SimpleXMLRPCRequestHandler",
        *(f"http.server.{name}HTTPRequestHandler" for name in ("Base", "Simple", "CGI")),
    }
)


# Servers that call a function with each socket that they accept: where that function stands among the arguments.
_SERVERS = {"gevent.server.StreamServer": (1, "handle"), "eventlet.serve": (1, "handle")}


def is_socket(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a value certainly is a socket."""
    if model.library_type(model.kind(node)) == "socket.socket":
        return True
    return _is_given_by_server(node, model) or _is_of_datagram(node, model)


def _is_given_by_server(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a name is the first parameter of a function that a server calls with each connection."""
    found = model.bindings(node) if isinstance(node, ast.Name) else []
    function = model.function(found[0].node) if len(found) == 1 and isinstance(found[0].node, ast.arg) else None
    if not isinstance(function, ast.FunctionDef) or function.args.args[:1] != [found[0].node]:
        return False
    uses = model.uses_of(function.name, model.scope_of(function)) if not model.scope_of(function).is_class else []
    return any(_is_handler_argument(use, model) for use in uses)


def _is_handler_argument(use: ast.Name, model: ModuleModel) -> bool:
    call = model.parent(use)
    word = call.arg if isinstance(call, ast.keyword) else None
    call = model.parent(call) if isinstance(call, ast.keyword) else call
    if not isinstance(call, ast.Call):
        return False
    place = _SERVERS.get(model.resolve(call.func) or "")
    return place is not None and (word == place[1] if word else call.args[place[0] : place[0] + 1] == [use])


def _is_of_datagram(node: ast.expr, model: ModuleModel) -> bool:
    """Whether it is the socket of `data, socket = self.request` in a handler of datagrams."""
    match node:
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id="self"), attr="request"), slice=ast.Constant(value=1)):
            return handler_class(node, model) is not None
        case ast.Name():
            found = model.bindings(node)
            if len(found) != 1:
                return False
            target = found[0].node
            pair = model.parent(target)
            match model.parent(pair) if isinstance(pair, ast.Tuple) and pair.elts[1:] == [target] else None:
                case ast.Assign(value=ast.Attribute(value=ast.Name(id="self"), attr="request")):
                    return handler_class(node, model) is not None
    return False


def handler_class(node: ast.AST, model: ModuleModel) -> ast.ClassDef | None:
    """The class around a node, if it is a request handler of SocketServer or of the HTTP servers."""
    owner = model.enclosing_class(node)
    return owner if owner is not None and inherits(owner, _HANDLERS, model) else None


def own_bytes(owner: ast.ClassDef | None, model: ModuleModel) -> Own | None:
    """What objects of a class speak in bytes, where it derives from one of a library's protocols."""
    if owner is None:
        return None
    return next((row for row in bytes_table().own if inherits(owner, row.of, model)), None)


def inherits(definition: ast.ClassDef, names: Container[str], model: ModuleModel) -> bool:
    """Whether a class derives from one of these library classes, by itself or through classes of this module."""
    return inherited(definition, names, model) is not None


def inherited(definition: ast.ClassDef, names: Container[str], model: ModuleModel) -> str | None:
    """Which of these library classes a class derives from, as `inherits` asks."""
    for item in lineage(definition, model):
        for base in item.bases:
            name = model.resolve(base)
            if name is not None and name in names:
                return name
    return None
