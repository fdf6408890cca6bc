"""A manager's proxies call methods by name, and some of those names are gone: `exposed=['next', 'has_key']`.

https://docs.python.org/3/library/multiprocessing.html#proxy-objects
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched

_NEW = {
    "next": "__next__",
    "has_key": "__contains__",
    "iterkeys": "keys",
    "itervalues": "values",
    "iteritems": "items",
    "__getslice__": "__getitem__",
    "__setslice__": "__setitem__",
    "__delslice__": "__delitem__",
    "__nonzero__": "__bool__",
    "__cmp__": "__lt__ and __eq__",
    "__div__": "__truediv__",
    "__unicode__": "__str__",
    "__long__": "__int__",
}


class ExposedNames(Rule):
    code = "HAZ016"
    name = "exposed-names"
    summary = "a proxy calls a method by a name that Python 3's objects do not have"
    why = (
        "A proxy of multiprocessing's managers sends the name of the method to call: in `exposed`, `_exposed_` and "
        "_callmethod() it stands as a string, which no port of the methods themselves reaches. Python 3's iterators have "
        "__next__, its dicts have no has_key(), and slices go to __getitem__."
    )
    source = "https://docs.python.org/3/library/multiprocessing.html#proxy-objects"
    risk = None
    triggers = frozenset({"exposed=", "exposed =", "_exposed_", "_callmethod"})
    pattern = re.compile(rf"""['"](?:{"|".join(_NEW)})['"]""")
    visits = (ast.Call, ast.Assign)
    examples = (
        Untouched(
            "from multiprocessing import managers\nclass P(managers.BaseProxy):\n    _exposed_ = ('get', 'put')\nx = `P`\n",
            because="the program's own methods",
        ),
        Untouched("table = {'next': 1}\nprint `table`\n", because="no proxy"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for place in _names(node):
            said = place.value
            if isinstance(said, str) and said in _NEW and not (said == "has_key" and model.tree.defines_method(said)):
                yield Advice(place, f"Python 3's objects have {_NEW[said]} for {said}: the proxy must ask for that")


def _names(node: ast.AST) -> Iterator[ast.Constant]:
    """The names of methods that a proxy may call, as far as they are written out."""
    listed: list[ast.expr] = []
    match node:
        case ast.Assign(targets=[ast.Name(id="_exposed_")], value=ast.Tuple(elts=items) | ast.List(elts=items)):
            listed = items
        case ast.Call(func=ast.Attribute(attr="_callmethod"), args=[name, *_]):
            listed = [name]
        case ast.Call(keywords=keywords):
            for word in keywords:
                if word.arg == "exposed" and isinstance(word.value, ast.Tuple | ast.List):
                    listed = word.value.elts
    yield from (item for item in listed if isinstance(item, ast.Constant))
