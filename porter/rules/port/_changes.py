"""May the code of a loop change the collection that it goes through?

Python 2's list was a snapshot. Python 3's view of a dict fails when the dict grows or shrinks meanwhile, so such a loop
keeps a list. What is seen to change it counts, and so does what may: a call that can reach code which changes it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from porter.analysis.model import ModuleModel
from porter.analysis.tree import dotted_name

_CHANGING = frozenset(
    "pop popitem clear update setdefault append extend insert remove sort reverse add discard appendleft popleft".split()
)
_THREADS = frozenset(
    {
        *("thread", "threading", "_thread", "gevent", "eventlet", "multiprocessing.dummy", "concurrent.futures"),
        *("SocketServer", "socketserver", "futures", "signal"),
    }
)
_HARMLESS = frozenset(
    f"builtins.{name}"
    for name in "abs bool chr cmp dict divmod enumerate float getattr hasattr hash hex id int isinstance issubclass iter len "
    "list long max min oct ord pow print range repr reversed round set sorted str sum tuple type unichr unicode xrange zip "
    "any all frozenset callable basestring".split()
)
_HARMLESS_METHODS = frozenset(
    "append add extend write format join split strip lstrip rstrip startswith endswith replace lower upper encode decode "
    "get has_key keys values items iterkeys itervalues iteritems count index find rfind sort insert info debug warning "
    "error exception".split()
)


def may_change(body: Sequence[ast.AST], collection: ast.expr, target: ast.expr | None, model: ModuleModel) -> bool:
    """Whether code that runs between two items may add to or take from `collection`; `target` is what binds the items."""
    said = ast.dump(collection)
    nodes = [node for part in body for node in ast.walk(part)]
    if any(_is_change(node, said, _first_names(target), model) for node in nodes):
        return True
    root = _last_name(collection)
    if root is None:
        return False  # a value that nothing else can name
    if any(_is_handed_over(node, said) for node in nodes):
        return True
    if _is_own(collection, model):
        return False
    if not _changed_somewhere(root, body, model):
        return False
    return _has_threads(model) or any(_is_unknown_call(node, model) for node in nodes)


def _is_change(node: ast.AST, said: str, keys: frozenset[str], model: ModuleModel) -> bool:
    match node:
        case ast.Subscript(value=value, ctx=ast.Del()):
            return ast.dump(value) == said
        case ast.Subscript(value=value, ctx=ast.Store(), slice=index):
            same = isinstance(index, ast.Name) and index.id in keys  # a key that is there already
            return not same and ast.dump(value) == said
        case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in _CHANGING:
            return ast.dump(value) == said
        case ast.Subscript(value=value, ctx=ast.Load()):
            grows = model.library_type(model.kind(value)) == "collections.defaultdict"
            return grows and ast.dump(value) == said
    return False


def _first_names(target: ast.expr | None) -> frozenset[str]:
    """The names that hold the key: the whole target of keys(), the first item of an items() target."""
    match target:
        case ast.Name(id=name):
            return frozenset({name})
        case ast.Tuple(elts=[ast.Name(id=name), *_]):
            return frozenset({name})
    return frozenset()


def _last_name(node: ast.expr) -> str | None:
    dotted = dotted_name(node)
    return dotted.rpartition(".")[2] if dotted else None


def _is_handed_over(node: ast.AST, said: str) -> bool:
    """Whether the collection itself is given to other code, or gets a second name."""
    match node:
        case ast.Call(func=function, args=arguments, keywords=keywords):
            if isinstance(function, ast.Name) and f"builtins.{function.id}" in _HARMLESS:
                return False
            given = [*arguments, *(keyword.value for keyword in keywords)]
            return any(ast.dump(value).replace("Store()", "Load()") == said for value in given)
        case ast.Assign(value=value):
            return ast.dump(value) == said
    return False


def _is_own(collection: ast.expr, model: ModuleModel) -> bool:
    """Whether the collection is a function's own name that no function inside it changes."""
    if not isinstance(collection, ast.Name):
        return False
    owner = model.scope_of(collection).owner(collection.id)
    if owner is None or not owner.is_function or owner.dynamic:
        return False
    return all(not scope.uses.get(collection.id) for scope in owner.walk() if scope is not owner and scope.is_function)


