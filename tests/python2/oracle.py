"""CPython 2.7 as a judge: one long-lived process that parses programs and answers with their trees."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

_WORKER = Path(__file__).parent / "data" / "dump27.py"


@cache
def find_python2() -> str | None:
    """A CPython 2.7 that runs: `PORTER_PYTHON2`, pyenv's, or one on the PATH."""
    root = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    candidates = [
        os.environ.get("PORTER_PYTHON2"),
        *(str(path) for path in sorted(root.glob("versions/2.7*/bin/python2.7"))),
        shutil.which("python2.7"),
        shutil.which("python2"),
    ]
    return next((candidate for candidate in candidates if candidate and _is_python2(candidate)), None)


def _is_python2(executable: str) -> bool:
    code = "import sys, platform; print('%s %d.%d' % ((platform.python_implementation(),) + sys.version_info[:2]))"
    try:
        done = subprocess.run([executable, "-c", code], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == "CPython 2.7"


def library_of(executable: str) -> Path:
    """The folder of its standard library."""
    code = "import os; print(os.path.dirname(os.__file__))"
    return Path(subprocess.run([executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip())


class Rejected(Exception):
    """CPython 2.7 does not compile it."""


class Judge:
    """The running process; use it as a context manager."""

    def __init__(self, executable: str) -> None:
        self._process = subprocess.Popen(
            [executable, "-B", "-W", "ignore", str(_WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def tree(self, source: bytes) -> str:
        """The tree of a program; Rejected where 2.7 does not take it."""
        return self._ask(b"source", source)

    def lines(self, source: bytes) -> list[str]:
        """`LINE KIND` of the statements of a program, sorted."""
        return self._ask(b"lines", source).splitlines()

    def _ask(self, kind: bytes, source: bytes) -> str:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(b"%s %d\n" % (kind, len(source)))
        stdin.write(source)
        stdin.flush()
        status, length = stdout.readline().split()
        text = stdout.read(int(length)).decode("utf-8", "replace")
        if status == b"error":
            raise Rejected(text)
        return text
