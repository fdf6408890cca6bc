"""One walk over a module's tree: parents, and the nodes by their type. Everything later asks this instead of walking again."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

Parents = dict[ast.AST, ast.AST]
NodesByType = dict[type[ast.AST], list[ast.AST]]

# What is spelt by one word: a name, an attribute, and the call of either.
SPELT = (ast.Name, ast.Attribute, ast.Call)

# Loads and stores, operators: they carry no position and no rule looks at them by themselves.
_SHARED = frozenset({"ctx", "op", "ops"})
# Fields that hold text, numbers or flags in every class that has them.
_PLAIN = frozenset(
    "id attr arg asname module level kind conversion is_async simple type_comment rest kwd_attrs type_ignores tag lineno str".split()
)
# Fields that hold nodes in some classes and plain values in these.
_PLAIN_IN = {
    "name": frozenset(
        {
            *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.alias),
            *(ast.MatchStar, ast.MatchAs),
            *(getattr(ast, name) for name in ("TypeVar", "ParamSpec", "TypeVarTuple") if hasattr(ast, name)),
        }
    ),
    "names": frozenset({ast.Global, ast.Nonlocal}),
    "value": frozenset({ast.Constant, ast.MatchSingleton}),
}


class _ChildFields(dict[type[ast.AST], tuple[str, ...]]):
    """Node type → the fields that can hold nodes of interest, in the order of the source."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        fields = tuple(
            field
            for field in kind._fields
            if field not in _SHARED and field not in _PLAIN and kind not in _PLAIN_IN.get(field, ())
        )
        self[kind] = fields
        return fields


_CHILD_FIELDS = _ChildFields()


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, in the order of its fields; without contexts and operators."""
    found: list[ast.AST] = []
    for field in _CHILD_FIELDS[node.__class__]:
        value = getattr(node, field, None)
        if value.__class__ is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def index_nodes(module: ast.Module) -> tuple[Parents, NodesByType]:
    """Every node's parent, and the nodes of each type in source order.

    The inside of f-strings is left out: `ast` gives its places wrongly before Python 3.12 (gh-94869), and Python 2 has none.
    """
    parents: Parents = {}
    by_type: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    child_fields = _CHILD_FIELDS
    stack: list[ast.AST] = [module]
    pop, push = stack.pop, stack.extend
    while stack:
        node = pop()
        kind = node.__class__
        by_type[kind].append(node)
        if kind is ast.JoinedStr:
            continue
        fields = child_fields[kind]
        if not fields:
            continue
        below: list[ast.AST] = []
        for field in fields:
            value = getattr(node, field, None)
            if value is None:
                continue
            if value.__class__ is list:
                for item in value:
                    if item is not None:
                        parents[item] = node
                        below.append(item)
            else:
                parents[value] = node
                below.append(value)
        below.reverse()
        push(below)
    return parents, dict(by_type)


def index_spellings(nodes: NodesByType) -> dict[tuple[type[ast.AST], str], list[ast.AST]]:
    """The nodes of the SPELT types, by their type and their last word."""
    spelt: defaultdict[tuple[type[ast.AST], str], list[ast.AST]] = defaultdict(list)
    for name in nodes.get(ast.Name, ()):
        spelt[ast.Name, name.id].append(name)  # type: ignore[attr-defined]
    for attribute in nodes.get(ast.Attribute, ()):
        spelt[ast.Attribute, attribute.attr].append(attribute)  # type: ignore[attr-defined]
    for call in nodes.get(ast.Call, ()):
        function = call.func  # type: ignore[attr-defined]
        if function.__class__ is ast.Name:
            spelt[ast.Call, function.id].append(call)
        elif function.__class__ is ast.Attribute:
            spelt[ast.Call, function.attr].append(call)
    return dict(spelt)


def ancestors(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    """The node's parent, its parent, and so on up to the module."""
    current = parents.get(node)
    while current is not None:
        yield current
        current = parents.get(current)
