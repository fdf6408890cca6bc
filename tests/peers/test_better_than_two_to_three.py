"""Where docs/2to3.md says "better": the old program under Python 2.7, and both results under Python 3.

porter's result prints what the old program did; 2to3's prints something else, or fails.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from porter.conversion.converting import Request, convert_tree
from porter.interpreters import Interpreter
from porter.python2.source import Dialect
from porter.rewriting.options import Options, Target
from tests.peers.two_to_three import source_of_cases

_MAIN = "main.py"
_PROGRAMS: dict[str, dict[str, str]] = {
    "filter() of a str is a str": {
        _MAIN: "print repr(filter(lambda c: c > 'a', 'abc')), filter(None, 'xy')[0] + 'z'\n"
    },
    "map() calls its function for every item": {
        _MAIN: "def f(n):\n    print 'f', n\n    return n\nprint any(map(f, [1, 2]))\nprint all(map(f, [0, 3]))\n"
    },
    "the keys of a dict that changes are those of before": {
        _MAIN: "d = {1: 'a'}\nnumbered = enumerate(d.keys())\nd[2] = 'b'\nprint list(numbered)\n"
    },
    "print of a tuple": {_MAIN: "print ()\nprint (1, 2)\n"},
    "the newline that a trailing comma held back": {_MAIN: "print 1,\n"},
    "the type of a native string": {_MAIN: "import types\nprint isinstance('a', types.StringType)\n"},
    "escapes in a raw unicode literal": {_MAIN: "print len(ur'\\u20ac'), len(ur'\\\\u20ac')\n"},
    "what future_builtins gave": {_MAIN: "from future_builtins import map\nprint list(map(str, [1, 2]))\n"},
    "apply() of a function alone": {_MAIN: "def f():\n    return 'f'\nprint apply(f)\n"},
    "intern() and reload() of unpacked arguments": {
        _MAIN: "import string\nprint intern(*['a']), reload(*[string]) is string, reduce(*[max, [1, 3, 2]])\n"
    },
    "map(None) of several sequences": {_MAIN: "print map(None, [1, 2], 'abc')\n"},
    "a method next() that is no iterator's": {
        _MAIN: "class Page(object):\n    def next(self):\n        return 'next page'\nprint getattr(Page(), 'next')()\n"
    },
    "a field called next": {
        _MAIN: "class Node(object):\n    def __init__(self, n):\n        self.__dict__['next'] = n\nprint Node(1).next + 5\n"
    },
    "a module of a package, imported by its dotted name": {
        _MAIN: "import pkg.user\n",
        "pkg/__init__.py": "",
        "pkg/user.py": "import tools.files\nprint tools.files.size\n",
        "pkg/tools/__init__.py": "",
        "pkg/tools/files.py": "size = 3\n",
    },
    "local and other modules in one import": {
        _MAIN: "import pkg.user\n",
        "pkg/__init__.py": "",
        "pkg/user.py": "import sys, near\nprint sys.__name__, near.__name__\n",
        "pkg/near.py": "",
    },
    "a stand-in for thread": {_MAIN: "import dummy_thread\nprint dummy_thread.allocate_lock().acquire()\n"},
    "everything of urllib": {_MAIN: "from urllib import *\nprint quote('a b')\n"},
    "sort() by a comparison": {_MAIN: "v = list('ba')\nv.sort(lambda a, b: cmp(b, a))\nprint v\n"},
}


@pytest.fixture(scope="module")
def two_to_three(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """2to3's results, a folder a program."""
    found = source_of_cases()
    if found is None:
        pytest.skip("no Python here ships 2to3 with its tests (3.9 to 3.12 do)")
    root = tmp_path_factory.mktemp("2to3")
    made = {title: _written(files, root / str(number)) for number, (title, files) in enumerate(_PROGRAMS.items())}
    # It ends with an error where a result is none: that is found when the result is run.
    command = [found[0].path, "-W", "ignore", "-m", "lib2to3", "--write", "--nobackups", *map(str, made.values())]
    subprocess.run(command, capture_output=True, timeout=120, check=False)
    return made


def _written(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def _run(python: str, folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [python, "-B", "-W", "ignore", _MAIN], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("title", _PROGRAMS)
def test_the_result_does_what_the_program_did(
    title: str, two_to_three: dict[str, Path], python2: Interpreter, tmp_path: Path
) -> None:
    old = _written(_PROGRAMS[title], tmp_path / "old")
    options = Options(Target.PYTHON3, sys.version_info[:2])
    report = convert_tree(Request((options,), (old,), out=tmp_path / "new", dialect=Dialect.PYTHON2))
    assert report.problems == ()
    status, said = _run(python2.path, old)
    assert status == 0
    assert _run(sys.executable, tmp_path / "new") == (0, said)
    assert _run(sys.executable, two_to_three[title]) != (0, said)
