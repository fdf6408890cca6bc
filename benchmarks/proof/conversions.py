"""A tree converted: what was and was not, what of it compiles on which Python, and what a second conversion changes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.library import python2
from benchmarks.places import cache_folder, empty
from benchmarks.results import ROOT
from porter.interpreters import Interpreter, all_python3
from tests.python2.exactness import is_a_file_of_27

_COMPILING = Path(__file__).parent / "compiling.py"


def conversion(tree: Path, target: str, python: str, jobs: int, work: Path | None = None) -> dict[str, Any]:
    """The counts for one tree and target; `python` is the oldest Python that the result is for, `work` a folder to work in."""
    work = empty(work or cache_folder("proof") / "conversion")
    first = convert(tree, work / "out", target, python, jobs)
    failed = {problem["path"]: problem for problem in first["problems"]}
    good = [item["path"] for item in first["files"] if item["outcome"] != "failed"]
    written = {path: work / "out" / path for path in good}
    return {
        "files": len(first["files"]),
        "changed": sum(item["outcome"] == "changed" for item in first["files"]),
        "not_converted": [_named(problem, tree) for problem in failed.values()],
        "backed_out": [_said(item) for item in first["findings"] if item["outcome"] == "backed out"],
        "compiled": {_dotted(found): _faults(found, written) for found in pythons(python)},
        "changed_again": _changed_again(work, good, target, python, jobs),
    }


def convert(tree: Path, out: Path, target: str, python: str, jobs: int, *first: str) -> dict[str, Any]:
    """Run `porter convert`, as anyone would, and read its report; paths in it count from the tree."""
    program = first or ("-m", "porter", "convert")
    command = [sys.executable, *program, str(tree), "--out", str(out), "--to", target, "--python", python]
    command += ["--no-cache", "--format", "json", "--jobs", str(jobs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout.replace(f'"{tree}/', '"'))
    except ValueError:
        raise SystemExit(f"porter gave no report for {tree.name}: {done.stderr[-500:]}") from None
    return report


def pythons(oldest: str) -> list[Interpreter]:
    """The Pythons found that a result for `oldest` is to run on."""
    least = tuple(map(int, oldest.split(".")))
    return [found for found in all_python3() if found.minor >= least]


def _faults(interpreter: Interpreter, written: dict[str, Path]) -> dict[str, str]:
    """The files that a Python does not compile, each with its error."""
    names = {str(path): name for name, path in written.items()}
    done = subprocess.run(
        [interpreter.path, "-I", "-S", str(_COMPILING)],
        input="".join(f"{path}\n" for path in names),
        capture_output=True,
        text=True,
        check=True,
    )
    return {names[path]: error for path, error in json.loads(done.stdout).items()}


def _changed_again(work: Path, good: Iterable[str], target: str, python: str, jobs: int) -> list[str]:
    """The files that a conversion of the result, copied elsewhere, changes."""
    elsewhere = work / "elsewhere" / "copy"
    shutil.copytree(work / "out", elsewhere, symlinks=True)
    convert(elsewhere, work / "again", target, python, jobs)
    return [path for path in good if (work / "out" / path).read_bytes() != (work / "again" / path).read_bytes()]


def _named(problem: dict[str, Any], tree: Path) -> dict[str, Any]:
    """A file that was not converted: its cause, and whether CPython 2.7 does not take it either."""
    path = tree / problem["path"]
    rejected = path.is_file() and not _is_taken_by_27(path)
    at = f"{problem['line']}: " if problem["line"] else ""
    return {"path": problem["path"], "cause": f"{at}{problem['message']}", "rejected": rejected}


def _is_taken_by_27(path: Path) -> bool:
    """Whether CPython 2.7 compiles the file, as it would to run it."""
    if not is_a_file_of_27(path.read_bytes()):
        return False
    code = "import sys; compile(open(sys.argv[1], 'U').read(), 'program', 'exec', 0, 1)"
    done = subprocess.run([python2().path, "-c", code, str(path)], capture_output=True, check=False)
    return done.returncode == 0


def _said(finding: dict[str, Any]) -> str:
    return f"{finding['path']}:{finding['line']}: {finding['code']} {finding['message']}"


def _dotted(interpreter: Interpreter) -> str:
    return ".".join(map(str, interpreter.version))


def same_trees(one: Path, other: Path) -> list[str]:
    """The files that only one of two folders has, or that differ."""
    names = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()}
    return sorted(str(name) for name in names if _content(one / name) != _content(other / name))


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def summed(parts: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The counts of several trees as one; paths get the tree's name in front."""
    total: dict[str, Any] = {
        "files": 0,
        "changed": 0,
        "not_converted": [],
        "backed_out": [],
        "compiled": {},
        "changed_again": [],
    }
    for name, part in parts:
        total["files"] += part["files"]
        total["changed"] += part["changed"]
        total["not_converted"] += [{**item, "path": f"{name}/{item['path']}"} for item in part["not_converted"]]
        total["backed_out"] += [f"{name}/{item}" for item in part["backed_out"]]
        total["changed_again"] += [f"{name}/{item}" for item in part["changed_again"]]
        for python, faults in part["compiled"].items():
            total["compiled"].setdefault(python, {}).update({f"{name}/{path}": error for path, error in faults.items()})
    return total
