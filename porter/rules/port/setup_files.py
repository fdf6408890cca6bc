"""What setup.py says of the Pythons that a package runs on: classifiers, python_requires; use_2to3 is over.

https://packaging.python.org/en/latest/guides/dropping-older-python-versions/
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._setup_calls import setup_call

_CLASSIFIER = re.compile(
    r"(?P<start>\s*Programming Language :: Python :: )(?P<version>2(?:\.\d+)?)(?P<only> :: Only)?\s*$"
)
_CONVERTING = frozenset({"use_2to3", "use_2to3_fixers", "use_2to3_exclude_fixers", "convert_2to3_doctests"})
_PYTHON2 = re.compile(r"(?<![\d.])2(?:\.\d+)?")
_GUIDE = "https://packaging.python.org/en/latest/guides/dropping-older-python-versions/"


@dataclass(frozen=True, slots=True)
class _Classifiers:
    """What becomes of each item of a list: its new text, None where it goes, by its index."""

    items: dict[int, str | None]


class SetupFiles(Rule):
    code = "PORT121"
    name = "setup-files"
    summary = "say in setup.py that the package runs on Python 3"
    why = (
        "The classifiers and python_requires tell installers and people which Pythons a package is for. Those for Python 2 become those for "
        "Python 3 and for the target's version; use_2to3 is gone since setuptools 58, and what it did is done."
    )
    risk = Risk.SUGGESTED
    source = _GUIDE
    triggers = frozenset({"setuptools", "distutils"})
    visits = (ast.Call, ast.List, ast.Tuple, ast.Constant)
    ambiguous = True
    examples = (
        Example(
            "from setuptools import setup\nsetup(\n    name='x',\n    classifiers=[\n"
            "        'Programming Language :: Python :: 2',\n        'Programming Language :: Python :: 2.6',\n"
            "        'Programming Language :: Python :: 2.7',\n    ],\n    python_requires='>=2.6, <3',\n    use_2to3=True,\n)\n"
            "done = `1`\n",
            "from setuptools import setup\nsetup(\n    name='x',\n    classifiers=[\n"
            "        'Programming Language :: Python :: 3',\n        'Programming Language :: Python :: 3.11',\n    ],\n"
            "    python_requires='>=3.11',\n)\ndone = repr(1)\n",
        ),
        Untouched(
            "from setuptools import setup\nsetup(name='x', classifiers=['Programming Language :: Python :: 3'], "
            "python_requires='>=3.9')\nx = `1`\n",
            because="it is for Python 3",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call() if setup_call(node, model):
                yield from _arguments(node, model)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                changes = _classifiers(items, model)
                if changes:
                    message = "the classifiers name the Pythons that it runs on"
                    yield Match(node, Risk.SUGGESTED, message, data=_Classifiers(changes))
            case ast.Constant(value=str(text)) if "\n" in text and any(map(_CLASSIFIER.match, text.splitlines())):
                yield Advice(node, "classifiers for Python 2: name Python 3")

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if isinstance(node, cst.Call):
            kept = [item for item in node.args if item.keyword is None or item.keyword.value not in _CONVERTING]
            if kept and kept[-1] is not node.args[-1]:
                kept[-1] = kept[-1].with_changes(comma=node.args[-1].comma)
            return node.with_changes(args=kept)
        if isinstance(node, cst.SimpleString):
            return node.with_changes(value=f"{node.quote}{match.data}{node.quote}")
        changes: _Classifiers = match.data
        listed = node if isinstance(node, cst.List) else cst.ensure_type(node, cst.Tuple)
        elements: list[cst.BaseElement] = []
        for number, element in enumerate(listed.elements):
            text = changes.items.get(number, "")
            if text:
                literal = cst.ensure_type(element.value, cst.SimpleString)
                element = element.with_changes(
                    value=literal.with_changes(value=f"{literal.quote}{text}{literal.quote}")
                )
            if text is not None:
                elements.append(element)
        if elements and elements[-1] is not listed.elements[-1]:
            elements[-1] = elements[-1].with_changes(comma=listed.elements[-1].comma)
        return listed.with_changes(elements=elements)


def _arguments(node: ast.Call, model: ModuleModel) -> Iterator[Match | Advice]:
    given = {item.arg: item.value for item in node.keywords}
    if given.keys() & _CONVERTING:
        yield Match(node, Risk.SAFE, "the sources are Python 3 already")
    wanted = given.get("python_requires")
    if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
        if _PYTHON2.search(re.sub(r"!=\s*[\d.*]+", "", wanted.value)):
            lowest = f">={model.python[0]}.{model.python[1]}"
            yield Match(wanted, Risk.SUGGESTED, f"the package runs on Python {lowest[2:]} and later", data=lowest)
    elif wanted is None and setup_call(node, model) == "setuptools.setup" and None not in given:
        yield Advice(
            node, f"python_requires='>={model.python[0]}.{model.python[1]}' keeps Python 2's pip from installing this"
        )


def _classifiers(items: list[ast.expr], model: ModuleModel) -> dict[int, str | None]:
    """What becomes of the classifiers for Python 2 in a list of them."""
    texts = [str(item.value) if isinstance(item, ast.Constant) else "" for item in items]
    found = {number: match for number, text in enumerate(texts) if (match := _CLASSIFIER.match(text))}
    if not found or not all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in items):
        return {}
    known = {text.strip() for text in texts}
    lowest = f"{model.python[0]}.{model.python[1]}"
    changes: dict[int, str | None] = {}
    for number, match in found.items():
        version = "3" if match["version"] == "2" else lowest
        new = f"{match['start']}{version}{match['only'] or ''}"
        changes[number] = None if new.strip() in known else new
        known.add(new.strip())
    return changes
