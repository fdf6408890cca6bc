"""Does the result compile for the version it must run on? That version's own interpreter is asked where it is found.

One long-lived worker each (DESIGN §3): it reads texts and answers with nothing, or with the error. Where no such interpreter is
found, `ast.parse(feature_version=…)` is a weaker check, and the report says *unchecked*.
"""

from __future__ import annotations

import ast
import atexit
import json
import subprocess
import sys
import warnings
from dataclasses import dataclass
from functools import cache

from porter.interpreters import find_python3

_WORKER = """
import json, sys, warnings
warnings.simplefilter("ignore")
sys.setrecursionlimit(20000)
for line in sys.stdin:
    path, text = json.loads(line)
    try:
        compile(text, path, "exec", dont_inherit=True)
        answer = None
    except SyntaxError as error:
        answer = [error.msg, error.lineno or 1]
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        answer = ["%s: %s" % (type(error).__name__, error), 1]
    sys.stdout.write(json.dumps(answer) + "\\n")
    sys.stdout.flush()
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text does not compile, and at which of its lines."""

    message: str
    line: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer: `version` is the interpreter that compiled the text, or None where none was found."""

    version: str | None
    fault: Fault | None


def check(text: str, path: str, python: tuple[int, int]) -> Checked:
    """Compile `text` with CPython `python`; nothing of it is run."""
    version = f"{python[0]}.{python[1]}"
    if python == sys.version_info[:2]:
        return Checked(version, None)  # the engine has compiled it already, phase by phase
    worker = _worker(python)
    if worker is not None:
        answer = _ask(worker, path, text)
        if answer != "":
            fault = json.loads(answer)
            return Checked(version, Fault(*fault) if fault else None)
        _worker.cache_clear()  # this text killed it; the next one gets another
    return Checked(None, _by_feature_version(text, path, python))


@cache
def _worker(python: tuple[int, int]) -> subprocess.Popen[str] | None:
    interpreter = find_python3(python)
    if interpreter is None:
        return None
    process = subprocess.Popen(
        [str(interpreter.path), "-I", "-S", "-c", _WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="ascii",
    )
    atexit.register(process.kill)
    return process


def _ask(worker: subprocess.Popen[str], path: str, text: str) -> str:
    """The worker's line of answer, or "" where it is gone (a text that kills the compiler)."""
    assert worker.stdin is not None and worker.stdout is not None
    try:
        worker.stdin.write(json.dumps([path, text]) + "\n")
        worker.stdin.flush()
        return worker.stdout.readline()
    except OSError:
        return ""


def _by_feature_version(text: str, path: str, python: tuple[int, int]) -> Fault | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text, path, feature_version=python)
    except SyntaxError as error:
        return Fault(error.msg, error.lineno or 1)
    return None
