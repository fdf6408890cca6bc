"""Pickles, shelves and databases that Python 2.7 wrote are read otherwise, or not at all.

https://docs.python.org/3/library/pickle.html#pickle.Unpickler
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._call_arguments import argument
from porter.rules.port._spelt import calls_of
from porter.rules.port._standing import is_local

_PICKLES = frozenset(f"{module}.{name}" for module in ("pickle", "cPickle") for name in ("load", "Unpickler"))
_PICKLED = frozenset({"pickle.loads", "cPickle.loads"})
_SHELVES = frozenset({"shelve.open", "shelve.Shelf", "shelve.DbfilenameShelf", "shelve.BsdDbShelf"})
_DATABASES = frozenset(f"{module}.open" for module in ("anydbm", "dbm", "gdbm", "dumbdbm"))
_MARSHALLED = frozenset({"marshal.load"})
_READERS = _PICKLES | _PICKLED | _SHELVES | _DATABASES | _MARSHALLED
_IN_MEMORY = frozenset({"io.StringIO", "io.BytesIO"})

_OF_PICKLES = (
    "a pickle that Python 2.7 wrote fails on any str that is not ASCII: encoding='latin-1' reads it as text, encoding='bytes' "
    "as bytes (and Python 2.7 reads what is pickled now with protocol=2 alone)"
)
_OF_SHELVES = (
    "a shelf that Python 2.7 wrote holds its pickles, in a database that dbm may not be able to open: dbm.whichdb(name) tells; "
    "copy it with Python 2.7 into a form that both read (JSON, or pickles of protocol 2)"
)
_OF_DATABASES = (
    "keys and values are bytes in Python 3, and a Berkeley database that Python 2.7's anydbm made cannot be opened: "
    "dbm.whichdb(name) tells"
)
_OF_MARSHAL = "what Python 2.7 marshalled Python 3 may not read: write it anew, as JSON or a pickle"


class OldPickles(Rule):
    code = "PORT117"
    name = "old-pickles"
    summary = "data that Python 2.7 pickled or put into a database"
    why = (
        "Files outlive the program that wrote them. The str of a pickle becomes text, decoded as ASCII unless encoding= says "
        "otherwise; instances of old-style classes, and modules that moved, are found by pickle itself. Databases of anydbm and "
        "shelve may be Berkeley DB, which Python 3 lacks. Each place that reads such data from a file is named."
    )
    risk = None
    source = "https://docs.python.org/3/library/pickle.html#pickle.Unpickler"
    triggers = frozenset({"pickle", "cPickle", "shelve", "anydbm", "dbm", "gdbm", "dumbdbm", "marshal"})
    visits = (ast.Module,)
    examples = (
        Untouched(
            "import pickle\ndata = pickle.loads(pickle.dumps([1L]))\n", because="written and read by the same program"
        ),
        Untouched(
            "import pickle\nfrom io import BytesIO\ndata = pickle.load(BytesIO(b'N.')), `1`\n",
            because="no file holds it",
        ),
        Untouched("import json\ndata = json.load(open('a')), `1`\n", because="JSON is the same for both"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for called in calls_of(model, _READERS):
            yield from self._called(called, model)

    def _called(self, node: ast.Call, model: ModuleModel) -> Iterator[Advice]:
        name = model.resolve(node.func)
        if name is None or is_local(name, model) or not node.args:
            return
        if name in _PICKLES:
            in_memory = model.library_type(model.kind(node.args[0])) in _IN_MEMORY
            if not in_memory and argument(node, (-1, "encoding")) is None:
                yield Advice(node, _OF_PICKLES)
        elif name in _PICKLED:
            if _is_read(node.args[0], model) and argument(node, (-1, "encoding")) is None:
                yield Advice(node, _OF_PICKLES)
        elif name in _SHELVES:
            yield Advice(node, _OF_SHELVES)
        elif name in _DATABASES:
            yield Advice(node, _OF_DATABASES)
        elif name in _MARSHALLED:
            yield Advice(node, _OF_MARSHAL)


def _is_read(data: ast.expr, model: ModuleModel) -> bool:
    """Whether the data come from a file's read(), here or where their name is bound."""
    if isinstance(data, ast.Name):
        return any(isinstance(item.value, ast.Call) and _is_read(item.value, model) for item in model.bindings(data))
    return isinstance(data, ast.Call) and isinstance(data.func, ast.Attribute) and data.func.attr == "read"
