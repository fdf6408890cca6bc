"""Values whose text is another one in Python 3: sets, types, floats, bytes …

https://docs.python.org/3/whatsnew/3.2.html#other-language-changes
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind
from porter.python2 import markers
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._classes import is_classic, members, methods
from porter.rules.port._formattings import formattings
from porter.rules.port._spelt import calls_spelt

_TYPES = frozenset(
    f"builtins.{name}"
    for name in "int long float complex bool str unicode list tuple dict set frozenset object type".split()
)
_NUMBERS = frozenset(f"builtins.{name}" for name in "int long float complex".split())
_CONVERSION = re.compile(r"%(?:%|[#0\- +]*[\d*]*(?:\.[\d*]+)?[hlL]?(?P<letter>[a-zA-Z]))")
_SHOW = (markers.PRINT, markers.PRINT_TO, markers.REPR, "str", "unicode", "repr", "print", "format")
_MESSAGES = {
    "set": "the text of a set is {1, 2} in Python 3; it was set([1, 2])",
    "frozenset": "the text of a frozenset is frozenset({1}) in Python 3; it was frozenset([1])",
    "type": "the text of a type is <class 'int'> in Python 3; it was <type 'int'>",
    "classic": "the text of this class is <class '__main__.A'> in Python 3; it was __main__.A",
    "range": "the text of a range is range(0, 3) in Python 3; it was xrange(3)",
    "float": "str() wrote a float with 12 digits; Python 3 writes all that tell it: '%.12g' % x has the old text",
    "bytes": "the text of a byte string is b'…' in Python 3: decode it",
    "unicode": "repr() of a text has no u before it in Python 3",
    "exception": "repr() of an exception has no comma behind a single argument since Python 3.7",
}


class ChangedTexts(Rule):
    code = "PORT082"
    name = "changed-texts"
    summary = "the text of a value is another one"
    why = (
        "str() and repr() write some values otherwise in Python 3: a set, a type, an old-style class, a range, a byte string, u'' "
        "inside a list, and a float, whose str() has up to 17 digits since Python 3.2 where it had 12. Reported where such a value "
        "certainly is printed or made a text: only you know whether anyone compares it."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.2.html#other-language-changes"
    triggers = frozenset(
        {markers.PRINT, markers.PRINT_TO, markers.REPR, "print", "str", "__repr__", "unicode", "repr", "format", "%"}
    )
    visits = (ast.Module,)
    examples = (
        Untouched(
            "print 1.5, '%.2f' % (1 / 3.0), round(2.675, 2)\n", because="few digits, and a format that says how many"
        ),
        Untouched("print sorted(set([1])), type(1).__name__\n", because="a list, and a name"),
        Untouched("print repr(0.1 + 0.2)\n", because="repr() wrote all digits in Python 2.7 too"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if model.dialect is not Dialect.PYTHON2:
            return
        for definition in model.nodes.get(ast.ClassDef, ()):
            assert isinstance(definition, ast.ClassDef)
            yield from _of_numbers(definition, model)
        for value, by_repr in _shown_in(model):
            kind = _changed(value, model, by_repr=by_repr)
            if kind is not None:
                yield Advice(value, _MESSAGES[kind])


def _of_numbers(definition: ast.ClassDef, model: ModuleModel) -> Iterator[Advice]:
    """A class of numbers with a __repr__ of its own."""
    defined = methods(definition)
    if "__repr__" not in defined or "__str__" in members(definition) or model.python < (3, 8):
        return
    if any(model.resolve(base) in _NUMBERS for base in definition.bases):
        yield Advice(
            defined["__repr__"], "str() of a number's class asks its __repr__ since Python 3.8: define __str__ too"
        )


def _shown_in(model: ModuleModel) -> Iterator[tuple[ast.expr, bool]]:
    """The values that a module makes texts of, each with whether by repr(); literals of text are left out."""
    for call in calls_spelt(model, _SHOW):
        for value, by_repr in _shown(call, model):
            if by_repr or not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
                yield value, by_repr
    for template, values in formattings(model):
        letters = (found["letter"] for found in _CONVERSION.finditer(template) if found["letter"])
        for letter, value in zip(letters, values, strict=False):
            if letter in "sr":
                yield value, letter == "r"


def _shown(node: ast.AST, model: ModuleModel) -> Iterator[tuple[ast.expr, bool]]:
    """The values that a node makes a text of, each with whether by repr()."""
    match node:
        case ast.Call(func=ast.Name(id=markers.PRINT), args=values):
            yield from ((value, False) for value in values)
        case ast.Call(func=ast.Name(id=markers.PRINT_TO), args=[_, *values]):
            yield from ((value, False) for value in values)
        case ast.Call(func=ast.Name(id=markers.REPR), args=[value]):
            yield value, True
        case ast.Call(func=ast.Name() as function, args=values) if function.id in ("str", "unicode", "repr", "print"):
            if model.resolve(function) == f"builtins.{function.id}":
                decoded = [value for value in values if function.id == "unicode" and model.kind(value).type == "bytes"]
                yield from ((value, function.id == "repr") for value in values if value not in decoded)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(template)), attr="format"), args=values):
            if set(re.findall(r"\{[^}]*\}", template)) <= {"{}"}:
                yield from ((value, False) for value in values)


def _changed(value: ast.expr, model: ModuleModel, *, by_repr: bool) -> str | None:
    """Which of the changes the text of a value shows, if any."""
    match value:
        case ast.Call(func=function, args=args):
            name = model.resolve(function)
            if name == "builtins.type" and len(args) == 1:
                return "type"
            if name == "builtins.frozenset":
                return "frozenset"
            if name == "builtins.xrange":
                return "range"
        case ast.Name() if model.resolve(value) in _TYPES:
            return "type"
        case ast.Name():
            definition = model.definition(value)
            if isinstance(definition, ast.ClassDef) and is_classic(definition, model):
                return "classic"
            if by_repr and _is_caught(value, model):
                return "exception"
            if _is_byte(value, model):
                return "bytes"
    kind = model.kind(value).type
    if kind in ("list", "tuple", "dict"):
        return "unicode" if _holds_unicode(value, model) else None
    if kind == "float":
        return "float" if not by_repr and _has_digits(value, model) else None
    if kind == "unicode":
        return "unicode" if by_repr else None
    if kind == "bytes":
        return "bytes" if by_repr or not isinstance(value, ast.Constant) else None
    return kind if kind == "set" else None


def _is_caught(value: ast.Name, model: ModuleModel) -> bool:
    return any(isinstance(binding.node, ast.ExceptHandler) for binding in model.bindings(value))


def _is_byte(value: ast.Name, model: ModuleModel) -> bool:
    """Whether a name is bound by loops over byte strings."""
    loops = [model.parent(binding.node) for binding in model.bindings(value)]
    return bool(loops) and all(
        isinstance(loop, ast.For | ast.comprehension) and model.kind(loop.iter).type == "bytes" for loop in loops
    )


def _holds_unicode(value: ast.expr, model: ModuleModel) -> bool:
    items = (
        value.elts if isinstance(value, ast.List | ast.Tuple) else value.values if isinstance(value, ast.Dict) else []
    )
    return any(model.kind(item).type == "unicode" for item in items)


def _has_digits(value: ast.expr, model: ModuleModel) -> bool:
    """Whether a float is worked out, so that it may have more than 12 digits."""
    match value:
        case ast.Constant() | ast.UnaryOp():
            return False
        case ast.Call(func=function):
            return model.resolve(function) not in ("builtins.round", "builtins.float", "math.floor", "math.ceil")
        case ast.Name():
            return any(
                binding.kind is not BindingKind.ASSIGNMENT
                or binding.value is None
                or (binding.value is not value and _has_digits(binding.value, model))
                for binding in model.bindings(value)
            )
    return True
