"""Which files a conversion is about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from porter.conversion.discovery import discover
from porter.conversion.ignoring import Patterns


def make(root: Path, *names: str, text: str = "x = 1\n") -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def mirrors(root: Path, **options: object) -> list[str]:
    return [file.mirror for file in discover([root], **options).python]  # type: ignore[arg-type]


def test_suffixes_and_shebangs(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "b.pyw", "c.txt", "d.pyc", "Makefile")
    make(tmp_path, "tool", text="#!/usr/bin/env python2.7 -u\nprint 1\n")
    make(tmp_path, "script.sh", text="#!/usr/bin/python\n")
    make(tmp_path, "shell", text="#!/bin/sh\n# python\n")
    found = discover([tmp_path])
    assert [file.mirror for file in found.python] == ["a.py", "b.pyw", "tool"]
    assert [file.mirror for file in found.others] == ["Makefile", "c.txt", "script.sh", "shell"]


def test_order_is_that_of_the_names(tmp_path: Path) -> None:
    make(tmp_path, "b/z.py", "b/a.py", "a.py", "c.py", "B.py")
    assert mirrors(tmp_path) == ["B.py", "a.py", "c.py", "b/a.py", "b/z.py"]


def test_folders_that_never_hold_sources(tmp_path: Path) -> None:
    make(tmp_path, "a.py", ".git/hook.py", "build/b.py", "__pycache__/c.py", "x.egg-info/d.py", ".venv/e.py")
    found = discover([tmp_path])
    assert [file.mirror for file in (*found.python, *found.others)] == ["a.py"]


def test_gitignore_is_obeyed_in_every_folder(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "made.py", "sub/made.py", "sub/b.py", "sub/kept.py", "sub/deep/b.py", "secret.py")
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("secret.py\n")
    (tmp_path / ".gitignore").write_text("/made.py\nkept.py\n")
    (tmp_path / "sub" / ".gitignore").write_text("b.py\n!kept.py\n")
    assert mirrors(tmp_path) == ["a.py", "sub/kept.py", "sub/made.py"]


def test_gitignore_above_the_argument_counts_but_not_against_it(tmp_path: Path) -> None:
    make(tmp_path, "made/a.py", "made/b.py", "src/a.py", "src/b.py")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("made/\nb.py\n")
    assert mirrors(tmp_path / "src") == ["a.py"]
    assert mirrors(tmp_path / "made") == ["a.py", "b.py"]
    assert mirrors(tmp_path / "src" / "b.py") == ["b.py"]


def test_a_line_that_is_no_pattern_does_no_harm(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "b.py")
    (tmp_path / ".gitignore").write_bytes(b"!\n\xff\xfe\nb.py\n")
    assert mirrors(tmp_path) == ["a.py"]


def test_what_is_excluded_is_copied_along(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "vendored/b.py", "vendored/deep/c.py", "gen_pb2.py")
    found = discover([tmp_path], exclude=[Patterns.of(tmp_path, ["vendored/", "*_pb2.py"])])
    assert [file.mirror for file in found.python] == ["a.py"]
    assert [file.mirror for file in found.others] == ["gen_pb2.py", "vendored/b.py", "vendored/deep/c.py"]


def test_skipped_folders_are_not_entered(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "out/a.py", "deep/out/a.py")
    assert mirrors(tmp_path, skip=[tmp_path / "out"]) == ["a.py", "deep/out/a.py"]


def test_links_are_not_followed_and_are_made_anew(tmp_path: Path) -> None:
    tree = make(tmp_path / "tree", "real.py", "pkg/m.py")
    make(tmp_path / "elsewhere", "far.py")
    (tree / "alias.py").symlink_to("real.py")
    (tree / "absolute.py").symlink_to(tree / "pkg" / "m.py")
    (tree / "up").symlink_to("..")
    (tree / "far.py").symlink_to("../elsewhere/far.py")
    found = discover([tree])
    assert [file.mirror for file in found.python] == ["real.py", "pkg/m.py"]
    assert {link.mirror: link.goal for link in found.links} == {
        "alias.py": "real.py",
        "absolute.py": "pkg/m.py",
        "up": str(tmp_path.resolve()),
        "far.py": str((tmp_path / "elsewhere" / "far.py").resolve()),
    }
    assert sorted(Path(notice.path).name for notice in found.notices) == ["far.py", "up"]


def test_a_link_that_is_an_argument_is_followed(tmp_path: Path) -> None:
    make(tmp_path, "real/a.py")
    (tmp_path / "alias").symlink_to("real")
    assert mirrors(tmp_path / "alias") == ["a.py"]


@pytest.mark.parametrize("goal", ["nowhere", "broken.py"])
def test_links_to_nowhere_are_problems(tmp_path: Path, goal: str) -> None:
    (tmp_path / "broken.py").symlink_to(goal)
    (tmp_path / ".#lock.py").symlink_to("user@host.1234")
    (problem,) = discover([tmp_path]).problems
    assert "leads nowhere" in problem.message


def test_special_files_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / "pipe")
    found = discover([tmp_path])
    assert not found.python and not found.problems
    assert len(found.notices) == 2
    (problem,) = discover([tmp_path / "pipe.py"]).problems
    assert "a named pipe" in problem.message


def test_an_argument_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    found = discover([tmp_path / "a.py", tmp_path / "b.py"])
    assert [file.mirror for file in found.python] == ["a.py"]
    assert "no such file or folder" in str(found.problems[0])


def test_names_that_are_no_text_survive(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.py"
    Path(os.fsdecode(path)).write_text("x = 1\n")
    (file,) = discover([tmp_path]).python
    assert os.fsencode(file.path) == path


def test_each_file_once_however_often_it_is_named(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "b.py")
    found = discover([tmp_path, tmp_path / "a.py", tmp_path / "b.py"])
    assert len(found.python) == 2


def test_packages_keep_their_names_in_the_tree(tmp_path: Path) -> None:
    make(tmp_path, "pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/m.py", "pkg/sub/n.py", "pkg/other.py")
    (file,) = discover([tmp_path / "pkg" / "sub" / "m.py"]).python
    assert (file.tree, file.name) == (str(tmp_path.resolve()), "pkg/sub/m.py")


def test_a_file_named_alone_is_read_with_its_surroundings(tmp_path: Path) -> None:
    make(tmp_path, "pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/m.py", "pkg/other.py", "beside.py", "deep/far.py")
    in_package = discover([tmp_path / "pkg" / "sub" / "m.py"])
    assert [file.name for file in in_package.context] == ["pkg/__init__.py", "pkg/other.py", "pkg/sub/__init__.py"]
    script = discover([tmp_path / "beside.py"])
    assert [file.name for file in script.context] == []
    make(tmp_path, "neighbour.py")
    assert [file.name for file in discover([tmp_path / "beside.py"]).context] == ["neighbour.py"]


def test_one_folder_is_mirrored_directly_and_several_by_name(tmp_path: Path) -> None:
    make(tmp_path, "one/a.py", "two/a.py", "c.py")
    found = discover([tmp_path / "one", tmp_path / "two", tmp_path / "c.py"])
    assert [file.mirror for file in found.python] == ["one/a.py", "two/a.py", "c.py"]
    assert mirrors(tmp_path / "one") == ["a.py"]
