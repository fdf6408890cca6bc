"""How a value is used that was a list in Python 2 and is a view, an iterator or a range in Python 3.

Where it is only gone through, nothing needs a list. Python 2 made the whole list first, though: code that runs between
two items (a loop's body) may change what is gone through, or depend on all items having been made.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum

from porter.analysis.model import ModuleModel


class How(Enum):
    """What is done with the value."""

    WHOLE = "taken whole, at once"  # sorted(x), ", ".join(x), f(*x)
    LOOPED = "gone through while other code runs"  # for item in x: …
    PARTLY = "gone through until something is found"  # any(x), item in x
    LATER = "gone through later, by whoever asks a generator for its items"  # (f(item) for item in x)
    SIZED = "asked for its length or whether it is empty"  # len(x), if x
    INDEXED = "asked for one item"  # x[0]
    LIST = "anything else: it has to be a list"


@dataclass(frozen=True, slots=True)
class Use:
    """How a value is used, and the loop or comprehension that goes through it, where one does."""

    how: How
    loop: ast.AST | None = None


_LIST = Use(How.LIST)
_WHOLE = Use(How.WHOLE)

_TAKE_WHOLE = frozenset(
    {
        *(f"builtins.{name}" for name in "list tuple set frozenset sorted sum bytearray dict".split()),
        "collections.deque",
        "collections.Counter",
        "collections.OrderedDict",
        "itertools.product",
        "itertools.permutations",
        "itertools.combinations",
        "random.sample",
        "heapq.nlargest",
        "heapq.nsmallest",
    }
)
_TAKE_ONE_WHOLE = frozenset({"builtins.min", "builtins.max"})
_TAKE_SECOND_WHOLE = frozenset({"builtins.reduce", "functools.reduce", "array.array"})
_TAKE_PARTLY = frozenset({"builtins.any", "builtins.all"})
_PASS_ON = frozenset(
    {
        *(f"builtins.{name}" for name in "enumerate iter zip map filter".split()),
        *(
            f"itertools.{name}"
            for name in "chain cycle islice izip imap ifilter izip_longest ifilterfalse takewhile dropwhile starmap groupby "
            "compress tee".split()
        ),
    }
)
# Where these are no plain iteration they get a list of their own, which takes everything at once.
_GET_A_LIST = frozenset({"builtins.zip", "builtins.map", "builtins.filter"})
_METHODS_TAKE_WHOLE = frozenset(
    "join extend update writelines fromkeys union intersection difference symmetric_difference issubset issuperset "
    "intersection_update difference_update symmetric_difference_update".split()
)
_POOL_METHODS = frozenset("map map_async imap imap_unordered starmap starmap_async".split())


def use_of(node: ast.expr, model: ModuleModel) -> Use:
    """How the value of an expression is used where it stands."""
    parent = model.parent(node)
    match parent:
        case ast.For(iter=iterable) if iterable is node:
            return Use(How.LOOPED, parent)
        case ast.comprehension(iter=iterable) if iterable is node:
            return _as_clause(parent, model)
        case ast.Starred() | ast.Assign(targets=[ast.Tuple() | ast.List()]):
            return _WHOLE
        case ast.Call() if node in parent.args:
            return _as_argument(node, parent, model)
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[container]) if container is node:
            return Use(How.PARTLY)
        case ast.If() | ast.While() | ast.UnaryOp(op=ast.Not()) | ast.Assert():
            return Use(How.SIZED)
        case ast.IfExp(test=test):
            return Use(How.SIZED) if test is node else use_of(parent, model)
        case ast.BoolOp(values=values):
            outer = use_of(parent, model)
            return outer if outer.how is How.SIZED or values[-1] is node else _LIST
        case ast.Subscript(value=value, slice=index) if value is node and isinstance(parent.ctx, ast.Load):
            return use_of(parent, model) if isinstance(index, ast.Slice) else Use(How.INDEXED)
    return _LIST


def _as_clause(clause: ast.comprehension, model: ModuleModel) -> Use:
    """A generator expression goes through its first clause's value when somebody asks for its items: at once, or later."""
    loop = model.parent(clause)
    if isinstance(loop, ast.GeneratorExp) and loop.generators[0] is clause:
        outer = use_of(loop, model)
        if outer.how is How.LIST and not isinstance(model.parent(loop), ast.Expr):
            return Use(How.LATER, loop)
    return Use(How.LOOPED, loop)


def is_iterated(node: ast.expr, model: ModuleModel) -> bool:
    """Whether nothing but the items of the value are asked for, at once or one by one: any iterable will do."""
    if use_of(node, model).how in (How.WHOLE, How.LOOPED, How.PARTLY, How.LATER):
        return True
    parent = model.parent(node)
    return isinstance(parent, ast.Call) and node in parent.args and model.resolve(parent.func) in _PASS_ON


def _as_argument(node: ast.expr, call: ast.Call, model: ModuleModel) -> Use:
    name = model.resolve(call.func)
    position = call.args.index(node)
    if name in _TAKE_WHOLE or (name in _TAKE_ONE_WHOLE and len(call.args) == 1):
        return _WHOLE
    if name in _TAKE_PARTLY:
        return Use(How.PARTLY)
    if name == "builtins.reversed":
        return Use(How.INDEXED)  # from the last item on: a range can do that, an iterator cannot
    if name in ("builtins.len", "builtins.bool"):
        return Use(How.SIZED)
    if name in _TAKE_SECOND_WHOLE and position == 1:
        return _WHOLE
    if name in _PASS_ON and (position > 0 or name not in ("builtins.map", "builtins.filter")):
        outer = use_of(call, model)
        if outer.how in (How.LOOPED, How.PARTLY, How.WHOLE):
            return outer
        return _WHOLE if name in _GET_A_LIST else _LIST
    if isinstance(call.func, ast.Attribute):
        return _as_method_argument(call.func, position, model)
    return _LIST


def _as_method_argument(method: ast.Attribute, position: int, model: ModuleModel) -> Use:
    if method.attr in _METHODS_TAKE_WHOLE and model.resolve(method) not in ("os.path.join", "posixpath.join"):
        return _WHOLE
    if method.attr in _POOL_METHODS and position == 1 and _is_pool(model.library_type(model.kind(method.value))):
        return _WHOLE
    return _LIST


def _is_pool(type_name: str) -> bool:
    return type_name.endswith(("Pool", "PoolExecutor"))


# -- loops ---------------------------------------------------------------------------------------------------------


def loop_body(loop: ast.AST) -> list[ast.AST]:
    """What runs between two items of a loop or a comprehension."""
    match loop:
        case ast.For(body=body):
            return list(body)
        case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
            return [element, *_later_clauses(loop)]
        case ast.DictComp(key=key, value=value):
            return [key, value, *_later_clauses(loop)]
    return []


def _later_clauses(loop: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> list[ast.AST]:
    first, *others = loop.generators
    return [*first.ifs, *others]


def loop_target(loop: ast.AST) -> ast.expr | None:
    """What a loop binds each item to; of a comprehension with several clauses, the first one's target."""
    match loop:
        case ast.For(target=target):
            return target
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return loop.generators[0].target
    return None
