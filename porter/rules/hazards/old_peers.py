"""What multiprocessing sends between programs is not understood by a peer that still runs Python 2.

https://docs.python.org/3/library/multiprocessing.html#module-multiprocessing.connection
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.hazards._calls import calls
from porter.rules.port._sockets import inherits

_MANAGERS = frozenset({"multiprocessing.managers.BaseManager", "multiprocessing.managers.SyncManager"})
_PEERS = ("multiprocessing.connection.Client", "multiprocessing.connection.Listener")


class OldPeers(Rule):
    code = "HAZ011"
    name = "old-peers"
    summary = "two programs that talk by multiprocessing must move to Python 3 together"
    why = (
        "Connections and managers send pickles, in Python 3 by a protocol that Python 2 cannot read, and text as str, which "
        "Python 2 took for bytes; since 3.12 the handshake of their keys is another one as well. A client that still runs "
        "Python 2 gets an error, or an object of another type. Port both sides at once, or talk bytes (send_bytes) by a "
        "protocol of your own."
    )
    source = "https://docs.python.org/3/library/multiprocessing.html#module-multiprocessing.connection"
    risk = None
    triggers = frozenset({"Client", "Listener", "BaseManager", "SyncManager"})
    also = frozenset({"multiprocessing"})
    visits = (ast.Module,)
    examples = (
        Untouched(
            "import multiprocessing\na, b = multiprocessing.Pipe()\na.send(`1`)\n",
            because="both ends are this program's",
        ),
        Untouched(
            "from multiprocessing.managers import BaseManager\nmanager = BaseManager()\nmanager.start()\nx = `1`\n",
            because="without an address it serves the program's own processes",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for call in (*calls(model, *_PEERS), *_managers(model)):
            yield Advice(call, "a peer that still runs Python 2 is not understood: port both sides together")


def _managers(model: ModuleModel) -> Iterator[ast.Call]:
    """The managers, or those of a class of this module, that are made with an address."""
    for call in model.nodes.get(ast.Call, ()):
        if not isinstance(call, ast.Call):
            continue
        definition = model.definition(call.func)
        own = isinstance(definition, ast.ClassDef) and inherits(definition, _MANAGERS, model)
        if own or model.resolve(call.func) in _MANAGERS:
            given = [*call.args[:1], *(item.value for item in call.keywords if item.arg == "address")]
            if given and not (isinstance(given[0], ast.Constant) and given[0].value is None):
                yield call
