"""Diffs from changed spans: what patch(1) makes of them is the new text, and they are as short as difflib's."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from porter.conversion.diffs import unified_diff
from porter.rewriting.conversion import Change


def changed(text: str, edits: list[tuple[int, int, str]]) -> tuple[str, list[Change]]:
    """The text after the edits, and their spans."""
    pieces: list[str] = []
    changes: list[Change] = []
    at = new_at = 0
    for start, end, new in edits:
        pieces += [text[at:start], new]
        new_at += start - at
        changes.append(Change(start, end, new_at, new_at + len(new), ("X",)))
        at, new_at = end, new_at + len(new)
    return "".join([*pieces, text[at:]]), changes


def patched(folder: Path, old: str, diff: str) -> str:
    (folder / "a.py").write_bytes(old.encode())
    subprocess.run(["patch", "-p1", "--binary", "--quiet"], cwd=folder, input=diff.encode(), check=True)
    return (folder / "a.py").read_bytes().decode() if (folder / "a.py").exists() else ""


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch(1) is not installed")
@pytest.mark.parametrize("seed", range(40))
def test_patch_makes_the_new_text(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    newline = chance.choice(["\n", "\r\n"])
    lines = ["".join(chance.choices("abé \f", k=chance.randrange(6))) + newline for _ in range(chance.randrange(40))]
    old = "".join(lines) + chance.choice(["", "end"])
    places = sorted(chance.sample(range(len(old) + 1), min(len(old) + 1, 2 * chance.randrange(6))))
    edits = [
        (start, end, "".join(chance.choices(["x", newline, "yz"], k=chance.randrange(4))))
        for start, end in zip(places[::2], places[1::2], strict=False)
    ]
    new, changes = changed(old, edits)
    diff = unified_diff(old, new, changes, "a.py")
    assert patched(tmp_path, old, diff) == new if old != new else diff == ""


def test_a_hunk_as_a_person_knows_it() -> None:
    old = "".join(f"line {n}\n" for n in range(1, 11))
    new, changes = changed(old, [(28, 34, "changed")])
    assert unified_diff(old, new, changes, "f.py") == (
        "--- a/f.py\n+++ b/f.py\n@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+changed\n line 6\n line 7\n line 8\n"
    )


def test_a_missing_last_newline_is_told() -> None:
    new, changes = changed("a", [(0, 1, "b")])
    marker = "\\ No newline at end of file\n"
    assert unified_diff("a", new, changes, "f") == f"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n{marker}+b\n{marker}"


def test_spans_that_do_not_tell_everything_are_not_trusted() -> None:
    old, new = "a\nb\nc\n", "x\nb\ny\n"
    diff = unified_diff(old, new, [Change(0, 1, 0, 1, ())], "f")
    assert "-a\n+x\n" in diff and "-c\n+y\n" in diff


def test_many_changes_take_no_long_time() -> None:
    line = "print 'hello'\n"
    old = line * 50_000
    new, changes = changed(old, [(n * len(line) + 5, n * len(line) + 6, "(") for n in range(0, 50_000, 2)])
    begin = time.perf_counter()
    unified_diff(old, new, changes, "f")
    assert time.perf_counter() - begin < 10
