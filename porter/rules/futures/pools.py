"""`multiprocessing.Pool` and `ThreadPool` are `concurrent.futures` executors.

https://docs.python.org/3/library/concurrent.futures.html
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.futures import _pool_calls
from porter.rules.futures._pools import Form, Pool, Use, creations, understand
from porter.rules.futures._results import Refusal
from porter.rules.futures.with_lock import commented

_FUTURES = "concurrent.futures"
# Builtins that read an iterator to its end at once: a list in between would add nothing.
_CONSUMERS = frozenset(f"builtins.{name}" for name in "list tuple set frozenset sorted sum min max dict".split())


class Pools(Rule):
    code = "FUT001"
    name = "pool-to-executor"
    summary = "run tasks in an executor of concurrent.futures"
    why = (
        "An executor hands out futures, is a context manager that waits for its tasks, and notices a worker that dies, "
        "where a Pool waits for ever. apply_async() is submit(), get() is result(), map() gives an iterator that raises what "
        "a task raised. All uses of a pool change together or not at all: a pool that is handed on, has callbacks, is "
        "terminated or asked about its workers stays a Pool, and is reported. A Pool's processes start when it is made, an "
        "executor's with the first task: they see what is set in between, and a pool whose tasks read a global of that kind "
        "stays a Pool. Pool.map() makes chunks by itself, an executor's map() only if told: for very many small items give it a chunksize."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/concurrent.futures.html"
    triggers = frozenset({"Pool", "ThreadPool"})
    visits = (ast.Module,)
    architecture = True
    examples = (
        Example(
            "from multiprocessing import Pool\n\ndef square(x):\n    return x * x\n\nif __name__ == '__main__':\n"
            "    pool = Pool(2) # workers\n    results = [pool.apply_async(square, (n,)) for n in range(3)]\n"
            "    print [r.get() for r in results]\n    print pool.map(square, [4, 5])\n    pool.close()\n    pool.join()\n",
            "from concurrent.futures import ProcessPoolExecutor\n\ndef square(x):\n    return x * x\n\n"
            "if __name__ == '__main__':\n"
            "    with ProcessPoolExecutor(2) as pool: # workers\n"
            "        results = [pool.submit(square, n) for n in range(3)]\n"
            "        print([r.result() for r in results])\n        print(list(pool.map(square, [4, 5])))\n",
        ),
        Example(
            "from multiprocessing.pool import ThreadPool\npool = ThreadPool(4)\ntry:\n    print sum(pool.map(abs, [-1, -2]))\n"
            "finally:\n    pool.close()\n    pool.join()\n",
            "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool:\n"
            "    print(sum(pool.map(abs, [-1, -2])))\n",
        ),
        Untouched(
            "import multiprocessing\nqueue = multiprocessing.Queue()\nprint 'Pool'\n", because="there is no pool in it"
        ),
        Untouched("from gevent.pool import Pool\npool = Pool(5)\npool.join()\n", because="gevent's pool"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        made = creations(model)
        if not made:
            return
        timeouts = _timeouts(model)
        pools: list[Pool] = []
        refused: list[tuple[ast.Call, str]] = []
        for creation in made:
            try:
                pools.append(understand(creation, model))
            except Refusal as refusal:
                refused.append((creation, _at_line(refusal, model)))
        if refused and timeouts:  # a handler cannot tell which of them it is for
            refused += [
                (pool.call, "a multiprocessing.TimeoutError is caught that may be another pool's") for pool in pools
            ]
            pools = []
        for creation, reason in refused:
            yield Advice(creation, f"left as a Pool: {reason}")
        for number, pool in enumerate(pools):
            # One TimeoutError may be for any of the pools: then they stand and fall together.
            group = self.code if timeouts else f"{self.code}-{number}"
            yield from _Edits(pool, group, model).matches()
        if pools:
            for timeout in timeouts:
                yield _timeout(timeout, self.code, model)

    def rewrite(self, node: cst.CSTNode | Sequence[cst.BaseStatement], match: Match) -> Rewritten:
        change: Callable[[object], Rewritten] = match.data
        return change(node)


def _at_line(refusal: Refusal, model: ModuleModel) -> str:
    if not isinstance(refusal.node, ast.expr | ast.stmt):
        return refusal.reason
    start = model.span(refusal.node)[0]
    return f"{refusal.reason} ({model.text_of(refusal.node).splitlines()[0]})" if start else refusal.reason


def _timeouts(model: ModuleModel) -> list[ast.expr]:
    nodes = [*model.nodes.get(ast.Attribute, ()), *model.nodes.get(ast.Name, ())]
    return [
        node
        for node in nodes
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) == "TimeoutError"
        and model.resolve(node) == "multiprocessing.TimeoutError"
    ]


def _timeout(node: ast.expr, group: str, model: ModuleModel) -> Match:
    """A future's timeout: the builtin TimeoutError since 3.11, concurrent.futures' own before."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    dropped = (root.id,) if isinstance(root, ast.Name) else ()
    if model.python >= (3, 11) and not model.is_shadowed("TimeoutError", at=node):
        return Match(
            node, Risk.SUGGESTED, data=lambda _: cst.Name("TimeoutError"), group=group, drops=dropped, silent=True
        )
    name = cst.parse_expression(f"{_FUTURES}.TimeoutError")
    return Match(
        node, Risk.SUGGESTED, data=lambda _: name, group=group, needs=(Import(_FUTURES),), drops=dropped, silent=True
    )


