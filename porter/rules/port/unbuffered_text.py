"""Only bytes can go without a buffer in Python 3: `os.fdopen(fd, 'w', 0)` and `open(path, 'w', 0)` raise ValueError.

https://docs.python.org/3/library/functions.html#open
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import call, keyword, with_arguments
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Import, Match, Rewritten, Rule, Untouched
from porter.rules.port._files import BINARY, OPENS, opening_mode, roles
from porter.rules.port._names import can_import
from porter.rules.port._spelt import calls_of

_POPEN = "os.popen"
_BUFFERING = 2  # open(name, mode, buffering), os.fdopen(fd, mode, bufsize), os.popen(command, mode, bufsize)
_KEYWORD = "buffering"


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of the 0: the stream is wrapped, or the argument goes, or is 1."""

    wrapped: bool = False
    by_line: bool = False


class UnbufferedText(Rule):
    code = "PORT206"
    name = "unbuffered-text"
    summary = "text that is written at once goes through io.TextIOWrapper"
    why = (
        "A buffer size of 0 made a file of Python 2 write each string at once, so that output of several processes came in "
        "order. Python 3 refuses it for text. A TextIOWrapper with write_through=True over an unbuffered binary file does the same; it is "
        "what `python -u` makes of sys.stdout. A file that is only read gets a buffer: a pipe still gives what is there, but select() knows nothing of a line that is "
        "in the buffer already. "
        "os.popen() writes line by line at best."
    )
    risk = Risk.SAFE
    source = "https://docs.python.org/3/library/functions.html#open"
    triggers = frozenset({"open", "file", "fdopen", "popen"})
    visits = (ast.Module,)
    examples = (
        Example(
            "import os, sys\nsys.stdout = os.fdopen(sys.stdout.fileno(), 'w', 0)\nprint 'at once'\n",
            "import os, sys\nimport io\n"
            "sys.stdout = io.TextIOWrapper(os.fdopen(sys.stdout.fileno(), 'wb', 0), write_through=True)\n"
            "print('at once')\n",
        ),
        Example(
            "log = open('log', 'w', buffering=0)\nlog.write('line\\n')\nprint open('log', 'r', 0).read()\n",
            "import io\nlog = io.TextIOWrapper(open('log', 'wb', buffering=0), write_through=True)\nlog.write('line\\n')\n"
            "print(open('log', 'r').read())\n",
        ),
        Example(
            "import os\nto = os.popen('cat', 'w', 0)\nto.write('line\\n')\n",
            "import os\nto = os.popen('cat', 'w', 1)\nto.write('line\\n')\n",
        ),
        Untouched("raw = open('log', 'ab', 0)\nraw.write(`1`)\n", because="bytes need no buffer"),
        Untouched("log = open('log', 'a', 1)\nprint >>log, 'line'\n", because="lines may be buffered"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for call_ in calls_of(model, OPENS | {_POPEN}):
            if _is_unbuffered(call_):
                yield from self._opened(call_, model)

    def _opened(self, node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
        opened = model.resolve(node.func)
        if opened == _POPEN:
            writes = _popen_mode(node).startswith("w")
            message = "its text is written line by line" if writes else "it reads what is there"
            yield Match(node, Risk.SUGGESTED, message, data=_Change(by_line=writes))
        elif opened in OPENS:
            yield from _file(node, model)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        change: _Change = match.data
        if not change.wrapped:
            return _without_zero(node, by_line=change.by_line)
        mode = next((item for item in node.args if item is node.args[1] or _named(item) == "mode"), None)
        if mode is None or not isinstance(mode.value, cst.SimpleString):
            return None
        literal = mode.value
        wanted = literal.raw_value if "b" in literal.raw_value else f"{literal.raw_value}b"
        binary = literal.with_changes(value=f"{literal.prefix}{literal.quote}{wanted}{literal.quote}")
        opened = cst.ensure_type(node.with_deep_changes(mode, value=binary), cst.Call)
        return call("io.TextIOWrapper", opened, keyword("write_through", cst.Name("True")))


def _file(node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
    mode = opening_mode(node, model)
    if mode is None:
        yield Advice(node, "only bytes can go without a buffer: open it in binary mode, or leave the 0 out")
    elif _is_standard_stream(node, model) and can_import("io", node, model):
        message = "text is printed to it: each text is handed through"
        yield Match(node, Risk.SAFE, message, data=_Change(wrapped=True), needs=(Import("io"),))
    elif "b" in mode or BINARY in roles(node, model):
        return
    elif set(mode) <= set("rtU"):
        message = "it reads ahead: select() does not see what is in its buffer"
        yield Match(node, Risk.SUGGESTED, message, data=_Change())
    elif "U" in mode or "t" in mode or not can_import("io", node, model):
        yield Advice(node, "only bytes can go without a buffer: wrap a binary file in io.TextIOWrapper")
    else:
        message = "only bytes can go without a buffer: each text is handed through"
        yield Match(node, Risk.SAFE, message, data=_Change(wrapped=True), needs=(Import("io"),))


def _is_standard_stream(node: ast.Call, model: ModuleModel) -> bool:
    """Whether the file takes the place of sys.stdout or sys.stderr, whatever its mode says."""
    parent = model.parent(node)
    return isinstance(parent, ast.Assign) and any(
        model.resolve(target) in ("sys.stdout", "sys.stderr") for target in parent.targets
    )


def _is_unbuffered(node: ast.Call) -> bool:
    if any(isinstance(item, ast.Starred) for item in node.args):
        return False
    given = [*node.args[_BUFFERING:], *(item.value for item in node.keywords if item.arg == _KEYWORD)]
    match given:
        case [ast.Constant(value=0 as zero)]:
            return zero is not False
    return False


def _popen_mode(node: ast.Call) -> str:
    match node.args:
        case [_, ast.Constant(value=str(mode)), *_]:
            return mode
    return ""


def _named(argument: cst.Arg) -> str:
    return argument.keyword.value if argument.keyword is not None else ""


def _without_zero(node: cst.Call, *, by_line: bool) -> cst.Call:
    zero = next(
        (item for item in node.args if _named(item) == _KEYWORD),
        node.args[_BUFFERING] if len(node.args) > _BUFFERING else None,
    )
    if by_line and zero is not None:
        return cst.ensure_type(node.with_deep_changes(zero, value=cst.Integer("1")), cst.Call)
    return with_arguments(node, [item for item in node.args if item is not zero])
