"""Groups of threads made by hand: made in one go, started, and joined, with nothing else done to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind

_IDENTITIES = frozenset(
    {
        "threading.current_thread",
        "threading.currentThread",
        "threading.get_ident",
        "threading.local",
        "threading.enumerate",
        "threading.active_count",
        "_thread.get_ident",
    }
)
_WORDS = frozenset(name.rpartition(".")[2] for name in _IDENTITIES)


@dataclass(frozen=True, slots=True)
class Group:
    """A group: its statements, how many threads it has (as text), and the function with its arguments.

    `each` says that the function gets the loop's own item and nothing else.
    """

    first: ast.stmt
    last: ast.stmt
    size: str
    each: bool


@dataclass(frozen=True, slots=True)
class _Made:
    """The loop, or comprehension, that makes the threads."""

    call: ast.Call
    target: ast.expr
    iterable: ast.expr


def group_at(statement: ast.stmt, model: ModuleModel) -> Group | None:
    """The group whose first statement this is."""
    match statement:
        case ast.Assign(targets=[ast.Name() as threads]):
            pass
        case _:
            return None
    suite = model.suite(statement)
    rest = suite[suite.index(statement) + 1 :]
    made, rest, started = _made(statement, threads.id, rest)
    if made is None:
        return None
    if not started:
        if not rest or not _calls_each(rest[0], threads.id, "start"):
            return None
        rest = rest[1:]
    if not rest or not _calls_each(rest[0], threads.id, "join"):
        return None
    last = rest[0]
    function = _target(made.call, model)
    size = _size(made.iterable, model)
    if function is None or size is None or not _is_all(threads, statement, last, model) or _asks_identity(model):
        return None
    return Group(statement, last, size, _is_each(made))


def _made(statement: ast.Assign, threads: str, rest: list[ast.stmt]) -> tuple[_Made | None, list[ast.stmt], bool]:
    """What makes the threads, the statements behind it, and whether they are started there already."""
    match statement.value, rest:
        case ast.ListComp(elt=ast.Call() as call, generators=[ast.comprehension(ifs=[]) as generator]), _:
            return _Made(call, generator.target, generator.iter), rest, False
        case ast.List(elts=[]), [ast.For(orelse=[]) as loop, *after]:
            return _made_in(loop, threads, after)
    return None, rest, False


def _made_in(loop: ast.For, threads: str, after: list[ast.stmt]) -> tuple[_Made | None, list[ast.stmt], bool]:
    match loop.body:
        case [ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call), *others]:
            said = sorted(ast.unparse(other) for other in others)
            for started in (False, True):
                expected = [f"{threads}.append({name})", *([f"{name}.start()"] if started else [])]
                if said == sorted(expected):
                    return _Made(call, loop.target, loop.iter), after, started
    return None, after, False


def _calls_each(statement: ast.stmt, threads: str, method: str) -> bool:
    """`for t in threads: t.start()`."""
    match statement:
        case ast.For(
            target=ast.Name(id=name),
            iter=ast.Name(id=items),
            body=[
                ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=called), attr=attr), args=[], keywords=[]))
            ],
            orelse=[],
        ):
            return name == called and items == threads and attr == method
    return False


def _target(call: ast.Call, model: ModuleModel) -> ast.FunctionDef | None:
    """The function of the module that the threads run; None where the thread is told more than that and its arguments."""
    if model.resolve_canonical(call.func) != "threading.Thread" or call.args:
        return None
    given = {item.arg: item.value for item in call.keywords}
    if set(given) - {"target", "args"} or not isinstance(given.get("args", ast.Tuple(elts=[])), ast.Tuple):
        return None
    function = model.definition(given["target"]) if "target" in given else None
    return function if isinstance(function, ast.FunctionDef) and _keeps_errors(function) else None


def _keeps_errors(function: ast.FunctionDef) -> bool:
    """Whether nothing that goes wrong leaves the function: a thread would print it, a future keeps it to itself."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if function.decorator_list or len(body) != 1 or not isinstance(body[0], ast.Try):
        return False
    tried = body[0]
    if tried.finalbody or tried.orelse or not tried.handlers:
        return False
    caught = tried.handlers[-1].type
    catches_all = caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException"))
    return catches_all and not any(
        isinstance(node, ast.Raise) for handler in tried.handlers for node in ast.walk(handler)
    )


def _size(iterable: ast.expr, model: ModuleModel) -> str | None:
    """How many items a loop has, where that is certain and more than none."""
    match iterable:
        case ast.Call(func=function, args=[count], keywords=[]) if model.resolve(function) == "builtins.range":
            return _count(count, model)
        case ast.List(elts=items) | ast.Tuple(elts=items) if items and not any(
            isinstance(item, ast.Starred) for item in items
        ):
            return str(len(items))
    return None


def _count(node: ast.expr, model: ModuleModel) -> str | None:
    match node:
        case ast.Constant(value=int(number)) if number > 0:
            return str(number)
        case ast.Name(id=name):
            match model.bindings(node):
                case [binding] if binding.kind is BindingKind.ASSIGNMENT and isinstance(binding.value, ast.Constant):
                    return name if _count(binding.value, model) is not None else None
    return None


def _is_each(made: _Made) -> bool:
    arguments = next((item.value for item in made.call.keywords if item.arg == "args"), None)
    match arguments, made.target:
        case ast.Tuple(elts=[ast.Name(id=given)]), ast.Name(id=name):
            return given == name
    return False


def _is_all(threads: ast.Name, first: ast.stmt, last: ast.stmt, model: ModuleModel) -> bool:
    """Whether the names of the threads are used in the group's own statements only."""
    suite = model.suite(first)
    own = suite[suite.index(first) : suite.index(last) + 1]
    inside = {node for statement in own for node in ast.walk(statement)}
    scope = model.scope_of(threads)
    names = {threads.id, *_thread_names(own)}
    return all(use in inside for name in names for use in model.uses_of(name, scope)) and not model.tree.imported_by


def _thread_names(statements: list[ast.stmt]) -> Iterator[str]:
    """The names that single threads are bound to."""
    for statement in statements:
        match statement:
            case ast.For(target=ast.Name(id=name), iter=ast.Name()):
                yield name
            case ast.For(body=[ast.Assign(targets=[ast.Name(id=name)]), *_]):
                yield name


def _asks_identity(model: ModuleModel) -> bool:
    nodes = [*model.nodes.get(ast.Attribute, ()), *model.nodes.get(ast.Name, ())]
    return any(
        (node.attr if isinstance(node, ast.Attribute) else node.id) in _WORDS
        and model.resolve_canonical(node) in _IDENTITIES
        for node in nodes
        if isinstance(node, ast.Attribute | ast.Name)
    )
