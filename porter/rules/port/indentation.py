"""Tabs and spaces mixed so that only Python 2 knows how deep a line is.

https://docs.python.org/3/whatsnew/3.0.html#removed-syntax
"""

from __future__ import annotations

from porter.python2 import constructs
from porter.rewriting.rule import Example, Rule, Untouched


class MixedIndentation(Rule):
    code = "PORT012"
    name = "mixed-indentation"
    summary = "indentation that does not depend on the width of a tab"
    why = "A tab reaches to the next multiple of eight columns in Python 2; Python 3 refuses indentation whose meaning depends on that."
    source = "https://docs.python.org/3/reference/lexical_analysis.html#indentation"
    owns = frozenset({constructs.INDENTATION})
    examples = (
        Example("if 1:\n        print 1\n\tprint 2\n", "if 1:\n        print(1)\n        print(2)\n"),
        Untouched("if 1:\n\tx = `1`\n", because="tabs alone are fine"),
    )
