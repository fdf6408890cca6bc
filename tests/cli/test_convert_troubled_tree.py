"""One bad file never stops the others: the tree of trouble that every user has somewhere (issue 2, "Must show")."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
_LINES = 100_000


def obey_permissions() -> None:
    """Make the superuser subject to file modes like anyone else, from the next exec on."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
                os._exit(77)


def porter(*arguments: str, cwd: Path, cache: Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PORTER_CACHE": str(cache), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "porter", "convert", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        preexec_fn=obey_permissions,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("the permissions of the superuser cannot be dropped here")
    return done


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    (tree / "package").mkdir(parents=True)
    (tree / "locked").mkdir()
    (tree / "good.py").write_text("print 'good'\n")
    (tree / "package" / "__init__.py").write_text("")
    (tree / "package" / "also_good.py").write_text("import Queue\nprint Queue.Queue\n")
    (tree / "data.txt").write_text("not Python\n")
    (tree / "syntax.py").write_text("x = 1\ndef broken(:\n    pass\n")
    (tree / "coding.py").write_text("# -*- coding: klingon -*-\nprint 'x'\n")
    (tree / "nul.py").write_bytes(b"print 'a'\n\0\0\n")
    (tree / "dangling.py").symlink_to("nowhere.py")
    (tree / "round.py").symlink_to("round.py")
    (tree / "locked" / "hidden.py").write_text("print 'hidden'\n")
    (tree / "unreadable.py").write_text("print 'unreadable'\n")
    (tree / "large.py").write_text("".join(_line(n) for n in range(_LINES)))
    os.mkfifo(tree / "pipe.py")
    (tree / "locked").chmod(0)
    (tree / "unreadable.py").chmod(0)
    return tree


def _line(number: int) -> str:
    return f"print 'line {number}'\n" if number % 100 == 99 else f"x{number} = {number}\n"


BAD = ("syntax.py", "coding.py", "nul.py", "dangling.py", "round.py", "locked", "unreadable.py")


def test_every_bad_file_is_named_and_every_good_one_converted(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = porter("tree", "--to", "python3", "--out", str(out), cwd=tmp_path, cache=tmp_path / "cache")
    (tree / "locked").chmod(0o755)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr + done.stdout
    errors = done.stderr.splitlines()
    assert len(errors) == len(BAD)
    for name in BAD:
        assert [line for line in errors if line.startswith(f"error: tree/{name}")], name
    assert "3 files changed, 1 unchanged, 7 failed" in done.stdout
    assert "pipe.py: passed over: this is a named pipe" in done.stdout

    assert (out / "good.py").read_text() == "print('good')\n"
    assert (out / "package" / "also_good.py").read_text() == "import queue\nprint(queue.Queue)\n"
    assert (out / "package" / "__init__.py").read_text() == ""
    large = (out / "large.py").read_text().splitlines()
    assert len(large) == _LINES
    assert large[-2:] == [f"x{_LINES - 2} = {_LINES - 2}", f"print('line {_LINES - 1}')"]


def test_nothing_is_lost_on_the_way_to_out(tree: Path, tmp_path: Path) -> None:
    (tree / "large.py").unlink()
    out = tmp_path / "out"
    porter("tree", "--to", "python3", "--out", str(out), cwd=tmp_path, cache=tmp_path / "cache")
    (tree / "locked").chmod(0o755)

    for name in ("syntax.py", "coding.py", "nul.py", "data.txt"):
        assert (out / name).read_bytes() == (tree / name).read_bytes(), name
    assert (out / "dangling.py").readlink() == Path("nowhere.py")
    assert not list(out.rglob("*porter-tmp*"))


def test_in_place_leaves_the_bad_ones_as_they_were(tree: Path, tmp_path: Path) -> None:
    (tree / "large.py").unlink()
    before = {name: (tree / name).read_bytes() for name in ("syntax.py", "coding.py", "nul.py", "data.txt")}
    done = porter("tree", "--to", "python3", "--in-place", cwd=tmp_path, cache=tmp_path / "cache")
    (tree / "locked").chmod(0o755)

    assert done.returncode == 2
    assert {name: (tree / name).read_bytes() for name in before} == before
    assert (tree / "good.py").read_text() == "print('good')\n"
    assert (tree / "locked" / "hidden.py").read_text() == "print 'hidden'\n"


def test_the_number_of_processes_changes_nothing(tree: Path, tmp_path: Path) -> None:
    (tree / "large.py").unlink()
    one = porter("tree", "--jobs", "1", "--no-cache", "--verbose", cwd=tmp_path, cache=tmp_path / "cache")
    four = porter("tree", "--jobs", "4", "--no-cache", "--verbose", cwd=tmp_path, cache=tmp_path / "cache")
    (tree / "locked").chmod(0o755)

    assert (one.returncode, one.stdout, one.stderr) == (four.returncode, four.stdout, four.stderr)


def test_the_messages_name_place_and_cause(tree: Path, tmp_path: Path) -> None:
    (tree / "large.py").unlink()
    done = porter("tree", "--format", "json", "--to", "python3", cwd=tmp_path, cache=tmp_path / "cache")
    (tree / "locked").chmod(0o755)

    problems = {problem["path"]: problem for problem in json.loads(done.stdout)["problems"]}
    assert problems["tree/syntax.py"]["line"] == 2
    assert "klingon" in problems["tree/coding.py"]["message"]
    assert "permission denied" in problems["tree/locked"]["message"].lower()
    assert "permission denied" in problems["tree/unreadable.py"]["message"].lower()
    assert "leads nowhere" in problems["tree/dangling.py"]["message"]
