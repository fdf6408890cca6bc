"""Modules that Python 3 calls otherwise: `Queue` is `queue`, `urllib2` is `urllib.request` and `urllib.error`.

https://peps.python.org/pep-3108/
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.python2.source import Dialect
from porter.rewriting.building import name as dotted_node
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, SlotKind, Untouched
from porter.rules.port._import_edits import NewFrom, NewImport, NewStar, rewrite_from, rewrite_import, rewrite_star
from porter.rules.port._module_table import modules_moved, moved_modules
from porter.rules.port._renaming import ModuleRenames


class RenamedModules(Rule):
    code = "PORT100"
    name = "renamed-modules"
    summary = "import a module by its Python 3 name"
    why = (
        "Python 3 gave its library lower-case names, gathered it in packages (http, tkinter, urllib, xmlrpc, dbm) and dropped the "
        "C twins of cPickle and cStringIO. A rename follows the binding: the import and every use of the name that it binds change "
        "together. Where the new name is taken, the names themselves are imported, or the old name stays as an alias. Imports that "
        "serve both Pythons already are left as they are."
    )
    risk = None
    source = "https://peps.python.org/pep-3108/"
    triggers = frozenset(old.rpartition(".")[2] for old in moved_modules())
    visits = (ast.Module,)
    examples = (
        Example(
            "import Queue\nq = Queue.Queue()\nprint q.empty()\n", "import queue\nq = queue.Queue()\nprint(q.empty())\n"
        ),
        Example(
            "import threading, Queue, time\nqueue = Queue.Queue()\n",
            "import threading, time\nfrom queue import Queue\nqueue = Queue()\n",
            note="the new name is taken by a variable: the names are imported instead",
        ),
        Example("import Queue as Q\nq = Q.Queue()\n", "import queue as Q\nq = Q.Queue()\n"),
        Example("from Queue import Queue, Empty\n", "from queue import Queue, Empty\n"),
        Example(
            "import cPickle as pickle\nprint pickle.loads(pickle.dumps([1], 2))\n",
            "import pickle\nprint(pickle.loads(pickle.dumps([1], 2)))\n",
        ),
        Example(
            "import urllib2\ntry:\n    page = urllib2.urlopen('http://localhost')\nexcept urllib2.URLError:\n    pass\n",
            "import urllib.error\nimport urllib.request\ntry:\n    page = urllib.request.urlopen('http://localhost')\n"
            "except urllib.error.URLError:\n    pass\n",
            note="a module that was split: each name is asked for where it is now",
        ),
        Example(
            "from urllib import urlencode, urlopen\nprint urlencode({'a': 1})\n",
            "from urllib.parse import urlencode\nfrom urllib.request import urlopen\nprint(urlencode({'a': 1}))\n",
        ),
        Example(
            "try:\n    from cStringIO import StringIO\nexcept ImportError:\n    from StringIO import StringIO\nprint StringIO('a').read()\n",
            "from io import StringIO\nprint(StringIO('a').read())\n",
            note="both alternatives are the same module now",
        ),
        Example("from sets import Set\nprint len(Set([1, 1]))\n", "print(len(set([1, 1])))\n"),
        Untouched(
            "try:\n    import Queue\nexcept ImportError:\n    import queue as Queue\nprint `Queue.Queue`\n",
            because="it runs on both Pythons",
        ),
        Untouched("class Queue: pass\nq = Queue()\nprint `q`\n", because="a class of the program's own"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        rows = modules_moved(model.python, is_python2=model.dialect is Dialect.PYTHON2)
        yield from ModuleRenames(model, rows).plan()

    def rewrite(self, node: cst.CSTNode | list[cst.BaseStatement], match: Match) -> Rewritten:
        if match.slot is SlotKind.BLOCK:
            return _collapsed(node)
        match match.data:
            case NewImport() as new:
                return rewrite_import(cst.ensure_type(node, cst.Import), new)
            case NewFrom() as new:
                return rewrite_from(cst.ensure_type(node, cst.ImportFrom), new)
            case NewStar() as new:
                return rewrite_star(cst.ensure_type(node, cst.ImportFrom), new)
            case str() as text:
                return dotted_node(text)
        raise AssertionError(f"{match.data!r} is none of this rule's matches")


def _collapsed(block: object) -> Rewritten:
    """The first alternative of a `try` whose alternatives came to be the same."""
    assert isinstance(block, list)
    statement = cst.ensure_type(block[0], cst.Try)
    first, *rest = cst.ensure_type(statement.body, cst.IndentedBlock).body
    return [first.with_changes(leading_lines=statement.leading_lines), *rest]
