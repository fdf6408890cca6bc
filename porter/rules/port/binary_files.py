"""Temporary and compressed files hold bytes unless they are opened as text: `TemporaryFile()`, `gzip.open(name)`.

https://docs.python.org/3/library/tempfile.html#tempfile.TemporaryFile
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import keyword, with_added
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._call_arguments import argument, has_spread
from porter.rules.port._file_data import file_evidence
from porter.rules.port._files import BINARY, roles
from porter.rules.port._spelt import calls_of, calls_spelt

# Where the mode stands, what it is without one, and whether the function can open text.
_OPENERS = {
    "tempfile.TemporaryFile": (0, "w+b", True),
    "tempfile.NamedTemporaryFile": (0, "w+b", True),
    "tempfile.SpooledTemporaryFile": (1, "w+b", True),
    "gzip.open": (1, "rb", True),
    "gzip.GzipFile": (1, "rb", False),
    "bz2.BZ2File": (1, "r", False),
}


@dataclass(frozen=True, slots=True)
class _Change:
    position: int
    mode: str


class BinaryFiles(Rule):
    code = "PORT116"
    name = "binary-files"
    summary = "open a temporary or compressed file as text where text goes through it"
    why = (
        "Files of tempfile, gzip and bz2 are binary unless their mode says text. A program that writes str to them, or treats what it "
        "reads as text, needs 'w+', 'rt' or 'wt'. Every use of the file is followed: where all of them are text the mode is "
        "changed (the encoding is the locale's, line ends are read as '\\n'), where some are not it is reported."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/tempfile.html#tempfile.TemporaryFile"
    triggers = frozenset({"tempfile", "gzip", "bz2", "TemporaryFile"})
    visits = (ast.Module,)
    ambiguous = True
    examples = (
        Example(
            "import tempfile\nf = tempfile.TemporaryFile()\nf.write('text')\nf.seek(0)\nprint f.read()\n",
            "import tempfile\nf = tempfile.TemporaryFile(mode='w+')\nf.write('text')\nf.seek(0)\nprint(f.read())\n",
        ),
        Example(
            "import gzip\nout = gzip.open('a.gz', 'wb')\nout.write('line\\n')\nout.close()\n"
            "for line in gzip.open('a.gz'):\n    print line.strip()\n",
            "import gzip\nout = gzip.open('a.gz', 'wt')\nout.write('line\\n')\nout.close()\n"
            "for line in gzip.open('a.gz', mode='rt'):\n    print(line.strip())\n",
        ),
        Example(
            "import bz2\nfor line in bz2.BZ2File('a.bz2'):\n    print line.strip()\n",
            "import bz2\nfor line in bz2.BZ2File('a.bz2'):\n    print(line.strip())\n",
            note="a class that cannot open text is reported",
        ),
        Untouched(
            "import pickle, tempfile\nf = tempfile.TemporaryFile()\npickle.dump([1L], f)\n",
            because="bytes go through it",
        ),
        Untouched("import gzip\ndata = gzip.open('a.gz').read(), `1`\n", because="nothing shows what the data are"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for opened in calls_of(model, frozenset(_OPENERS)):
            yield from self._opened(opened, model)

    def _opened(self, node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
        row = _OPENERS.get(model.resolve(node.func) or "")
        if row is None or has_spread(node):
            return
        position, default, can_be_text = row
        said = argument(node, (position, "mode"))
        mode = default if said is None else said.value if isinstance(said, ast.Constant) else None
        if not isinstance(mode, str) or "t" in mode or (said is not None and "b" not in mode and default == "w+b"):
            return
        found = file_evidence(node, model)
        if BINARY in set(roles(node, model)):
            found.binary.append(node)
        if not can_be_text:  # what is written to it becomes bytes (PORT203)
            found.text[:] = [item for item in found.text if not _is_written(item, model)]
        if not found.text:
            return
        if can_be_text and not (found.binary or found.unknown or _asks_for_bytes(node, position, model)):
            text_mode = mode.replace("b", "").replace("U", "")
            text_mode = text_mode if default == "w+b" else f"{text_mode or 'r'}t"
            yield Match(node, Risk.SUGGESTED, "text goes through it", data=_Change(position, text_mode))
        else:
            how = "with a text mode" if can_be_text else "with gzip.open(…, 'rt') or bz2.open(…, 'rt')"
            yield Advice(
                node, f"it holds bytes, and what goes through it looks like text: open it {how}, or write bytes"
            )

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        change: _Change = match.data
        for number, item in enumerate(node.args):
            word = item.keyword.value if item.keyword is not None else ""
            if word == "mode" or (not word and number == change.position):
                mode = cst.ensure_type(item.value, cst.SimpleString)
                new = mode.with_changes(value=f"{mode.quote}{change.mode}{mode.quote}")
                return node.with_deep_changes(item, value=new)
        return with_added(node, [keyword("mode", cst.SimpleString(f"'{change.mode}'"))])


def _asks_for_bytes(node: ast.Call, position: int, model: ModuleModel) -> bool:
    """Whether text would not do as it is used: it cannot be without a buffer, nor be placed from its end."""
    has_buffer_size = len(node.args) > position + 1 or any(
        item.arg in ("bufsize", "buffering") for item in node.keywords
    )
    from_end = any(len(seek.args) > 1 for seek in calls_spelt(model, ("seek",)))
    return has_buffer_size or from_end


def _is_written(node: ast.AST, model: ModuleModel) -> bool:
    match model.parent(node):
        case ast.Call(func=ast.Attribute(attr="write")):
            return True
    return False
