"""How each call of a pool is written for an executor."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from porter.rewriting.building import call, keyword, name
from porter.rewriting.rule import Rewritten
from porter.rewriting.slots import code_of

_POSITIONS = {
    "task": ("func", "args", "kwds"),
    "map": ("func", "iterable", "chunksize"),
    "pool": ("processes", "initializer", "initargs", "maxtasksperchild"),
}
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


def _given(node: cst.Call, function: str) -> dict[str, cst.BaseExpression]:
    """A call's arguments by the names of the function's parameters."""
    names = _POSITIONS[function]
    return {
        argument.keyword.value if argument.keyword is not None else names[number]: argument.value
        for number, argument in enumerate(node.args)
    }


def _with(node: cst.Call, method: str, arguments: Sequence[cst.Arg]) -> cst.Call:
    """The call of another method of the same object; arguments on lines of their own stay on them where none changed."""
    attribute = cst.ensure_type(node.func, cst.Attribute)
    renamed = attribute.with_changes(attr=cst.Name(method))
    unchanged = len(arguments) == len(node.args) and all(
        (new.value, new.keyword, new.star) == (old.value, old.keyword, old.star)
        for new, old in zip(arguments, node.args, strict=True)
    )
    return node.with_changes(func=renamed, args=node.args if unchanged else call("f", *arguments).args)


def constructed(node: cst.Call, executor: str, default_workers: str | None) -> cst.Call:
    """`Pool(n, initializer)` → `ProcessPoolExecutor(n, initializer=initializer)`."""
    given = _given(node, "pool")
    arguments: list[cst.Arg] = []
    workers = given.get("processes")
    if workers is not None:
        positional = node.args[0].keyword is None
        arguments.append(cst.Arg(workers) if positional else keyword("max_workers", workers))
    elif default_workers is not None:
        arguments.append(cst.Arg(call(default_workers)))
    arguments += [keyword(word, given[word]) for word in ("initializer", "initargs") if word in given]
    if len(arguments) == len(node.args) and all(
        (new.value, new.keyword) == (old.value, old.keyword) for new, old in zip(arguments, node.args, strict=True)
    ):
        return node.with_changes(func=name(executor))
    return node.with_changes(func=name(executor), args=call("f", *arguments).args)


def submitted(node: cst.Call) -> cst.Call:
    """`apply_async(f, (a,), {"k": b})` → `submit(f, a, k=b)`."""
    given = _given(node, "task")
    arguments = [cst.Arg(given["func"])]
    if "args" in given:
        arguments += _spread(given["args"])
    if "kwds" in given:
        arguments += _spread_keywords(given["kwds"])
    return _with(node, "submit", arguments)


def _spread(value: cst.BaseExpression) -> list[cst.Arg]:
    if isinstance(value, cst.Tuple | cst.List) and "#" not in code_of(value):
        return [
            cst.Arg(item.value, star="*" if isinstance(item, cst.StarredElement) else "") for item in value.elements
        ]
    return [cst.Arg(value, star="*")]


def _spread_keywords(value: cst.BaseExpression) -> list[cst.Arg]:
    if isinstance(value, cst.Dict) and "#" not in code_of(value):
        words = [_word(item) for item in value.elements]
        if all(words):
            return [
                keyword(word, item.value) for word, item in zip(words, value.elements, strict=True) if word is not None
            ]
    return [cst.Arg(value, star="**")]


def _word(item: cst.BaseDictElement) -> str | None:
    """The key of a dictionary's item, where it can stand as a keyword."""
    if not isinstance(item, cst.DictElement) or not isinstance(item.key, cst.SimpleString):
        return None
    value = item.key.evaluated_value
    return value if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else None


def applied(node: cst.Call) -> cst.Call:
    """`apply(f, (a,))` → `submit(f, a).result()`."""
    return call(cst.Attribute(submitted(node), cst.Name("result")))


def mapped(node: cst.Call) -> cst.Call:
    """`imap(f, xs, 10)` → `map(f, xs, chunksize=10)`."""
    given = _given(node, "map")
    arguments = [cst.Arg(given["func"]), cst.Arg(given["iterable"])]
    if "chunksize" in given:
        arguments.append(keyword("chunksize", given["chunksize"]))
    return _with(node, "map", arguments)


def listed(node: cst.Call, shadowed: bool) -> cst.BaseExpression:
    """`map(f, xs)` → `list(map(f, xs))`: all the results, or the exception, are there when it returns."""
    return in_list(mapped(node), shadowed)


def in_list(value: cst.BaseExpression, shadowed: bool) -> cst.BaseExpression:
    """The list of an iterator's items; `list` may be another thing here."""
    return cst.List([cst.StarredElement(value)]) if shadowed else call("list", value)


def gathered(node: cst.Call, shadowed: bool) -> cst.BaseExpression:
    """`result.get()` of a map → `list(result)`; a timeout goes to the map() itself."""
    value = cst.ensure_type(node.func, cst.Attribute).value
    if node.args:
        inner = cst.ensure_type(value, cst.Call)
        timeout = keyword("timeout", node.args[0].value)
        value = inner.with_changes(args=call("f", *inner.args, timeout).args)
    return in_list(value, shadowed)


def completed(node: cst.Call, item: str, as_completed: str) -> cst.Call:
    """`imap_unordered(f, xs)` → `as_completed([pool.submit(f, x) for x in xs])`."""
    given = _given(node, "map")
    task = _with(node, "submit", [cst.Arg(given["func"]), cst.Arg(cst.Name(item))])
    generator = cst.CompFor(cst.Name(item), given["iterable"])
    return call(as_completed, cst.ListComp(task, generator))


def completed_values(node: cst.Call, item: str, future: str, as_completed: str, bare: bool) -> cst.GeneratorExp:
    """`imap_unordered(f, xs)` in an expression: the results, as they come; `bare` as a call's only argument."""
    value = call(cst.Attribute(cst.Name(future), cst.Name("result")))
    values = cst.GeneratorExp(value, cst.CompFor(cst.Name(future), completed(node, item, as_completed)))
    return values.with_changes(lpar=[], rpar=[]) if bare else values


def completed_loop(statements: Sequence[cst.BaseStatement], item: str, future: str, as_completed: str) -> Rewritten:
    """`for x in pool.imap_unordered(f, xs):` over futures; the result is bound in the first statement."""
    loop = cst.ensure_type(statements[0], cst.For)
    iterable = completed(cst.ensure_type(loop.iter, cst.Call), item, as_completed)
    value = call(cst.Attribute(cst.Name(future), cst.Name("result")))
    binding = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(loop.target)], value)])
    if not isinstance(loop.body, cst.IndentedBlock):
        return None
    body = loop.body.with_changes(body=[binding, *loop.body.body])
    return [loop.with_changes(target=cst.Name(future), iter=iterable, body=body), *statements[1:]]


def renamed(node: cst.Call, method: str) -> cst.Call:
    """`result.get(5)` → `future.result(5)`."""
    return node.with_changes(func=cst.ensure_type(node.func, cst.Attribute).with_changes(attr=cst.Name(method)))


def succeeded(node: cst.Call) -> cst.Comparison:
    """`result.successful()` → `future.exception() is None`."""
    target = cst.ComparisonTarget(cst.Is(), cst.Name("None"))
    return cst.Comparison(renamed(node, "exception"), [target])


def waited(node: cst.Call, wait: str) -> cst.Call:
    """`result.wait(5)` → `wait([future], 5)`."""
    value = cst.ensure_type(node.func, cst.Attribute).value
    return call(wait, cst.List([cst.Element(value)]), *node.args)
