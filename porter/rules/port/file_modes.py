"""A file is opened as what goes through it: in binary mode for pickle and its like, as text with newline='' for csv.

https://docs.python.org/3/library/functions.html#open
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import keyword, name, with_added, with_arguments
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._files import BINARY, OPENS, OTHER, TEXT, opening_mode, roles
from porter.rules.port._names import can_import
from porter.rules.port._spelt import calls_of

_MEMORY = "io.StringIO"


@dataclass(frozen=True, slots=True)
class _Change:
    """What the file must be: `memory` says that it is a StringIO."""

    role: str
    memory: bool = False


class FileModes(Rule):
    code = "PORT109"
    name = "file-modes"
    summary = "open a file as what goes through it, bytes or text"
    why = (
        "On Unix Python 2's files had one mode: pickle wrote to a file opened with 'w', and the csv module asked for 'rb' and "
        "'wb'. In Python 3 a file holds either bytes or text: pickle, marshal, gzip and zipfile need the one, csv the other "
        "(with newline='', since it ends lines itself). A file of which everything that is done is known gets the mode that "
        "its use needs, and a StringIO for bytes becomes a BytesIO; others are reported."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/functions.html#open"
    triggers = frozenset({"pickle", "cPickle", "marshal", "gzip", "zipfile", "tarfile", "wave", "csv"})
    visits = (ast.Module,)
    examples = (
        Example(
            "import cPickle\ncPickle.dump([1], open('a', 'w'))\nprint cPickle.load(open('a'))\n",
            "import pickle\npickle.dump([1], open('a', 'wb'))\nprint(pickle.load(open('a', 'rb')))\n",
        ),
        Example(
            "import csv\nwith open('rows.csv', 'rb') as rows:\n    for row in csv.reader(rows):\n        print row\n",
            "import csv\nwith open('rows.csv', newline='') as rows:\n    for row in csv.reader(rows):\n        print(row)\n",
        ),
        Example(
            "import csv\nout = csv.writer(file('rows.csv', 'wb'))\n",
            "import csv\nout = csv.writer(open('rows.csv', 'w', newline=''))\n",
        ),
        Example(
            "import pickle\nfrom StringIO import StringIO\nf = StringIO()\npickle.dump([1], f)\nprint len(f.getvalue()) > 3\n",
            "import pickle\nimport io\nf = io.BytesIO()\npickle.dump([1], f)\nprint(len(f.getvalue()) > 3)\n",
        ),
        Example(
            "import pickle\nf = open('a', 'w')\nf.write('head\\n')\npickle.dump(`1`, f)\n",
            "import pickle\nf = open('a', 'w')\nf.write('head\\n')\npickle.dump(repr(1), f)\n",
            note="text is written to it, too: reported",
        ),
        Untouched(
            "import pickle\npickle.dump([1], open('a', 'wb'))\nx = `1`\n", because="the file is open for bytes already"
        ),
        Untouched(
            "import csv\nrows = csv.reader(open('a'))\nx = `1`\n", because="text already, and read with any line ends"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for call in calls_of(model, OPENS | {_MEMORY}):
            yield from self._opened(call, model)

    def _opened(self, node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
        memory = model.resolve_canonical(node.func) == _MEMORY
        if not memory and model.resolve(node.func) not in OPENS:
            return
        found = set(roles(node, model))
        if len(found & {BINARY, TEXT}) != 1:
            return
        role = BINARY if BINARY in found else TEXT
        if memory:
            if role == BINARY and OTHER not in found and can_import("io", node, model):
                drops = (node.func.id,) if isinstance(node.func, ast.Name) else ()
                yield Match(
                    node, message="bytes go through it", data=_Change(role, True), needs=(Import("io"),), drops=drops
                )
            elif role == BINARY:
                yield Advice(node, "bytes go through it: make it an io.BytesIO, and write bytes to it")
            return
        if _is_right(node, role, model):
            return
        if _mode(node) is None or OTHER in found:
            wanted = "in binary mode, and read and write bytes" if role == BINARY else "in text mode, with newline=''"
            yield Advice(
                node, f"{'pickled or packed data are bytes' if role == BINARY else 'csv is text'}: open it {wanted}"
            )
        else:
            message = (
                "" if role == BINARY else "csv is text: its encoding is the locale's, unless encoding= names another"
            )
            yield Match(node, Risk.SAFE if role == BINARY else Risk.SUGGESTED, message, data=_Change(role))

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        change: _Change = match.data
        if change.memory:
            return node.with_changes(func=name("io.BytesIO"))
        return _binary(node) if change.role == BINARY else _text(node)


def _mode(node: ast.Call) -> str | None:
    """The mode that the file is opened in, where it can be read and changed."""
    if node.keywords or any(isinstance(item, ast.Starred) for item in node.args):
        return None
    match node.args:
        case [_]:
            return "r"
        case [_, ast.Constant(value=str(mode)), *_] if "U" not in mode:
            return mode
    return None


def _is_right(node: ast.Call, role: str, model: ModuleModel) -> bool:
    """Whether the mode is the one that the role needs; text for csv may do without newline='' where it is only read."""
    mode = opening_mode(node, model)
    if mode is None:
        return False
    if role == BINARY:
        return "b" in mode
    return "b" not in mode and (mode[:1] in ("r", "U") or any(item.arg == "newline" for item in node.keywords))


def _binary(node: cst.Call) -> cst.Call | None:
    if len(node.args) == 1:
        return with_added(node, [cst.Arg(cst.SimpleString("'rb'"))])
    mode = node.args[1].value
    if not isinstance(mode, cst.SimpleString):
        return None
    value = f"{mode.prefix}{mode.quote}{mode.raw_value}b{mode.quote}"
    return node.with_deep_changes(mode, value=value)


def _text(node: cst.Call) -> cst.Call | None:
    mode = node.args[1].value if len(node.args) > 1 else None
    newline = keyword("newline", cst.SimpleString("''"))
    if mode is None:
        return with_added(node, [newline])
    if not isinstance(mode, cst.SimpleString):
        return None
    text = mode.raw_value.replace("b", "")
    if text == "r" and len(node.args) == 2:
        return with_arguments(node, [node.args[0], newline])
    changed = node.with_deep_changes(mode, value=f"{mode.prefix}{mode.quote}{text}{mode.quote}")
    return with_added(changed, [newline])
