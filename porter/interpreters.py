"""The Python interpreters of this machine: CPython 2.7 (or PyPy 2.7), which ran the old programs, and every Python 3.

Nothing is believed that was not run: a name on PATH may be a shim of pyenv that only prints an error. What was found is
kept for the life of the process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from porter.errors import UsageError

OLDEST_PYTHON3 = (3, 9)
PYTHON2 = (2, 7)

_PROBE_SECONDS = 20
# Runs on every Python since 2.7. `cp27mu` or `cp27m` is the width of unicode that a 2.7 was built with.
_PROBE = """
import json, platform, sys
implementation = platform.python_implementation()
if sys.version_info[0] == 2:
    abi = "cp27mu" if sys.maxunicode > 0xFFFF else "cp27m"
else:
    abi = "cp%d%d%s" % (sys.version_info[0], sys.version_info[1], getattr(sys, "abiflags", ""))
print(json.dumps({"path": sys.executable, "version": list(sys.version_info[:3]), "implementation": implementation,
    "abi": abi if implementation == "CPython" else "", "machine": platform.machine(), "prefix": sys.prefix}))
"""


@dataclass(frozen=True, slots=True, order=True)
class Interpreter:
    """A Python that was run and answered. `abi` is the tag of its wheels, empty where it is not CPython."""

    version: tuple[int, int, int]
    path: str
    implementation: str
    abi: str
    machine: str
    prefix: str

    @property
    def minor(self) -> tuple[int, int]:
        return self.version[:2]

    @property
    def name(self) -> str:
        """What a person calls it, such as `CPython 2.7.18`."""
        return f"{self.implementation} {'.'.join(map(str, self.version))}"

    @property
    def is_python2(self) -> bool:
        return self.minor == PYTHON2


def find_python2(configured: Path | str | None = None) -> Interpreter | None:
    """The Python 2.7 to run old programs with, or None. `PORTER_PYTHON2` wins over `configured`, and both over a search."""
    for origin, given in (("PORTER_PYTHON2", os.environ.get("PORTER_PYTHON2")), ("python2", configured)):
        if given:
            found = probe(str(given))
            if found is None or not found.is_python2:
                raise UsageError(f"{origin} names {given}, which is no Python 2.7", hint="run `porter doctor`")
            return found
    return next(iter(_search_python2(stop_at_first=True)), None)


def all_python2() -> tuple[Interpreter, ...]:
    """Every Python 2.7 found, the one that `find_python2` would take first."""
    return _search_python2(stop_at_first=False)


@lru_cache(maxsize=1)
def all_python3() -> tuple[Interpreter, ...]:
    """One interpreter for each Python 3.x found (3.9 and newer), oldest first; the one that runs porter stands for its own."""
    best: dict[tuple[int, int], Interpreter] = {}
    for found in (running(), *_probe_all(_python3_candidates())):
        if found is not None and found.version[0] == 3 and found.minor >= OLDEST_PYTHON3:
            best.setdefault(found.minor, found)
    return tuple(sorted(best.values()))


def find_python3(version: tuple[int, int]) -> Interpreter | None:
    """The interpreter of this Python 3.x, or None."""
    if version == sys.version_info[:2]:
        return running()
    return next((found for found in all_python3() if found.minor == version), None)


@lru_cache(maxsize=1)
def running() -> Interpreter:
    """The interpreter that runs porter."""
    found = probe(sys.executable)
    if found is None:
        raise UsageError(f"{sys.executable} runs porter and yet cannot be started")
    return found


@lru_cache(maxsize=256)
def probe(path: str) -> Interpreter | None:
    """Run the interpreter at `path` and ask what it is; None where it cannot be run or is no Python."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    try:
        done = subprocess.run(
            [path, "-c", _PROBE],
            capture_output=True,
            timeout=_PROBE_SECONDS,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    if not isinstance(answer, dict):
        return None
    major, minor, micro = answer.pop("version")
    return Interpreter(version=(major, minor, micro), **answer)


@lru_cache(maxsize=2)
def _search_python2(stop_at_first: bool) -> tuple[Interpreter, ...]:
    candidates = _unique(_python2_candidates())
    answers: Iterable[Interpreter | None] = map(probe, candidates) if stop_at_first else _probe_all(candidates)
    found: dict[str, Interpreter] = {}
    for answer in answers:
        if answer is not None and answer.is_python2:
            found.setdefault(os.path.realpath(answer.path), answer)
            if stop_at_first:
                break
    return tuple(found.values())


def _probe_all(candidates: Iterable[str]) -> list[Interpreter | None]:
    with ThreadPoolExecutor(max_workers=4) as executor:
        return list(executor.map(probe, _unique(candidates)))


def _unique(paths: Iterable[str]) -> list[str]:
    """Each path once, by what it points to: /bin and /usr/bin are one folder on most systems."""
    return list({os.path.realpath(path): path for path in reversed(list(paths))}.values())[::-1]


def _python2_candidates() -> Iterator[str]:
    names = ("python2.7", "python2", "python", "pypy2.7", "pypy2", "pypy")
    on_path, shims = _on_path(names)
    yield from on_path
    for folder in _version_folders():
        if folder.name.startswith(("2.7", "pypy2.7", "cpython-2.7")):
            yield from _executables(folder / "bin", names)
    for folder in _conda_folders():
        yield from _executables(folder / "bin", ("python2.7",))
    # A shim takes long to answer and mostly repeats what its versions folder holds.
    yield from shims


def _python3_candidates() -> Iterator[str]:
    names = ("python3", *(f"python3.{minor}" for minor in range(OLDEST_PYTHON3[1], 20)))
    on_path, shims = _on_path(names)
    yield from on_path
    for folder in _version_folders():
        if folder.name.startswith(("3.", "cpython-3.")):
            yield from _executables(folder / "bin", ("python3",))
    for folder in _conda_folders():
        yield from _executables(folder / "bin", ("python3",))
    if not any(folder.is_dir() for folder in _version_folders()):
        yield from shims


def _on_path(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The executables of these names on PATH, those that are shims of pyenv apart."""
    plain: list[str] = []
    shims: list[str] = []
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        into = shims if Path(folder).name == "shims" else plain
        into.extend(_executables(Path(folder or "."), names))
    return plain, shims


def _executables(folder: Path, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        path = folder / name
        if os.access(path, os.X_OK) and path.is_file():
            yield str(path)


def _version_folders() -> list[Path]:
    """A folder for each Python that pyenv or uv installed, the newest first."""
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    roots = (
        Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions",
        Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python"),
    )
    return [folder for root in roots if root.is_dir() for folder in sorted(root.iterdir(), reverse=True)]


def _conda_folders() -> list[Path]:
    """The environments that conda keeps a list of, and the one that is active."""
    listed = Path.home() / ".conda" / "environments.txt"
    lines = listed.read_text("utf-8", "replace").splitlines() if listed.is_file() else []
    active = os.environ.get("CONDA_PREFIX")
    return [Path(line.strip()) for line in ([active] if active else []) + lines if line.strip()]
