"""Names of the library that moved or changed: os.getcwdu, string.letters, itertools.izip, types.StringType, collections.Mapping …

https://docs.python.org/3/whatsnew/3.0.html#library-changes
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from keyword import iskeyword

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2 import markers
from porter.python2.source import Dialect
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._import_edits import NewFrom, rewrite_from
from porter.rules.port._name_renames import NameRenames, Recall
from porter.rules.port._name_table import moved_names, names_moved_after
from porter.rules.port._templates import filled

_WORDS = frozenset(old.rpartition(".")[2] for old in moved_names())


class RenamedNames(Rule):
    code = "PORT101"
    name = "renamed-names"
    summary = "ask for a name of the library where it is now"
    why = (
        "Many names moved within the library, became builtins, or have another form: the functions of `string` are methods of "
        "str, `types.StringType` is str itself, the abstract classes of `collections` are in `collections.abc`. What reads the old "
        "name, through any import of it, is changed to the new one, and the imports with it."
    )
    risk = None
    source = "https://docs.python.org/3/whatsnew/3.0.html#library-changes"
    triggers = _WORDS | {markers.keyword_name(word) for word in _WORDS if iskeyword(word)}
    visits = (ast.Module,)
    in_python3 = True
    examples = (
        Example("import os\nprint os.getcwdu() == os.getcwd()\n", "import os\nprint(os.getcwd() == os.getcwd())\n"),
        Example(
            "from itertools import izip, count\nfor pair in izip(count(), 'ab'):\n    print pair[0]\n",
            "from itertools import count\nfor pair in zip(count(), 'ab'):\n    print(pair[0])\n",
        ),
        Example("import string\nprint string.join(['a', 'b'], '-')\n", "print('-'.join(['a', 'b']))\n"),
        Example("import string\nprint string.upper('a' + 'b')\n", "print(('a' + 'b').upper())\n"),
        Example("import types\nprint isinstance('a', types.StringTypes)\n", "print(isinstance('a', str))\n"),
        Example(
            "from collections import Mapping, OrderedDict\nprint isinstance(OrderedDict(), Mapping)\n",
            "from collections.abc import Mapping\nfrom collections import OrderedDict\nprint(isinstance(OrderedDict(), Mapping))\n",
        ),
        Example("import cgi\nprint cgi.escape('<a>')\n", "import html\nprint(html.escape('<a>', quote=False))\n"),
        Untouched("class string: letters = 'ab'\nprint `string.letters`\n", because="a class of the program's own"),
        Untouched(
            "try:\n    from itertools import izip\nexcept ImportError:\n    izip = zip\nprint `izip`\n",
            because="it runs on both Pythons",
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        written_for = (3, 0) if model.dialect is Dialect.PYTHON3 else (2, 7)
        yield from NameRenames(model, names_moved_after(written_for)).plan()

    def rewrite(self, node: cst.BaseExpression | cst.ImportFrom, match: Match) -> Rewritten:
        match match.data:
            case NewFrom() as new:
                return rewrite_from(cst.ensure_type(node, cst.ImportFrom), new)
            case Recall(template, first):
                arguments = [argument.value for argument in cst.ensure_type(node, cst.Call).args[first:]]
                return filled(template, arguments)
        return filled(match.data, ())
