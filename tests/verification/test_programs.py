"""Which programs are verified, against which, and what a recording's stamp depends on."""

from __future__ import annotations

from pathlib import Path

import pytest

from porter.errors import UsageError
from porter.verification.programs import Missing, Pair, Program, pairs, scripts


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / (name.replace("____init__", "/_init_").replace("__", "/").replace("_init_", "__init__") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def described(found: list[Pair | Missing]) -> list[tuple[str, str, bool]]:
    return [(one.name, one.target, isinstance(one, Pair)) for one in found]


def test_two_files_are_a_pair(tmp_path: Path) -> None:
    write(tmp_path, old="", new="")
    assert described(pairs(tmp_path / "old.py", tmp_path / "new.py")) == [("old.py", "", True)]


def test_folders_are_matched_by_path_and_missing_forms_named(tmp_path: Path) -> None:
    old = write(tmp_path / "old", a="", sub__b="")
    new = write(tmp_path / "new", a="")
    found = pairs(old, new)
    assert described(found) == [("a.py", "", True), ("sub/b.py", "", False)]
    assert isinstance(found[1], Missing) and found[1].expected == new / "sub" / "b.py"


def test_each_target_folder_is_verified(tmp_path: Path) -> None:
    old = write(tmp_path / "old", sub__a="")
    new = write(tmp_path / "new", python3__sub__a="", asyncio__sub__a="")
    assert described(pairs(old, new)) == [("sub/a.py", "python3", True), ("sub/a.py", "asyncio", True)]
    assert described(pairs(old / "sub" / "a.py", new)) == [("sub/a.py", "python3", True), ("sub/a.py", "asyncio", True)]


def test_folder_named_like_a_target_is_none_without_the_programs(tmp_path: Path) -> None:
    old = write(tmp_path / "old", asyncio__a="")
    new = write(tmp_path / "new", asyncio__a="")
    assert described(pairs(old, new)) == [("asyncio/a.py", "", True)]


def test_modules_are_no_programs(tmp_path: Path) -> None:
    write(tmp_path, main="import helper\n", helper="", package____init__="", package__part="")
    assert [path.name for path in scripts(tmp_path)] == ["main.py"]


@pytest.mark.parametrize(("old", "new"), [("nothing.py", "a.py"), ("a.py", "nothing"), ("empty", "a.py")])
def test_what_cannot_be_verified_is_a_usage_error(old: str, new: str, tmp_path: Path) -> None:
    write(tmp_path, a="")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError):
        pairs(tmp_path / old, tmp_path / new)


def test_folder_without_programs_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no Python program"):
        pairs(tmp_path, tmp_path)


def test_stamp_depends_on_the_program_and_on_what_it_can_import(tmp_path: Path) -> None:
    write(tmp_path, main="import helper\n", helper="import deeper\n", deeper="", stranger="", package____init__="")
    program = Program(tmp_path / "main.py")
    stamp = program.stamp()
    for name, matters in (
        ("main", True),
        ("helper", True),
        ("deeper", True),
        ("stranger", False),
        ("package/__init__", False),
    ):
        path = tmp_path / f"{name}.py"
        text = path.read_text()
        path.write_text(text + "# changed\n")
        assert (program.stamp() != stamp) is matters, name
        path.write_text(text)
    assert program.stamp() == stamp


def test_program_speaks_of_modules(tmp_path: Path) -> None:
    write(tmp_path, main="import helper\n", helper="from gevent import sleep\n")
    assert Program(tmp_path / "main.py").imports("gevent")
    assert not Program(tmp_path / "main.py").imports("greenlet")
