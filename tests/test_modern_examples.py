"""`modern_examples/` is what porter makes of `legacy_examples/`, to the byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMITTED = ROOT / "modern_examples"
TARGETS = ("python3", "futures", "asyncio")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result of `make convert`, in another place, from nothing."""
    out = tmp_path_factory.mktemp("examples") / "modern_examples"
    command = [sys.executable, "-m", "porter", "convert", "legacy_examples", "--out", str(out), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


@pytest.mark.parametrize("target", TARGETS)
def test_regenerating_changes_nothing(made: Path, target: str) -> None:
    new, committed = contents(made / target), contents(COMMITTED / target)
    assert sorted(new) == sorted(committed)
    assert [name for name in new if new[name] != committed[name]] == []


def test_there_is_nothing_else(made: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == sorted(TARGETS)
    assert sorted(path.name for path in COMMITTED.iterdir() if path.is_dir()) == sorted(TARGETS)


def test_black_finds_nothing_to_change() -> None:
    files = [str(path) for path in COMMITTED.rglob("*.py")]
    assert files
    command = [sys.executable, "-m", "black", "--check", "--quiet", "--config", str(ROOT / "pyproject.toml"), *files]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("target", TARGETS)
def test_converting_the_result_again_changes_nothing(made: Path, target: str) -> None:
    command = [
        sys.executable,
        "-m",
        "porter",
        "convert",
        str(made / target),
        "--to",
        target,
        "--check",
        "--no-cache",
        "-q",
    ]
    assert subprocess.run(command, cwd=made, check=False).returncode == 0
