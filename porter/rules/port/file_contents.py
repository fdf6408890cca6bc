"""A file is opened for what is done with its contents: 'rb' where they are decoded, hashed or unpacked, 'w' where text is printed.

https://docs.python.org/3/library/functions.html#open
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.building import keyword, with_added
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._call_arguments import has_spread
from porter.rules.port._file_data import becomes_text, file_evidence, is_printed_to
from porter.rules.port._files import BINARY, OPENS, TEXT, opening_mode, roles
from porter.rules.port._per_model import per_model

# Words without which nothing shows that bytes go through a file.
_OF_BYTES = frozenset("decode encode struct hashlib md5 sha zlib bz2 base64 binascii hmac send sendall unpack".split())


class FileContents(Rule):
    code = "PORT133"
    name = "file-contents"
    summary = "open a file for what is done with its contents"
    why = (
        "On Unix open(name) gave bytes and text at once. In Python 3 it gives text: contents that are decoded, hashed, unpacked or "
        "sent are bytes, and need mode 'rb'; what is encoded before it is written needs 'wb'. The other way round print, json.dump() "
        "and ConfigParser.write() write text, and fail on a file opened with 'wb'. Where every use says the same the mode is "
        "changed, where the uses differ it is reported."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/functions.html#open"
    triggers = frozenset({"open", "file"})
    visits = (ast.Call,)
    ambiguous = True
    spelt = True
    examples = (
        Example(
            "import hashlib\ndigest = hashlib.md5(open('a').read()).hexdigest(), `1`\n",
            "import hashlib\ndigest = hashlib.md5(open('a', 'rb').read()).hexdigest(), repr(1)\n",
        ),
        Example(
            "text = open('a', 'r').read().decode('utf-8'), `1`\n",
            "text = open('a', 'rb').read().decode('utf-8'), repr(1)\n",
        ),
        Example(
            "out = open('a', 'w')\nfor name in names:\n    out.write(name.encode('utf-8'))\nout.close()\nx = `1`\n",
            "out = open('a', 'wb')\nfor name in names:\n    out.write(name.encode('utf-8'))\nout.close()\nx = repr(1)\n",
        ),
        Example(
            "import json\nwith open('a', 'wb') as out:\n    json.dump([1], out)\n    print >>out\n",
            "import json\nwith open('a', 'w', newline='') as out:\n    json.dump([1], out)\n    print(file=out)\n",
        ),
        Example(
            "data = open('a').read()\nprint data\ntext = data.decode('utf-8')\n",
            "data = open('a').read()\nprint(data)\ntext = data.decode('utf-8')\n",
            note="used as both: reported",
        ),
        Untouched("for line in open('a'):\n    print line.strip()\n", because="text"),
        Untouched("data = process(open('a').read()), `1`\n", because="nothing shows what it is"),
        Untouched("out = open('a', 'wb')\nout.write('abc')\nx = `1`\n", because="PORT203 writes it as bytes"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Call)
        if model.resolve(node.func) not in OPENS or has_spread(node):
            return
        mode = opening_mode(node, model)
        if mode is None or "+" in mode or {BINARY, TEXT} & set(roles(node, model)):
            return  # PORT109 deals with pickles and csv
        if "b" in mode:
            if mode[:1] in ("w", "a"):
                yield from _printed(node, model)
        elif _speaks_of_bytes(model):
            yield from _bytes(node, mode, model)

    def rewrite(self, node: cst.Call, match: Match) -> Rewritten:
        mode = next((item for item in node.args[1:] if item.keyword is None or item.keyword.value == "mode"), None)
        if match.data == BINARY:
            if mode is None:
                return with_added(node, [cst.Arg(cst.SimpleString("'rb'"))])
            literal = cst.ensure_type(mode.value, cst.SimpleString)
            raw = literal.raw_value.replace("U", "") or "r"
            return node.with_deep_changes(literal, value=f"{literal.prefix}{literal.quote}{raw}b{literal.quote}")
        assert mode is not None
        literal = cst.ensure_type(mode.value, cst.SimpleString)
        text = literal.raw_value.replace("b", "")
        changed = node.with_deep_changes(literal, value=f"{literal.prefix}{literal.quote}{text}{literal.quote}")
        return with_added(changed, [keyword("newline", cst.SimpleString("''"))])


@per_model
def _speaks_of_bytes(model: ModuleModel) -> bool:
    return any(word in model.text for word in _OF_BYTES)


def _bytes(node: ast.Call, mode: str, model: ModuleModel) -> Iterator[Match | Advice]:
    found = file_evidence(node, model)
    if not found.binary:
        return
    if found.text or found.shown:
        yield Advice(
            node,
            "some of its contents are used as bytes, some as text: open it in binary mode and decode, or as text with encoding=",
        )
    elif not found.unknown and "U" not in mode:
        message = "its contents are used as bytes"
        yield Match(node, Risk.SUGGESTED if mode[:1] in ("w", "a") else Risk.SAFE, message, data=BINARY)
    else:
        yield Advice(node, "some of its contents are used as bytes: open it in binary mode if all of them are")


def _printed(node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
    """A file for bytes into which text is printed."""
    if becomes_text(node, model):
        message = "text is printed into it: its encoding is the locale's, unless encoding= names another"
        yield Match(node, Risk.SUGGESTED, message, data=TEXT)
    elif is_printed_to(node, model):
        yield Advice(
            node, "text is printed into it, and other things are done: open it as text, and write no bytes to it"
        )
