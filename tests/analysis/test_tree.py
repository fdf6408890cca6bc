"""What a file learns of the others from the tree's index."""

from __future__ import annotations

from porter.analysis.summaries import summarise
from porter.analysis.tree import TreeIndex
from porter.python2.outline import outline
from porter.python2.source import Dialect, Facts, Source


def index(files: dict[str, str], dialects: dict[str, Dialect] | None = None) -> TreeIndex:
    summaries = []
    for path, text in files.items():
        dialect = (dialects or {}).get(path, Dialect.EITHER)
        source = Source(path, text, text, "utf-8", False, dialect, (), Facts())
        summaries.append(summarise(source, outline(text), path))
    return TreeIndex.of(summaries)


def test_packages_are_folders_with_an_init() -> None:
    tree = index({"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/mod.py": "", "scripts/run.py": ""})
    assert tree.slice("pkg/sub/mod.py").package == "pkg.sub"
    assert tree.slice("scripts/run.py").package == ""
    assert tree.module_name("pkg/sub/__init__.py") == "pkg.sub"


def test_neighbours_are_modules_and_packages_of_the_folder() -> None:
    tree = index({"pkg/__init__.py": "", "pkg/a.py": "", "pkg/b.py": "", "pkg/sub/__init__.py": ""})
    assert tree.slice("pkg/a.py").neighbours == {"a", "b", "sub"}


def test_importers_through_absolute_relative_and_implicit_relative_imports() -> None:
    tree = index(
        {
            "pkg/__init__.py": "",
            "pkg/a.py": "x = 1\n",
            "pkg/implicit.py": "import a\n",
            "pkg/explicit.py": "from . import a\n",
            "pkg/named.py": "from .a import x\n",
            "run.py": "import pkg.a\n",
            "other.py": "import b\n",
        }
    )
    assert tree.slice("pkg/a.py").imported_by == ("pkg/explicit.py", "pkg/implicit.py", "pkg/named.py", "run.py")


def test_a_script_imports_its_sibling() -> None:
    tree = index({"tools/run.py": "import helper\n", "tools/helper.py": ""})
    assert tree.slice("tools/helper.py").imported_by == ("tools/run.py",)


def test_an_ambiguous_file_beside_python_2_is_python_2() -> None:
    tree = index({"a.py": "print ('x')\n", "b.py": "", "c/d.py": ""}, {"b.py": Dialect.PYTHON2})
    assert tree.slice("a.py").dialect is Dialect.PYTHON2
    assert tree.slice("c/d.py").dialect is None


def test_the_dialect_holds_for_the_whole_package() -> None:
    files = {"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/a.py": "", "pkg/b.py": "", "free.py": ""}
    tree = index(files, {"pkg/b.py": Dialect.PYTHON2})
    assert tree.slice("pkg/sub/a.py").dialect is Dialect.PYTHON2
    assert tree.slice("free.py").dialect is None


def test_methods_of_all_classes_are_known() -> None:
    tree = index({"a.py": "class A:\n    def next(self): pass\n    if 1:\n        has_key = None\n", "b.py": ""})
    assert tree.slice("b.py").defines_method("next")
    assert tree.slice("b.py").defines_method("has_key")
    assert not tree.slice("b.py").defines_method("keys")


def test_the_fingerprint_follows_what_the_slice_says() -> None:
    one = index({"a.py": "", "b.py": ""})
    same = index({"b.py": "x = 2\n", "a.py": ""})
    other = index({"a.py": "", "b.py": "class B:\n    def next(self): pass\n"})
    assert one.slice("a.py").fingerprint() == same.slice("a.py").fingerprint()
    assert one.slice("a.py").fingerprint() != other.slice("a.py").fingerprint()


def test_names_that_others_read_are_known() -> None:
    tree = index(
        {
            "pkg/__init__.py": "",
            "pkg/a.py": "import Queue\nx = y = z = 1\n",
            "pkg/one.py": "from .a import x\n",
            "two.py": "import pkg.a\npkg.a.y\n",
            "three.py": "import pkg.a as short\nshort.z\nother.unread\n",
            "four.py": "from os import *\n",
        }
    )
    assert tree.slice("pkg/a.py").read_by_others == {"x", "y", "z"}
    assert tree.slice("two.py").read_by_others == frozenset()
