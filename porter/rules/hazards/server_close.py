"""server_close() of a threading or forking server waits for those who still answer requests.

https://docs.python.org/3/library/socketserver.html#socketserver.ThreadingMixIn
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._classes import members
from porter.rules.port._sockets import inherits

_MIXED = frozenset(
    f"socketserver.{name}"
    for name in "ThreadingMixIn ForkingMixIn ThreadingTCPServer ThreadingUDPServer ForkingTCPServer ForkingUDPServer "
    "ThreadingUnixStreamServer ThreadingUnixDatagramServer".split()
)
_CHOICES = frozenset({"block_on_close", "daemon_threads"})


class ServerClose(Rule):
    code = "HAZ008"
    name = "server-close"
    summary = "server_close() waits for the threads or processes that answer requests"
    why = (
        "Since Python 3.7 a server with ThreadingMixIn or ForkingMixIn keeps its threads or children, and server_close() joins "
        "them; before, it closed the socket and returned. A request that never ends keeps the program from ending. Set "
        "`block_on_close = False` in the server's class for the old behaviour, or `daemon_threads = True`."
    )
    source = "https://docs.python.org/3/library/socketserver.html#socketserver.ThreadingMixIn"
    risk = None
    triggers = frozenset({"server_close"})
    also = frozenset(name.rpartition(".")[2] for name in _MIXED)
    spelt = True
    visits = (ast.Call,)
    examples = (
        Untouched(
            "import SocketServer\nclass S(SocketServer.ThreadingMixIn, SocketServer.TCPServer):\n    daemon_threads = True\n"
            "S(('', 0), None).server_close()\n",
            because="daemon threads are not waited for",
        ),
        Untouched(
            "import SocketServer\nSocketServer.TCPServer(('', 0), None).server_close()\n",
            because="it answers one request after the other",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(attr="server_close"), args=[], keywords=[]) if _has_servers(model):
                yield Advice(node, "it waits for requests that are being answered since Python 3.7")


def _has_servers(model: ModuleModel) -> bool:
    """Whether the module has servers of this kind, and nowhere says how they close."""
    if any(isinstance(item, ast.Attribute) and item.attr in _CHOICES for item in model.nodes.get(ast.Attribute, ())):
        return False
    definitions = [item for item in model.nodes.get(ast.ClassDef, ()) if isinstance(item, ast.ClassDef)]
    if any(members(item) & _CHOICES for item in definitions):
        return False
    made = (call for call in model.nodes.get(ast.Call, ()) if isinstance(call, ast.Call))
    return any(inherits(item, _MIXED, model) for item in definitions) or any(
        model.resolve(call.func) in _MIXED for call in made
    )
