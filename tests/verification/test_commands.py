"""`porter verify`, `porter record` and `porter doctor`, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from porter.cli import cli
from porter.interpreters import Interpreter

OLD = "print 'a', 1\nprint '[bold]text[/bold]'\n"
NEW = "print('a', 1)\nprint('[bold]text[/bold]')\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python2: Interpreter) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name, old, new in (("same", OLD, NEW), ("other", OLD, NEW.replace("1", "2"))):
        for side, text in (("old", old), ("new", new)):
            (tmp_path / side).mkdir(exist_ok=True)
            (tmp_path / side / f"{name}.py").write_text(text)
    return tmp_path


def porter(*args: str) -> Result:
    return CliRunner().invoke(cli, args, catch_exceptions=False)


def test_equivalent_programs(folder: Path) -> None:
    result = porter("verify", "old/same.py", "new/same.py")
    assert result.exit_code == 0
    assert "same.py: equivalent" in result.output and "1 comparison: 1 equivalent" in result.output
    assert "[bold]text[/bold]" in result.output
    assert all(len(line) <= 80 for line in result.output.splitlines())


def test_difference_is_shown_and_is_the_exit_status(folder: Path) -> None:
    result = porter("verify", "old", "new", "--jobs", "2")
    assert result.exit_code == 1
    assert "other.py: different" in result.output and "same.py: equivalent" in result.output
    assert "the main program: standard output differs" in result.output
    assert "old: a 1\\n" in result.output and "new: a 2\\n" in result.output


def test_quiet_prints_verdicts_only(folder: Path) -> None:
    lines = porter("verify", "old", "new", "--quiet").output.splitlines()
    assert lines[:2] == ["other.py: different", "same.py: equivalent"] and len(lines) == 4


def test_missing_counterpart_is_named(folder: Path) -> None:
    (folder / "new" / "same.py").unlink()
    (folder / "new" / "other.py").write_text(NEW)
    result = porter("verify", "old", "new", "--quiet")
    assert result.exit_code == 2 and "new/same.py" in result.output


def test_json_is_complete(folder: Path) -> None:
    result = porter("verify", "old", "new", "--format", "json", "--repeat", "2")
    answer = json.loads(result.output)
    assert answer["exit_status"] == result.exit_code == 1 and answer["live"] == 2
    first = answer["results"][0]
    assert (first["program"], first["verdict"], len(first["legacy"])) == ("other.py", "different", 2)
    assert first["differences"][0]["modern"] == "a 2\n" and first["legacy"][0]["stdout"].startswith("a 1\n")


def test_other_python_runs_the_new_side(folder: Path, python3: Interpreter) -> None:
    version = ".".join(map(str, python3.minor))
    answer = json.loads(porter("verify", "old/same.py", "new/same.py", "--python", version, "--format", "json").output)
    assert answer["results"][0]["modern"][0]["python"].startswith(version)


@pytest.mark.parametrize(
    "args",
    [
        ("old", "nowhere"),
        ("old", "new", "--python", "3.99"),
        ("old", "new", "--python", "2.7"),
        ("old", "new", "--time-scale", "0"),
        ("old", "new", "--time-scale", "2"),
        ("old", "new", "--jobs", "0"),
        ("old",),
    ],
)
def test_wrong_usage_is_said_without_a_traceback(folder: Path, args: tuple[str, ...]) -> None:
    result = porter("verify", *args)
    assert result.exit_code == 2 and "Traceback" not in result.output


def test_record_then_verify_from_recordings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = porter("record", "old", "--out", "recordings")
    assert first.exit_code == 0 and first.output == "other.py: recorded\nsame.py: recorded\n"
    assert porter("record", "old", "--out", "recordings").output == "other.py: unchanged\nsame.py: unchanged\n"
    monkeypatch.setattr("porter.interpreters.find_python2", lambda configured=None: None)
    result = porter("verify", "old", "new", "--recordings", "recordings", "--quiet")
    assert result.exit_code == 1 and "same.py: equivalent [recording]" in result.output
    (folder / "old" / "same.py").write_text(OLD + "\n")
    stale = porter("verify", "old/same.py", "new/same.py", "--recordings", "recordings")
    assert stale.exit_code == 2 and "stale" in stale.output
    assert porter("verify", "old/same.py", "new/same.py").exit_code == 2
    assert porter("record", "old", "--out", "recordings").exit_code == 2


def test_program_that_cannot_be_recorded_fails_the_command(folder: Path) -> None:
    (folder / "busy.py").write_text("while True: pass\n")
    result = porter("record", "busy.py", "old/same.py", "--out", "recordings", "--timeout", "1")
    assert result.exit_code == 2
    assert "busy.py: not recorded: it was still at work" in result.output and "same.py: recorded" in result.output


def test_doctor_lists_what_there_is(python2: Interpreter, python3: Interpreter) -> None:
    result = porter("doctor")
    assert python2.name in result.output and python3.name in result.output
    answer = json.loads(porter("doctor", "--format", "json").output)
    assert answer["complete"] is (result.exit_code == 0)
    assert python2.path in [found["path"] for found in answer["python2"]]


def test_doctor_says_how_to_get_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, python2: Interpreter
) -> None:
    monkeypatch.setenv("PORTER_CACHE", str(tmp_path))
    lacking = porter("doctor")
    assert lacking.exit_code == 1 and "porter doctor --install" in lacking.output
    monkeypatch.setattr("porter.interpreters.find_python2", lambda configured=None: None)
    monkeypatch.setattr("porter.interpreters.all_python2", lambda: ())
    without = porter("doctor")
    assert without.exit_code == 1 and "pyenv install 2.7.18" in without.output
