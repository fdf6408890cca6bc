"""`s.encode("hex")`: codecs that make bytes of bytes are no methods of strings in Python 3.

https://docs.python.org/3/library/codecs.html#binary-transforms
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import can_import
from porter.rules.port._texts import codec_of

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


class BytesCodecs(Rule):
    code = "PORT057"
    name = "bytes-codecs"
    summary = "codecs between bytes are functions, no methods"
    why = (
        "In Python 3 str.encode() makes bytes of text and bytes.decode() text of bytes; codecs that stay on one side (hex, base64, "
        "zlib …) are asked for by functions. rot13, from text to text, is rewritten; the others need you to say where the bytes are."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/codecs.html#binary-transforms"
    triggers = frozenset({"encode", "decode"})
    spelt = True
    visits = (ast.Call,)
    examples = (
        Example("print 'Hello'.encode('rot13')\n", "import codecs\nprint(codecs.encode('Hello', 'rot13'))\n"),
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
                elif codec in _ADVICE:
                    said = model.text_of(named)
                    yield Advice(node, f"{method}({said}) is no method of strings in Python 3: {_ADVICE[codec]}")

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        receiver = cst.ensure_type(node.func, cst.Attribute).value
        return call(f"codecs.{match.data}", receiver, node.args[0].value)
