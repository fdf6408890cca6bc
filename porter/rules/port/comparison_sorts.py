"""Python 3 sorts by keys: `sort(cmp)` becomes `sort(key=…)`.

https://docs.python.org/3/howto/sorting.html#comparison-functions
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from porter.analysis.kinds import UNKNOWN
from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Definition
from porter.rewriting.building import call, keyword, with_arguments
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import can_import, is_module
from porter.rules.port._sorting import KeyForm, Sorting, key_form, sorting

_ORDER = "in Python 3 values of different types have no order: comparing them raises TypeError"


class ComparisonSorts(Rule):
    code = "PORT031"
    name = "comparison-sorts"
    summary = "sort by key instead of by a comparison"
    why = (
        "list.sort() and sorted() take no comparison function in Python 3. One that only compares a key of both items becomes "
        "that key; any other is given to functools.cmp_to_key(), which sorts by it as before."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/howto/sorting.html#comparison-functions"
    triggers = frozenset({"sort", "sorted"})
    spelt = True
    visits = (ast.Call,)
    examples = (
        Example("print sorted([3, 1, 2], cmp)\n", "print(sorted([3, 1, 2]))\n"),
        Example(
            "print sorted(['bb', 'a'], lambda a, b: cmp(len(a), len(b)))\n",
            "print(sorted(['bb', 'a'], key=lambda a: len(a)))\n",
        ),
        Example(
            "xs = [1, 3, 2]\nxs.sort(lambda a, b: cmp(b, a))\nprint xs\n",
            "xs = [1, 3, 2]\nxs.sort(reverse=True)\nprint(xs)\n",
        ),
        Example(
            "print sorted([(1, 2), (0, 2)], cmp=lambda a, b: cmp(a[1], b[1]) or cmp(a[0], b[0]))\n",
            "print(sorted([(1, 2), (0, 2)], key=lambda a: (a[1], a[0])))\n",
        ),
        Example(
            "def order(a, b): return b - a\nprint sorted([1, 3, 2], order)\n",
            "import functools\ndef order(a, b): return b - a\nprint(sorted([1, 3, 2], key=functools.cmp_to_key(order)))\n",
        ),
        Example(
            "def order(a, b): return b - a\nprint sorted(['bb', 'a'], order, len), sorted([1, -3], None, abs, True)\n",
            "import functools\ndef order(a, b): return b - a\n"
            "print(sorted(['bb', 'a'], key=lambda x: functools.cmp_to_key(order)(len(x))), sorted([1, -3], key=abs, reverse=True))\n",
        ),
        Untouched("print sorted([3, 1], key=abs)\nxs.sort()\n", because="it sorts by a key already"),
        Untouched("rows = table.sort('name')\nprint rows\n", because="no comparison: not a list's sort()"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Call)
        found = sorting(node, model)
        if found is None:
            return
        if not _is_comparison(node, found, model):
            if _may_be_comparison(node, found, model):
                yield Advice(node, "if this is a list that a comparison sorts: sort(key=functools.cmp_to_key(compare))")
            return
        keyed = [item.value for item in node.keywords if item.arg == "key"] + list(found.rest[:1])
        if len(found.rest) > 2 or any(not _is_none(item) for item in keyed):
            yield from _with_key(node, found, keyed, model)
            return
        form = key_form(node, found.compare, model)
        plain = _is_none(found.compare) or model.resolve(found.compare) == "builtins.cmp"
        if form is not None or plain:
            risk = Risk.SAFE if _is_none(found.compare) else Risk.SUGGESTED
            yield Match(node, risk, _ORDER if form or not _is_none(found.compare) else "", data=(found, form, plain))
        elif can_import("functools", node, model):
            yield Match(node, data=(found, None, False), needs=(Import("functools"),))
        else:
            yield Advice(node, "sort by key=functools.cmp_to_key(…); the name functools means something else here")

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        if isinstance(match.data, Both):
            return _in_one(node, match.data)
        found, form, plain = match.data
        arguments = list(node.args)
        position = _position(arguments, found, is_method=isinstance(node.func, cst.Attribute))
        compare = arguments[position].value
        new: list[cst.Arg] = []
        if form is not None:
            new = _as_key(compare, form)
        elif not plain:
            new = [keyword("key", call("functools.cmp_to_key", compare))]
        behind = arguments[position + 1 :]
        if not found.by_keyword and found.rest:
            behind = [keyword("reverse", item.value) for item in behind[1 : len(found.rest)]] + behind[
                len(found.rest) :
            ]
        if behind and new:
            new[-1] = new[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
        return with_arguments(node, [*arguments[:position], *new, *behind])


@dataclass(frozen=True, slots=True)
class Both:
    """A comparison and a key; `item` is a name for what is sorted that neither speaks of, empty where only the key counts."""

    found: Sorting
    item: str


def _with_key(
    node: ast.Call, found: Sorting, keyed: Sequence[ast.expr], model: ModuleModel
) -> Iterator[Match | Advice]:
    """A sort by a comparison of keys."""
    if len(keyed) == 1 and len(found.rest) < 3:
        compare, key = found.compare, keyed[0]
        if _is_none(compare) or model.resolve(compare) == "builtins.cmp":
            risk, message = (Risk.SAFE, "") if _is_none(compare) else (Risk.SUGGESTED, _ORDER)
            yield Match(node, risk, message, data=Both(found, ""))
            return
        item = next(
            (name for name in ("x", "item", "value") if name not in model.text_of(compare) + model.text_of(key)), ""
        )
        if _is_named(compare) and _is_named(key) and item and can_import("functools", node, model):
            yield Match(node, data=Both(found, item), needs=(Import("functools"),))
            return
    yield Advice(node, "give the key and the comparison in one: key=lambda x: functools.cmp_to_key(compare)(key(x))")


def _is_named(node: ast.expr) -> bool:
    """Whether an expression only names something, so that it may be asked for at each item."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _in_one(node: cst.Call, both: Both) -> cst.Call:
    """The call with a single key."""
    arguments = list(node.args)
    position = _position(arguments, both.found, is_method=isinstance(node.func, cst.Attribute))
    compare = arguments[position].value
    rest = arguments[position + 1 :]
    if not both.found.by_keyword:
        named = [keyword(word, item.value) for word, item in zip(("key", "reverse"), rest, strict=False)]
        rest = named[: len(both.found.rest)] + rest[len(both.found.rest) :]
    arguments = arguments[:position] + rest
    for number, argument in enumerate(arguments):
        if both.item and argument.keyword is not None and argument.keyword.value == "key":
            asked = call(argument.value, cst.Name(both.item))
            key = cst.Lambda(
                cst.Parameters([cst.Param(cst.Name(both.item))]), call(call("functools.cmp_to_key", compare), asked)
            )
            arguments[number] = argument.with_changes(value=key)
    return with_arguments(node, arguments)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_comparison(node: ast.Call, found: Sorting, model: ModuleModel) -> bool:
    """Whether the first argument of sort() is certainly a comparison, and the receiver a list as far as one can tell."""
    if found.by_keyword or not isinstance(node.func, ast.Attribute):
        return True
    if model.kind(node.func.value).type == "list" or _is_list_of_a_dict(node.func.value, model):
        return True
    compare = found.compare
    if isinstance(compare, ast.Lambda):
        return len(compare.args.args) == 2
    if model.resolve(compare) == "builtins.cmp" or _is_none(compare):
        return True
    if isinstance(compare, ast.Attribute):
        return _is_method(compare, model)
    definition = model.definition(compare)
    return isinstance(definition, Definition) and not isinstance(definition, ast.ClassDef)


