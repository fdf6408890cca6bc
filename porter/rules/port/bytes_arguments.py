"""What sockets, pipes, codecs and keys take is bytes in Python 3: `sock.send(b"…")`, `authkey=b"…"`.

https://docs.python.org/3/howto/pyporting.html#text-versus-binary-data
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._buffers import buffer_of, stored_values
from porter.rules.port._bytes_table import SHARED, bytes_table
from porter.rules.port._call_arguments import argument
from porter.rules.port._decoded import is_text_with_decoded
from porter.rules.port._files import mode_of
from porter.rules.port._per_model import per_model
from porter.rules.port._sockets import handler_class, inherited, is_socket, own_bytes
from porter.rules.port._spelt import calls_spelt, spellings
from porter.rules.port._texts import is_text

_KEYS = frozenset({"value", "raw", "authkey"})
_LITERAL, _ENCODE, _ENCODE_BYTES = "literal", "encode", "encode bytes"


class BytesArguments(Rule):
    code = "PORT203"
    name = "bytes-arguments"
    summary = "give bytes to what takes bytes"
    why = (
        "Sockets, os.write(), send_bytes(), struct.pack(), what hashes, compresses or encodes, the data that urlopen() posts and the "
        "authentication keys of multiprocessing take bytes; Python 2's str was that and text at once. A literal gets its b, text is encoded as UTF-8 "
        "(listed as suggested: the other side must expect that), and what is put together from text and unknown parts is reported."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/howto/pyporting.html#text-versus-binary-data"
    triggers = frozenset(
        {
            "send",
            "sendall",
            "sendto",
            "push",
            "set_terminator",
            "sendLine",
            "sendString",
            "putChild",
            "start_response",
            "render",
            "render_GET",
            "render_POST",
            "read_until",
            "delimiter",
            "terminator",
            "send_bytes",
            "write",
            "authkey",
            "Client",
            "Listener",
            "Manager",
            "Array",
            "Value",
            "RawArray",
            "RawValue",
            "hashlib",
            "hmac",
            "md5",
            "sha",
            "base64",
            "zlib",
            "bz2",
            "binascii",
            "gzip",
            "struct",
            "loads",
            "BytesIO",
            "array",
            "ctypes",
            "inet_ntoa",
            "inet_ntop",
            "quopri",
            "uuid",
            "Binary",
            "mmap",
            "urlopen",
            "Request",
        }
    )
    visits = (ast.Module,)
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
            "import hashlib, struct\nprint hashlib.md5('abc').hexdigest()\nprint len(struct.pack('4sH', 'RIFF', 3))\n",
            "import hashlib, struct\nprint(hashlib.md5(b'abc').hexdigest())\nprint(len(struct.pack('4sH', b'RIFF', 3)))\n",
        ),
        Example(
            "import urllib, urllib2\nurllib2.urlopen('http://localhost/', urllib.urlencode([('a', 1)]))\n",
            "import urllib.parse, urllib.request\n"
            "urllib.request.urlopen('http://localhost/', urllib.parse.urlencode([('a', 1)]).encode())\n",
        ),
        Example(
            "import socket\na, b = socket.socketpair()\na.sendall(chr(255) + 'ok')\nprint len(b.recv(9))\n",
            "import socket\na, b = socket.socketpair()\na.sendall((chr(255) + 'ok').encode(\"latin-1\"))\nprint(len(b.recv(9)))\n",
            note="chr() made single bytes",
        ),
        Example(
            "def application(environ, start_response):\n    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
            "    name = 'World'\n    print 'asked'\n    return ['Hello, ', name]\n",
            "def application(environ, start_response):\n    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
            "    name = 'World'\n    print('asked')\n    return [b'Hello, ', name.encode()]\n",
            note="the parts of a WSGI answer",
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
        for called in _taking(model):
            for value in (_argument(called, model), _also(called, model), *_rest(called, model)):
                yield from _given(value, model)
        for assigned in model.nodes.get(ast.Assign, ()):
            assert isinstance(assigned, ast.Assign)
            if _may_be_key(assigned):
                yield from _given(_assigned_key(assigned, model), model)
        if _has_answers(model):
            for answer in (*model.nodes.get(ast.Return, ()), *model.nodes.get(ast.Yield, ())):
                assert isinstance(answer, ast.Return | ast.Yield)
                for value in _answered(answer, model):
                    yield from _given(value, model)

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if match.data == _LITERAL:
            return _as_bytes(node)
        if not node.lpar and not isinstance(
            node, cst.Name | cst.SimpleString | cst.Call | cst.Attribute | cst.Subscript
        ):
            node = node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        codec = [cst.SimpleString('"latin-1"')] if match.data == _ENCODE_BYTES else []
        return call(cst.Attribute(node, cst.Name("encode")), *codec)


def _taking(model: ModuleModel) -> Iterator[ast.Call]:
    """The calls that may take bytes: by how they are spelt, or of a class of this module, which may inherit from one that does."""
    table = bytes_table()
    classes = (item.name for item in model.nodes.get(ast.ClassDef, ()) if isinstance(item, ast.ClassDef))
    return calls_spelt(model, {*table.taking_words, *spellings(model, table.taking_functions), *classes})


def _has_answers(model: ModuleModel) -> bool:
    """Whether the module has a function whose answer must be bytes."""
    return any(
        isinstance(item, ast.FunctionDef)
        and (
            any(item.name in row.returns for row in bytes_table().own)
            or any(argument.arg == "start_response" for argument in item.args.args)
        )
        for item in model.nodes.get(ast.FunctionDef, ())
    )


def _given(value: ast.expr | None, model: ModuleModel) -> Iterator[Match | Advice]:
    """What to do with a value that must be bytes."""
    if value is None or (isinstance(value, ast.Constant) and not isinstance(value.value, str)):
        return
    if isinstance(value, ast.Constant):
        if _fits_bytes(value, model):
            yield Match(value, Risk.SAFE, data=_LITERAL)
        else:
            yield Match(value, Risk.SUGGESTED, "bytes are wanted: the text is encoded as UTF-8", data=_ENCODE)
    elif is_text(value, model) and model.kind(value).type in ("str", "unicode"):
        if _makes_bytes(value, model):
            message = "bytes are wanted: each character becomes the byte of its number"
            yield Match(value, Risk.SUGGESTED, message, data=_ENCODE_BYTES)
            return
        yield Match(value, Risk.SUGGESTED, "bytes are wanted: the text is encoded as UTF-8", data=_ENCODE)
    elif (buffer := buffer_of(value, model)) is not None and all(_fits_bytes(item, model) for item in buffer.literals):
        if buffer.first in ast.walk(value):
            risk = (
                Risk.SAFE if isinstance(buffer.first, ast.Name) else Risk.SUGGESTED
            )  # other files may have the object
            yield from (Match(item, risk, data=_LITERAL) for item in buffer.literals)
    elif is_text_with_decoded(value, model):
        yield Match(value, Risk.SUGGESTED, "bytes are wanted: the text is encoded as UTF-8", data=_ENCODE)
    elif _has_text(value, model):
        yield Advice(value, "bytes are wanted: build them from b'' literals, or encode the text")


def _also(node: ast.Call, model: ModuleModel) -> ast.expr | None:
    """A second argument that must be bytes: the message of hmac.new(); what an array of numbers is filled from."""
    name = model.resolve(node.func) or ""
    place = bytes_table().also.get(name)
    if place is None or (name == "array.array" and node.args and _is_typecode(node.args[0], "u")):
        return None
    return argument(node, place)


def _is_typecode(node: ast.expr, typecode: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == typecode


def _rest(node: ast.Call, model: ModuleModel) -> list[ast.expr]:
    """The strings among arguments that must all be bytes: `struct.pack(format, …)`."""
    first = bytes_table().rest.get(model.resolve(node.func) or "", len(node.args))
    return [item for item in node.args[first:] if model.kind(item).type in ("str", "unicode")]


def _answered(node: ast.Return | ast.Yield, model: ModuleModel) -> list[ast.expr]:
    """What a function gives back that must be bytes: `render_GET` of a page of Twisted's, the parts of a WSGI answer."""
    function = model.function(node)
    if not isinstance(function, ast.FunctionDef) or node.value is None:
        return []
    if any(item.arg == "start_response" for item in function.args.args):
        match node:
            case ast.Yield(value=ast.expr() as part):
                return [part]
            case ast.Return(value=ast.List(elts=parts) | ast.Tuple(elts=parts)):
                return parts
        return []
    if not any(function.name in row.returns for row in bytes_table().own):
        return []
    owner = model.parent(function)
    own = own_bytes(owner, model) if isinstance(owner, ast.ClassDef) else None
    return [node.value] if own is not None and function.name in own.returns else []


