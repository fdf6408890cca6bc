"""String literals that only Python 2 reads, or reads otherwise.

https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit
https://peps.python.org/pep-0414/
"""

from __future__ import annotations

from porter.python2 import constructs
from porter.rewriting.rule import Example, Rule, Untouched


class StringLiterals(Rule):
    code = "PORT008"
    name = "string-literals"
    summary = "string literals that Python 3 cannot read"
    why = (
        "Python 3 has no ur'' literals, no characters outside ASCII in b'' and no mixing of text and bytes in one literal; "
        "and in its plain strings \\u, \\U and \\N are escapes, which they were not in Python 2's byte strings."
    )
    source = "https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit"
    owns = frozenset(
        {constructs.STRING_PREFIX, constructs.STRING_ESCAPE, constructs.STRING_BYTES, constructs.STRING_MIX}
    )
    examples = (
        Example("print '\\user'\n", "print('\\\\user')\n"),
        Untouched("print u'\\u0041', r'\\user'\n", because="both read these alike"),
    )
