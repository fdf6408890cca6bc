"""A codec's writer over sys.stdout needs its bytes: sys.stdout.buffer.

https://docs.python.org/3/library/sys.html#sys.stdout
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import is_guarded

_STREAMS = frozenset({"sys.stdin", "sys.stdout", "sys.stderr", "sys.__stdin__", "sys.__stdout__", "sys.__stderr__"})
_MAKERS = frozenset({"codecs.getwriter", "codecs.getreader"})
_WRAPPERS = frozenset({"codecs.EncodedFile", "codecs.StreamReaderWriter"})


class StreamCodecs(Rule):
    code = "PORT126"
    name = "stream-codecs"
    summary = "let a codec write to sys.stdout.buffer"
    risk = Risk.SUGGESTED
    why = (
        "`codecs.getwriter('utf-8')(sys.stdout)` writes bytes to what takes text in Python 3. The bytes of a standard stream go "
        "through its buffer, and a codec over that writes what it wrote before."
    )
    source = "https://docs.python.org/3/library/sys.html#sys.stdout"
    triggers = frozenset({"getwriter", "getreader", "EncodedFile", "StreamReaderWriter"})
    visits = (ast.Call,)
    ambiguous = True
    examples = (
        Example(
            "import codecs, sys\nout = codecs.getwriter('utf-8')(sys.stdout)\nout.write(u'caf\\xe9\\n')\nprint 'x'\n",
            "import codecs, sys\nout = codecs.getwriter('utf-8')(sys.stdout.buffer)\nout.write(u'caf\\xe9\\n')\nprint('x')\n",
        ),
        Example(
            "import codecs, sys\nUTF8 = codecs.getreader('utf-8')\nlines = UTF8(sys.stdin), `1`\n",
            "import codecs, sys\nUTF8 = codecs.getreader('utf-8')\nlines = UTF8(sys.stdin.buffer), repr(1)\n",
        ),
        Untouched(
            "import codecs\nout = codecs.getwriter('utf-8')(open('a', 'wb'))\nx = `1`\n", because="a binary file"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Call)
        if not node.args or model.resolve(node.args[0]) not in _STREAMS:
            return
        if (_is_codec(node.func, model) or model.resolve(node.func) in _WRAPPERS) and not is_guarded(
            node, model, "AttributeError"
        ):
            if _is_stream(model.parent(node), model):
                message = "what is printed goes through the codec; it has no encoding, and must not be done twice"
                yield Match(node.args[0], Risk.SUGGESTED, message)
            else:
                message = "what is printed to the stream itself meanwhile may come later: flush it before"
                yield Match(node.args[0], Risk.SUGGESTED, message)

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        return cst.Attribute(node, cst.Name("buffer"))


def _is_stream(parent: ast.AST | None, model: ModuleModel) -> bool:
    """Whether the codec takes the stream's own name, so that nothing else is written through it."""
    return isinstance(parent, ast.Assign) and all(model.resolve(target) in _STREAMS for target in parent.targets)


def _is_codec(function: ast.expr, model: ModuleModel) -> bool:
    """Whether what is called was made by getwriter() or getreader(), here or where its name is bound."""
    if isinstance(function, ast.Name):
        found = [binding.value for binding in model.bindings(function)]
        return bool(found) and all(isinstance(value, ast.Call) and _is_codec(value, model) for value in found)
    return isinstance(function, ast.Call) and model.resolve(function.func) in _MAKERS
