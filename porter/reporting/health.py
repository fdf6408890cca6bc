"""What `porter doctor` says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from porter.interpreters import Interpreter
from porter.verification.packages import PackageState

_HOW_PYTHON2 = (
    "pyenv install 2.7.18",
    "conda create --name py27 python=2.7",
    "or set PORTER_PYTHON2 (or python2 in [tool.porter]) to where one is",
)
_STATES = {
    "own": "has its own gevent",
    "cached": "has them in porter's cache",
    "missing": "does not have them yet",
    "none": "there are none for it",
}


@dataclass(frozen=True, slots=True)
class Health:
    """`python2` and `python3` are the interpreters found, the one that verify uses first of the former."""

    python2: tuple[Interpreter, ...]
    python3: tuple[Interpreter, ...]
    packages: Mapping[Interpreter, PackageState]
    failures: tuple[str, ...] = ()

    @property
    def lacks_packages(self) -> bool:
        return any(self.packages[found].missing for found in (*self.python2[:1], *self.python3))

    @property
    def lacks_anything(self) -> bool:
        return not self.python2 or self.lacks_packages


def print_health(health: Health) -> Iterator[str]:
    yield "Python 2.7, which runs the old programs:"
    for interpreter in health.python2:
        yield from _interpreter(health, interpreter)
    if not health.python2:
        yield "  none found: verify uses recordings, record cannot run. One of these gets it:"
        yield from (f"    {line}" for line in _HOW_PYTHON2)
    yield ""
    yield "Python 3, which runs the new ones:"
    for interpreter in health.python3:
        yield from _interpreter(health, interpreter)
    yield ""
    yield from (f"failed: {failure}" for failure in health.failures)
    if health.lacks_packages:
        yield "Some packages are missing; this gets them:"
        yield "  porter doctor --install"
    elif not health.lacks_anything:
        yield "Nothing is missing."


def _interpreter(health: Health, interpreter: Interpreter) -> Iterator[str]:
    state = health.packages[interpreter]
    yield f"  {interpreter.name:<16} {interpreter.path}"
    names = ", ".join(need.replace("==", " ") for need in state.wanted)
    yield f"    {_STATES[state.state]}" + (f": {names}" if state.state in ("cached", "missing") else "")


def as_json(health: Health) -> dict[str, Any]:
    return {
        "format": 1,
        "complete": not health.lacks_anything,
        "python2": [_as_json(health, found) for found in health.python2],
        "python3": [_as_json(health, found) for found in health.python3],
        "get": {
            "python2": [] if health.python2 else list(_HOW_PYTHON2),
            "packages": ["porter doctor --install"] if health.lacks_packages else [],
        },
        "failures": list(health.failures),
    }


def _as_json(health: Health, interpreter: Interpreter) -> dict[str, Any]:
    state = health.packages[interpreter]
    return {
        "path": interpreter.path,
        "version": ".".join(map(str, interpreter.version)),
        "implementation": interpreter.implementation,
        "abi": interpreter.abi,
        "packages": {"state": state.state, "wanted": list(state.wanted), "folder": str(state.folder)},
    }
