"""Special methods that Python 3 does not call any more: __getslice__, __coerce__, __hex__ …

https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._classes import members, methods

_ADVICE = {
    "__coerce__": "Python 3 never calls __coerce__: convert the operand in each operator's own method",
    "__hex__": "Python 3's hex() calls __index__",
    "__oct__": "Python 3's oct() calls __index__",
}
# What a later Python stopped calling: since when, what does its work, and what to say.
_LATER = {
    "__trunc__": ((3, 14), {"__int__", "__index__"}, "int() asks __int__ or __index__ alone since Python 3.14"),
    "find_module": ((3, 12), {"find_spec"}, "imports ask a finder for find_spec() alone since Python 3.12"),
}
_SLICES = {"__getslice__": "__getitem__", "__setslice__": "__setitem__", "__delslice__": "__delitem__"}


class GoneMethods(Rule):
    code = "PORT034"
    name = "gone-methods"
    summary = "slices go to __getitem__, and some special methods are never called"
    why = (
        "Python 3 gives a slice to __getitem__, __setitem__ and __delitem__ as a slice object. Where the class has both methods, "
        "the one passes plain slices on to the other. __coerce__, __hex__ and __oct__ are never called: they are reported, and so are __trunc__ and find_module() "
        "where the target Python asks them no more."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods"
    triggers = frozenset({*_ADVICE, *_SLICES, *_LATER})
    visits = (ast.ClassDef,)
    examples = (
        Example(
            "class Row(object):\n    def __len__(self): return 3\n    def __getslice__(self, i, j):\n        return (i, j)\n"
            "    def __getitem__(self, i):\n        return i\nprint Row()[1:2], Row()[2]\n",
            "class Row(object):\n    def __len__(self): return 3\n    def __getslice__(self, i, j):\n        return (i, j)\n"
            "    def __getitem__(self, i):\n        if isinstance(i, slice) and i.step is None:\n"
            "            return self.__getslice__(*i.indices(len(self))[:2])\n        return i\nprint(Row()[1:2], Row()[2])\n",
        ),
        Untouched(
            "class Row(object):\n    def __getitem__(self, i):\n        return i\nprint Row()[1:2]\n",
            because="no __getslice__",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.ClassDef)
        defined = methods(node)
        for old, advice in _ADVICE.items():
            if old in defined and "__index__" not in defined:
                yield Advice(defined[old], advice)
        for old, (since, instead, advice) in _LATER.items():
            if old in defined and model.python >= since and not instead & members(node):
                yield Advice(defined[old], advice)
        for old, new in _SLICES.items():
            if old in defined:
                yield from _slices(node, old, new)

    def rewrite(self, node: Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        old = match.data
        function = cst.ensure_type(node[0], cst.FunctionDef)
        me, index, *values = [parameter.name.value for parameter in function.params.params]
        given = "".join(f", {value}" for value in values)
        ask = cst.parse_statement(
            f"if isinstance({index}, slice) and {index}.step is None:\n"
            f"    return {me}.{old}(*{index}.indices(len({me}))[:2]{given})\n"
        )
        body = cst.ensure_type(function.body, cst.IndentedBlock)
        head = 1 if function.get_docstring() is not None else 0
        return [
            function.with_changes(body=body.with_changes(body=[*body.body[:head], ask, *body.body[head:]])),
            *node[1:],
        ]


def _slices(node: ast.ClassDef, old: str, new: str) -> Iterator[Match | Advice]:
    defined = methods(node)
    target = defined.get(new)
    if target is not None and "slice" in {item.id for item in ast.walk(target) if isinstance(item, ast.Name)}:
        return  # it takes slices already
    fits = (
        target is not None
        and "__len__" in members(node)
        and target.body[0].lineno > target.lineno
        and len(target.args.args) == (3 if new == "__setitem__" else 2)
    )
    if fits:
        assert target is not None
        message = f"slices go to {new}, which passes them to {old}"
        yield Match(target, Risk.SUGGESTED, message, slot=SlotKind.BLOCK, data=old)
    else:
        yield Advice(defined[old], f"Python 3 gives slices to {new} as slice objects, and never calls {old}")
