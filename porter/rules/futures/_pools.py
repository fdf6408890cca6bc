"""A pool of workers, everything that a module does with it, and the shape that its executor can take."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from porter.analysis.model import ModuleModel
from porter.analysis.reaching import place_of, reached
from porter.rules.futures._late_globals import late_global
from porter.rules.futures._results import Followed, Refusal, ResultFollower

_TYPES = {"multiprocessing.Pool": False, "multiprocessing.pool.ThreadPool": True}
_TASKS = frozenset({"apply", "apply_async", "map", "map_async", "imap", "imap_unordered"})
_PARAMETERS = {
    "apply": ("func", "args", "kwds"),
    "apply_async": ("func", "args", "kwds", "callback"),
    "map": ("func", "iterable", "chunksize"),
    "map_async": ("func", "iterable", "chunksize", "callback"),
    "imap": ("func", "iterable", "chunksize"),
    "imap_unordered": ("func", "iterable", "chunksize"),
    "Pool": ("processes", "initializer", "initargs", "maxtasksperchild"),
}
# What names a worker: a pool's are called otherwise than an executor's.
_IDENTITIES = {
    False: ("multiprocessing.current_process",),
    True: ("threading.current_thread", "threading.currentThread", "threading.get_ident", "_thread.get_ident"),
}


class Form(Enum):
    """How the executor's life is written."""

    WITH = "a with statement around the statements up to the join"
    TRY = "a with statement in the place of try and finally"
    SHUTDOWN = "shutdown() in the place of close and join"
    OPEN = "nothing: it ends with the program"


@dataclass(frozen=True, slots=True)
class Use:
    """A call of one of the pool's methods."""

    method: str
    call: ast.Call
    followed: Followed | None = None


@dataclass(slots=True)
class Pool:
    """A pool bound to a name, and all its uses."""

    statement: ast.Assign
    call: ast.Call
    name: str
    threads: bool
    uses: list[Use] = field(default_factory=list)
    form: Form = Form.OPEN
    last: ast.stmt | None = None

    def calls_of(self, *methods: str) -> list[Use]:
        return [use for use in self.uses if use.method in methods]


def creations(model: ModuleModel) -> list[ast.Call]:
    """Every call that makes a pool of the standard library."""
    return [
        node
        for node in model.nodes.get(ast.Call, ())
        if isinstance(node, ast.Call) and model.resolve_canonical(node.func) in _TYPES
    ]


def understand(call: ast.Call, model: ModuleModel) -> Pool:
    """The pool that a call makes, with every use; raises Refusal where it cannot become an executor."""
    statement = model.parent(call)
    if not isinstance(statement, ast.Assign):
        raise Refusal(call, "it is not simply bound to a name")
    match statement.targets:
        case [ast.Name(id=name) as target]:
            pass
        case [ast.Attribute()]:
            raise Refusal(call, "it is kept on an object, whose users are out of sight")
        case _:
            raise Refusal(call, "it is not simply bound to a name")
    threads = _TYPES[model.resolve_canonical(call.func) or ""]
    pool = Pool(statement, call, name, threads)
    _check_creation(pool, model)
    pool.uses = [_use(name_node, model) for name_node in _uses(target, model)]
    _check_globals(pool, model)
    _follow_results(pool, model)
    pool.form, pool.last = _form(pool, model)
    return pool


def argument(call: ast.Call, function: str, name: str) -> ast.expr | None:
    """The argument of a call that goes by a parameter's name."""
    position = _PARAMETERS[function].index(name)
    if position < len(call.args):
        return call.args[position]
    return next((item.value for item in call.keywords if item.arg == name), None)


def _plain(call: ast.Call, function: str) -> bool:
    """Whether each argument of a call is one of those that the function had in Python 2, and none is spread."""
    names = _PARAMETERS[function]
    spread = any(isinstance(item, ast.Starred) for item in call.args)
    return not spread and len(call.args) <= len(names) and all(item.arg in names for item in call.keywords)


# -- the creation --------------------------------------------------------------------------------------------------


def _check_creation(pool: Pool, model: ModuleModel) -> None:
    if not _plain(pool.call, "Pool"):
        raise Refusal(pool.call, "its arguments are not plain")
    recycled = argument(pool.call, "Pool", "maxtasksperchild")
    if recycled is not None and not (isinstance(recycled, ast.Constant) and recycled.value is None):
        raise Refusal(
            recycled, "maxtasksperchild has a twin (max_tasks_per_child) since Python 3.11 only, without fork"
        )
    for node in (*model.nodes.get(ast.Attribute, ()), *model.nodes.get(ast.Name, ())):
        name = model.resolve_canonical(node) if _may_name(node, pool.threads) else None
        if name in _IDENTITIES[pool.threads]:
            raise Refusal(node, "the program asks a worker for its name, and an executor's workers have others")