def _changed_somewhere(name: str, body: Sequence[ast.AST], model: ModuleModel) -> bool:
    """Whether any code of the module outside the loop adds to, or takes from, something of this name."""
    inside = {node for part in body for node in ast.walk(part)}
    return any(node not in inside and _last_name(value) == name for node, value in _changes(model))


def _changes(model: ModuleModel) -> Iterator[tuple[ast.AST, ast.expr]]:
    for node in model.nodes.get(ast.Subscript, ()):
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield node, node.value
    for node in model.nodes.get(ast.Call, ()):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in _CHANGING:
                yield node, value


def _has_threads(model: ModuleModel) -> bool:
    return any(
        binding.imported is not None and any(_is_within(binding.imported, module) for module in _THREADS)
        for bindings in model.scope.bindings.values()
        for binding in bindings
    )


def _is_within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def _is_unknown_call(node: ast.AST, model: ModuleModel) -> bool:
    """Whether code that nobody sees may run here: in a function that is called, or where a generator waits."""
    match node:
        case ast.Yield() | ast.YieldFrom() | ast.Await():
            return True
        case ast.Call(func=function):
            if isinstance(function, ast.Attribute) and function.attr in _HARMLESS_METHODS:
                return False
            name = model.resolve(function)
            if isinstance(function, ast.Name) and function.id.startswith("__porter_"):
                return False
            return name is None or (name.startswith("builtins.") and name not in _HARMLESS)
    return False


# -- pure functions ------------------------------------------------------------------------------------------------

_PURE = frozenset(
    f"builtins.{name}"
    for name in "abs bool chr cmp complex divmod float hash hex id int isinstance len list long max min oct ord pow repr round "
    "set sorted str sum tuple type unichr unicode basestring frozenset dict".split()
)
_EFFECTS = (ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr)


def is_pure(function: ast.expr, model: ModuleModel) -> bool:
    """Whether a function certainly does nothing but compute its result: when it runs makes no difference then."""
    match function:
        case ast.Constant(value=None):
            return True
        case ast.Lambda(body=body):
            return all(_is_calm(node, model) for node in ast.walk(body))
        case ast.Name():
            return model.resolve(function) in _PURE
        case ast.Attribute(value=ast.Name() as owner):
            return model.resolve(owner) in ("builtins.str", "builtins.unicode") or model.resolve(function) in (
                "os.path.basename",
                "os.path.dirname",
                "os.path.join",
                "operator.itemgetter",
            )
        case ast.Call(func=called):
            return model.resolve(called) in ("operator.itemgetter", "operator.attrgetter")
    return False


def _is_calm(node: ast.AST, model: ModuleModel) -> bool:
    if isinstance(node, _EFFECTS):
        return False
    match node:
        case ast.Call(func=ast.Attribute(attr=method)):
            return method in _CALM_METHODS
        case ast.Call(func=function):
            return model.resolve(function) in _PURE
    return True


_CALM_METHODS = frozenset(
    "strip lstrip rstrip split rsplit lower upper startswith endswith replace title join format find count encode decode "
    "get keys values items has_key isdigit isalpha isspace zfill ljust rjust partition rpartition group groups".split()
)


def are_changed(names: Iterable[ast.expr], body: Sequence[ast.AST], model: ModuleModel) -> bool:
    """Whether a loop's code changes one of the collections that it goes through, as far as can be seen."""
    said = {ast.dump(name) for name in names}
    nodes = [node for part in body for node in ast.walk(part)]
    return any(_is_change(node, text, frozenset(), model) for node in nodes for text in said)