class _Edits:
    """The matches that turn one pool into an executor."""

    def __init__(self, pool: Pool, group: str, model: ModuleModel) -> None:
        self._pool = pool
        self._group = group
        self._model = model

    def matches(self) -> Iterator[Match]:
        pool = self._pool
        yield self._creation()
        if pool.form in (Form.WITH, Form.TRY):
            change = _with_block if pool.form is Form.WITH else _with_try
            data = partial(change, pool=pool.name)
            yield self._silent(pool.statement, data, slot=SlotKind.BLOCK, until=pool.last)
        for use in pool.uses:
            yield from self._of_use(use)

    def _silent(
        self,
        node: ast.AST,
        data: object,
        *,
        slot: SlotKind = SlotKind.NODE,
        until: ast.stmt | None = None,
        needs: tuple[Import, ...] = (),
    ) -> Match:
        return Match(
            node, Risk.SUGGESTED, slot=slot, until=until, data=data, group=self._group, needs=needs, silent=True
        )

    def _creation(self) -> Match:
        pool = self._pool
        executor, needs = self._named("ThreadPoolExecutor" if pool.threads else "ProcessPoolExecutor")
        default = "os.cpu_count" if pool.threads and not _says_workers(pool.call) else None
        if default:
            needs = (*needs, Import("os"))
        root: ast.expr = pool.call.func
        while isinstance(root, ast.Attribute):
            root = root.value
        drops = (root.id,) if isinstance(root, ast.Name) else ()
        data = partial(_pool_calls.constructed, executor=executor, default_workers=default)
        message = f"{pool.name} is an executor of concurrent.futures"
        return Match(pool.call, Risk.SUGGESTED, message, data=data, group=self._group, needs=needs, drops=drops)

    def _named(self, name: str) -> tuple[str, tuple[Import, ...]]:
        """How a name of concurrent.futures is written here, and the import for it."""
        taken = self._model.scope.bindings.get(name, [])
        free = all(binding.imported == f"{_FUTURES}.{name}" for binding in taken)
        if free and (taken or self._model.is_free(name, self._pool.call)):
            return name, (Import(_FUTURES, name),)
        return f"{_FUTURES}.{name}", (Import(_FUTURES),)

    # -- the uses --------------------------------------------------------------------------------------------------

    def _of_use(self, use: Use) -> Iterator[Match]:
        match use.method:
            case "apply_async":
                yield self._silent(use.call, _pool_calls.submitted)
                yield from self._of_result(use)
            case "apply":
                yield self._silent(use.call, _pool_calls.applied)
            case "map":
                yield self._silent(use.call, self._mapping(use.call))
            case "map_async":
                yield self._silent(use.call, _pool_calls.mapped)
                for get in use.followed.calls.get("get", ()) if use.followed else ():
                    yield self._silent(get, partial(_pool_calls.gathered, shadowed=self._shadowed(get)))
            case "imap":
                yield self._silent(use.call, _pool_calls.mapped)
            case "imap_unordered":
                yield self._unordered(use.call)
            case "close" | "join" if self._pool.form is Form.SHUTDOWN:
                yield self._end(use)

    def _shadowed(self, node: ast.AST) -> bool:
        return self._model.is_shadowed("list", at=node)

    def _mapping(self, node: ast.Call) -> Callable[[cst.Call], cst.BaseExpression]:
        parent = self._model.parent(node)
        if isinstance(parent, ast.Call) and parent.args == [node] and self._model.resolve(parent.func) in _CONSUMERS:
            return _pool_calls.mapped
        return partial(_pool_calls.listed, shadowed=self._shadowed(node))

    def _of_result(self, use: Use) -> Iterator[Match]:
        assert use.followed is not None
        for method, calls in use.followed.calls.items():
            for node in calls:
                if method == "wait":
                    name, needs = self._named("wait")
                    yield self._silent(node, partial(_pool_calls.waited, wait=name), needs=needs)
                elif method == "successful":
                    yield self._silent(node, _pool_calls.succeeded)
                else:
                    new = {"get": "result", "ready": "done"}[method]
                    yield self._silent(node, partial(_pool_calls.renamed, method=new))

    def _unordered(self, node: ast.Call) -> Match:
        name, needs = self._named("as_completed")
        item = self._fresh("item", node)
        future = self._fresh("future", node)
        parent = self._model.parent(node)
        if isinstance(parent, ast.For) and parent.iter is node:
            data: object = partial(_pool_calls.completed_loop, item=item, future=future, as_completed=name)
            return self._silent(parent, data, slot=SlotKind.BLOCK, needs=needs)
        bare = isinstance(parent, ast.Call) and parent.args == [node] and not parent.keywords
        data = partial(_pool_calls.completed_values, item=item, future=future, as_completed=name, bare=bare)
        return self._silent(node, data, needs=needs)

    def _fresh(self, word: str, node: ast.AST) -> str:
        names = (word, f"{word}_", *(f"{word}{number}" for number in range(2, 999)))
        return next(name for name in names if self._model.is_free(name, node))

    def _end(self, use: Use) -> Match:
        """close() goes where join() follows; alone it is shutdown(wait=False)."""
        statement = self._model.statement(use.call)
        if use.method == "close" and self._pool.calls_of("join"):
            return self._silent(statement, _removed)
        return self._silent(use.call, partial(_shut_down, wait=use.method == "join"))


