"""Every class is a new-style class in Python 3: what an old-style class did otherwise is reported.

https://docs.python.org/2/reference/datamodel.html#new-style-and-classic-classes
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.port._classes import is_classic, members, methods
from porter.rules.port._per_model import per_model
from porter.rules.port._spelt import attributes_spelt

_IGNORED = {
    "__slots__": "an old-style class did not heed __slots__: in Python 3 an instance has no other attributes",
    "__getattribute__": "an old-style class never called __getattribute__: Python 3 asks it for every attribute",
    "__new__": "an old-style class never called __new__: Python 3 makes each instance by it",
}
# Looked up in the instance's own attributes by Python 2, in the class alone by Python 3.
_SPECIAL = frozenset(
    f"__{name}__"
    for name in "len getitem setitem delitem contains iter call str repr cmp eq ne lt le gt ge hash nonzero add sub mul div "
    "enter exit".split()
)


class ClassicClasses(Rule):
    code = "PORT074"
    name = "classic-classes"
    summary = "what an old-style class did otherwise"
    why = (
        "Python 2's classes without `object` among their bases took no notice of __slots__, __new__, __getattribute__ and of a "
        "property's setter, found special methods by __getattr__ and in the instance's own attributes, and searched their bases "
        "depth first. Python 3 has new-style classes alone. Reported where the class certainly is an old-style one, and meets this."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.0.html#removed-syntax"
    triggers = frozenset({"class"})
    visits = (ast.ClassDef,)
    examples = (
        Untouched("class A(object):\n    __slots__ = ['x']\nprint A().__slots__\n", because="a new-style class"),
        Untouched(
            "class A:\n    def who(self): return 'A'\nclass B(A): pass\nclass C(A): pass\nclass D(B, C): pass\nprint D().who()\n",
            because="the same method is found first in both",
        ),
        Untouched(
            "class A:\n    def get(self): return 1\n    x = property(get)\nprint A().x\n", because="nothing is assigned"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.ClassDef)
        if model.dialect is not Dialect.PYTHON2 or not is_classic(node, model):
            return
        for item in node.body:
            yield from _in_body(item)
        yield from _on_instances(node, model)
        yield from _by_order(node, model)


def _in_body(item: ast.stmt) -> Iterator[Advice]:
    match item:
        case ast.Assign(targets=[ast.Name(id="__slots__")]):
            yield Advice(item, _IGNORED["__slots__"])
        case ast.Assign(value=ast.Call(func=ast.Name(id="property"), args=[_, _, *_])):
            yield Advice(item, "an old-style class never called a property's setter: Python 3 does")
        case ast.FunctionDef(decorator_list=[ast.Attribute(attr="setter")]):
            yield Advice(item, "an old-style class never called a property's setter: Python 3 does")
        case ast.FunctionDef(name=("__getattribute__" | "__new__") as name):
            yield Advice(item, _IGNORED[name])
        case ast.FunctionDef(name="__getattr__", args=ast.arguments(args=[_, ast.arg(arg=asked)])):
            if _hands_on(item, asked):
                yield Advice(
                    item,
                    "special methods (len, [], iteration, str …) went through the __getattr__ of an old-style class: "
                    "in Python 3 the class must define those that are used",
                )


def _hands_on(method: ast.FunctionDef, asked: str) -> bool:
    """Whether __getattr__ asks another object for the attribute of that name."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "getattr"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Name)
        and node.args[1].id == asked
        for node in ast.walk(method)
    )


def _on_instances(definition: ast.ClassDef, model: ModuleModel) -> Iterator[Advice]:
    """Special methods that are given to `self`."""
    for target in _given_special(model):
        node = model.parent(target)
        if any(outer in methods(definition).values() for outer in model.ancestors(target)):
            assert isinstance(node, ast.Assign)
            yield Advice(node, f"Python 3 looks for {target.attr} in the class alone, never in the instance")


@per_model
def _given_special(model: ModuleModel) -> list[ast.Attribute]:
    """The special methods of `self` that a statement assigns to, and to nothing else."""
    found: list[ast.Attribute] = []
    for target in attributes_spelt(model, _SPECIAL):
        match model.parent(target), target.value:
            case ast.Assign(targets=[only]), ast.Name(id="self") if only is target:
                found.append(target)
    return found


def _by_order(definition: ast.ClassDef, model: ModuleModel) -> Iterator[Advice]:
    """Attributes that are found in another class than they were."""
    if len(definition.bases) < 2:
        return
    before = _depth_first(definition, model)
    after = _linearized(definition, model)
    if after is None:
        yield Advice(definition, "these bases have no consistent order: Python 3 cannot make this class")
        return
    names = {name for item in before for name in members(item)} - members(definition)
    for name in sorted(names):
        old = next(item for item in before if name in members(item))
        new = next(item for item in after if name in members(item))
        if old is not new:
            yield Advice(definition, f"{name} was found in {old.name} (depth first), and is in {new.name} in Python 3")


def _bases(definition: ast.ClassDef, model: ModuleModel) -> list[ast.ClassDef]:
    found = [model.definition(base) for base in definition.bases]
    return [base for base in found if isinstance(base, ast.ClassDef)]


def _depth_first(definition: ast.ClassDef, model: ModuleModel) -> list[ast.ClassDef]:
    order = [definition]
    for base in _bases(definition, model):
        order.extend(item for item in _depth_first(base, model) if item not in order)
    return order


def _linearized(definition: ast.ClassDef, model: ModuleModel) -> list[ast.ClassDef] | None:
    """The order of Python 3 (C3); None where there is none."""
    bases = _bases(definition, model)
    lines = [_linearized(base, model) for base in bases]
    if any(line is None for line in lines):
        return None
    return _merged(definition, [line for line in lines if line is not None], bases)


def _merged(
    definition: ast.ClassDef, lines: Sequence[list[ast.ClassDef]], bases: list[ast.ClassDef]
) -> list[ast.ClassDef] | None:
    order = [definition]
    waiting = [list(line) for line in (*lines, bases) if line]
    while waiting:
        heads = [line[0] for line in waiting if not any(line[0] in other[1:] for other in waiting)]
        if not heads:
            return None
        order.append(heads[0])
        waiting = [rest for line in waiting if (rest := [item for item in line if item is not heads[0]])]
    return order
