"""A socket's makefile() is for reading only, and knows text from bytes, in Python 3.

https://docs.python.org/3/library/socket.html#socket.socket.makefile
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.reaching import reached
from porter.python2 import markers
from porter.rewriting.building import call, keyword, text
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import can_import
from porter.rules.port._pipe_data import PipeFollower, own_attributes
from porter.rules.port._sockets import is_socket

_READS = frozenset("read readline readlines next xreadlines".split())
_WRITES = frozenset("write writelines".split())
_NEUTRAL = frozenset("flush close closed fileno".split())


@dataclass(frozen=True, slots=True)
class _Change:
    """The mode that the uses ask for, without a b; whether it carries bytes, hands each text on at once, keeps its buffer's size."""

    mode: str
    binary: bool = False
    at_once: bool = False
    keeps_size: bool = True


class SocketFiles(Rule):
    code = "PORT207"
    name = "socket-files"
    summary = "say what a socket's makefile() is for, and that it carries text"
    why = (
        "Python 2 took no notice of makefile()'s mode: the file could be read and written, and gave line ends as they came. "
        "Python 3's makefile() reads only, as text, and turns \\r\\n into \\n. Where the program treats the data as text it gets the "
        "mode that its uses need, and newline='' so that line ends stay; where they are bytes, a binary mode. A file without a "
        "buffer, or with one of a line, hands each text on at once through a TextIOWrapper."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/socket.html#socket.socket.makefile"
    triggers = frozenset({"makefile"})
    ambiguous = True
    spelt = True
    visits = (ast.Call,)
    examples = (
        Example(
            "import socket\nserver = socket.socket()\nserver.bind(('127.0.0.1', 0))\nserver.listen(1)\n"
            "client = socket.create_connection(server.getsockname())\nf = client.makefile()\nf.write('ping\\r\\n')\nf.flush()\n"
            "other, _ = server.accept()\ng = other.makefile('r')\nprint repr(g.readline() + 'pong')\n",
            "import socket\nserver = socket.socket()\nserver.bind(('127.0.0.1', 0))\nserver.listen(1)\n"
            'client = socket.create_connection(server.getsockname())\nf = client.makefile("w", newline="")\nf.write(\'ping\\r\\n\')\n'
            'f.flush()\nother, _ = server.accept()\ng = other.makefile("r", newline="")\nprint(repr(g.readline() + \'pong\'))\n',
        ),
        Example(
            "def serve(connection):\n    f = connection.makefile('rw', 0)\n    f.write('name? ')\n"
            "    f.write('hello ' + f.readline().strip())\n    print 'served'\n",
            "import io\ndef serve(connection):\n"
            '    f = io.TextIOWrapper(connection.makefile("rwb", 0), write_through=True, newline="")\n    f.write(\'name? \')\n'
            "    f.write('hello ' + f.readline().strip())\n    print('served')\n",
            note="what is written has no buffer, what is read ahead of its use has one",
        ),
        Untouched(
            "import socket, struct\ns = socket.socket()\nf = s.makefile('rb')\nprint struct.unpack('>I', f.read(4))\n",
            because="it carries bytes, and says so",
        ),
        Untouched(
            "class Shell(object):\n    def makefile(self, name): return name\nprint Shell().makefile(`1`)\n",
            because="a method of the program's own",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr="makefile")):
                if not is_socket(receiver, model) and (model.kind(receiver) or model.tree.defines_method("makefile")):
                    return
                yield from _file(node, model)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        change: _Change = match.data
        buffering = [item for item in node.args if item.keyword is not None and item.keyword.value == "bufsize"]
        given = [cst.Arg(item.value) for item in (*node.args[1:], *buffering)][:1]
        rest = given if change.keeps_size else []
        if change.binary or change.at_once:
            made = node.with_changes(args=[cst.Arg(text(f"{change.mode}b")), *_fitting(rest, change)])
            if change.binary:
                return made
            return call(
                "io.TextIOWrapper", made, keyword("write_through", cst.Name("True")), keyword("newline", text(""))
            )
        return node.with_changes(args=[cst.Arg(text(change.mode)), *rest, keyword("newline", text(""))])


def _fitting(rest: list[cst.Arg], change: _Change) -> list[cst.Arg]:
    """The buffer's size under a TextIOWrapper that hands text on: none."""
    return [cst.Arg(cst.Integer("0"))] if change.at_once else rest


def _file(node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
    said, size = _said(node)
    if said is None or any(item.arg in ("newline", "encoding", "buffering") for item in node.keywords):
        return
    follower = PipeFollower(model)
    follower.socket_file(node)
    found = follower.evidence
    if "b" in said:
        if found.text:
            yield Advice(node, "it carries bytes, and they are treated as text: give it the mode 'rw', and newline=''")
        elif (needed := {"r", "w"} & set(_ways(node, model, frozenset()))) - set(said):
            wanted = "".join(sorted(needed | ({"r", "w"} & set(said))))
            message = f"Python 3 heeds the mode: this one needs {wanted + 'b'!r}"
            yield Match(node, Risk.SUGGESTED, message, data=_Change(wanted, binary=True))
        return
    mode = _mode(node, model)
    if found.text and found.binary:
        yield Advice(node, "it carries text in Python 3, and some of the data are bytes: give it the mode 'rwb'")
    elif found.binary:
        yield Match(node, Risk.SUGGESTED, "it carries bytes", data=_Change(mode, binary=True))
    elif not found.text:
        yield Advice(node, _UNKNOWN)
    elif size == 0 and "r" in mode and _is_read_elsewhere(model):
        yield Advice(
            node, "text needs a buffer, and what it holds is lost to others that read the socket: read bytes ('rb', 0)"
        )
    elif size in (0, 1) and "w" in mode:
        message = "it carries text, and what is written has no buffer"
        if not can_import("io", node, model):
            yield Advice(node, f"{message}: wrap a binary one in io.TextIOWrapper")
            return
        yield Match(node, Risk.SUGGESTED, message, data=_Change(mode, at_once=True), needs=(Import("io"),))
    else:
        yield Match(
            node,
            Risk.SUGGESTED,
            "it carries text, and line ends stay as they are",
            data=_Change(mode, keeps_size=size not in (0, 1)),
        )


def _is_read_elsewhere(model: ModuleModel) -> bool:
    """Whether the module reads sockets by themselves as well, or waits for them."""
    return any(
        (kind, word) in model.spelt
        for kind in (ast.Attribute, ast.Name)
        for word in ("recv", "recvfrom", "fileno", "select")
    )


_UNKNOWN = "Python 3's makefile() only reads, and reads text: say 'rw' and newline='' if the data are text, 'rwb' if they are not"


def _said(node: ast.Call) -> tuple[str | None, int]:
    """The mode and the buffer's size that the call gives, where both can be read; no mode where one cannot."""
    words = {item.arg: item.value for item in node.keywords}
    if None in words or any(isinstance(item, ast.Starred) for item in node.args):
        return None, -1
    mode = node.args[0] if node.args else words.get("mode", ast.Constant(value="r"))
    size = node.args[1] if len(node.args) > 1 else words.get("bufsize", ast.Constant(value=-1))
    match mode, size:
        case ast.Constant(value=str(letters)), ast.Constant(value=int(number)):
            return letters, number
        case ast.Constant(value=str(letters)), ast.UnaryOp(op=ast.USub()):
            return letters, -1
        case ast.Constant(value=str(letters)), _:
            return letters, 2
    return None, -1


def _mode(node: ast.Call, model: ModuleModel) -> str:
    """What is done with the file: "r", "w", or "rw", which serves for everything where not all can be seen."""
    ways = set(_ways(node, model, frozenset()))
    return "rw" if "?" in ways or ways == {"r", "w"} or not ways else ways.pop()


def _ways(node: ast.expr, model: ModuleModel, seen: frozenset[ast.AST]) -> Iterator[str]:
    parent = model.parent(node)
    match parent:
        case ast.Attribute(attr=name) if name in _READS | _WRITES | _NEUTRAL:
            yield from ("r" if name in _READS else "w" if name in _WRITES else "")
        case ast.For() | ast.comprehension():
            yield "r"
        case ast.Call(func=ast.Name(id=markers.PRINT_TO), args=[first, *_]) if first is node:
            yield "w"
        case ast.Assign(targets=[ast.Name() as target]) if target not in seen:
            uses = reached(target, model)
            if uses is None:
                yield "?"
            for use in uses or ():
                yield from _ways(use, model, seen | {target})
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self")) as kept]):
            yield "?"  # other code may have the object
            for read in own_attributes(kept, model):
                yield from _ways(read, model, seen)
        case ast.Expr() | ast.Delete():
            pass
        case _:
            yield "?"
