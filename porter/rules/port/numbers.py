"""Octal literals start with 0o, and no literal ends in L, in Python 3.

https://peps.python.org/pep-3127/
https://peps.python.org/pep-0237/
"""

from __future__ import annotations

from porter.python2 import constructs
from porter.rewriting.rule import Example, Rule, Untouched


class NumberLiterals(Rule):
    code = "PORT007"
    name = "number-literals"
    summary = "0o755 instead of 0755, 10 instead of 10L"
    why = "Python 3 writes octal numbers with 0o only, and has one type of integer: the suffix L is gone, and long is int."
    source = "https://peps.python.org/pep-3127/"
    owns = frozenset({constructs.OCTAL, constructs.LONG})
    examples = (
        Example("print 0755 == 493L\n", "print(0o755 == 493)\n"),
        Untouched("print 0o755, 0, 00\n", because="both read these alike"),
    )
