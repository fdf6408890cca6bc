"""Methods that have another name, or are attributes, in Python 3: isAlive, setDaemon, assertEquals, readfp, getchildren …

https://docs.python.org/3/whatsnew/3.12.html#id3
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from porter.analysis.kinds import UNKNOWN
from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind, all_arguments
from porter.python2.source import Dialect
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._classes import defines
from porter.rules.port._method_table import MovedMethod, moved_methods
from porter.rules.port._names import can_import, is_guarded
from porter.rules.port._templates import filled


@dataclass(frozen=True, slots=True)
class _Setter:
    attribute: str


class RenamedMethods(Rule):
    code = "PORT104"
    name = "renamed-methods"
    summary = "call a method of the library by its Python 3 name"
    why = (
        "threading's camel-case methods gave way to is_alive(), notify_all() and the attributes name and daemon; unittest's aliases, "
        "ConfigParser.readfp, Element.getchildren and others went in later versions. Where the object's class is known the change is "
        "safe. Where it is not, and no other class of Python 3 or of this tree has such a method, it is suggested."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.12.html#id3"
    triggers = frozenset(moved_methods())
    spelt = True
    visits = (ast.Attribute,)
    in_python3 = True
    examples = (
        Example(
            "import threading\nt = threading.Thread(target=len, args=([],), name='T')\nt.setDaemon(True)\n"
            "print t.isDaemon(), t.getName(), t.isAlive()\n",
            "import threading\nt = threading.Thread(target=len, args=([],), name='T')\nt.daemon = True\n"
            "print(t.daemon, t.name, t.is_alive())\n",
        ),
        Example(
            "import unittest\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEquals(1L, 1)\n"
            "        self.failUnless(True)\n",
            "import unittest\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(1, 1)\n"
            "        self.assertTrue(True)\n",
        ),
        Example(
            "import array\na = array.array('b', [72, 105])\nprint len(a.tostring())\n",
            "import array\na = array.array('b', [72, 105])\nprint(len(a.tobytes()))\n",
        ),
        Example(
            "import xml.etree.ElementTree as ET\nroot = ET.fromstring('<a><b/></a>')\nprint len(root.getchildren())\n",
            "import xml.etree.ElementTree as ET\nroot = ET.fromstring('<a><b/></a>')\nprint(len(list(root)))\n",
        ),
        Untouched(
            "class Node(object):\n    def isAlive(self): return True\nprint Node().isAlive()\n",
            because="a method of the program's own",
        ),
        Untouched("person = lookup(3L)\nperson.setName('Ann')\n", because="many classes have a setName"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Attribute)
        row = moved_methods().get(node.attr)
        if row is None or (model.dialect is Dialect.PYTHON3 and row.since <= (3, 0)):
            return
        risk = _risk(node, row, model)
        if risk is None or _is_own(node, model) or is_guarded(node, model, "AttributeError"):
            return
        if model.tree.defines_method(node.attr) and risk is not row.risk:
            if row.advice:
                return
            yield Advice(
                node, f"{row.message}; a class in this tree defines {node.attr}: is this object one of its own?"
            )
        elif row.advice:
            yield Advice(node, row.message)
        else:
            yield _match(node, row, risk, model)

    def rewrite(self, node: cst.Attribute | cst.Call | cst.Expr, match: Match) -> Rewritten:
        match node, match.data:
            case cst.Attribute(), str() as name:
                return node.with_changes(attr=cst.Name(name))
            case cst.Expr(value=cst.Call(func=cst.Attribute() as target, args=[argument])), _Setter(attribute):
                return cst.Assign([cst.AssignTarget(target.with_changes(attr=cst.Name(attribute)))], argument.value)
            case cst.Call(func=cst.Attribute() as target), (template,):
                arguments = [target.value, *(argument.value for argument in node.args)]
                return filled(template, arguments)
        return None


def _match(node: ast.Attribute, row: MovedMethod, risk: Risk, model: ModuleModel) -> Match | Advice:
    called = model.parent(node)
    if row.new:
        return Match(node, risk, row.message, data=row.new)
    if not (isinstance(called, ast.Call) and called.func is node) or called.keywords:
        return Advice(node, f"{row.message}: it has no form that is not called")
    plain = not any(isinstance(item, ast.Starred) for item in called.args)
    if row.get and not called.args:
        return Match(called, risk, row.message, data=(f"{{0}}.{row.get}",))
    if row.set and len(called.args) == 1 and plain:
        statement = model.parent(called)
        if isinstance(statement, ast.Expr):
            return Match(statement, risk, row.message, data=_Setter(row.set))
    if row.call and plain and all(can_import(module, node, model) for module in row.imports):
        needs = tuple(Import(module) for module in row.imports)
        return Match(called, risk, row.message, data=(row.call,), needs=needs)
    return Advice(node, f"{row.message}: this call cannot be written so")


def _risk(node: ast.Attribute, row: MovedMethod, model: ModuleModel) -> Risk | None:
    """How sure it is that the object is one of the library's; None where it is not."""
    named = model.resolve_canonical(node.value)
    if named is not None and (named in row.of or model.resolve(node.value) in row.of):
        return row.risk
    if named is not None and model.resolve(node) is not None:
        return None  # a function of a module, or a member of another class
    known = _class_of(node.value, model)
    if known is not None:
        return row.risk if known in row.of else None
    return Risk.SUGGESTED if row.unique else None


def _is_own(node: ast.Attribute, model: ModuleModel) -> bool:
    """Whether the object is of a class of this module, derived from the library's or not, that defines the method itself."""
    definition = _owner(node.value, model) or model.kind(node.value).definition
    return definition is not None and defines(definition, node.attr, model)


def _class_of(node: ast.expr, model: ModuleModel) -> str | None:
    """The library class that an object is of, or derives from; "" for one that is certainly another's; None if unknown."""
    kind = model.kind(node)
    owner = _owner(node, model)
    if owner is not None:
        kind = model.instance_of(owner)
    if kind is UNKNOWN:
        return None
    found = model.library_type(kind)
    if not found.startswith("."):
        return found
    definition = kind.definition
    known = definition is not None and all(model.resolve(base) == "builtins.object" for base in definition.bases)
    return "" if known else None


def _owner(node: ast.expr, model: ModuleModel) -> ast.ClassDef | None:
    """The class whose method's first parameter an expression is: `self`."""
    if not isinstance(node, ast.Name):
        return None
    found = model.bindings(node)
    if len(found) != 1 or found[0].kind is not BindingKind.PARAMETER:
        return None
    function = model.function(found[0].node)
    if not isinstance(function, ast.FunctionDef) or not isinstance(model.parent(function), ast.ClassDef):
        return None
    first = next(all_arguments(function.args), None)
    return model.enclosing_class(function) if first is found[0].node and not function.decorator_list else None
