"""CPython 2.7's standard library with its tests, copied from the 2.7 found: what every tool is given."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from benchmarks.places import cache_folder
from porter.interpreters import Interpreter, find_python2

_FOLDER = "import os; print(os.path.dirname(os.__file__))"


def python2() -> Interpreter:
    """The CPython 2.7 of this machine."""
    found = find_python2()
    if found is None:
        raise SystemExit("no CPython 2.7 was found (`porter doctor` says where one is looked for)")
    return found


def library() -> Path:
    """A copy of the library, without what was compiled and what was installed into it."""
    found = python2()
    copy = cache_folder() / f"library-{'.'.join(map(str, found.version))}"
    if not copy.is_dir():
        done = subprocess.run([found.path, "-c", _FOLDER], capture_output=True, text=True, check=True)
        aside = copy.with_name(f".{copy.name}")
        shutil.rmtree(aside, ignore_errors=True)
        left_out = shutil.ignore_patterns("*.pyc", "*.pyo", "site-packages", "__pycache__")
        shutil.copytree(done.stdout.strip(), aside, symlinks=True, ignore=left_out)
        aside.rename(copy)
    return copy


def python_files(folder: Path) -> list[Path]:
    """The files ending in .py, by name: those that every tool takes."""
    return sorted(path for path in folder.rglob("*.py") if path.is_file() and not path.is_symlink())


def lines_of(paths: list[Path]) -> int:
    return sum(path.read_bytes().count(b"\n") for path in paths)