def _may_name(node: ast.AST, threads: bool) -> bool:
    written = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return any(name.endswith(f".{written}") for name in _IDENTITIES[threads])


# -- the uses ------------------------------------------------------------------------------------------------------


def _uses(target: ast.Name, model: ModuleModel) -> list[ast.Name]:
    """The names that mean this pool."""
    scope = model.scope_of(target).owner(target.id)
    assert scope is not None
    if scope.is_module and model.tree.imported_by:
        raise Refusal(target, "other files may use it")
    uses = reached(target, model)
    if uses is None:
        raise Refusal(target, f"{target.id} may hold other values, too")
    for use in uses:
        if isinstance(use.ctx, ast.Del):
            raise Refusal(use, "it is deleted")
    return uses


def _use(name: ast.Name, model: ModuleModel) -> Use:
    attribute = model.parent(name)
    call = model.parent(attribute) if isinstance(attribute, ast.Attribute) else None
    if not (isinstance(attribute, ast.Attribute) and isinstance(call, ast.Call) and call.func is attribute):
        raise Refusal(name, "it is handed on, out of sight")
    method = attribute.attr
    if method in ("close", "join"):
        if not isinstance(model.parent(call), ast.Expr):
            raise Refusal(call, f"{method}() is not a statement of its own")
    elif method == "terminate":
        raise Refusal(call, "terminate() has no twin: an executor lets running tasks finish")
    elif method not in _TASKS:
        raise Refusal(call, f"an executor has no {method}")
    elif not _plain(call, method) or argument(call, method, "func") is None:
        raise Refusal(call, f"the arguments of {method}() are not plain")
    elif method.endswith("_async") and argument(call, method, "callback") is not None:
        raise Refusal(call, "a callback gets the value, a future's done-callback gets the future")
    return Use(method, call)


def _follow_results(pool: Pool, model: ModuleModel) -> None:
    """What becomes of every result; `pool.uses` know it afterwards."""
    origins = {
        method: frozenset[ast.AST](use.call for use in pool.calls_of(method)) for method in ("apply_async", "map_async")
    }
    for number, use in enumerate(pool.uses):
        if use.method in origins:
            followed = ResultFollower(model, origins[use.method]).follow(use.call)
            if use.method == "map_async":
                _check_mapped(use.call, followed, model)
            pool.uses[number] = Use(use.method, use.call, followed)
        elif use.method in ("imap", "imap_unordered"):
            _check_iterator(use.call, model)


def _check_mapped(call: ast.Call, followed: Followed, model: ModuleModel) -> None:
    """An executor's map() gives an iterator: it can be read once, and asked nothing else."""
    gets = followed.calls.get("get", [])
    if set(followed.calls) - {"get"} or len(gets) > 1:
        raise Refusal(call, "the result of map_async() is asked for more than its list, once")
    if gets and _loops(gets[0], model) != _loops(call, model):
        raise Refusal(call, "the result of map_async() is read in another loop than it is made in")
    waits = gets and (gets[0].args or gets[0].keywords)
    if waits and not (isinstance(gets[0].func, ast.Attribute) and gets[0].func.value is call):
        raise Refusal(gets[0], "a timeout of map() counts from its call")


def _loops(node: ast.AST, model: ModuleModel) -> list[ast.AST]:
    around = (ast.For, ast.While, ast.FunctionDef, ast.Lambda, ast.comprehension, ast.ListComp, ast.GeneratorExp)
    return [outer for outer in model.ancestors(node) if isinstance(outer, around)]


def _check_iterator(call: ast.Call, model: ModuleModel) -> None:
    parent = model.parent(call)
    if isinstance(parent, ast.Attribute):
        raise Refusal(parent, f"the iterator's .{parent.attr} has no twin")
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        target = parent.targets[0]
        scope = model.scope_of(target).owner(target.id)
        for use in model.uses_of(target.id, scope) if scope is not None else ():
            if isinstance(attribute := model.parent(use), ast.Attribute):
                raise Refusal(attribute, f"the iterator's .{attribute.attr} has no twin")