def _may_be_key(node: ast.Assign) -> bool:
    """Whether an assignment is of one of the kinds that `_assigned_key` looks at; that is asked of all of them."""
    target = node.targets[0]
    if isinstance(target, ast.Name):
        return target.id in bytes_table().attributes
    if isinstance(target, ast.Attribute):
        return target.attr in _KEYS or target.attr in bytes_table().attributes
    return isinstance(target, ast.Subscript)


def _assigned_key(node: ast.Assign, model: ModuleModel) -> ast.expr | None:
    """`multiprocessing.current_process().authkey = …`, `self.delimiter = …` of a protocol, `array.value = …` of characters."""
    match node.targets:
        case [ast.Attribute(value=ast.Name(id="self"), attr=name)] if _is_own_attribute(
            name, model.enclosing_class(node), model
        ):
            return node.value
        case [ast.Name(id=name)] if isinstance(owner := model.parent(node), ast.ClassDef):
            return node.value if _is_own_attribute(name, owner, model) else None
        case [ast.Attribute(value=shared, attr="value" | "raw")] | [ast.Subscript(value=shared)]:
            return node.value if _holds_characters(shared, model) else None
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
    table = bytes_table()
    name = model.resolve(node.func)
    if name is not None:
        if name in SHARED:
            return (1, "") if _is_of_characters(node, model) else None
        return table.functions.get(name)
    definition = model.definition(node.func)
    if isinstance(definition, ast.ClassDef):
        base = None if _has_init(definition) else inherited(definition, table.functions, model)
        return table.functions[base] if base is not None else None
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in table.taking:
        return None
    receiver, method = node.func.value, node.func.attr
    if method == "write" and "b" in (mode_of(receiver, model) or ""):
        return (0, "")
    of_kind = table.methods.get(f"{model.library_type(model.kind(receiver))}.{method}")
    if of_kind is not None:
        return of_kind
    if method in table.sockets and is_socket(receiver, model):
        return table.sockets[method]
    if method in table.anywhere and not model.tree.defines_method(method):
        return table.anywhere[method]
    match receiver:
        case ast.Attribute(value=ast.Name(id="self"), attr=stream):
            path = f"{stream}.{method}"
            return table.handlers.get(path) if handler_class(node, model) is not None else _own_place(path, node, model)
        case ast.Name(id="self"):
            return _own_place(method, node, model)
    return None


