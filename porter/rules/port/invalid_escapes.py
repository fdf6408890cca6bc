r"""'\d': an escape that means nothing is warned of by Python 3.12, and will be an error.

https://docs.python.org/3/whatsnew/3.12.html#other-language-changes
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched

_ESCAPE = re.compile(r"\\(?P<after>\r\n|.)", re.DOTALL)
_KNOWN = frozenset("\n\\'\"abfnrtvx01234567\r") | {"\r\n"}
_KNOWN_IN_TEXT = _KNOWN | frozenset("NuU")
_LITERAL = re.compile(r"(?P<prefix>[A-Za-z]*)(?P<quote>'''|\"\"\"|'|\")(?P<body>.*)(?P=quote)", re.DOTALL)
# A comment, or a literal.
_TOKEN = re.compile(
    r"""#[^\r\n]*|(?P<quote>\'\'\'|"{3}|\'|")(?:[^\\\'"]++|\\.|(?!(?P=quote))[\'"])*+(?P=quote)""", re.DOTALL
)
_PREFIX = re.compile(r"[A-Za-z]+\Z")
_PREFIXES = frozenset({"r", "u", "b", "br", "rb", "ur"})
_FORMATTED = re.compile(r"\b[rR]?[fFtT][rR]?['\"]")
_SUSPECT = re.compile(r"\\[^\n\r\\'\"abfnrtvx01234567NuU]")


class InvalidEscapes(Rule):
    code = "PORT083"
    name = "invalid-escapes"
    summary = "a backslash that escapes nothing is written as one"
    why = (
        "'\\d' is a backslash and a d in both Pythons. Python 3.12 prints a SyntaxWarning for it, and a later one will refuse it. A "
        "literal without other escapes becomes a raw one; in any other the backslash is doubled. Its value stays the same."
    )
    source = "https://docs.python.org/3/whatsnew/3.12.html#other-language-changes"
    triggers = frozenset({"\\"})
    visits = (ast.Module,)
    in_python3 = True
    examples = (
        Example("import re\nprint re.findall('\\d+', 'a12')\n", "import re\nprint(re.findall(r'\\d+', 'a12'))\n"),
        Example("print 'a\\tb\\.c', u'\\.'\n", "print('a\\tb\\\\.c', u'\\\\.')\n"),
        Untouched("print 'a\\n', r'\\d', '\\\\d', '\\x41'\n", because="these are escapes, or raw"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if _SUSPECT.search(model.text) is None:
            return
        for start, end in _literals(model):
            text = model.text[start:end]
            alone = not model.text[max(start - 1, 0) : start].isalnum()  # no prefix can follow `if'…'`
            if _mended(text, raw=alone) != text:
                message = "a backslash that escapes nothing"
                yield Match(node, message=message, at=(start, end), slot=SlotKind.TEXT, data=alone)

    def rewrite(self, node: str, match: Match) -> Rewritten:
        return _mended(node, raw=match.data)


def _literals(model: ModuleModel) -> Iterator[tuple[int, int]]:
    """Where the string literals stand that have an escape worth a look."""
    if (
        model.dialect is Dialect.PYTHON2 or _FORMATTED.search(model.text) is None
    ):  # no quote stands inside a literal's code
        for found in _TOKEN.finditer(model.text):
            if found["quote"] and _SUSPECT.search(found.group()):
                before = _PREFIX.search(model.text, max(found.start() - 3, 0), found.start())
                prefix = before.group() if before and before.group().lower() in _PREFIXES else ""
                yield found.start() - len(prefix), found.end()
        return
    for token in tokenize.generate_tokens(io.StringIO(model.text, newline="").readline):
        if token.type == tokenize.STRING and _SUSPECT.search(token.string):
            start = model.lines.line_start(token.start[0]) + token.start[1]
            yield start, start + len(token.string)


def _mended(literal: str, *, raw: bool) -> str:
    """The literal, raw where it may be and has no other escapes, else with those backslashes doubled."""
    found = _LITERAL.fullmatch(literal)
    if found is None or set(found["prefix"].lower()) & {"r", "f", "t"}:
        return literal
    prefix, quote, body = found["prefix"], found["quote"], found["body"]
    known = _KNOWN if "b" in prefix.lower() else _KNOWN_IN_TEXT
    escapes = [item["after"] for item in _ESCAPE.finditer(body)]
    invalid = [after for after in escapes if after not in known]
    if not invalid:
        return literal
    if raw and len(invalid) == len(escapes) and "u" not in prefix.lower():
        return f"r{prefix}{quote}{body}{quote}"
    mended = _ESCAPE.sub(lambda item: item.group() if item["after"] in known else f"\\{item.group()}", body)
    return f"{prefix}{quote}{mended}{quote}"
