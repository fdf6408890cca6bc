"""The tools that are compared: porter, and the peers of data/peers.toml, each in a virtual environment of its own."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.measuring import Measured, measure
from benchmarks.places import cache_folder
from porter import __version__
from porter.interpreters import Interpreter, all_python3

_LIST = Path(__file__).parent / "data" / "peers.toml"
_TRIAL = Path(__file__).parent / "trial.py"
_CANNOT_PARSE = re.compile(r"^RefactoringTool: Can't parse (.+?): ", re.MULTILINE)
_PORTER_ERROR = re.compile(r"^error: (.+?\.py)(?::\d+:\d+|:\d+)?: ", re.MULTILINE)


@dataclass(frozen=True)
class Peer:
    """A tool of lib2to3's family, or lib2to3 itself."""

    name: str
    requirement: str
    main: str
    given: list[str]
    options: list[str]
    engine: str
    pythons: list[str]

    @property
    def version(self) -> str:
        """As it is shown: its own version, and the Python that runs it."""
        own = f"{self.requirement.replace('==', ' ')}, " if self.requirement else ""
        return own + self.interpreter.name

    @cached_property
    def interpreter(self) -> Interpreter:
        """The newest Python here that the tool works on."""
        here = {".".join(map(str, found.minor)): found for found in all_python3()}
        found = next((here[python] for python in self.pythons if python in here), None)
        if found is None:
            raise SystemExit(f"{self.name} needs one of Python {', '.join(self.pythons)}, and none was found")
        return found

    @cached_property
    def python(self) -> str:
        """The Python that has the tool installed."""
        if not self.requirement:
            return self.interpreter.path
        name = re.sub(r"[^\w.]+", "-", f"{self.requirement}-{self.interpreter.name}")
        folder = cache_folder("peers") / name
        executable = folder / "bin" / "python"
        if not (folder / "ready").is_file():
            subprocess.run([self.interpreter.path, "-m", "venv", "--clear", str(folder)], check=True)
            subprocess.run([str(executable), "-m", "pip", "install", "--quiet", self.requirement], check=True)
            (folder / "ready").touch()
        return str(executable)

    def run(self, tree: Path, jobs: int, limit: float) -> Measured:
        """Convert a tree where it stands."""
        module, _, function = self.main.partition(":")
        given = ", ".join(map(repr, self.given))
        code = f"import sys; from {module} import {function} as main; sys.exit(main({given}))"
        command = [self.python, "-W", "ignore", "-c", code, *self.options, "-j", str(jobs), str(tree)]
        return measure(command, tree.parent, limit=limit)

    def failures(self, measured: Measured, tree: Path) -> list[str]:
        """The files that the run said it cannot convert."""
        return sorted({_below(path, tree) for path in _CANNOT_PARSE.findall(measured.errors)})

    def trial(self, tree: Path, jobs: int, limit: float) -> dict[str, str]:
        """The files that the tool breaks down over, with what they raise: file below `tree` → error."""
        log = tree.parent / "trial.log"
        log.unlink(missing_ok=True)
        command = [self.python, "-W", "ignore", str(_TRIAL), self.engine, self.main, str(log), *self.given, "--"]
        measured = measure([*command, *self.options, "-j", str(jobs), str(tree)], tree.parent, limit=limit)
        if measured.status is None:
            raise SystemExit(f"{self.name} did not end within {limit:.0f} s, though no file could end its workers")
        lines = log.read_text("utf-8").splitlines() if log.is_file() else []
        return {_below(path, tree): error for path, _, error in (line.partition("\t") for line in lines)}


class Porter:
    """porter itself, as this repository has it."""

    name = "porter"

    def __init__(self, target: str) -> None:
        self.target = target

    @property
    def version(self) -> str:
        return f"{__version__} (--to {self.target}), {sys.implementation.name} {sys.version.split()[0]}"

    def run(self, tree: Path, jobs: int, limit: float) -> Measured:
        """Convert a tree into a folder beside it, without a cache."""
        command = [sys.executable, "-m", "porter", "convert", tree.name, "--to", self.target, "--python", "3.11"]
        command += ["--out", "out", "--no-cache", "--jobs", str(jobs)]
        return measure(command, tree.parent, limit=limit, environment={"NO_COLOR": "1"})

    def failures(self, measured: Measured, tree: Path) -> list[str]:
        found = _PORTER_ERROR.findall(measured.errors)
        return sorted({_below(str(tree.parent / path), tree) for path in found})


def peers() -> tuple[Peer, ...]:
    return tuple(Peer(**row) for row in tomllib.loads(_LIST.read_text("utf-8"))["peer"])


def _below(path: str, tree: Path) -> str:
    return path.removeprefix(f"{tree}/")
