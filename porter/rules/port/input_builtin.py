"""Python 2's `input()` evaluated what was typed.

https://docs.python.org/3/whatsnew/3.0.html#builtins
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import is_guarded, spelled


class InputBuiltin(Rule):
    code = "PORT019"
    name = "input-evaluates"
    summary = "eval(input()) instead of input()"
    why = (
        "input() was eval(raw_input()) in Python 2 and is raw_input() in Python 3. Where a number is all that is wanted, "
        "int(input()) or ast.literal_eval(input()) is the safer way to say so."
    )
    source = "https://docs.python.org/2/library/functions.html#input"
    triggers = frozenset({"input"})
    spelt = True
    visits = (ast.Call, ast.Name)
    ambiguous = True
    examples = (
        Example("print 'How many?'\nnumber = input()\n", "print('How many?')\nnumber = eval(input())\n"),
        Untouched("print 'Name?'\nname = raw_input()\n", because="raw_input did not evaluate"),
        Untouched("number = eval(input())\nprint `number`\n", because="it is evaluated already"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if is_guarded(node, model, "NameError"):
            return
        match node:
            case ast.Call(func=function) if model.resolve(function) == "builtins.input":
                parent = model.parent(node)
                if isinstance(parent, ast.Call) and model.resolve(parent.func) == "builtins.eval":
                    return
                evaluate, needs = spelled("eval", node, model)
                yield Match(node, data=evaluate, needs=needs)
            case ast.Name(id="input", ctx=ast.Load()) if model.resolve(node) == "builtins.input":
                parent = model.parent(node)
                if not (isinstance(parent, ast.Call) and parent.func is node):
                    yield Advice(
                        node, "Python 2's input evaluates what is typed: pass lambda: eval(input()) if that is meant"
                    )

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        return call(match.data, node)