def _says_workers(node: ast.Call) -> bool:
    return bool(node.args) or any(item.arg == "processes" for item in node.keywords)


def _removed(_: cst.CSTNode) -> Rewritten:
    return []


def _shut_down(node: cst.Call, wait: bool) -> cst.Call:
    arguments = [] if wait else [cst.Arg(cst.Name("False"), keyword=cst.Name("wait"), equal=_TIGHT)]
    return call(cst.Attribute(cst.ensure_type(node.func, cst.Attribute).value, cst.Name("shutdown")), *arguments)


_TIGHT = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


# -- with statements -----------------------------------------------------------------------------------------------


def _item(creation: cst.SimpleStatementLine) -> cst.WithItem:
    """`executor as pool`, from `pool = executor`."""
    assign = cst.ensure_type(creation.body[0], cst.Assign)
    return cst.WithItem(assign.value, cst.AsName(cst.ensure_type(assign.targets[0].target, cst.Name)))


def _ends(statement: cst.BaseSmallStatement, pool: str) -> bool:
    """Whether a statement is `pool.close()` or `pool.join()`."""
    match statement:
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value=method)))):
            return name == pool and method in ("close", "join")
    return False


def _without_ends(statement: cst.BaseStatement, pool: str) -> cst.BaseStatement | None:
    """A line without the pool's end, which may share it with others; None where nothing is left of it."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return statement
    kept = [item for item in statement.body if not _ends(item, pool)]
    if len(kept) == len(statement.body):
        return statement
    if not kept:
        return None
    return statement.with_changes(body=[*kept[:-1], kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])


def _with_block(statements: Sequence[cst.BaseStatement], pool: str) -> Rewritten:
    creation, *rest = statements
    creation = cst.ensure_type(creation, cst.SimpleStatementLine)
    body: list[cst.BaseStatement] = []
    comments: list[cst.EmptyLine] = []
    for line in rest:
        statement = _without_ends(line, pool)
        if statement is None:
            comments += _words_of(cst.ensure_type(line, cst.SimpleStatementLine))
        elif comments:
            leading = getattr(statement, "leading_lines", ())
            body.append(statement.with_changes(leading_lines=[*comments, *leading]))
            comments = []
        else:
            body.append(statement)
    if len(creation.body) != 1 or not body:
        return None
    block = cst.IndentedBlock(_tightened(body), header=creation.trailing_whitespace, footer=comments)
    return [cst.With([_item(creation)], block, leading_lines=creation.leading_lines)]


def _tightened(body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """The statements without the empty lines above the first."""
    first = body[0]
    lines = list(getattr(first, "leading_lines", ()))
    while lines and lines[0].comment is None:
        lines.pop(0)
    return [first.with_changes(leading_lines=lines), *body[1:]]


def _words_of(line: cst.SimpleStatementLine) -> list[cst.EmptyLine]:
    """The comments of a statement that goes."""
    behind = line.trailing_whitespace.comment
    return [*commented(line.leading_lines), *([cst.EmptyLine(comment=behind)] if behind is not None else [])]


def _with_try(statements: Sequence[cst.BaseStatement], pool: str) -> Rewritten:
    creation, tried = statements
    creation = cst.ensure_type(creation, cst.SimpleStatementLine)
    tried = cst.ensure_type(tried, cst.Try)
    if len(creation.body) != 1 or tried.finalbody is None:
        return None
    ending = cst.ensure_type(tried.finalbody.body, cst.IndentedBlock)
    comments = [
        *commented(tried.finalbody.leading_lines),
        *(word for line in ending.body if isinstance(line, cst.SimpleStatementLine) for word in _words_of(line)),
        *commented(ending.footer),
    ]
    leading = [*creation.leading_lines, *commented(tried.leading_lines)]
    body: cst.BaseSuite = tried.body
    if tried.handlers:
        inner = tried.with_changes(finalbody=None, leading_lines=())
        body = cst.IndentedBlock([inner], header=creation.trailing_whitespace)
    elif isinstance(body, cst.IndentedBlock) and creation.trailing_whitespace.comment is not None:
        body = body.with_changes(header=creation.trailing_whitespace)
    if isinstance(body, cst.IndentedBlock):
        body = body.with_changes(footer=[*body.footer, *comments])
    return [cst.With([_item(creation)], body, leading_lines=leading)]
