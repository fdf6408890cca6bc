"""A value that has no format of its own takes no format specification since Python 3.4, and %x takes whole numbers alone.

https://github.com/python/cpython/issues/52175
"""

from __future__ import annotations

import ast
import itertools
import re
import string
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._classes import defines
from porter.rules.port._formattings import formattings
from porter.rules.port._names import spelled
from porter.rules.port._spelt import calls_of

_WITHOUT_FORMAT = frozenset({"None", "list", "dict", "tuple", "set", "function", "generator"})
_QUOTED = re.compile(r"(?P<prefix>[uUbBrR]*)(?P<quote>'''|\"\"\"|'|\")(?P<body>.*)(?P=quote)", re.DOTALL)
# Where a field begins, up to its colon or its end; doubled braces are none.
_PLACES = re.compile(r"(?<!\{)(?:\{\{)*\{[^{}:!]*[:!}]")
_BASED = re.compile(r"%[^a-zA-Z%]*[hlL]?[xXo]")
_CONVERSION = re.compile(r"%(?:%|[#0\- +]*\d*(?:\.\d+)?[hlL]?(?P<letter>[a-zA-Z]))")


class FormatValues(Rule):
    code = "PORT079"
    name = "format-values"
    summary = "format a value as text where it has no format of its own"
    why = (
        "'{:10}'.format(x) turned an x without a __format__ of its own (None, a list, most objects) into text, and formatted that. "
        "Python 3.4 raises TypeError: {!s:10} says it. '%x' % 255.0 cut the number to a whole one; Python 3.5 wants an int."
    )
    risk = Risk.SAFE
    source = "https://github.com/python/cpython/issues/52175"
    triggers = frozenset({"format", "%"})
    visits = (ast.Module,)
    examples = (
        Example("print '{:>6}|{:5}|'.format(None, [1])\n", "print('{!s:>6}|{!s:5}|'.format(None, [1]))\n"),
        Example(
            "class A(object):\n    def __str__(self): return 'a'\nprint '{0:>5}'.format(A()), format(A(), '4')\n",
            "class A(object):\n    def __str__(self): return 'a'\nprint('{0!s:>5}'.format(A()), format(str(A()), '4'))\n",
        ),
        Example("print '%x %s' % (255.0, 1)\n", "print('%x %s' % (int(255.0), 1))\n"),
        Untouched("print '{:5}|{:>3}'.format(1, 'a')\n", because="numbers and text have formats"),
        Untouched("print '{0} {1!r:5}'.format(None, [])\n", because="no specification, or a conversion"),
        Untouched("print '%x' % 255\n", because="a whole number"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for called in calls_of(model, frozenset({"builtins.format"})):
            yield from self._formatted(called, model)
        for template, values in formattings(model):
            if _BASED.search(template):
                yield from self._of_base(template, values, model)

    def _formatted(self, node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str()) as literal, attr="format"),
                args=args,
                keywords=keywords,
            ):
                yield from _in_template(literal, args, keywords, model)
            case ast.Call(func=function, args=[value, ast.Constant(value=str(spec))]) if spec:
                if model.resolve(function) == "builtins.format" and _has_no_format(value, model):
                    text, needs = spelled("str", value, model)
                    yield Match(
                        value, message="it has no format of its own: it is formatted as text", data=text, needs=needs
                    )

    def _of_base(self, template: str, values: list[ast.expr], model: ModuleModel) -> Iterator[Match]:
        """`'%x' % 255.0`."""
        for letter, value in zip(_letters(template), values, strict=False):
            if letter in ("x", "X", "o") and model.kind(value).type == "float":
                whole, needs = spelled("int", value, model)
                yield Match(value, message=f"%{letter} takes a whole number", data=whole, needs=needs)

    def rewrite(self, node: str | cst.BaseExpression, match: Match) -> Rewritten:
        if isinstance(node, str):
            return _with_text(node, match.data)
        return call(match.data, node)


def _letters(template: str) -> list[str]:
    return [found["letter"] for found in _CONVERSION.finditer(template) if found["letter"]]


def _in_template(
    literal: ast.Constant, args: list[ast.expr], keywords: list[ast.keyword], model: ModuleModel
) -> Iterator[Match | Advice]:
    named = {item.arg: item.value for item in keywords if item.arg is not None}
    if any(isinstance(item, ast.Starred) for item in args):
        return
    wanted = []
    for number, (name, spec) in enumerate(_fields(str(literal.value))):
        value = named.get(name)
        if name.isdigit() and int(name) < len(args):
            value = args[int(name)]
        if spec and value is not None and _has_no_format(value, model):
            wanted.append(number)
    if not wanted:
        return
    text = model.text_of(literal)
    if _QUOTED.fullmatch(text) and len(_PLACES.findall(text)) == len(_fields(str(literal.value))):
        message = "it has no format of its own: !s formats it as text"
        yield Match(literal, message=message, at=model.span(literal), slot=SlotKind.TEXT, data=frozenset(wanted))
    else:
        yield Advice(literal, "a value without a format of its own takes no format specification: write {!s:…}")


def _fields(template: str) -> list[tuple[str, str]]:
    """The names and specifications of a template's fields, unnamed ones by their number; a conversion leaves no specification."""
    try:
        parsed = [item for item in string.Formatter().parse(template) if item[1] is not None]
    except ValueError:
        return []
    numbers = itertools.count()
    return [(name or str(next(numbers)), "" if conversion else spec or "") for _, name, spec, conversion in parsed]


def _with_text(literal: str, wanted: frozenset[int]) -> str:
    """The literal with !s in the fields of these numbers."""
    numbers = itertools.count()
    return _PLACES.sub(lambda found: f"{found.group()[:-1]}!s:" if next(numbers) in wanted else found.group(), literal)


def _has_no_format(value: ast.expr, model: ModuleModel) -> bool:
    kind = model.kind(value)
    if kind.definition is not None:
        bases = kind.definition.bases
        known = all(model.resolve(base) == "builtins.object" or model.definition(base) is not None for base in bases)
        return known and not defines(kind.definition, "__format__", model)
    # A name that is None here may be bound to something else by other files.
    return kind.type in _WITHOUT_FORMAT and (kind.type != "None" or isinstance(value, ast.Constant))
