"""StopIteration inside a generator is an error since Python 3.7: the generator returns.

https://peps.python.org/pep-0479/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Definition
from porter.analysis.walk import children
from porter.python2 import markers
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched

_CATCHING = frozenset({"StopIteration", "Exception", "BaseException", "StandardError"})
_SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Delete, ast.Assert, ast.Return)
_ADVICE = (
    "when the iterator is exhausted, Python 2 ended this generator; Python 3.7 raises RuntimeError: catch StopIteration"
)


class GeneratorEnds(Rule):
    code = "PORT038"
    name = "generator-ends"
    summary = "a generator ends by return"
    why = (
        "Since Python 3.7 a StopIteration that leaves a generator's body becomes a RuntimeError. `raise StopIteration` is "
        "`return`; a next() that nothing catches is caught, and the generator returns as it did."
    )
    source = "https://peps.python.org/pep-0479/"
    triggers = frozenset({"StopIteration", "next"})
    visits = (ast.FunctionDef, ast.GeneratorExp)
    examples = (
        Example(
            "def count(n):\n    while True:\n        if n == 0:\n            raise StopIteration\n        yield n\n        n -= 1\n"
            "print list(count(2))\n",
            "def count(n):\n    while True:\n        if n == 0:\n            return\n        yield n\n        n -= 1\n"
            "print(list(count(2)))\n",
        ),
        Example(
            "def doubled(numbers):\n    while True:\n        n = numbers.next()\n        yield 2 * n\nprint list(doubled(iter([1, 2])))\n",
            "def doubled(numbers):\n    while True:\n        try:\n            n = next(numbers)\n        except StopIteration:\n"
            "            return\n        yield 2 * n\nprint(list(doubled(iter([1, 2]))))\n",
        ),
        Untouched(
            "class Ones(object):\n    def __iter__(self): return self\n    def next(self):\n        raise StopIteration\n"
            "print list(Ones())\n",
            because="an iterator's method raises it, no generator",
        ),
        Untouched(
            "def first(rows):\n    try:\n        yield rows.next()\n    except StopIteration:\n        print 'none'\n",
            because="it is caught",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if isinstance(node, ast.GeneratorExp):
            if any(_asks_next(item) for item in _own(node.elt)):
                yield Advice(node, _ADVICE)
            return
        assert isinstance(node, ast.FunctionDef)
        if not model.is_generator(node):
            return
        for inner in _own_of(node):
            match inner:
                case ast.Raise(exc=raised) if _is_stop(raised) and not _is_caught(inner, node, model):
                    yield Match(inner, data="raise")
                case ast.Call() if _asks_next(inner) and not _is_caught(inner, node, model):
                    yield from _unguarded(inner, node, model)

    def rewrite(self, node: cst.CSTNode | Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        if isinstance(node, cst.CSTNode):
            return cst.Return()
        first, *others = node
        comments = list(getattr(first, "leading_lines", ()))
        handler = cst.ExceptHandler(
            body=cst.IndentedBlock([cst.SimpleStatementLine([cst.Return()])]), type=cst.Name("StopIteration")
        )
        body = cst.IndentedBlock([first.with_changes(leading_lines=[]), *others])
        return [cst.Try(body=body, handlers=[handler], leading_lines=comments)]


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what it holds, without functions, classes and generator expressions inside it."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if not isinstance(current, Definition | ast.Lambda | ast.GeneratorExp):
            stack.extend(reversed(children(current)))


def _own_of(function: ast.FunctionDef) -> Iterator[ast.AST]:
    for statement in function.body:
        yield from _own(statement)


def _is_stop(raised: ast.expr | None) -> bool:
    match raised:
        case ast.Name(id="StopIteration"):
            return True
        case ast.Call(func=ast.Name(id="StopIteration")):
            return True
        case ast.Call(func=ast.Name(id=markers.RAISE), args=[ast.Name(id="StopIteration"), *_]):
            return True
    return False


def _asks_next(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="next"), args=[], keywords=[]):
            return True
        case ast.Call(func=ast.Name(id="next"), args=[_], keywords=[]):
            return True
    return False


def _is_caught(node: ast.AST, function: ast.FunctionDef, model: ModuleModel) -> bool:
    """Whether a handler inside the function may catch a StopIteration from here."""
    inner = node
    for outer in model.ancestors(node):
        if outer is function:
            return False
        if isinstance(outer, ast.Try) and inner in outer.body and any(_catches(item) for item in outer.handlers):
            return True
        inner = outer
    return False


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(item, ast.Name) and item.id in _CATCHING for item in ast.walk(handler.type))


def _unguarded(node: ast.Call, function: ast.FunctionDef, model: ModuleModel) -> Iterator[Match | Advice]:
    """A statement of its own is put into a try; in a compound statement's header there is no place for one."""
    if _is_endless(node, model):
        return
    statement = model.statement(node)
    calls = [item for item in _own(statement) if _asks_next(item)]
    if calls[0] is not node:
        return  # the statement is dealt with already
    if isinstance(statement, _SIMPLE):
        yield Match(
            statement,
            Risk.SAFE,
            "a generator that asks an exhausted iterator returns",
            slot=SlotKind.BLOCK,
            data="next",
        )
    else:
        yield Advice(node, _ADVICE)


def _is_endless(node: ast.Call, model: ModuleModel) -> bool:
    """Whether the iterator certainly never ends: itertools.count() and cycle()."""
    asked = node.func.value if isinstance(node.func, ast.Attribute) else node.args[0]
    if isinstance(asked, ast.Name):
        values = [binding.value for binding in model.bindings(asked)]
        return bool(values) and all(isinstance(value, ast.Call) and _never_ends(value, model) for value in values)
    return isinstance(asked, ast.Call) and _never_ends(asked, model)


def _never_ends(call: ast.Call, model: ModuleModel) -> bool:
    return model.resolve(call.func) == "itertools.count"
