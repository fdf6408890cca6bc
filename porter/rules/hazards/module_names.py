"""A file named like a module of the standard library hides it.

https://docs.python.org/3/library/sys_path_init.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import PurePosixPath

from porter.analysis.model import ModuleModel
from porter.analysis.tree import TreeSlice
from porter.rewriting.rule import Advice, Match, Rule, Untouched


class HiddenModule(Rule):
    code = "HAZ001"
    name = "hidden-module"
    summary = "a file named like a module of the standard library hides it"
    why = (
        "The folder of a script comes first on the path that Python imports from. A script called queue.py, or a module of "
        "that name beside it, is what `import queue` finds, for the standard library's own modules as well: they break once "
        "the program runs on Python 3, far from the cause. A name of Python 2's library (Queue.py, thread.py) leaves open "
        "which of the two an import means, and on a system that does not tell capitals from small letters Queue.py is "
        "queue.py. porter renames no files: do it before the conversion, with every import of it."
    )
    source = "https://docs.python.org/3/library/sys_path_init.html"
    risk = None
    visits = (ast.Module,)
    of_file = True
    examples = (
        Untouched(
            "import Queue\n", because="the file is called example.py, which is no module of the standard library"
        ),
        Untouched("from thread import get_ident\n", because="what a file imports hides nothing"),
    )

    def concerns(self, path: str, tree: TreeSlice) -> bool:
        name = _importable_name(path, tree)
        python3, python2 = _standard_library()
        return name in python2 or name in python3 or name.lower() in python3

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        name = _importable_name(model.path, model.tree)
        python3, python2 = _standard_library()
        if name in python3:
            yield Advice(node, f"this file hides the standard module `{name}` from every import beside it: rename it")
        elif name.lower() in python3:
            yield Advice(
                node,
                f"this file hides the standard module `{name.lower()}` where file names ignore case, "
                "and an import of it may mean Python 2's module: rename it",
            )
        elif name in python2:
            yield Advice(
                node,
                f"this file is named like Python 2's module `{name}`, and an import of it may mean either: rename it",
            )


def _importable_name(path: str, tree: TreeSlice) -> str:
    """The top-level name that this file can be imported by; modules inside packages have none that could hide anything."""
    name = PurePosixPath(path)
    if name.suffix not in (".py", ".pyw"):
        return ""
    if name.stem == "__init__":
        return "" if "." in tree.package else tree.package
    return "" if tree.in_package else name.stem


@cache
def _standard_library() -> tuple[frozenset[str], frozenset[str]]:
    """The names in Python 3, and those in Python 2.7 only."""
    text = resources.files(__package__).joinpath("data/standard_library.txt").read_text("ascii")
    _, python3, python2 = (section.partition("]\n")[2].split() for section in text.split("["))
    return frozenset(python3), frozenset(python2)
