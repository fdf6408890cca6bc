"""A rewritten expression gets parentheses exactly where its place would otherwise take it apart."""

from __future__ import annotations

import ast

import pytest

from porter.analysis.model import ModuleModel
from porter.analysis.tree import TreeSlice
from porter.python2.source import Dialect, Facts, Source
from porter.rewriting.parentheses import parenthesized

# The statement, what stands in the place of OLD, and the result.
PLACES = [
    ("x = OLD", "a in b", "x = a in b"),
    ("x = not OLD", "a in b", "x = not a in b"),
    ("x = OLD == c", "a in b", "x = (a in b) == c"),
    ("x = OLD + c", "a or b", "x = (a or b) + c"),
    ("x = OLD.y", "a + b", "x = (a + b).y"),
    ("x = OLD[0]", "a + b", "x = (a + b)[0]"),
    ("x = OLD()", "lambda: 1", "x = (lambda: 1)()"),
    ("f(OLD)", "a if b else c", "f(a if b else c)"),
    ("f(OLD)", "a, b", "f((a, b))"),
    ("x = c - OLD", "a - b", "x = c - (a - b)"),
    ("x = OLD - c", "a - b", "x = a - b - c"),
    ("x = OLD ** c", "-a", "x = (-a) ** c"),
    ("x = c and OLD", "a or b", "x = c and (a or b)"),
    ("x = -OLD", "a + b", "x = -(a + b)"),
    ("x = (OLD).y", "a + b", "x = (a + b).y"),
    ("x = OLD.y", "f(a)", "x = f(a).y"),
    ("x = (OLD)()", "lambda: 1", "x = (lambda: 1)()"),
    ("f((OLD)(y))", "lambda z: 1", "f((lambda z: 1)(y))"),
    ("x = OLD.y", "not(a)", "x = (not(a)).y"),
    ("x = [i for i in OLD]", "a if b else c", "x = [i for i in (a if b else c)]"),
    ("x = OLD if p else q", "a if b else c", "x = (a if b else c) if p else q"),
]


@pytest.mark.parametrize(("statement", "new", "expected"), PLACES)
def test_place(statement: str, new: str, expected: str) -> None:
    source = Source("example.py", statement, statement, "utf-8", False, Dialect.PYTHON2, (), Facts())
    model = ModuleModel(source, statement, ast.parse(statement), TreeSlice(), python2=True)
    node = next(item for item in ast.walk(model.module) if isinstance(item, ast.Name) and item.id == "OLD")
    start, end = model.span(node)
    assert statement[:start] + parenthesized(new, node, model) + statement[end:] == expected
