"""Text is decoded no more, and what is printed is not encoded, in Python 3.

https://docs.python.org/3/howto/unicode.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2 import markers
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._classes import members
from porter.rules.port._texts import codec_of, is_escaped_bytes, is_from_outside, is_text, plain_name, reads_alike

_TEXT_CODECS = frozenset(
    "utf8 ascii latin1 iso88591 cp1252 cp437 gbk gb2312 gb18030 big5 shiftjis eucjp euckr koi8r cp1251 mbcs".split()
)
_TEXT_STREAMS = frozenset({"sys.stdout.write", "sys.stderr.write"})


class NeedlessCodecs(Rule):
    code = "PORT058"
    name = "needless-codecs"
    summary = "decode no text, and encode nothing that is printed"
    why = (
        "A literal, or what raw_input() gives, is text in Python 3 and has no decode(). What is encoded in order to be printed, or "
        "put into a text by %, would show as b'…': print encodes by itself, in the encoding of its stream. What __str__ and "
        "__repr__ return must be text."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/howto/unicode.html"
    triggers = frozenset({"encode", "decode", "unicode"})
    spelt = True
    visits = (ast.Call,)
    ambiguous = True
    examples = (
        Example("print u'caf\\xe9'.encode('utf-8')\n", "print(u'caf\\xe9')\n"),
        Example("print 'Hello'\nname = raw_input('? ').decode('utf-8')\n", "print('Hello')\nname = input('? ')\n"),
        Example(
            "import sys\nnames = [sys.argv[0].decode(sys.getfilesystemencoding()), `1`]\n",
            "import sys\nnames = [sys.argv[0], repr(1)]\n",
        ),
        Example("print 'a'.decode('ascii') + u'b', unicode('a', 'utf-8')\n", "print('a' + u'b', 'a')\n"),
        Example(
            "text = '\\xe4\\xb8\\xad'.decode('utf-8')\nprint len(text)\n",
            "text = b'\\xe4\\xb8\\xad'.decode('utf-8')\nprint(len(text))\n",
        ),
        Example(
            "class Name(object):\n    text = u'name'\n    def __str__(self):\n        return self.text.encode('utf-8')\nprint Name()\n",
            "class Name(object):\n    text = u'name'\n    def __str__(self):\n        return self.text\nprint(Name())\n",
        ),
        Untouched("print repr(unicode(r'\\u0041', 'unicode-escape'))\n", because="a codec with a meaning of its own"),
        Untouched("connection.send(u'x'.encode('utf-8'))\nx = `1`\n", because="bytes are sent"),
        Untouched("text = data.decode('utf-8')\nprint text\n", because="these may be bytes"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(attr="decode", value=receiver)) if _is_text_codec(node):
                if isinstance(receiver, ast.Constant) and is_escaped_bytes(receiver, model):
                    yield Match(receiver, message="a literal of bytes", data="bytes")
                elif is_text(receiver, model) and reads_alike(receiver, _codec(node, receiver, model), model):
                    yield Match(node, Risk.SUGGESTED, "it is text already", data="receiver")
            case ast.Call(func=ast.Attribute(attr="encode")) if _is_text_codec(node) and _is_shown(node, model):
                yield Match(node, Risk.SUGGESTED, "print encodes by itself: bytes would show as b'…'", data="receiver")
            case ast.Call(func=ast.Attribute(attr="encode")) if _is_text_codec(node) and _is_own_text(node, model):
                yield Match(node, Risk.SUGGESTED, "Python 3 wants text of __str__ and __repr__", data="receiver")
            case ast.Call(func=ast.Name(id="unicode"), args=[text, ast.Constant(value=str(codec)), *_]):
                is_builtin = model.resolve(node.func) == "builtins.unicode"
                if is_builtin and is_text(text, model) and reads_alike(text, plain_name(codec), model):
                    yield Match(node, Risk.SUGGESTED, "it is text already", data="argument")

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if match.data == "bytes":
            literal = cst.ensure_type(node, cst.SimpleString)
            return literal.with_changes(value=f"b{literal.value}")
        called = cst.ensure_type(node, cst.Call)
        if match.data == "argument":
            return called.args[0].value
        return cst.ensure_type(called.func, cst.Attribute).value


def _codec(node: ast.Call, receiver: ast.expr, model: ModuleModel) -> str | None:
    """The codec of a decode(); what comes from outside is in the terminal's or the system's, whatever expression names it."""
    return codec_of(node) or ("utf8" if is_from_outside(receiver, model) else None)


def _is_text_codec(node: ast.Call) -> bool:
    codec = codec_of(node)
    return codec is None or codec in _TEXT_CODECS


def _is_shown(node: ast.Call, model: ModuleModel) -> bool:
    """Whether the encoded value is printed, written to a text stream, or formatted into a text by %."""
    parent = model.parent(node)
    if isinstance(parent, ast.Tuple):
        format_operation = model.parent(parent)
        return isinstance(format_operation, ast.BinOp) and _is_formatted(format_operation, parent, model)
    match parent:
        case ast.Call(func=ast.Name(id=markers.PRINT)):
            return True
        case ast.Call(func=ast.Name(id=markers.PRINT_TO), args=[stream, *items]):
            return node in items and model.resolve(stream) in ("sys.stdout", "sys.stderr")
        case ast.Call(func=function, args=[only]) if only is node:
            return model.resolve(function) in _TEXT_STREAMS or model.resolve(function) == "builtins.print"
        case ast.BinOp():
            return _is_formatted(parent, node, model)
    return False


def _is_own_text(node: ast.Call, model: ModuleModel) -> bool:
    """Whether a class's __str__ or __repr__ returns the encoded value; a whole that PORT033 deals with is left to it."""
    method = model.parent(model.statement(node))
    if not isinstance(model.parent(node), ast.Return) or len(node.args) + len(node.keywords) > 1:
        return False
    function = model.function(node)
    if not isinstance(function, ast.FunctionDef) or function.name not in ("__str__", "__repr__"):
        return False
    owner = model.parent(function)
    return isinstance(owner, ast.ClassDef) and (method is not function or "__unicode__" not in members(owner))


def _is_formatted(operation: ast.BinOp, right: ast.expr, model: ModuleModel) -> bool:
    """Whether `right` is what is put into a literal format, other than by %r."""
    if not (isinstance(operation.op, ast.Mod) and operation.right is right):
        return False
    left = operation.left
    return (
        isinstance(left, ast.Constant)
        and isinstance(left.value, str)
        and "%r" not in left.value
        and not is_escaped_bytes(left, model)
    )
