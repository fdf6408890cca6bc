"""Values of different types have no order in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#ordering-comparisons
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._classes import defines
from porter.rules.port._spelt import calls_spelt

_FAMILIES = {
    **dict.fromkeys(("int", "float", "bool"), "number"),
    **dict.fromkeys(("str", "unicode"), "text"),
    **{name: name for name in ("bytes", "list", "tuple", "set", "None", "dict", "complex", "function")},
}
_NEVER_ORDERED = frozenset({"None", "dict", "complex", "function", "object"})
_SORT = frozenset({"builtins.sorted", "builtins.min", "builtins.max"})
_ORDERINGS = frozenset({ast.Lt, ast.LtE, ast.Gt, ast.GtE})
_ORDER = ("__lt__", "__gt__", "__le__", "__ge__", "__cmp__")


class Unorderable(Rule):
    code = "PORT049"
    name = "unorderable"
    summary = "a comparison of values that have no order"
    why = (
        "Python 2 found some order between any two values, such as None < 0 < ''. Python 3 raises TypeError. Reported where both "
        "types are certain: say what is meant, such as `x is None or x < 0`, or a key that puts None first."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.0.html#ordering-comparisons"
    visits = (ast.Module,)
    examples = (
        Untouched("print 1 < 2.0, 'a' < u'b', [1] < [2]\n", because="these have an order in both"),
        Untouched("print None == 0\n", because="equality is asked of anything"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for place in (*model.nodes.get(ast.Compare, ()), *calls_spelt(model, ("sorted", "min", "max", "sort"))):
            yield from self._at(place, model)

    def _at(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Compare(left=left, ops=operators, comparators=others):
                for number, operator in enumerate(operators):
                    if operator.__class__ in _ORDERINGS:
                        pair = [others[number - 1] if number else left, others[number]]
                        yield from _compared(node, pair, model)
            case ast.Call(
                func=ast.Name(id="sorted" | "min" | "max") as function,
                args=[ast.List() | ast.Tuple() | ast.Name() as items],
            ):
                values = _items(items, model) if model.resolve(function) in _SORT else []
                yield from _compared(node, values, model)
            case ast.Call(func=ast.Name() as function, args=[_, _, *_] as values) if function.id in ("min", "max"):
                if model.resolve(function) in _SORT:
                    yield from _compared(node, values, model)
            case ast.Call(func=ast.Attribute(value=ast.Name() as items, attr="sort"), args=[], keywords=[]):
                values = _items(items, model)
                yield from _compared(node, values, model)


def _compared(node: ast.AST, values: list[ast.expr], model: ModuleModel) -> Iterator[Advice]:
    """What to say of values that are put in order; tuples by their items, as far as those before are the same."""
    tuples = [value.elts for value in values if isinstance(value, ast.Tuple)]
    if len(tuples) == len(values) > 1:
        for column in zip(*tuples, strict=False):
            if len({ast.dump(item) for item in column}) > 1:
                yield from _compared(node, list(column), model)
                return
    elif _has_no_order(values, model):
        yield Advice(node, f"{_said(values, model)} have no order in Python 3: this raises TypeError")


def _items(node: ast.expr, model: ModuleModel) -> list[ast.expr]:
    """What a list holds that is written here, or is bound once to a name."""
    if isinstance(node, ast.Name):
        found = model.bindings(node)
        value = found[0].value if len(found) == 1 else None
        return value.elts if isinstance(value, ast.List | ast.Tuple) else []
    assert isinstance(node, ast.List | ast.Tuple)
    return node.elts


def _families(values: list[ast.expr], model: ModuleModel) -> list[str]:
    return [_family(value, model) for value in values]


def _family(value: ast.expr, model: ModuleModel) -> str:
    kind = model.kind(value)
    if kind.definition is not None:
        return "object" if _is_plain(kind.definition, model) else "?"
    family = _FAMILIES.get(kind.type, "?")
    # A name or an attribute that starts as None is given another value later, perhaps by other files.
    return "?" if family == "None" and not isinstance(value, ast.Constant) else family


def _is_plain(definition: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether a class certainly gives its instances no order: its bases are known, and none of them defines one."""
    known = all(
        model.resolve(base) == "builtins.object" or model.definition(base) is not None for base in definition.bases
    )
    return known and not definition.decorator_list and not any(defines(definition, name, model) for name in _ORDER)


def _has_no_order(values: list[ast.expr], model: ModuleModel) -> bool:
    if len(values) == 2 and (_family(values[0], model) == "?" or _family(values[1], model) == "?"):
        return False
    known = set(_families(values, model)) - {"?"}
    return len(values) > 1 and (
        len(known) > 1 or bool(known & _NEVER_ORDERED and len(known) == 1 and _all_known(values, model))
    )


def _all_known(values: list[ast.expr], model: ModuleModel) -> bool:
    return "?" not in _families(values, model)


def _said(values: list[ast.expr], model: ModuleModel) -> str:
    names = dict.fromkeys(model.kind(value).type.lstrip(".") for value in values if _family(value, model) != "?")
    return " and ".join(names) if len(names) > 1 else f"two of {next(iter(names))}"
