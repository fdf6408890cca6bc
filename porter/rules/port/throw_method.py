"""`g.throw(E, V, T)` is `g.throw(E(V).with_traceback(T))`.

https://docs.python.org/3/reference/expressions.html#generator.throw
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


class ThrowMethod(Rule):
    code = "PORT046"
    name = "throw-method"
    summary = "throw an exception that carries its value and traceback"
    why = (
        "throw() with a class, a value and a traceback is deprecated since Python 3.12. The exception is made first, and carries "
        "its traceback. What sys.exc_info() gave is thrown as it is: its value is an exception already."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/reference/expressions.html#generator.throw"
    triggers = frozenset({"throw"})
    spelt = True
    visits = (ast.Call,)
    examples = (
        Example(
            "def echo():\n    try:\n        yield 1\n    except ValueError, e:\n        print e\n        yield 2\n"
            "g = echo()\ng.next()\nprint g.throw(ValueError, 'wrong')\n",
            "def echo():\n    try:\n        yield 1\n    except ValueError as e:\n        print(e)\n        yield 2\n"
            "g = echo()\nnext(g)\nprint(g.throw(ValueError('wrong')))\n",
        ),
        Example("g.throw(E, V, T)\n", "g.throw(E(V).with_traceback(T))\n"),
        Example(
            "g.throw(*sys.exc_info()), g.throw(E, None, T)\n",
            "g.throw(*sys.exc_info()), g.throw(E().with_traceback(T))\n",
        ),
        Untouched("g.throw(ValueError('wrong'))\nx = `1`\n", because="it throws an exception"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(
                func=ast.Attribute(value=receiver, attr="throw"), args=[ast.Constant(value=str() | bytes()), *_]
            ):
                if model.kind(receiver).is_iterator is not False:
                    yield Advice(node, "a string cannot be thrown: throw an exception")
            case ast.Call(func=ast.Attribute(attr="throw"), args=[_, *rest], keywords=[]) if 0 < len(rest) < 3:
                if any(isinstance(item, ast.Starred) for item in node.args):
                    return
                certain = model.kind(rest[0]).type in ("str", "unicode", "int", "float", "None", "tuple")
                message = "" if certain else "if the value is an exception already, throw that"
                yield Match(node, Risk.SAFE if certain else Risk.SUGGESTED, message)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        kind, value, *traceback = [argument.value for argument in node.args]
        thrown: cst.BaseExpression
        if isinstance(value, cst.Tuple):
            thrown = call(kind, *[cst.Arg(item.value) for item in value.elements])
        elif isinstance(value, cst.Name) and value.value == "None":
            thrown = call(kind) if traceback and not isinstance(kind, cst.Call) else kind
        else:
            thrown = call(kind, value)
        if traceback and not (isinstance(traceback[0], cst.Name) and traceback[0].value == "None"):
            thrown = call(cst.Attribute(thrown, cst.Name("with_traceback")), traceback[0])
        return node.with_changes(args=[cst.Arg(thrown)])
