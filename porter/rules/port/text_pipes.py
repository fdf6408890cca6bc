"""A child's pipes carry bytes in Python 3; where the program reads and writes text, Popen is told `text=True`.

https://docs.python.org/3/library/subprocess.html#frequently-used-arguments
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.positions import LineIndex
from porter.rewriting.building import keyword, with_added
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._pipe_data import PipeFollower
from porter.rules.port._pipe_evidence import Evidence
from porter.rules.port._spelt import calls_of

# The library's module, its backport, and those of gevent and eventlet, which take and give just what it does.
_MODULES = ("subprocess", "subprocess32", "gevent.subprocess", "eventlet.green.subprocess")
_POPEN = frozenset(f"{module}.Popen" for module in _MODULES)
_CHECK_OUTPUT = frozenset(f"{module}.check_output" for module in _MODULES)
_PIPE = frozenset(f"{module}.PIPE" for module in _MODULES)
_STREAMS = ("stdin", "stdout", "stderr")
_TEXT_ARGUMENTS = frozenset({"universal_newlines", "text", "encoding", "errors"})
# Popen(args, bufsize, executable, stdin, stdout, stderr, preexec_fn, close_fds, shell, cwd, env, universal_newlines, …)
_FIRST_STREAM = 3
_UNIVERSAL_NEWLINES = 11


@dataclass(frozen=True, slots=True)
class _Change:
    """The arguments to add: text, and no buffer where the program relied on Python 2's not having one."""

    unbuffered: bool


class TextPipes(Rule):
    code = "PORT200"
    name = "text-pipes"
    summary = "tell a child process that its pipes carry text"
    why = (
        "In Python 2 a pipe carries str, which is text and bytes at once; in Python 3 it carries bytes unless text=True. "
        "Every use of the process, its streams and what they give is followed: where what is known of the data is text, "
        "text=True is added (its encoding is the locale's); where it is binary nothing changes; where nothing is known it is "
        "reported. Python 2's pipes had no buffer, Python 3's have one: a program that writes to a child and waits for its "
        "answer without a flush gets bufsize=0, or is reported where the data are binary (without a buffer, read(4) may give less than 4)."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/subprocess.html#frequently-used-arguments"
    triggers = frozenset({"PIPE", "check_output"})
    visits = (ast.Module,)
    examples = (
        Example(
            "import subprocess\np = subprocess.Popen(['cat'], stdin=subprocess.PIPE)\np.communicate('some text\\n')\n",
            "import subprocess\np = subprocess.Popen(['cat'], stdin=subprocess.PIPE, text=True)\np.communicate('some text\\n')\n",
        ),
        Example(
            "from subprocess import check_output\nfor line in check_output(['echo', 'a b']).splitlines():\n    print line\n",
            "from subprocess import check_output\nfor line in check_output(['echo', 'a b'], text=True).splitlines():\n"
            "    print(line)\n",
        ),
        Example(
            "from subprocess import Popen, PIPE\np = Popen('cat', stdin=PIPE, stdout=PIPE)\np.stdin.write('1\\n')\n"
            "print p.stdout.readline().strip()\n",
            "from subprocess import Popen, PIPE\np = Popen('cat', stdin=PIPE, stdout=PIPE, text=True, bufsize=0)\n"
            "p.stdin.write('1\\n')\nprint(p.stdout.readline().strip())\n",
            note="the child must see the line before it can answer",
        ),
        Untouched(
            "import struct\nfrom subprocess import Popen, PIPE\np = Popen('tool', stdout=PIPE)\n"
            "print struct.unpack('>I', p.stdout.read(4))\n",
            because="the data are binary",
        ),
        Untouched(
            "from subprocess import Popen, PIPE\np = Popen('tool', stdout=PIPE, universal_newlines=True)\n"
            "print p.stdout.read()\n",
            because="it says text already",
        ),
        Untouched("import subprocess\nsubprocess.call(['ls'], stdout=subprocess.PIPE)\n", because="nobody reads it"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for started in calls_of(model, _POPEN | _CHECK_OUTPUT):
            name = model.resolve(started.func)
            if name in _POPEN | _CHECK_OUTPUT and not _says_text(started):
                yield from self._started(started, name, model)

    def _started(self, node: ast.Call, name: str, model: ModuleModel) -> Iterator[Match | Advice]:
        follower = PipeFollower(model)
        if name in _CHECK_OUTPUT:
            follower.data(node)
        elif any(model.resolve(stream) in _PIPE for stream in _streams(node)):
            follower.process(node)
        found = follower.evidence
        if not found.binary and (found.text or (found.shown and not found.unknown)):
            unbuffered = found.needs_no_buffer(model) and not _has_buffer(node)
            yield Match(node, Risk.SUGGESTED, "its pipes carry text", data=_Change(unbuffered))
        elif message := _advice(found, model):
            yield Advice(node, message)
        elif found.binary and found.reads and found.needs_no_buffer(model) and not _has_buffer(node):
            yield Advice(node, "Python 3 buffers what is written to a child: flush() it before the answer is read")

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        change: _Change = match.data
        added = [keyword("text", cst.Name("True"))]
        if change.unbuffered:
            added.append(keyword("bufsize", cst.Integer("0")))
        return with_added(node, added)


def _streams(node: ast.Call) -> list[ast.expr]:
    """The arguments that say what the child's streams are."""
    positional = node.args[_FIRST_STREAM : _FIRST_STREAM + len(_STREAMS)]
    return [*positional, *(item.value for item in node.keywords if item.arg in _STREAMS)]


def _says_text(node: ast.Call) -> bool:
    """Whether the call already chooses between text and bytes, or may."""
    spread = any(item.arg is None for item in node.keywords) or any(isinstance(item, ast.Starred) for item in node.args)
    return spread or len(node.args) > _UNIVERSAL_NEWLINES or any(item.arg in _TEXT_ARGUMENTS for item in node.keywords)


def _has_buffer(node: ast.Call) -> bool:
    return len(node.args) > 1 or any(item.arg == "bufsize" for item in node.keywords)


def _advice(found: Evidence, model: ModuleModel) -> str | None:
    if found.text and found.binary:
        return f"its pipes carry bytes: some data look like text (line {_line(found.text[0], model)}), some are binary"
    if found.unknown and not found.binary:
        return (
            "its pipes carry bytes in Python 3: add text=True if the data are text, write b'' literals if they are not"
        )
    return None


def _line(node: ast.AST, model: ModuleModel) -> int:
    """The original line of a node."""
    assert isinstance(node, ast.expr)
    return LineIndex(model.source.original).line_of(model.source.original_offset(model.span(node)[0]))
