"""What cannot be decoded is binascii.Error in Python 3, where base64 and unhexlify raised TypeError.

https://docs.python.org/3/library/binascii.html#binascii.Error
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._handlers import caught_classes
from porter.rules.port._names import can_import

_DECODERS = frozenset(
    {
        *(f"base64.{name}" for name in "b64decode standard_b64decode urlsafe_b64decode b32decode b16decode".split()),
        "binascii.unhexlify",
        "binascii.a2b_hex",
    }
)
_CODECS = frozenset({"hex", "hex_codec"})
_CATCH_ALL = frozenset({"Exception", "StandardError", "BaseException", "ValueError"})


class DecodingErrors(Rule):
    code = "PORT115"
    name = "decoding-errors"
    summary = "catch binascii.Error where a decoder raised TypeError"
    why = (
        "base64's decoders, binascii.unhexlify() and decode('hex') raised TypeError for data that they could not read. In "
        "Python 3 it is binascii.Error, a ValueError, which the old handler lets pass."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/binascii.html#binascii.Error"
    ambiguous = True
    triggers = frozenset({"TypeError"})
    visits = (ast.Try,)
    examples = (
        Example(
            "import base64\ntry:\n    base64.b64decode('abc')\nexcept TypeError:\n    print 'bad'\n",
            "import base64\nimport binascii\ntry:\n    base64.b64decode('abc')\nexcept (TypeError, binascii.Error):\n"
            "    print('bad')\n",
        ),
        Example(
            "from binascii import unhexlify\ndef read(text):\n    try:\n        return unhexlify(text)\n"
            "    except TypeError, error:\n        return None\nprint read('f')\n",
            "from binascii import unhexlify\nimport binascii\ndef read(text):\n    try:\n        return unhexlify(text)\n"
            "    except (TypeError, binascii.Error) as error:\n        return None\nprint(read('f'))\n",
        ),
        Untouched(
            "import base64\ntry:\n    base64.b64decode('abc')\nexcept (TypeError, ValueError):\n    print 'bad'\n",
            because="binascii.Error is a ValueError",
        ),
        Untouched("try:\n    len(3)\nexcept TypeError:\n    print 'bad'\n", because="nothing is decoded"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Try)
        handler = next((item for item in node.handlers if "TypeError" in _names(item)), None)
        if handler is None or any(_names(item) & _CATCH_ALL or item.type is None for item in node.handlers):
            return
        if not any(_decodes(item, model) for statement in node.body for item in ast.walk(statement)):
            return
        caught = caught_classes(handler)
        if len(caught) == 1 and can_import("binascii", node, model):
            yield Match(caught[0], Risk.SUGGESTED, needs=(Import("binascii"),))
        else:
            yield Advice(handler, "what cannot be decoded raises binascii.Error in Python 3: catch it as well")

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        return cst.parse_expression("(TypeError, binascii.Error)")


def _names(handler: ast.ExceptHandler) -> set[str]:
    types = caught_classes(handler)
    names = {item.id for item in types if isinstance(item, ast.Name)}
    return names | {"ValueError" for item in types if isinstance(item, ast.Attribute) and item.attr == "Error"}


def _decodes(node: ast.AST, model: ModuleModel) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="decode"), args=[ast.Constant(value=str(codec)), *_]):
            return codec in _CODECS
        case ast.Call(func=function):
            return model.resolve(function) in _DECODERS
    return False
