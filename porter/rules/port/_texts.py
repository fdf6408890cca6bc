"""Which strings of Python 2 are certainly text, and stay so when the program is read as Python 3."""

from __future__ import annotations

import ast

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind
from porter.rules.port._per_model import per_model

# A b'' literal, or what looks like one.
BYTES_LITERAL = r"(?<!\w)[bB]['\"]"
_GIVE_TEXT = frozenset(f"builtins.{name}" for name in "raw_input str unicode repr chr unichr hex bin".split()) | {
    "json.dumps",
    "urllib.urlencode",
    "urllib.quote",
    "urllib.quote_plus",
}
_GIVE_OUTSIDE_TEXT = frozenset({"os.getenv", "os.environ.get", "os.getcwd", "getpass.getpass", "getpass.getuser"})
_OUTSIDE = frozenset({"sys.argv", "os.environ"})
_KEEP_TEXT = frozenset(
    "strip lstrip rstrip lower upper title replace format capitalize center ljust rjust zfill".split()
)


def is_text(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a value is certainly text in Python 3: it is written as text, read by raw_input(), or made of such."""
    return _is_text(node, model, frozenset())


def _is_text(node: ast.expr, model: ModuleModel, seen: frozenset[ast.AST]) -> bool:
    if node in seen:
        return False
    seen |= {node}
    match node:
        case ast.Constant(value=str()):
            return not is_escaped_bytes(node, model)
        case ast.Call(func=ast.Attribute(value=receiver, attr="join"), args=[items]):
            return _is_text(receiver, model, seen) and _are_texts(items, model, seen)
        case ast.Call(func=ast.Attribute(value=receiver, attr=method)) if method in _KEEP_TEXT:
            return _is_text(receiver, model, seen)
        case ast.Call(func=function):
            return model.resolve(function) in _GIVE_TEXT | _GIVE_OUTSIDE_TEXT
        case ast.Subscript():
            return is_from_outside(node, model)
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if model.kind(node).type in ("str", "unicode"):
            return _is_text(left if model.kind(right).type == "int" else right, model, seen)
        case ast.BinOp(left=left, op=ast.Mod()):
            return _is_text(left, model, seen)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_text(left, model, seen) and _is_text(right, model, seen)
        case ast.Name():
            found = model.bindings(node)
            return bool(found) and all(
                item.kind is BindingKind.ASSIGNMENT and item.value is not None and _is_text(item.value, model, seen)
                for item in found
            )
    return False


def _are_texts(items: ast.expr, model: ModuleModel, seen: frozenset[ast.AST]) -> bool:
    """Whether all that is joined is written here, and text: what was gathered elsewhere may have been received."""
    match items:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return all(_is_text(item, model, seen) for item in elements)
        case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item):
            return _is_text(item, model, seen)
        case ast.Call(func=ast.Name(id="map") as function, args=[kind, *_]):
            return model.resolve(function) == "builtins.map" and model.resolve(kind) in _GIVE_TEXT
    return False


def is_from_outside(node: ast.expr, model: ModuleModel) -> bool:
    """Whether a text is one that Python 3 decodes where it comes from: typed, an argument, of the environment."""
    match node:
        case ast.Call(func=function):
            return model.resolve(function) in _GIVE_OUTSIDE_TEXT | {"builtins.raw_input"}
        case ast.Subscript(value=value, slice=place):
            return not isinstance(place, ast.Slice) and model.resolve(value) in _OUTSIDE
    return False


def is_escaped_bytes(node: ast.Constant, model: ModuleModel) -> bool:
    """Whether a plain literal writes bytes by escapes: '\\xe4\\xb8\\xad'."""
    if node.kind == "u" or "unicode_literals" in model.source.facts.future:
        return False
    return isinstance(node.value, str) and not node.value.isascii() and model.text_of(node).isascii()


@per_model
def has_bytes(model: ModuleModel) -> bool:
    """Whether the module has a b'' literal at all: without one no value certainly is bytes."""
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, bytes) for node in model.nodes.get(ast.Constant, ())
    )


# Codecs that read ASCII as ASCII.
_OVER_ASCII = frozenset(
    "utf8 ascii usascii latin1 iso88591 iso885915 cp1252 cp437 cp1251 gbk gb2312 gb18030 big5 shiftjis eucjp euckr koi8r".split()
)


def reads_alike(node: ast.expr, codec: str | None, model: ModuleModel) -> bool:
    """Whether decoding a text's bytes gives that very text: it is ASCII, or the codec is that of the file."""
    if codec not in _OVER_ASCII:
        return False
    own = plain_name(model.source.encoding).removesuffix("sig")
    return codec == own or all(
        item.value.isascii()
        for item in ast.walk(node)
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    )


def codec_of(call: ast.Call) -> str | None:
    """The codec that encode() or decode() names, in one spelling; "utf8" where none is given, None where it is no literal."""
    named = call.args[:1] or [item.value for item in call.keywords if item.arg == "encoding"]
    if not named:
        return "utf8"
    match named[0]:
        case ast.Constant(value=str(name)):
            return plain_name(name)
    return None


def plain_name(codec: str) -> str:
    """A codec's name in one spelling: UTF-8 and utf_8 are "utf8"."""
    return codec.lower().replace("-", "").replace("_", "")
