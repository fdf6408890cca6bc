"""`s.encode("hex")`: codecs that make bytes of bytes are no methods of strings in Python 3.

https://docs.python.org/3/library/codecs.html#binary-transforms
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, text
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import can_import
from porter.rules.port._texts import codec_of, is_text

_ADVICE = {
    "hex": "binascii.hexlify(data) and unhexlify(text)",
    "base64": "base64.encodebytes(data) and decodebytes(data)",
    "zlib": "zlib.compress(data) and decompress(data)",
    "zip": "zlib.compress(data) and decompress(data)",
    "bz2": "bz2.compress(data) and decompress(data)",
    "uu": "codecs.encode(data, 'uu') and codecs.decode(data, 'uu')",
    "quopri": "quopri.encodestring(data) and decodestring(data)",
    "stringescape": "text.encode('unicode_escape') and data.decode('unicode_escape')",
}

# Those that make ASCII of bytes.
_TO_TEXT = {"hex": ("binascii", "hexlify"), "base64": ("base64", "encodebytes")}


class BytesCodecs(Rule):
    code = "PORT057"
    name = "bytes-codecs"
    summary = "codecs between bytes are functions, no methods"
    why = (
        "In Python 3 str.encode() makes bytes of text and bytes.decode() text of bytes; codecs that stay on one side (hex, base64, "
        "zlib …) are asked for by functions. rot13, from text to text, is rewritten, and so is the hex or base64 of what certainly is "
        "text or bytes; the others need you to say where the bytes are."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/codecs.html#binary-transforms"
    triggers = frozenset({"encode", "decode"})
    spelt = True
    visits = (ast.Call,)
    examples = (
        Example("print 'Hello'.encode('rot13')\n", "import codecs\nprint(codecs.encode('Hello', 'rot13'))\n"),
        Example(
            "print 'abc'.encode('hex')\n",
            "import binascii\nprint(binascii.hexlify(b'abc').decode(\"ascii\"))\n",
        ),
        Example(
            "n = 3\nprint str(n).encode('base64').strip()\n",
            'import base64\nn = 3\nprint(base64.encodebytes(str(n).encode()).decode("ascii").strip())\n',
        ),
        Untouched("data = u'x'.encode('utf-8')\nprint `data`\n", because="from text to bytes"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(
                func=ast.Attribute(attr=("encode" | "decode") as method, value=receiver), args=[named], keywords=[]
            ):
                codec = codec_of(node)
                if model.resolve(receiver) == "codecs" or codec is None:
                    return
                codec = codec.removesuffix("codec")
                if codec == "rot13" and can_import("codecs", node, model):
                    yield Match(node, Risk.SUGGESTED, data=method, needs=(Import("codecs"),))
                elif method == "encode" and codec in _TO_TEXT and (form := _form(receiver, model)) is not None:
                    module, function = _TO_TEXT[codec]
                    if can_import(module, node, model):
                        message = f"{codec} is made by {module}, of bytes, and is bytes itself"
                        data = (f"{module}.{function}", form)
                        yield Match(node, Risk.SUGGESTED, message, data=data, needs=(Import(module),))
                elif codec in _ADVICE:
                    said = model.text_of(named)
                    yield Advice(node, f"{method}({said}) is no method of strings in Python 3: {_ADVICE[codec]}")

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        receiver = cst.ensure_type(node.func, cst.Attribute).value
        if isinstance(match.data, str):
            return call(f"codecs.{match.data}", receiver, node.args[0].value)
        function, form = match.data
        if form == "literal":
            literal = cst.ensure_type(receiver, cst.SimpleString)
            receiver = literal.with_changes(value=f"b{literal.value}")
        elif form == "text":
            receiver = call(cst.Attribute(receiver, cst.Name("encode")))
        return call(cst.Attribute(call(function, receiver), cst.Name("decode")), text("ascii"))


def _form(receiver: ast.expr, model: ModuleModel) -> str | None:
    """How a receiver becomes bytes: a plain literal by a b, what certainly is text by encode(), bytes as they are."""
    kind = model.kind(receiver).type
    if kind == "bytes":
        return "bytes"
    if isinstance(receiver, ast.Constant) and kind == "str" and model.text_of(receiver)[:1] in "'\"":
        return "literal" if model.text_of(receiver).isascii() and _is_single(receiver, model) else None
    return "text" if is_text(receiver, model) else None


def _is_single(node: ast.Constant, model: ModuleModel) -> bool:
    """Whether a literal is one piece, so that one b makes bytes of it."""
    try:
        return isinstance(ast.literal_eval(f"b{model.text_of(node)}"), bytes)
    except SyntaxError:
        return False
