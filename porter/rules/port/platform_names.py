"""sys.platform is 'linux' in Python 3, whatever the kernel: 'linux2' is gone.

https://docs.python.org/3/whatsnew/3.3.html#porting-python-code
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._names import is_guarded

_OLD = frozenset({"linux2", "linux3"})
_ASKS = frozenset({"startswith", "find", "count", "index"})


class PlatformNames(Rule):
    code = "PORT113"
    name = "platform-names"
    summary = "sys.platform is 'linux', not 'linux2'"
    why = (
        "Python 2 put the version of the kernel behind the name; Python 3.3 and later say 'linux'. A comparison with 'linux2' "
        "is silently false. Where sys.platform itself is compared the name is changed, elsewhere the word is reported."
    )
    source = "https://docs.python.org/3/whatsnew/3.3.html#porting-python-code"
    triggers = _OLD
    visits = (ast.Constant,)
    examples = (
        Example(
            "import sys\nprint sys.platform == 'linux2', sys.platform.startswith('linux2')\n",
            "import sys\nprint(sys.platform == 'linux', sys.platform.startswith('linux'))\n",
        ),
        Example(
            "import sys\nif sys.platform in ('linux2', 'darwin'):\n    print 'Unix'\n",
            "import sys\nif sys.platform in ('linux', 'darwin'):\n    print('Unix')\n",
        ),
        Example(
            "from sys import platform\nnames = {'linux2': 'Linux'}\nname = `names[platform]`\n",
            "from sys import platform\nnames = {'linux2': 'Linux'}\nname = repr(names[platform])\n",
            note="a table is reported: who else reads it is not known",
        ),
        Untouched("import sys\nprint sys.platform in ('linux', 'linux2')\n", because="it knows both names"),
        Untouched("import sys\nprint sys.platform.startswith('linux'), 'x'\n", because="this much of it is the same"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        assert isinstance(node, ast.Constant)
        if node.value not in _OLD or is_guarded(node, model):
            return
        place = _place(node, model)
        if place is None:
            yield Advice(node, "sys.platform is 'linux' in Python 3")
        elif not _knows_both(place, model):
            yield Match(node)

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if not isinstance(node, cst.SimpleString):
            return None
        return node.with_changes(value=f"{node.prefix}{node.quote}linux{node.quote}")


def _place(node: ast.Constant, model: ModuleModel) -> ast.expr | None:
    """The comparison with sys.platform, or the question to it, that a literal is a part of."""
    parent = model.parent(node)
    if isinstance(parent, ast.Tuple | ast.List | ast.Set):
        parent = model.parent(parent)
    match parent:
        case ast.Compare(left=left, comparators=others) if any(
            model.resolve(side) == "sys.platform" for side in (left, *others)
        ):
            return parent
        case ast.Call(func=ast.Attribute(value=asked, attr=method)) if method in _ASKS:
            return parent if model.resolve(asked) == "sys.platform" else None
    return None


def _knows_both(place: ast.expr, model: ModuleModel) -> bool:
    """Whether the new name stands in the same comparison, or in one beside it."""
    beside = model.parent(place)
    around = beside if isinstance(beside, ast.BoolOp) else place
    return any(isinstance(item, ast.Constant) and item.value == "linux" for item in ast.walk(around))
