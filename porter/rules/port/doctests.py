"""Examples in docstrings are Python 2 as well: they are converted, and their output shown as Python 3 shows it.

https://docs.python.org/3/library/doctest.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._doctest_text import convert

# What concerns a whole file, or examples that stand for themselves, says nothing here.
_OF_FILES = frozenset({"PORT051", "PORT120", "PORT129", "PORT201", "PORT202"})


class Doctests(Rule):
    code = "PORT120"
    name = "doctests"
    summary = "convert the examples in docstrings"
    why = (
        "doctest runs what stands behind >>> in docstrings. All examples of a docstring are converted together, by the rules of the "
        "port, and their expected output loses the u of u'…' and the L of 1L. Other differences of what is shown (sets, "
        "exceptions' modules, the order of dicts) only a run of doctest can find."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/doctest.html"
    triggers = frozenset({">>>"})
    visits = (ast.Module, ast.ClassDef, ast.FunctionDef)
    ambiguous = True
    examples = (
        Example(
            'def halve(n):\n    """\n    >>> print halve(4L), `halve(2)`\n    2 1\n    >>> [halve(4L)]\n    [2L]\n    """\n'
            "    return n // 2\nprint halve(4)\n",
            'def halve(n):\n    """\n    >>> print(halve(4), repr(halve(2)))\n    2 1\n    >>> [halve(4)]\n    [2]\n    """\n'
            "    return n // 2\nprint(halve(4))\n",
        ),
        Example(
            'def first(d):\n    """\n    >>> for key in first({1: 2}):\n    ...     print key,\n    1\n    """\n'
            "    return d.keys()[:1]\nprint first({})\n",
            'def first(d):\n    """\n    >>> for key in first({1: 2}):  # doctest: +NORMALIZE_WHITESPACE\n    ...     print(key, end=" ")\n    1\n    """\n'
            "    return list(d.keys())[:1]\nprint(first({}))\n",
        ),
        Untouched(
            'def f():\n    """\n    >>> f()\n    1\n    """\n    return 1\nprint f()\n', because="Python 3 as well"
        ),
        Untouched('def f():\n    """Prompts are >>> and ...; print x is Python 2."""\nx = `1`\n', because="no example"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        match node.body:
            case [ast.Expr(value=ast.Constant(value=str(text)) as literal), *_] if ">>>" in text:
                pass
            case _:
                return
        converted = convert(text, _rules(), model)
        if converted is None:
            yield Advice(literal, "the examples of this docstring cannot be read: convert them by hand")
            return
        if converted.text != text and text not in model.text_of(literal).replace("\r\n", "\n"):
            yield Advice(
                literal, "the examples of this docstring are Python 2, and written with escapes: convert them by hand"
            )
        elif converted.text != text:
            yield Match(
                literal, Risk.SUGGESTED, "the examples of this docstring are Python 2", data=(text, converted.text)
            )
        if converted.left:
            yield Advice(literal, f"an example of this docstring: {converted.left}")

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        old, new = match.data
        if not isinstance(node, cst.SimpleString) or node.raw_value.replace("\r\n", "\n") != old or node.quote in new:
            return None  # what is written is not what is meant: escapes
        newline = "\r\n" if "\r\n" in node.raw_value else "\n"
        return node.with_changes(value=f"{node.prefix}{node.quote}{new.replace(chr(10), newline)}{node.quote}")


@cache
def _rules() -> tuple[Rule, ...]:
    from porter.rules import of_phase  # the rules, of which this is one, are known once all of them are loaded

    return tuple(rule for rule in of_phase("port") if rule.code not in _OF_FILES)
