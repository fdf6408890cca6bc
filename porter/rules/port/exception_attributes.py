"""An exception has no `message` and cannot be indexed in Python 3: its `args` hold what it was made with.

https://peps.python.org/pep-0352/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.summaries import ClassSummary
from porter.analysis.tree import dotted_name
from porter.python2 import markers
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import spelled
from porter.rules.port._spelt import attributes_spelt

_NO_STR = frozenset({"KeyError", "UnicodeDecodeError", "UnicodeEncodeError", "IOError", "OSError", "EnvironmentError"})


class ExceptionAttributes(Rule):
    code = "PORT040"
    name = "exception-attributes"
    summary = "ask an exception for its args"
    why = (
        "Python 3's exceptions have no `message`, and are no sequences: e[0] is e.args[0], and they unpack through e.args. "
        "e.message was the only argument, or ''; str(e) is how one asks for it. A class of the tree that has its own is left alone."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-0352/"
    triggers = frozenset({"except"})
    visits = (ast.Module,)
    examples = (
        Example(
            "try:\n    raise ValueError('wrong')\nexcept ValueError, e:\n    print e.message, e[0]\n",
            "try:\n    raise ValueError('wrong')\nexcept ValueError as e:\n    print(str(e), e.args[0])\n",
        ),
        Example(
            "try:\n    raise IOError(2, 'gone')\nexcept IOError, e:\n    number, text = e\n    print number, text\n",
            "try:\n    raise IOError(2, 'gone')\nexcept IOError as e:\n    number, text = e.args\n    print(number, text)\n",
        ),
        Untouched("print mail.message, mail[0]\n", because="no exception"),
        Untouched(
            "class Error(Exception):\n    def __init__(self, text): self.message = text\n"
            "try:\n    raise Error('x')\nexcept Error, e:\n    print e.message\n",
            because="the class has an attribute of its own",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        handlers = model.nodes.get(ast.ExceptHandler, ())
        caught = {handler.name for handler in handlers if isinstance(handler, ast.ExceptHandler)}
        places: tuple[ast.AST, ...] = (
            *attributes_spelt(model, ("message",)),
            *model.nodes.get(ast.Subscript, ()),
            *model.nodes.get(ast.Assign, ()),
        )
        for place in places:
            value = place.value  # type: ignore[attr-defined]
            if value.__class__ is ast.Name and value.id in caught:
                yield from self._at(place, model)

    def _at(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Attribute(value=ast.Name() as name, attr="message", ctx=ast.Load()):
                handler = _handler(name, model)
                if handler is not None and not _has_own(handler, "message", model):
                    yield from _message(node, handler, model)
            case ast.Subscript(value=ast.Name() as name, ctx=ast.Load()):
                handler = _handler(name, model)
                if handler is not None and not _has_own(handler, "__getitem__", model):
                    yield Match(name, Risk.SAFE, "an exception cannot be indexed: its args can", data="args")
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=ast.Name() as name):
                handler = _handler(name, model)
                if handler is not None and not _has_own(handler, "__getitem__", model):
                    yield Match(name, Risk.SAFE, "an exception cannot be unpacked: its args can", data="args")

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if match.data == "args":
            return cst.Attribute(node, cst.Name("args"))
        return call(match.data, cst.ensure_type(node, cst.Attribute).value)


def _handler(name: ast.Name, model: ModuleModel) -> ast.ExceptHandler | None:
    """The except block whose exception the name is, where every binding of the name is such a block's."""
    if not all(isinstance(binding.node, ast.ExceptHandler) for binding in model.bindings(name)):
        return None
    for outer in model.ancestors(name):
        if isinstance(outer, ast.ExceptHandler) and outer.name == name.id:
            return outer
    return None


def _classes(handler: ast.ExceptHandler) -> list[ast.expr]:
    caught = handler.type
    match caught:
        case ast.Call(func=ast.Name(id=markers.EXCEPT), args=[inner, *_]):
            caught = inner
    if caught is None:
        return []
    return caught.elts if isinstance(caught, ast.Tuple) else [caught]


def _has_own(handler: ast.ExceptHandler, attribute: str, model: ModuleModel) -> bool:
    """Whether a class that is caught, or a base of it in the tree, or any of its kind, gives the attribute itself."""
    for item in _classes(handler):
        definition = model.definition(item)
        if isinstance(definition, ast.ClassDef) and _sets(definition, attribute, model):
            return True
        dotted = dotted_name(item)
        short = dotted.rpartition(".")[2] if dotted else ""
        if any(attribute in summary.members | summary.attributes for summary in _lineage(short, model)):
            return True
    return False


def _lineage(name: str, model: ModuleModel) -> Iterator[ClassSummary]:
    """The classes of the tree with this name, and those that they derive from, by their names."""
    waiting, seen = [name], {name}
    while waiting:
        current = waiting.pop()
        for summary in model.tree.classes:
            if summary.name == current:
                yield summary
                bases = {base.rpartition(".")[2] for base in summary.bases} - seen
                seen |= bases
                waiting.extend(bases)


def _sets(definition: ast.ClassDef, attribute: str, model: ModuleModel) -> bool:
    for node in ast.walk(definition):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()) if name == attribute:
                return True
            case ast.FunctionDef(name=name) if name == attribute:
                return True
    bases = [model.definition(base) for base in definition.bases]
    return any(
        isinstance(base, ast.ClassDef) and base is not definition and _sets(base, attribute, model) for base in bases
    )


def _message(node: ast.Attribute, handler: ast.ExceptHandler, model: ModuleModel) -> Iterator[Match | Advice]:
    names = [(model.resolve(item) or "").removeprefix("builtins.") for item in _classes(handler)]
    if any(name in _NO_STR for name in names):
        yield Advice(
            node, "Python 3's exceptions have no message: use e.args, or str(e), which says more for this class"
        )
        return
    function, needs = spelled("str", node, model)
    yield Match(
        node, Risk.SUGGESTED, "Python 3's exceptions have no message: str(e) is its text", data=function, needs=needs
    )
