"""`f(a ,b)` is written `f(a, b)`.

https://peps.python.org/pep-0008/#pet-peeves
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched

_CLOSING = frozenset(")]}")


class CommaSpaces(Rule):
    code = "IDM005"
    name = "comma-spaces"
    summary = "a space behind a comma, and none before it"
    why = "Only the looks change. The colons between the keys and values of a dict are spaced alike."
    source = "https://peps.python.org/pep-0008/#pet-peeves"
    triggers = frozenset({","})
    visits = (ast.Module,)
    optional = True
    examples = (
        Example("print max(1 ,2), {'a' :(1,2),'b':3}['b']\n", "print(max(1, 2), {'a': (1, 2), 'b': 3}['b'])\n"),
        Untouched("print 'a,b', (1,), [1,\n    2]\n", because="a string, a single item, and a line's end"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Module)
        if "\r" in model.text.replace("\r\n", ""):
            return  # the tokenizer ends no line at a lone carriage return
        spoken: set[int] = set()
        for start, end, new in _gaps(model):
            line = model.lines.line_of(start)
            yield Match(node, at=(start, end), slot=SlotKind.TEXT, data=new, silent=line in spoken)
            spoken.add(line)

    def rewrite(self, node: str, match: Match) -> Rewritten:
        return str(match.data)


def _gaps(model: ModuleModel) -> Iterator[tuple[int, int, str]]:
    """The spaces before and behind separators that should be otherwise, and what they should be."""
    text = model.text
    colons = _dict_colons(model)
    before: tokenize.TokenInfo | None = None
    nested = 0
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        at = model.lines.line_start(token.start[0]) + token.start[1]
        if before is not None and not nested and token.start[0] == before.end[0]:
            start = model.lines.line_start(before.end[0]) + before.end[1]
            gap = text[start:at]
            if _separates(token, at, colons):
                if gap and gap.isspace() and before.string not in (",", ":"):
                    yield start, at, ""
            elif _separates(before, start - 1, colons) and not gap and _follows(token):
                yield start, at, " "
        # Since Python 3.12 an f-string is many tokens, before it was one: nothing in it is touched.
        name = tokenize.tok_name[token.type]
        nested += name.endswith("STRING_START") - name.endswith("STRING_END")
        before = token


def _separates(token: tokenize.TokenInfo, at: int, colons: frozenset[int]) -> bool:
    return token.type == tokenize.OP and (token.string == "," or (token.string == ":" and at in colons))


def _follows(token: tokenize.TokenInfo) -> bool:
    return token.string not in _CLOSING and token.type not in (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT)


def _dict_colons(model: ModuleModel) -> frozenset[int]:
    """Where the colons of the dicts stand: between a key and its value there is no other, but in a comment."""
    found: set[int] = set()
    for node in model.nodes.get(ast.Dict, ()):
        assert isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                start, end = model.span(key)[1], model.span(value)[0]
                between = model.text[start:end]
                if "#" not in between:
                    found.add(start + between.index(":"))
    return frozenset(found)