def _may_be_comparison(node: ast.Call, found: Sorting, model: ModuleModel) -> bool:
    """Whether an object that may be a list is given something that may be a function."""
    assert isinstance(node.func, ast.Attribute)
    named = isinstance(found.compare, ast.Name | ast.Attribute) and not is_module(node.func.value, model)
    known = model.kind(node.func.value) is not UNKNOWN or model.kind(found.compare).type not in (
        UNKNOWN.type,
        "function",
    )
    return named and not known and not model.tree.defines_method("sort")


def _is_list_of_a_dict(node: ast.expr, model: ModuleModel) -> bool:
    """Whether the receiver comes from `keys()`, `values()` or `items()`: PORT026 makes a list of it."""
    if isinstance(node, ast.Name):
        found = [binding.value for binding in model.bindings(node)]
        return bool(found) and all(value is not None and _is_dict_call(value) for value in found)
    return _is_dict_call(node)


def _is_dict_call(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="keys" | "values" | "items"), args=[], keywords=[]):
            return True
    return False


def _is_method(node: ast.Attribute, model: ModuleModel) -> bool:
    owner = model.enclosing_class(node)
    return owner is not None and any(
        isinstance(item, ast.FunctionDef) and item.name == node.attr for item in owner.body
    )


def _position(arguments: Sequence[cst.Arg], found: Sorting, *, is_method: bool) -> int:
    if found.by_keyword:
        return next(
            number for number, item in enumerate(arguments) if item.keyword is not None and item.keyword.value == "cmp"
        )
    return 0 if is_method else 1


def _as_key(compare: cst.BaseExpression, form: KeyForm) -> list[cst.Arg]:
    new: list[cst.Arg] = []
    if not form.identity:
        new.append(keyword("key", _key(cst.ensure_type(compare, cst.Lambda), form)))
    if form.reverse:
        new.append(keyword("reverse", cst.Name("True")))
    if len(new) == 2:
        new[0] = new[0].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
    return new


def _key(compare: cst.Lambda, form: KeyForm) -> cst.Lambda:
    """The key of the first argument, by the comparison's own expressions."""
    comparisons: list[cst.BaseExpression] = []
    body = compare.body
    while isinstance(body, cst.BooleanOperation):
        comparisons.insert(0, body.right)
        body = body.left
    comparisons.insert(0, body)
    keys = [cst.ensure_type(item, cst.Call).args[1 if form.reverse else 0].value for item in comparisons]
    key = keys[0]
    if len(keys) > 1:
        key = cst.Tuple([cst.Element(item) for item in keys])
    first = compare.params.params[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return cst.Lambda(cst.Parameters([first]), key)
