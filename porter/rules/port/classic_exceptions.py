"""Whatever is raised derives from BaseException in Python 3: an old-style class does not.

https://peps.python.org/pep-0352/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2 import markers
from porter.rewriting.building import name
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._classes import is_classic
from porter.rules.port._handlers import caught_classes
from porter.rules.port._names import spelled

_NAMED = ("Error", "Exception", "Warning")


class ClassicExceptions(Rule):
    code = "PORT073"
    name = "classic-exceptions"
    summary = "a class that is raised derives from Exception"
    why = (
        "Python 2 raised instances of old-style classes, which derive from nothing. Python 3 raises and catches nothing but what "
        "derives from BaseException. The class becomes an Exception, so that `except Exception` catches it too, which it did not."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-0352/"
    triggers = frozenset({"raise", "except", "class"})
    visits = (ast.Module,)
    examples = (
        Example(
            "class Stop:\n    pass\ntry:\n    raise Stop()\nexcept Stop:\n    print 'stopped'\n",
            "class Stop(Exception):\n    pass\ntry:\n    raise Stop()\nexcept Stop:\n    print('stopped')\n",
        ),
        Example(
            "class Stop:\n    def __init__(self, why):\n        self.why = why\nclass Later(Stop): pass\n"
            "try:\n    raise Later, 'now'\nexcept Stop, e:\n    print e.why\n",
            "class Stop(Exception):\n    def __init__(self, why):\n        self.why = why\nclass Later(Stop): pass\n"
            "try:\n    raise Later('now')\nexcept Stop as e:\n    print(e.why)\n",
        ),
        Untouched("class Stop(Exception): pass\nraise Stop, `1`\n", because="an exception already"),
        Untouched("class Stop: pass\nprint Stop().__class__.__name__\n", because="it is never raised"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if not model.python2:
            return
        roots: dict[ast.ClassDef, None] = {}
        for raised in (*_raised(model), *_caught(model)):
            definition = model.definition(raised)
            if isinstance(definition, ast.ClassDef) and is_classic(definition, model):
                roots[_root(definition, model)] = None
        for other in model.nodes.get(ast.ClassDef, ()):
            if isinstance(other, ast.ClassDef) and other not in roots and _may_be_raised(other, model):
                yield Advice(other, "an old-style class: if another file raises it, derive it from Exception")
        for definition in roots:
            if _sets_args(definition, model):
                yield Advice(
                    definition,
                    "it is raised, and must be an exception, whose args are always a tuple: name its own otherwise",
                )
                continue
            swallowed = any(isinstance(item, ast.Name) and item.id in _CATCH_ALL for item in _caught(model))
            base, needs = spelled("BaseException" if swallowed else "Exception", definition, model)
            message = f"{definition.name} is raised: it must be an exception, and `except Exception` catches it now"
            if swallowed:
                message = f"{definition.name} is raised: it must be an exception, one that `except Exception` passes by as before"
            yield Match(definition, Risk.SUGGESTED, message, slot=SlotKind.HEADER, data=base, needs=needs)

    def rewrite(self, node: cst.ClassDef, match: Match) -> Rewritten:
        return node.with_changes(bases=[cst.Arg(name(match.data))], lpar=cst.LeftParen(), rpar=cst.RightParen())


_CATCH_ALL = frozenset({"Exception", "StandardError"})


def _raised(model: ModuleModel) -> Iterator[ast.expr]:
    """The names of classes that are raised, by themselves or as an instance."""
    for node in model.nodes.get(ast.Raise, ()):
        match node:
            case ast.Raise(exc=ast.Call(func=ast.Name(id=markers.RAISE), args=[raised, *_])) | ast.Raise(exc=raised):
                if raised is not None:
                    yield raised.func if isinstance(raised, ast.Call) else raised


def _caught(model: ModuleModel) -> Iterator[ast.expr]:
    for node in model.nodes.get(ast.ExceptHandler, ()):
        assert isinstance(node, ast.ExceptHandler)
        yield from caught_classes(node)


def _sets_args(definition: ast.ClassDef, model: ModuleModel) -> bool:
    """Whether the class, or one that derives from it here, has an attribute called args of its own."""
    family = [definition]
    for other in model.nodes.get(ast.ClassDef, ()):
        if isinstance(other, ast.ClassDef) and any(model.definition(base) in family for base in other.bases):
            family.append(other)
    return any(
        isinstance(node, ast.Attribute) and node.attr == "args" and not isinstance(node.ctx, ast.Load)
        for member in family
        for node in ast.walk(member)
    )


def _may_be_raised(definition: ast.ClassDef, model: ModuleModel) -> bool:
    return not definition.bases and definition.name.endswith(_NAMED) and is_classic(definition, model)


def _root(definition: ast.ClassDef, model: ModuleModel) -> ast.ClassDef:
    """The class at the end of the first line of bases."""
    while definition.bases:
        base = model.definition(definition.bases[0])
        assert isinstance(base, ast.ClassDef)
        definition = base
    return definition
