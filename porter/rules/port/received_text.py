"""What a socket receives is bytes in Python 3: text has to be decoded.

https://docs.python.org/3/howto/pyporting.html#text-versus-binary-data
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._pipe_data import PipeFollower
from porter.rules.port._sockets import handler_class, is_socket

_RECEIVES = frozenset({"recv", "read", "readline"})


class ReceivedText(Rule):
    code = "PORT204"
    name = "received-text"
    summary = "decode what a socket receives where it is text"
    why = (
        "recv() gives bytes. A program that prints them, splits them at a string or compares them with one treats them as "
        "text, and does something else in Python 3 without an error. Where to decode (a character may come in two pieces), "
        "and from what encoding, is for a person to say."
    )
    source = "https://docs.python.org/3/howto/pyporting.html#text-versus-binary-data"
    risk = None
    triggers = frozenset({"recv", "rfile"})
    visits = (ast.Call,)
    examples = (
        Untouched("import socket\na, b = socket.socketpair()\nb.sendall(a.recv(9))\n", because="bytes go in and out"),
        Untouched(
            "from multiprocessing import Pipe\na, b = Pipe()\nprint a.recv()\n", because="a pipe carries objects"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=method)) if method in _RECEIVES:
                if not (method == "recv" and is_socket(receiver, model)) and not _of_handler(receiver, model):
                    return
                follower = PipeFollower(model)
                follower.data(node)
                if follower.evidence.text and not follower.evidence.binary:
                    yield Advice(node, f"{method}() gives bytes, and they are treated as text: decode() them")


def _of_handler(receiver: ast.expr, model: ModuleModel) -> bool:
    """`self.request` or `self.rfile` of a request handler."""
    match receiver:
        case ast.Attribute(value=ast.Name(id="self"), attr="request" | "connection" | "rfile"):
            return handler_class(receiver, model) is not None
    return False
