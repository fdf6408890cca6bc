"""The places that can concern a rule at all, by how they are spelt: asked before anything is resolved, which costs more."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from porter.analysis import kinds
from porter.analysis.model import ModuleModel
from porter.rules.port._per_model import per_model


def names_spelt(model: ModuleModel, words: Iterable[str]) -> Iterator[ast.Name]:
    """The names that are one of these words."""
    for word in sorted(words):
        yield from model.spelt.get((ast.Name, word), ())  # type: ignore[misc]


def attributes_spelt(model: ModuleModel, words: Iterable[str]) -> Iterator[ast.Attribute]:
    """The attributes of one of these names."""
    for word in sorted(words):
        yield from model.spelt.get((ast.Attribute, word), ())  # type: ignore[misc]


def calls_spelt(model: ModuleModel, words: Iterable[str]) -> Iterator[ast.Call]:
    """The calls of a function or a method that is spelt like one of these words."""
    for word in sorted(words):
        yield from model.spelt.get((ast.Call, word), ())  # type: ignore[misc]


def calls_of(model: ModuleModel, functions: frozenset[str]) -> Iterator[ast.Call]:
    """The calls that can resolve to one of these dotted names: spelt by its last word, or by a name the module gives it."""
    return calls_spelt(model, spellings(model, functions))


def names_of(model: ModuleModel, things: frozenset[str]) -> Iterator[ast.Name | ast.Attribute]:
    """The expressions that can resolve to one of these dotted names, as `calls_of` finds calls."""
    words = spellings(model, things)
    yield from names_spelt(model, words)
    yield from attributes_spelt(model, words)


def spellings(model: ModuleModel, names: frozenset[str]) -> list[str]:
    """The words that can stand for one of these dotted names: its last one, and names that the module gives it."""
    words = _last_words(names)
    aliases = _aliases(model)
    if aliases.keys().isdisjoint(words):
        return list(words)
    return list(dict.fromkeys([*words, *(alias for word in words for alias in aliases.get(word, ()))]))


@cache
def _last_words(names: frozenset[str]) -> tuple[str, ...]:
    """The last words of dotted names, and of the old names of what they mean."""
    old = (name for name in kinds.CANONICAL_NAMES if kinds.canonical(name) in names)
    return tuple(sorted({name.rpartition(".")[2] for name in (*names, *old)}))


@per_model
def _aliases(model: ModuleModel) -> dict[str, set[str]]:
    """The last word of what an import or an assignment gives another name → these names."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for alias in model.nodes.get(ast.alias, ()):
        if isinstance(alias, ast.alias) and alias.asname is not None:
            found[alias.name.rpartition(".")[2]].add(alias.asname)
    for kind in (ast.Assign, ast.AnnAssign, ast.NamedExpr):
        for node in model.nodes.get(kind, ()):
            value = node.value  # type: ignore[attr-defined]
            if value.__class__ is ast.Attribute:
                for target in node.targets if isinstance(node, ast.Assign) else (node.target,):  # type: ignore[attr-defined]
                    if target.__class__ is ast.Name:
                        found[value.attr].add(target.id)
            elif isinstance(value, ast.Tuple | ast.List) and isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Tuple | ast.List):
                        for item, part in zip(target.elts, value.elts, strict=False):
                            if isinstance(item, ast.Name) and isinstance(part, ast.Attribute):
                                found[part.attr].add(item.id)
    return dict(found)
