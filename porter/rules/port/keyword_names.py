"""Names that became keywords: async and await (3.7), nonlocal, True, False, None (3.0).

https://docs.python.org/3/whatsnew/3.7.html
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2 import constructs, markers
from porter.rewriting.building import call, text
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._keyword_attributes import is_own

_MARKED = re.compile(r"__porter_name_\w+?__(?!\w)")


class KeywordNames(Rule):
    code = "PORT010"
    name = "keyword-names"
    summary = "rename what became a keyword"
    why = (
        "async and await are keywords since 3.7, nonlocal, True, False and None since 3.0. A name of one file is renamed with "
        "an underscore behind it; where other code may know the name (an attribute, a parameter, a module) the change is listed."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/whatsnew/3.7.html#porting-to-python-3-7"
    triggers = frozenset({"__porter_name_"})
    visits = (ast.Module,)
    owns = frozenset({constructs.KEYWORD_NAME})
    examples = (
        Example("async = 1\nprint async\n", "async_ = 1\nprint(async_)\n"),
        Example("import client\nclient.async(await=2)\n", 'import client\ngetattr(client, "async")(**{"await": 2})\n'),
        Untouched("print 'async'\n", because="it stands in a string"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Module)
        handled: set[int] = set()
        for attribute in model.nodes.get(ast.Attribute, ()):
            assert isinstance(attribute, ast.Attribute)
            word = markers.original_name(attribute.attr)
            if word is not None:
                end = model.span(attribute)[1]
                handled.add(end - len(attribute.attr))
                yield _attribute(attribute, word, model)
        for call_node in model.nodes.get(ast.Call, ()):
            assert isinstance(call_node, ast.Call)
            for argument in call_node.keywords:
                if argument.arg is None or (word := markers.original_name(argument.arg)) is None:
                    continue
                start = model.span(argument)[0]
                handled.add(start)
                if not _is_parameter(argument.arg, model):
                    yield Match(
                        call_node, Risk.SUGGESTED, f"another file's parameter is called {word}", data=("argument", word)
                    )
                else:
                    yield _token(node, start, argument.arg, word, Risk.SUGGESTED)

        places = {model.span(argument)[0] for argument in model.nodes.get(ast.arg, ()) if isinstance(argument, ast.arg)}
        for found in _MARKED.finditer(model.text):
            if found.start() in handled:
                continue
            word = markers.original_name(found.group())
            assert word is not None
            seen = found.start() in places or model.tree.imported_by
            yield _token(node, found.start(), found.group(), word, Risk.SUGGESTED if seen else Risk.SAFE)

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        how, word = match.data
        if how == "name":
            return cst.Name(f"{word}_")
        if how == "attribute":
            attribute = cst.ensure_type(node, cst.Attribute)
            return attribute.with_changes(attr=cst.Name(f"{word}_"))
        if how == "getattr":
            return call("getattr", cst.ensure_type(node, cst.Attribute).value, text(word))
        called = cst.ensure_type(node, cst.Call)
        arguments = [_spread(argument, word) for argument in called.args]
        return called.with_changes(args=arguments)


def _token(node: ast.AST, start: int, marked: str, word: str, risk: Risk) -> Match:
    return Match(
        node, risk, f"{word} is a keyword: it is called {word}_", (start, start + len(marked)), data=("name", word)
    )


def _attribute(node: ast.Attribute, word: str, model: ModuleModel) -> Match:
    message = f"{word} is a keyword: other files may know this attribute by its name"
    if is_own(word, model) or not isinstance(node.ctx, ast.Load):
        return Match(node, Risk.SUGGESTED, message, data=("attribute", word))
    return Match(node, Risk.SAFE, f"{word} is a keyword: ask for the attribute by getattr()", data=("getattr", word))


def _is_parameter(name: str, model: ModuleModel) -> bool:
    return any(isinstance(argument, ast.arg) and argument.arg == name for argument in model.nodes.get(ast.arg, ()))


def _spread(argument: cst.Arg, word: str) -> cst.Arg:
    """`word=value` as `**{"word": value}`, which may name anything."""
    if argument.keyword is None or argument.keyword.value != markers.keyword_name(word):
        return argument
    mapping = cst.Dict([cst.DictElement(text(word), argument.value)])
    return cst.Arg(mapping, star="**", comma=argument.comma)
