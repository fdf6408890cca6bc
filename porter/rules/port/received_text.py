"""What sockets, pipes and codecs give is bytes in Python 3: text has to be decoded.

https://docs.python.org/3/howto/pyporting.html#text-versus-binary-data
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.reaching import reached
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._bytes_table import bytes_table
from porter.rules.port._decoded import evidence_of, gives_whole, is_only_text
from porter.rules.port._files import OPENS, TEXT, opening_mode, roles
from porter.rules.port._pipe_data import PipeFollower
from porter.rules.port._sockets import handler_class, is_socket, own_bytes
from porter.rules.port._spelt import calls_spelt, spellings

_TREATED = "and they are treated as text: decode() them, or write b'' literals"
_RECEIVES = frozenset({"recv", "read", "readline"})


class ReceivedText(Rule):
    code = "PORT204"
    name = "received-text"
    summary = "decode what a socket, a pipe or a codec gives where it is text"
    why = (
        "recv(), os.read(), urlopen().read(), struct.pack(), base64 and the like give bytes. A program that prints them, splits them at a string or compares them with one treats them as "
        "text, and does something else in Python 3 without an error. What comes whole (a line of a request, a message of a "
        "connection) and is nothing but text is decoded as UTF-8. Where else to decode (a character may come in two pieces), "
        "and from what encoding, is for a person to say."
    )
    source = "https://docs.python.org/3/howto/pyporting.html#text-versus-binary-data"
    risk = Risk.SUGGESTED
    triggers = frozenset(
        {
            "recv",
            "recvfrom",
            "recv_bytes",
            "collect_incoming_data",
            "dataReceived",
            "lineReceived",
            "rawDataReceived",
            "stringReceived",
            "datagramReceived",
            "outReceived",
            "errReceived",
            "rfile",
            "os",
            "struct",
            "zlib",
            "bz2",
            "pickle",
            "cPickle",
            "marshal",
            "base64",
            "binascii",
            "urlopen",
            "digest",
            "rb",
            "zipfile",
            "BytesIO",
            "inet_aton",
            "inet_pton",
            "httplib",
            "quopri",
            "tostring",
            "mmap",
            "http",
        }
    )
    visits = (ast.Module,)
    examples = (
        Example(
            "import SocketServer\nclass Hello(SocketServer.StreamRequestHandler):\n    def handle(self):\n"
            "        name = self.rfile.readline().strip()\n        self.wfile.write('hello %s\\n' % name)\n",
            "import socketserver\nclass Hello(socketserver.StreamRequestHandler):\n    def handle(self):\n"
            "        name = self.rfile.readline().decode().strip()\n"
            "        self.wfile.write(('hello %s\\n' % name).encode())\n",
            note="a line is whole; what recv() gives may be a part of it, and is reported",
        ),
        Example(
            "from multiprocessing import Pipe\na, b = Pipe()\nb.send_bytes('quit')\nprint a.recv_bytes() == 'quit'\n",
            "from multiprocessing import Pipe\na, b = Pipe()\nb.send_bytes(b'quit')\n"
            "print(a.recv_bytes().decode() == 'quit')\n",
        ),
        Untouched("import socket\na, b = socket.socketpair()\nb.sendall(a.recv(9))\n", because="bytes go in and out"),
        Untouched(
            "from multiprocessing import Pipe\na, b = Pipe()\nprint a.recv()\n", because="a pipe carries objects"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for called in calls_spelt(model, {*_giving_words(), *spellings(model, _opening_or_giving())}):
            yield from self._at(called, model)
        for function in model.nodes.get(ast.FunctionDef, ()):
            assert isinstance(function, ast.FunctionDef)
            if function.name in bytes_table().parameters:
                yield from _parameter_used_as_text(function, model)

    def _at(self, node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=method)) if method in _RECEIVES:
                if (method == "recv" and is_socket(receiver, model)) or _of_handler(receiver, method, model):
                    yield from _used_as_text(node, method, model)
                    return
            case ast.Call(func=ast.Attribute(value=receiver, attr="recvfrom")) if is_socket(receiver, model):
                yield from _pair_used_as_text(node, model)
                return
        if "rb" in (opening_mode(node, model) or ""):
            yield from _read_as_text(node, model)
            return
        gives = _gives_bytes(node, model)
        if gives is not None:
            yield from _used_as_text(node, gives, model)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        return call(cst.Attribute(node, cst.Name("decode")))


@cache
def _giving_words() -> frozenset[str]:
    """The last words of what gives bytes, or opens a file that does: what is spelt otherwise, as an attribute, does not."""
    return bytes_table().giving | _RECEIVES | {"recvfrom"}


@cache
def _opening_or_giving() -> frozenset[str]:
    return bytes_table().giving_functions | OPENS


def _used_as_text(node: ast.Call, name: str, model: ModuleModel) -> Iterator[Match | Advice]:
    found = evidence_of(node, model)
    if gives_whole(node, model) and is_only_text(found):
        yield Match(node, Risk.SUGGESTED, f"{name}() gives bytes, and they are text: decoded as UTF-8")
        return
    if found.unknown and not (found.text or found.binary) and name in bytes_table().mostly_text:
        yield Advice(node, f"{name}() gives bytes: decode() them where text is wanted")
    if found.text:
        yield Advice(node, f"{name}() gives bytes, {_TREATED}")


def _read_as_text(node: ast.Call, model: ModuleModel) -> Iterator[Advice]:
    """A file opened in binary mode, whose contents are used as text; PORT109 opens those for csv anew."""
    if TEXT in roles(node, model):
        return
    follower = PipeFollower(model)
    manager = model.parent(node)
    if isinstance(manager, ast.withitem):
        named = manager.optional_vars
        uses = reached(named, model) if isinstance(named, ast.Name) else None
        for use in uses or ():
            follower.stream(use)
    else:
        follower.stream(node)
    if follower.evidence.text:
        yield Advice(
            node, "a file opened with 'rb' gives bytes, and they are treated as text: leave the b out, or decode()"
        )


def _gives_bytes(node: ast.Call, model: ModuleModel) -> str | None:
    """The name of a function or method of the library that gives bytes, where the call is one of it."""
    table = bytes_table()
    name = model.resolve(node.func)
    if name in table.giving_functions:
        return name
    match node.func:
        case ast.Attribute(value=receiver, attr=method) if method in table.giving:
            kind = model.library_type(model.kind(receiver))
            return f"{kind}.{method}" if f"{kind}.{method}" in table.giving_methods else None
    return None


def _pair_used_as_text(node: ast.Call, model: ModuleModel) -> Iterator[Advice]:
    """`data, address = s.recvfrom(…)`."""
    follower = PipeFollower(model)
    follower.pair(node)
    if follower.evidence.text:
        yield Advice(node, f"recvfrom() gives bytes, {_TREATED}")


def _parameter_used_as_text(node: ast.FunctionDef, model: ModuleModel) -> Iterator[Advice]:
    """`def dataReceived(self, data)` of a protocol's class."""
    owner = model.parent(node)
    own = own_bytes(owner, model) if isinstance(owner, ast.ClassDef) else None
    position = own.parameters.get(node.name) if own is not None else None
    given = node.args.args[position + 1 : position + 2] if position is not None else []
    for parameter in given:
        follower = PipeFollower(model)
        for use in model.uses_of(parameter.arg, model.inner_scope(node)):
            if isinstance(use.ctx, ast.Load):
                follower.data(use)
        found = follower.evidence
        if found.text:
            yield Advice(parameter, f"{parameter.arg} holds bytes, {_TREATED}")
        elif found.unknown and not found.binary:
            yield Advice(parameter, f"{parameter.arg} holds bytes: decode() them where text is wanted")


def _of_handler(receiver: ast.expr, method: str, model: ModuleModel) -> bool:
    """`self.request` or `self.rfile` of a request handler, or `self.recv()` of a protocol's class."""
    match receiver:
        case ast.Name(id="self"):
            own = own_bytes(model.enclosing_class(receiver), model)
            return own is not None and method in own.gives
        case ast.Attribute(value=ast.Name(id="self"), attr="request" | "connection" | "rfile"):
            return handler_class(receiver, model) is not None
    return False
