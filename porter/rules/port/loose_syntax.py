"""Small liberties of Python 2's grammar.

https://docs.python.org/3/whatsnew/3.0.html#removed-syntax
"""

from __future__ import annotations

from porter.python2 import constructs
from porter.rewriting.rule import Example, Rule, Untouched


class LooseSyntax(Rule):
    code = "PORT011"
    name = "loose-syntax"
    summary = "spellings that only Python 2's grammar allows"
    why = (
        "Python 3 wants parentheses around a tuple, and around a lambda, that a comprehension runs over or asks, none around "
        "the name of a keyword argument, and no blanks between the dots of an ellipsis."
    )
    source = "https://docs.python.org/3/whatsnew/3.0.html#removed-syntax"
    owns = frozenset({constructs.BARE_TUPLE, constructs.OLD_LAMBDA, constructs.KEYWORD_ARGUMENT, constructs.ELLIPSIS})
    examples = (
        Example("print [x for x in 1, 2]\n", "print([x for x in (1, 2)])\n"),
        Example("print dict((a)=1)\n", "print(dict(a=1))\n"),
        Untouched("for x in 1, 2:\n    print `x`\n", because="a for statement takes a bare tuple in both"),
    )