def _own_place(path: str, node: ast.Call, model: ModuleModel) -> tuple[int, str] | None:
    """A method of self, or of one of its attributes, in a class that derives from a protocol of a library."""
    if not any(path in row.methods for row in bytes_table().own):
        return None
    own = own_bytes(model.enclosing_class(node), model)
    return own.methods.get(path) if own is not None else None


def _is_own_attribute(name: str, owner: ast.ClassDef | None, model: ModuleModel) -> bool:
    if not any(name in row.attributes for row in bytes_table().own):
        return False
    own = own_bytes(owner, model)
    return own is not None and name in own.attributes


def _is_of_characters(node: ast.Call, model: ModuleModel) -> bool:
    """Whether shared memory is made of characters: by the type code "c", or a type of ctypes."""
    match node.args:
        case [ast.Constant(value="c"), *_]:
            return True
        case [ctype, *_]:
            return model.resolve(ctype) in ("ctypes.c_char", "ctypes.c_char_p")
    return False


def _holds_characters(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a name is bound to nothing but shared memory of characters."""
    if not isinstance(node, ast.Name):
        return False
    made = [binding.value for binding in model.bindings(node)]
    return bool(made) and all(
        isinstance(item, ast.Call) and model.resolve(item.func) in SHARED and _is_of_characters(item, model)
        for item in made
    )


def _has_init(definition: ast.ClassDef) -> bool:
    return any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in definition.body)


def _fits_bytes(value: ast.Constant, model: ModuleModel) -> bool:
    """Whether the literal can be written with a b: ASCII in the source, and no unicode that it would not hold."""
    is_unicode = value.kind == "u" or "unicode_literals" in model.source.facts.future
    return model.text_of(value).isascii() and (not is_unicode or str(value.value).isascii())


def _makes_bytes(value: ast.expr, model: ModuleModel) -> bool:
    """Whether single bytes are put into a text by their numbers: `chr(255)`, `'%c' % 255`; its literals are ASCII."""
    nodes = list(ast.walk(value))
    literals = [item.value for item in nodes if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    by_number = any(isinstance(item, ast.Call) and model.resolve(item.func) == "builtins.chr" for item in nodes)
    return (by_number or any("%c" in literal for literal in literals)) and all(map(str.isascii, literals))


def _has_text(value: ast.expr, model: ModuleModel) -> bool:
    """Whether a literal of text is a part of what is taken."""
    known = _known_text(model)
    if value not in known:
        known[value] = False  # what is set to a part of itself
        known[value] = _holds_text(value, model)
    return known[value]


@per_model
def _known_text(model: ModuleModel) -> dict[ast.expr, bool]:
    """What `_has_text` has answered so far."""
    return {}


def _holds_text(value: ast.expr, model: ModuleModel) -> bool:
    match value:
        case ast.Name() | ast.Attribute(value=ast.Name(id="self")):
            found = stored_values(value, model)
            return bool(found) and all(
                not isinstance(item, ast.Name | ast.Attribute) and _has_text(item, model) for item in found
            )
        case ast.Subscript(value=ast.Name() | ast.Attribute() as whole, slice=ast.Slice()):
            return _has_text(whole, model)
        case ast.Constant(value=str()):
            return True
        case ast.BoolOp(values=values):
            return any(not isinstance(item, ast.Name | ast.Attribute) and _has_text(item, model) for item in values)
        case ast.IfExp(body=body, orelse=orelse):
            return any(
                not isinstance(item, ast.Name | ast.Attribute) and _has_text(item, model) for item in (body, orelse)
            )
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod() | ast.Mult(), right=right):
            return any(not isinstance(side, ast.Name) and _has_text(side, model) for side in (left, right))
        case ast.Call(func=ast.Attribute(value=receiver, attr="join" | "format")):
            return not isinstance(receiver, ast.Name) and _has_text(receiver, model)
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
