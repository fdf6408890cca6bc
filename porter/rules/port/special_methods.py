"""Special methods that Python 3 knows by another name: __nonzero__, __unicode__, __div__ …

https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Definition
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._classes import members, methods
from porter.rules.port._names import name_span, spelled

_RENAMED = {
    "__nonzero__": "__bool__",
    "__unicode__": "__str__",
    "__div__": "__truediv__",
    "__rdiv__": "__rtruediv__",
    "__idiv__": "__itruediv__",
    "__long__": "__int__",
}


class SpecialMethods(Rule):
    code = "PORT033"
    name = "special-methods"
    summary = "define a special method by its Python 3 name"
    why = (
        "Python 3 asks __bool__ where Python 2 asked __nonzero__ (and wants a bool of it), __str__ where it asked __unicode__, "
        "__truediv__ where it asked __div__. A class that defines both names serves both Pythons and is left alone; but of "
        "a __unicode__ and a __str__ of which one encodes or decodes the other, the one that says the text stays."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#operators-and-special-methods"
    triggers = frozenset(_RENAMED)
    visits = (ast.ClassDef, ast.Attribute)
    spelt = True
    examples = (
        Example(
            "class Box(object):\n    items = []\n    def __nonzero__(self):\n        return len(self.items)\nprint bool(Box())\n",
            "class Box(object):\n    items = []\n    def __bool__(self):\n        return bool(len(self.items))\nprint(bool(Box()))\n",
        ),
        Example(
            "class Half(object):\n    def __div__(self, other):\n        return 'div'\nprint Half() / 2\n",
            "class Half(object):\n    def __truediv__(self, other):\n        return 'div'\nprint(Half() / 2)\n",
        ),
        Example(
            "class Name(object):\n    def __unicode__(self):\n        return u'name'\nprint unicode(Name())\n",
            "class Name(object):\n    def __str__(self):\n        return u'name'\nprint(str(Name()))\n",
        ),
        Example(
            "class Name(object):\n    def __unicode__(self):\n        return u'name'\n\n"
            "    def __str__(self):\n        return unicode(self).encode('utf-8')\nprint Name()\n",
            "class Name(object):\n    def __str__(self):\n        return u'name'\n\nprint(Name())\n",
            note="str(self) in __str__ would call itself for ever",
        ),
        Example(
            "class Name(object):\n    def __str__(self):\n        return 'name'\n\n"
            "    def __unicode__(self):\n        return str(self).decode('utf-8')\nprint Name()\n",
            "class Name(object):\n    def __str__(self):\n        return 'name'\n\nprint(Name())\n",
        ),
        Untouched(
            "class Box(object):\n    def __bool__(self): return True\n    __nonzero__ = __bool__\nprint bool(Box())\n",
            because="it serves both Pythons already",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.ClassDef():
                yield from _in_class(node, model)
            case ast.Attribute(attr=old, ctx=ast.Load()) if old in _RENAMED:
                definers = model.tree.definers(old)
                if not any(_RENAMED[old] in definer.members for definer in definers):
                    yield Match(node, Risk.SUGGESTED, f"{old} is {_RENAMED[old]}", data=("attribute", _RENAMED[old]))

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        how, new = match.data
        if how == "drop":
            return []
        if how == "attribute":
            return cst.ensure_type(node, cst.Attribute).with_changes(attr=cst.Name(new))
        if how == "wrap":
            return call(new, node)
        return cst.Name(new)


def _in_class(definition: ast.ClassDef, model: ModuleModel) -> Iterator[Match | Advice]:
    bound = members(definition)
    for old, new in _RENAMED.items():
        if old not in bound:
            continue
        if new in bound:
            if old == "__unicode__" and not _is_dual(definition):
                yield from _two_texts(definition, model)
            continue
        yield from _renamed(definition, old, new, model)


def _renamed(definition: ast.ClassDef, old: str, new: str, model: ModuleModel) -> Iterator[Match | Advice]:
    message = f"{old} is {new}"
    for item in definition.body:
        if isinstance(item, ast.FunctionDef) and item.name == old:
            if old == "__nonzero__" and len(item.args.args) != 1:
                return  # it cannot be what Python calls
            yield Match(item, message=message, at=name_span(item, model), data=("name", new))
            if old == "__nonzero__":
                yield from _returned(item, model)
        elif isinstance(item, ast.Assign):
            for name in (*item.targets, item.value):
                if isinstance(name, ast.Name) and name.id == old:
                    yield Match(
                        name, message=message, at=model.span(name), data=("name", new), silent=name is item.value
                    )


def _two_texts(definition: ast.ClassDef, model: ModuleModel) -> Iterator[Match | Advice]:
    """A class with a __str__ and a __unicode__: where one is the other, encoded or decoded, the other stays."""
    by_unicode = methods(definition)["__unicode__"]
    by_str = methods(definition).get("__str__")
    group = f"texts-{definition.lineno}"
    if by_str is not None and _recodes(by_str, "unicode", "encode", model) and not _says_names(definition):
        message = "__unicode__ is __str__, and the __str__ that encoded it goes"
        yield Match(
            by_unicode, Risk.SUGGESTED, message, name_span(by_unicode, model), data=("name", "__str__"), group=group
        )
        yield Match(by_str, Risk.SUGGESTED, slot=SlotKind.BLOCK, data=("drop", ""), group=group, silent=True)
    elif by_str is not None and _recodes(by_unicode, "str", "decode", model):
        message = "the __unicode__ that decoded __str__ goes"
        yield Match(by_unicode, Risk.SUGGESTED, message, slot=SlotKind.BLOCK, data=("drop", ""))
    else:
        yield Advice(
            by_unicode, "print and str() use __str__ in Python 3: make __unicode__ the __str__, and drop the other"
        )


def _recodes(method: ast.FunctionDef, function: str, codec: str, model: ModuleModel) -> bool:
    """Whether all that a method does is `return unicode(self).encode(…)`, or the same the other way round."""
    if method.decorator_list:
        return False
    match method.body:
        case [ast.Return(value=ast.Call(func=ast.Attribute(value=text, attr=method_name)))] if method_name == codec:
            return _is_text_of_self(text, function, model)
        case [ast.Return(value=ast.Call(args=[text, *_]) as call)] if codec == "decode":
            return model.resolve(call.func) == "builtins.unicode" and _is_text_of_self(text, function, model)
    return False


def _is_text_of_self(node: ast.expr, function: str, model: ModuleModel) -> bool:
    match node:
        case ast.Call(func=ast.Name() as called, args=[ast.Name(id="self")], keywords=[]):
            return model.resolve(called) == f"builtins.{function}"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=attr), args=[], keywords=[]):
            return attr == f"__{function}__"
    return False


def _says_names(definition: ast.ClassDef) -> bool:
    """Whether the class's body says `__str__`, or `__unicode__`, as a variable: `__repr__ = __str__`."""
    statements = [item for item in definition.body if not isinstance(item, ast.FunctionDef)]
    return any(
        isinstance(node, ast.Name) and node.id in ("__str__", "__unicode__")
        for item in statements
        for node in ast.walk(item)
    )


def _is_dual(definition: ast.ClassDef) -> bool:
    """Whether a decorator takes care of __str__ and __unicode__, or the class binds __unicode__ to its __str__ itself."""
    by_decorator = any("compatible" in ast.dump(decorator) for decorator in definition.decorator_list)
    return by_decorator or "__unicode__" not in methods(definition)


def _returned(method: ast.FunctionDef, model: ModuleModel) -> Iterator[Match]:
    """The return values that are no bool already: __bool__ may return nothing else."""
    stack: list[ast.AST] = list(method.body)
    while stack:
        node = stack.pop()
        if isinstance(node, Definition | ast.Lambda):
            continue
        if isinstance(node, ast.Return) and node.value is not None and not _is_bool(node.value, model):
            function, needs = spelled("bool", node, model)
            yield Match(node.value, message="__bool__ must return a bool", data=("wrap", function), needs=needs)
        stack.extend(ast.iter_child_nodes(node))


def _is_bool(node: ast.expr, model: ModuleModel) -> bool:
    match node:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp(values=values):
            return all(_is_bool(value, model) for value in values)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_bool(body, model) and _is_bool(orelse, model)
    return model.kind(node).type == "bool"
