"""`<>` is `!=` in Python 3.

https://docs.python.org/3/whatsnew/3.0.html#removed-syntax
"""

from __future__ import annotations

from porter.python2 import constructs
from porter.rewriting.rule import Example, Rule, Untouched


class NotEqual(Rule):
    code = "PORT006"
    name = "not-equal"
    summary = "!= instead of <>"
    why = "Python 3 removed the second spelling of the same operator."
    source = "https://docs.python.org/3/whatsnew/3.0.html#removed-syntax"
    owns = frozenset({constructs.NOT_EQUAL})
    examples = (
        Example("print 1 <> 2\n", "print(1 != 2)\n"),
        Untouched("print '<>'\n", because="it stands in a string"),
    )
