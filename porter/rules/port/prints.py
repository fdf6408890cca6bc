"""The print statement is the print() function in Python 3.

https://peps.python.org/pep-3105/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2 import constructs, markers
from porter.rewriting.building import keyword, text, unparenthesized
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched


@dataclass(frozen=True, slots=True)
class _Print:
    """How the statement was written: to a file, without its newline, and the white space behind its `print`."""

    to_file: bool
    end: str | None
    gap: str
    cuts: tuple[int, ...]


class PrintStatement(Rule):
    code = "PORT001"
    name = "print-statement"
    summary = "print is a function"
    why = (
        "Python 3 has no print statement. A trailing comma becomes end=' ', and `print >>f` becomes file=f. The statement "
        "puts no space behind an item that ends in a newline or a tab: where such an item is written out, the call is split."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-3105/"
    triggers = frozenset({markers.PRINT, markers.PRINT_TO, "print"})
    visits = (ast.Expr, ast.Module)
    owns = frozenset({constructs.PRINT})
    examples = (
        Example("print 'a', 1\n", "print('a', 1)\n"),
        Example("print 1\nprint\n", "print(1)\nprint()\n"),
        Example("print 'no newline',\nprint 'here'\n", "print('no newline', end=\" \")\nprint('here')\n"),
        Example("import sys\nprint >>sys.stderr, 'oops'\n", "import sys\nprint('oops', file=sys.stderr)\n"),
        Example(
            "print 2\nprint ('a', 1)\n", "print(2)\nprint(('a', 1))\n", note="parentheses around items make a tuple"
        ),
        Example("print 'row\\n',\n", "print('row\\n', end=\"\")\n", note="no space follows a newline"),
        Untouched("print ('one thing')\nx = `1`\n", because="a single item in parentheses reads the same in both"),
        Untouched("from __future__ import print_function\nprint('a', end='')\n", because="print is a function already"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Module():
                for construct, offset in model.source.facts.ambiguous:
                    if construct == constructs.PRINT:
                        yield Advice(
                            node,
                            "prints a tuple in Python 2, its items in Python 3: say which with --from",
                            (offset, offset),
                        )
            case ast.Expr(value=ast.Call(func=ast.Name(id=(markers.PRINT | markers.PRINT_TO) as marker)) as called):
                items = called.args[1:] if marker == markers.PRINT_TO else called.args
                data = _Print(
                    marker == markers.PRINT_TO, _ending(called, items), _gap(node, model), tuple(_cuts(items))
                )
                yield Match(node, Risk.SUGGESTED if data.end == " " else Risk.SAFE, data=data)

    def rewrite(self, node: cst.Expr, match: Match) -> Rewritten:
        called = cst.ensure_type(node.value, cst.Call)
        how: _Print = match.data
        arguments = [argument for argument in called.args if argument.keyword is None]
        target = [keyword("file", arguments.pop(0).value)] if how.to_file else []
        if how.cuts:
            return _split(arguments, how, target)
        if len(arguments) == 1 and not how.to_file and how.end is None:
            value = arguments[0].value
            if value.lpar and not isinstance(value, cst.Tuple):
                bare = unparenthesized(value)
                space = cst.SimpleWhitespace(how.gap)
                plain = called.with_changes(func=cst.Name("print"), whitespace_after_func=space)
                return node.with_changes(value=plain.with_changes(args=[arguments[0].with_changes(value=bare)]))
        arguments += [keyword("end", text(how.end))] if how.end is not None else []
        return node.with_changes(value=called.with_changes(func=cst.Name("print"), args=_listed(arguments + target)))


def _ending(called: ast.Call, items: list[ast.expr]) -> str | None:
    """What `end` must be for a print without its newline; None where it has one."""
    if not any(item.arg == "nl" for item in called.keywords):
        return None
    return "" if items and _ends_line(items[-1]) else " "


def _ends_line(item: ast.expr) -> bool:
    """Whether an item certainly ends in white space that Python 2 puts no space behind (anything but a blank)."""
    if isinstance(item, ast.BinOp) and isinstance(item.op, ast.Mod):
        return _ends_line(item.left) and not str(ast.literal_eval(item.left)).endswith("%s")
    return (
        isinstance(item, ast.Constant)
        and isinstance(item.value, str)
        and item.value[-1:].isspace()
        and item.value[-1:] != " "
    )


def _cuts(items: list[ast.expr]) -> Iterator[int]:
    """The items behind which the statement writes no space."""
    for number, item in enumerate(items[:-1]):
        if _ends_line(item):
            yield number + 1


def _gap(node: ast.Expr, model: ModuleModel) -> str:
    """The white space between `print` and what follows it, as it stood in the original."""
    start = model.source.original_offset(model.span(node)[0]) + len("print")
    end = start
    while model.source.original[end : end + 1] in (" ", "\t"):
        end += 1
    return model.source.original[start:end]


def _listed(arguments: list[cst.Arg]) -> list[cst.Arg]:
    listed = []
    for number, argument in enumerate(arguments):
        last = number == len(arguments) - 1
        if last:
            listed.append(argument.with_changes(comma=cst.MaybeSentinel.DEFAULT))
        elif argument.comma is cst.MaybeSentinel.DEFAULT:
            listed.append(argument.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))))
        else:
            listed.append(argument)
    return listed


def _split(arguments: list[cst.Arg], how: _Print, target: list[cst.Arg]) -> list[cst.BaseSmallStatement]:
    """One call for each run of items with spaces between them."""
    bounds = [0, *how.cuts, len(arguments)]
    statements: list[cst.BaseSmallStatement] = []
    for first, last in pairwise(bounds):
        end = "" if last < len(arguments) else how.end
        ending = [keyword("end", text(end))] if end is not None else []
        statements.append(cst.Expr(cst.Call(cst.Name("print"), _listed(arguments[first:last] + ending + target))))
    return statements
