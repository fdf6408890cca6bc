"""What sockets, pipes and authentication keys take is bytes in Python 3: `sock.send(b"…")`, `authkey=b"…"`.

https://docs.python.org/3/howto/pyporting.html#text-versus-binary-data
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._module_table import DATA
from porter.rules.port._sockets import handler_class, inherits, is_socket
from porter.rules.port._texts import is_text

_LITERAL, _ENCODE = "literal", "encode"


@cache
def _table() -> dict[str, dict[str, tuple[int, str]]]:
    """The sections of data/bytes_arguments.toml."""
    return tomllib.loads((DATA / "bytes_arguments.toml").read_text(encoding="utf-8"))


class BytesArguments(Rule):
    code = "PORT203"
    name = "bytes-arguments"
    summary = "give bytes to what sends bytes"
    why = (
        "Sockets, os.write(), send_bytes() and the authentication keys of multiprocessing take bytes; Python 2's str was "
        "that and text at once. A literal gets its b, text is encoded as UTF-8 (listed as suggested: the other side must "
        "expect that), and what is put together from text and unknown parts is reported."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/howto/pyporting.html#text-versus-binary-data"
    triggers = frozenset(
        {
            "send",
            "sendall",
            "sendto",
            "send_bytes",
            "write",
            "authkey",
            "Client",
            "Listener",
            "Manager",
            "Array",
            "Value",
        }
    )
    visits = (ast.Call, ast.Assign)
    examples = (
        Example(
            "import socket\na, b = socket.socketpair()\na.sendall('ping')\nprint len(b.recv(4))\n",
            "import socket\na, b = socket.socketpair()\na.sendall(b'ping')\nprint(len(b.recv(4)))\n",
        ),
        Example(
            "import socket\ns = socket.create_connection(('localhost', 80))\npath = '/'\ns.send('GET %s HTTP/1.0\\r\\n\\r\\n' % path)\n",
            "import socket\ns = socket.create_connection(('localhost', 80))\npath = '/'\n"
            "s.send(('GET %s HTTP/1.0\\r\\n\\r\\n' % path).encode())\n",
        ),
        Example(
            "from multiprocessing.managers import BaseManager\nm = BaseManager(address=('', 5000), authkey='abc')\n",
            "from multiprocessing.managers import BaseManager\nm = BaseManager(address=('', 5000), authkey=b'abc')\n",
        ),
        Example(
            "from multiprocessing import Array\nname = Array('c', 'shared')\nprint len(name.value)\n",
            "from multiprocessing import Array\nname = Array('c', b'shared')\nprint(len(name.value))\n",
        ),
        Example(
            "import socket\nserver = socket.socket()\nconnection, address = server.accept()\n"
            "connection.send('Hello, %s' % connection.recv(9))\nconnection.send('bye')\n",
            "import socket\nserver = socket.socket()\nconnection, address = server.accept()\n"
            "connection.send('Hello, %s' % connection.recv(9))\nconnection.send(b'bye')\n",
            note="what is put together from text and bytes is reported",
        ),
        Untouched("class Radio(object):\n    def send(self, what): pass\nRadio().send('hello')\n", because="no socket"),
        Untouched(
            "import socket\na, b = socket.socketpair()\na.send(b.recv(10))\n", because="what was received is bytes"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        value = _assigned_key(node, model) if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.Call):
            value = _argument(node, model)
        if value is None or (isinstance(value, ast.Constant) and not isinstance(value.value, str)):
            return
        if isinstance(value, ast.Constant):
            if _fits_bytes(value, model):
                yield Match(value, Risk.SAFE, data=_LITERAL)
            else:
                yield Match(value, Risk.SUGGESTED, "bytes are sent: the text is encoded as UTF-8", data=_ENCODE)
        elif is_text(value, model) and model.kind(value).type in ("str", "unicode"):
            yield Match(value, Risk.SUGGESTED, "bytes are sent: the text is encoded as UTF-8", data=_ENCODE)
        elif _has_text(value):
            yield Advice(value, "bytes are sent: build them from b'' literals, or encode the text")

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if match.data == _LITERAL:
            return _as_bytes(node)
        if not node.lpar and not isinstance(
            node, cst.Name | cst.SimpleString | cst.Call | cst.Attribute | cst.Subscript
        ):
            node = node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return call(cst.Attribute(node, cst.Name("encode")))


def _assigned_key(node: ast.Assign, model: ModuleModel) -> ast.expr | None:
    """`multiprocessing.current_process().authkey = …`."""
    match node.targets:
        case [ast.Attribute(value=process, attr="authkey")]:
            kind = model.library_type(model.kind(process))
            return node.value if kind == "multiprocessing.Process" else None
    return None


def _argument(node: ast.Call, model: ModuleModel) -> ast.expr | None:
    """The argument of a call that must be bytes."""
    row = _row(node, model)
    if row is None:
        return None
    position, keyword = row
    if position < len(node.args):
        spread = any(isinstance(item, ast.Starred) for item in node.args[: position + 1])
        return None if spread else node.args[position]
    return next((item.value for item in node.keywords if item.arg == keyword), None)


def _row(node: ast.Call, model: ModuleModel) -> tuple[int, str] | None:
    table = _table()
    name = model.resolve(node.func)
    if name is not None:
        if name in ("multiprocessing.Array", "multiprocessing.Value", "multiprocessing.RawArray"):
            return (1, "") if _is_of_characters(node) else None
        return table["functions"].get(name)
    definition = model.definition(node.func)
    if isinstance(definition, ast.ClassDef):
        for base, row in table["functions"].items():
            if inherits(definition, frozenset({base}), model) and not _has_init(definition):
                return row
    if not isinstance(node.func, ast.Attribute):
        return None
    receiver, method = node.func.value, node.func.attr
    if method in table["sockets"] and is_socket(receiver, model):
        return table["sockets"][method]
    if method in table["anywhere"] and not model.tree.defines_method(method):
        return table["anywhere"][method]
    match receiver:
        case ast.Attribute(value=ast.Name(id="self"), attr=stream) if handler_class(node, model) is not None:
            return table["handlers"].get(f"{stream}.{method}")
    return None


def _is_of_characters(node: ast.Call) -> bool:
    return bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == "c"


def _has_init(definition: ast.ClassDef) -> bool:
    return any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in definition.body)


def _fits_bytes(value: ast.Constant, model: ModuleModel) -> bool:
    """Whether the literal can be written with a b: ASCII in the source, and no unicode that it would not hold."""
    is_unicode = value.kind == "u" or "unicode_literals" in model.source.facts.future
    return model.text_of(value).isascii() and (not is_unicode or str(value.value).isascii())


def _has_text(value: ast.expr) -> bool:
    """Whether a literal of text is a part of what is sent."""
    match value:
        case ast.Constant(value=str()):
            return True
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return _has_text(left) or _has_text(right)
        case ast.Call(func=ast.Attribute(value=receiver, attr="join" | "format")):
            return _has_text(receiver)
    return False


def _as_bytes(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The literal with a b, piece by piece where it is written in pieces."""
    if isinstance(node, cst.ConcatenatedString):
        left, right = _as_bytes(node.left), _as_bytes(node.right)
        return node.with_changes(left=left, right=right) if left is not None and right is not None else None
    if not isinstance(node, cst.SimpleString):
        return None
    prefix = node.prefix.lower().replace("u", "")
    return node.with_changes(value=f"b{prefix}{node.value[len(node.prefix) :]}")