def _check_globals(pool: Pool, model: ModuleModel) -> None:
    """A Pool's processes start when it is made, an executor's with its first task: they would see what is set in between."""
    tasks = pool.calls_of(*_TASKS)
    if pool.threads or not tasks:
        return
    functions = [argument(use.call, use.method, "func") for use in tasks]
    initializer = argument(pool.call, "Pool", "initializer")
    first = min((use.call for use in tasks), key=lambda call: model.span(call)[0])
    run = [item for item in (*functions, initializer) if item is not None]
    changed = late_global(pool.statement, first, run, model)
    if changed is not None:
        raise Refusal(
            changed,
            f"{changed.id} is set behind its creation, and its tasks read it: an executor's workers start with the first "
            "task, and would see the new value",
        )


# -- the form ------------------------------------------------------------------------------------------------------


def _form(pool: Pool, model: ModuleModel) -> tuple[Form, ast.stmt | None]:
    closes, joins = pool.calls_of("close"), pool.calls_of("join")
    if not joins and not _all_awaited(pool):
        raise Refusal(pool.call, "nothing waits for its tasks: they end with the program, and an executor would wait")
    suite = model.suite(pool.statement)
    tried = model.following(pool.statement)
    ends = [model.statement(use.call) for use in (*closes, *joins)]
    calls = [use.call for use in pool.uses]
    if not joins:  # the results are waited for inside
        calls += [call for use in pool.uses if use.followed for asked in use.followed.calls.values() for call in asked]
    places = [place_of(call, suite, model) for call in calls]
    start = suite.index(pool.statement)
    if isinstance(tried, ast.Try) and tried.finalbody and ends == tried.finalbody:
        if all(place == start + 1 for place in places):
            return Form.TRY, tried
        return _shutdown(pool, model)
    last = max((place for place in places if place is not None), default=start)
    region = suite[start + 1 : last + 1]
    plain = None not in places and not any(isinstance(item, _NOT_INSIDE) for item in region)
    at_top = all(statement in suite for statement in ends) and len(closes) <= 1 and len(joins) <= 1
    ordered = not joins or (len(closes) == 1 and ends[-1] is suite[last] and _only_ends(pool, suite, ends, model))
    if plain and at_top and ordered and pool.uses and not _crosses(pool, last, suite, model):
        return Form.WITH, suite[last]
    return _shutdown(pool, model)


_NOT_INSIDE = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def _all_awaited(pool: Pool) -> bool:
    """Whether each task's result is waited for where it is made or later."""
    return all(use.followed is None or use.followed.is_awaited for use in pool.uses)


def _only_ends(pool: Pool, suite: Sequence[ast.stmt], ends: Sequence[ast.stmt], model: ModuleModel) -> bool:
    """Whether nothing is asked of the pool between close and join."""
    close, join = (suite.index(statement) for statement in ends)
    between = [place_of(use.call, suite, model) for use in pool.uses if use.method in _TASKS]
    return close < join and all(place is not None and place < close for place in between)


def _crosses(pool: Pool, last: int, suite: Sequence[ast.stmt], model: ModuleModel) -> bool:
    """Whether another pool of the suite is made inside the region and used behind it."""
    start = suite.index(pool.statement)
    for call in creations(model):
        statement = model.parent(call)
        if statement is pool.statement or not isinstance(statement, ast.Assign) or statement not in suite:
            continue
        target = statement.targets[0]
        if not isinstance(target, ast.Name) or target.id == pool.name:
            continue
        scope = model.scope_of(target).owner(target.id)
        assert scope is not None
        other = [place_of(use, suite, model) for use in model.uses_of(target.id, scope)]
        end = max((place for place in other if place is not None), default=0)
        other_start = suite.index(statement)
        if start < other_start <= last < end or other_start < start <= end < last:
            return True
    return False


def _shutdown(pool: Pool, model: ModuleModel) -> tuple[Form, ast.stmt | None]:
    """close() goes and join() is shutdown(): they must follow each other in one suite."""
    closes, joins = pool.calls_of("close"), pool.calls_of("join")
    if not closes and not joins:
        return Form.OPEN, None
    if joins and len(closes) != len(joins):
        raise Refusal(joins[0].call, "close() and join() do not go in pairs")
    for use in joins:
        statement = model.statement(use.call)
        suite = model.suite(statement)
        at = suite.index(statement)
        if not any(model.statement(close.call) is suite[at - 1] for close in closes if at):
            raise Refusal(use.call, "join() does not follow close()")
    return Form.SHUTDOWN, None
