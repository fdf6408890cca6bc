"""`sys.exc_type` and its like are parts of `sys.exc_info()`; `sys.exitfunc` is `atexit.register`.

https://docs.python.org/3/whatsnew/3.0.html#changes-to-exceptions
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import can_import
from porter.rules.port._places import presumed
from porter.rules.port._spelt import attributes_spelt, calls_of

_PARTS = {"sys.exc_type": "0", "sys.exc_value": "1", "sys.exc_traceback": "2"}
_WORDS = tuple(name.partition(".")[2] for name in _PARTS)


class SysExceptions(Rule):
    code = "PORT042"
    name = "sys-exceptions"
    summary = "sys.exc_info() instead of sys.exc_type, atexit instead of sys.exitfunc"
    why = (
        "sys.exc_type, exc_value and exc_traceback went in Python 3, and so did exc_clear(): the exception is forgotten when its "
        "except block ends. sys.exitfunc is never called: functions are registered with atexit."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.0.html#changes-to-exceptions"
    triggers = frozenset({"exc_type", "exc_value", "exc_traceback", "exc_clear", "exitfunc"})
    visits = (ast.Module,)
    examples = (
        Example(
            "import sys\ntry:\n    int('x')\nexcept ValueError:\n    print sys.exc_type.__name__\n",
            "import sys\ntry:\n    int('x')\nexcept ValueError:\n    print(sys.exc_info()[0].__name__)\n",
        ),
        Example(
            "import sys\ndef bye():\n    print 'bye'\nsys.exitfunc = bye\n",
            "import sys\nimport atexit\ndef bye():\n    print('bye')\natexit.register(bye)\n",
        ),
        Example("import sys\nprint 'a'\nsys.exc_clear()\nprint 'b'\n", "import sys\nprint('a')\nprint('b')\n"),
        Example(
            "from common import *\ntry:\n    run()\nexcept:\n    log(sys.exc_value)\nx = `1`\n",
            "from common import *\ntry:\n    run()\nexcept:\n    log(sys.exc_info()[1])\nx = repr(1)\n",
            note="nothing in this file binds `sys`, and no other module of Python 2 had such a name",
        ),
        Untouched("import sys\nprint sys.exc_info()\n", because="it reads the same in both"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        named = list(attributes_spelt(model, (*_WORDS, "exitfunc")))
        cleared = calls_of(model, frozenset({"sys.exc_clear"}))
        for place in (*named, *map(model.parent, named), *map(model.parent, cleared)):
            if place is not None:
                yield from self._at(place, model)

    def _at(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Attribute(ctx=ast.Load()):
                name = _resolve(node, model)
                if name in _PARTS:
                    handled = any(isinstance(outer, ast.ExceptHandler) for outer in model.ancestors(node))
                    message = "" if handled else "outside an except block there is no exception any more"
                    yield Match(node, Risk.SAFE if handled else Risk.SUGGESTED, message, data=("part", _PARTS[name]))
                elif name == "sys.exitfunc":
                    yield Advice(node, "Python 3 has no sys.exitfunc: functions are registered with atexit.register()")
            case ast.Expr(value=ast.Call(func=function)) if _resolve(function, model) == "sys.exc_clear":
                message = "the exception is forgotten when its except block ends"
                yield Match(node, Risk.SUGGESTED, message, data=("clear", None))
            case ast.Assign(targets=[ast.Attribute() as target], value=value) if (
                _resolve(target, model) == "sys.exitfunc"
            ):
                if can_import("atexit", node, model) and not (isinstance(value, ast.Constant) and value.value is None):
                    message = "atexit calls every function that is registered, the last one first"
                    yield Match(node, Risk.SUGGESTED, message, data=("exit", None), needs=(Import("atexit"),))
                else:
                    yield Advice(node, "Python 3 has no sys.exitfunc: use atexit.register() and atexit.unregister()")

    def rewrite(self, node: cst.CSTNode, match: Match) -> Rewritten:
        how, number = match.data
        if how == "clear":
            return []
        if how == "exit":
            return cst.Expr(call("atexit.register", cst.ensure_type(node, cst.Assign).value))
        info = cst.ensure_type(node, cst.Attribute).with_changes(attr=cst.Name("exc_info"))
        return cst.Subscript(cst.Call(info), [cst.SubscriptElement(cst.Index(cst.Integer(number)))])


def _resolve(node: ast.expr, model: ModuleModel) -> str | None:
    return model.resolve(node) or presumed(node, model)
