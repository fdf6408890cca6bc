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
from porter.analysis.scopes import Binding
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
        "puts no space behind an item that ends in a newline or a tab: where such an item is written out, the call is split, "
        "and a line of a file gets end=''. What a trailing comma leaves open at the program's end, Python 2 closes itself."
    )
    risk = Risk.SUGGESTED
    source = "https://peps.python.org/pep-3105/"
    triggers = frozenset({markers.PRINT, markers.PRINT_TO, "print"})
    visits = (ast.Call, ast.Module)
    spelt = True
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
        Example("for line in open('log'):\n    print line,\n", "for line in open('log'):\n    print(line, end=\"\")\n"),
        Example(
            "print 1,\nprint 2,\n",
            'print(1, end=" ")\nprint(2)\n',
            note="Python 2 ends an open line when the program ends",
        ),
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
            case ast.Call(func=ast.Name(id=(markers.PRINT | markers.PRINT_TO) as marker)) as called:
                statement = model.parent(called)
                if isinstance(statement, ast.Expr):
                    yield self._printed(statement, called, marker, model)

    def _printed(self, node: ast.Expr, called: ast.Call, marker: str, model: ModuleModel) -> Match:
        items = called.args[1:] if marker == markers.PRINT_TO else called.args
        data = _Print(
            marker == markers.PRINT_TO,
            _ending(node, called, items, model),
            _gap(node, model),
            tuple(_cuts(items)),
        )
        certain = data.end is None or (data.end == "" and _ends_line(items[-1]))
        return Match(node, Risk.SAFE if certain else Risk.SUGGESTED, data=data)

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


def _ending(node: ast.Expr, called: ast.Call, items: list[ast.expr], model: ModuleModel) -> str | None:
    """What `end` must be for a print without its newline; None where it has one."""
    if not any(item.arg == "nl" for item in called.keywords):
        return None
    if items and (_ends_line(items[-1]) or _is_line(items[-1], model)):
        return ""
    to_stdout = called.func.id == markers.PRINT if isinstance(called.func, ast.Name) else False
    return None if to_stdout and _is_last(node, model) else " "


def _is_last(node: ast.Expr, model: ModuleModel) -> bool:
    """Whether the program ends behind this statement: it is the last one of a script, or of its main part."""
    if model.tree.imported_by:
        return False
    body = model.module.body
    if model.main_guard is not None and body[-1] is model.main_guard and not model.main_guard.orelse:
        body = model.main_guard.body
    return body[-1] is node


def _is_line(item: ast.expr, model: ModuleModel) -> bool:
    """Whether an item is a line as a file gives it, with its newline (which only the last line of a file may lack)."""
    match item:
        case ast.Call(func=ast.Attribute(value=file, attr="readline"), args=[]):
            return _gives_lines(file, model)
        case ast.Name():
            found = model.bindings(item)
            return bool(found) and all(_binds_line(binding, model) for binding in found)
    return False


def _binds_line(binding: Binding, model: ModuleModel) -> bool:
    match model.parent(binding.node):
        case ast.For(target=target, iter=lines) if target is binding.node:
            match lines:
                case ast.Call(func=ast.Attribute(value=file, attr="readlines" | "xreadlines"), args=[]):
                    return _gives_lines(file, model)
            return _gives_lines(lines, model)
    return binding.value is not None and isinstance(binding.value, ast.Call) and _is_line(binding.value, model)


def _gives_lines(file: ast.expr, model: ModuleModel) -> bool:
    return model.kind(file).type == "file" or model.resolve(file) == "sys.stdin"


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
