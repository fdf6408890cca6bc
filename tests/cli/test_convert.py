"""`porter convert` as a person or a script uses it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from porter.cli import cli

PORTER = (sys.executable, "-m", "porter")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small project, in which the test stands."""
    monkeypatch.setenv("PORTER_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "here"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "old.py").write_text("print 'old'\n")
    (folder / "src" / "fresh.py").write_text("x = 1\n")
    monkeypatch.chdir(folder)
    return folder


def run(*arguments: str, data: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | more
    return subprocess.run(
        [*PORTER, *arguments], input=data, capture_output=True, env=environment, timeout=120, check=False
    )


def convert(*arguments: str, data: bytes = b"") -> tuple[int, str, str]:
    """The command in this process: (status, standard output, standard error)."""
    done = CliRunner().invoke(cli, ["convert", *arguments], input=data)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done.exit_code, done.stdout_bytes.decode(), done.stderr


def test_without_configuration_it_shows_what_it_would_do(here: Path) -> None:
    status, out, err = convert("src")
    assert (status, err) == (0, "")
    assert out.startswith("--- a/src/old.py\n+++ b/src/old.py\n@@ -1 +1 @@\n-print 'old'\n+print('old')\n")
    assert "futures: 1 file would change, 1 unchanged, 0 failed" in out
    assert "PORT001" in out
    assert "`--out DIR`" in out and "`--in-place`" in out
    assert (here / "src" / "old.py").read_text() == "print 'old'\n"
    assert sorted(path.name for path in here.rglob("*.py")) == ["fresh.py", "old.py"]


def test_out(here: Path) -> None:
    status, out, _ = convert("src", "--out", "modern")
    assert status == 0
    assert "1 file changed, 1 unchanged" in out and out.endswith("The result is in modern.\n")
    assert (here / "modern" / "old.py").read_text() == "print('old')\n"
    assert (here / "modern" / "fresh.py").read_text() == "x = 1\n"


def test_in_place(here: Path) -> None:
    assert convert("src", "--in-place")[0] == 0
    assert (here / "src" / "old.py").read_text() == "print('old')\n"


def test_diff_is_for_patch(here: Path) -> None:
    status, out, err = convert("src", "--diff")
    assert status == 0
    assert out == "--- a/src/old.py\n+++ b/src/old.py\n@@ -1 +1 @@\n-print 'old'\n+print('old')\n"
    assert "would change" in err
    if shutil.which("patch"):
        subprocess.run(["patch", "-p1", "--quiet"], input=out.encode(), check=True)
        assert (here / "src" / "old.py").read_text() == "print('old')\n"


def test_check(here: Path) -> None:
    assert convert("src", "--check")[0] == 1
    assert convert("src/fresh.py", "--check")[0] == 0
    (here / "src" / "bad.py").write_text("def (:\n")
    assert convert("src", "--check")[0] == 2
    assert (here / "src" / "old.py").read_text() == "print 'old'\n"


def test_configuration_says_where_to_and_the_command_line_wins(here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool.porter]\nout = 'modern'\ntargets = ['python3', 'futures']\n")
    assert convert("src", "-q")[:2] == (0, "")
    assert (here / "modern" / "python3" / "old.py").exists() and (here / "modern" / "futures" / "old.py").exists()
    convert("src", "--to", "asyncio", "--out", "other")
    assert (here / "other" / "old.py").exists()
    convert(".", "--to", "python3", "--out", "all")
    assert (here / "all" / "src" / "old.py").exists() and not (here / "all" / "modern").exists()


def test_quiet_and_verbose(here: Path) -> None:
    assert convert("src", "-q")[1:] == ("", "")
    (here / "src" / "bad.py").write_text("def (:\n")
    status, out, err = convert("src", "-q")
    assert (status, out) == (2, "")
    assert err.startswith("error: src/bad.py:1:")
    assert "src/fresh.py: unchanged" in convert("src", "-v")[1]


def test_json(here: Path) -> None:
    status, out, _ = convert("src", "--format", "json", "--to", "python3")
    report = json.loads(out)
    assert status == 0
    assert report["schema"] == 1
    assert report["summary"]["python3"] == {"changed": 1, "unchanged": 1, "unchecked": 0, "architecture_changes": 0}
    assert [(file["path"], file["outcome"]) for file in report["files"]] == [
        ("src/fresh.py", "unchanged"),
        ("src/old.py", "changed"),
    ]
    (finding,) = report["findings"]
    assert (finding["path"], finding["line"], finding["column"], finding["code"]) == ("src/old.py", 1, 1, "PORT001")
    assert report["rules"][0]["name"] == "print-statement"


def test_json_is_whole_on_failure_too(here: Path) -> None:
    (here / "src" / "bad.py").write_text("def (:\n")
    status, out, _ = convert("src", "--format", "json", "--to", "python3")
    assert status == 2
    assert [problem["path"] for problem in json.loads(out)["problems"]] == ["src/bad.py"]


def test_standard_input(here: Path) -> None:
    assert convert("-", data=b"print 'x'\r\n") == (0, "print('x')\r\n", "")
    assert convert("-", data=b"x = 1\n") == (0, "x = 1\n", "")
    assert convert("-", "--check", data=b"print 'x'\n") == (1, "", "")
    assert convert("-", "--diff", "--stdin-filename", "src/a.py", data=b"print 'x'\n")[1].startswith("--- a/src/a.py\n")


def test_standard_input_is_what_its_file_would_be(here: Path) -> None:
    assert convert("-", data=b"print (1, 2)\n")[1] == "print (1, 2)\n"
    assert convert("-", "--stdin-filename", "src/other.py", data=b"print (1, 2)\n")[1] == "print((1, 2))\n"


def test_standard_input_that_cannot_be_converted(here: Path) -> None:
    status, out, err = convert("-", data=b"def (:\n")
    assert (status, out) == (2, "")
    assert "<stdin>:1:" in err and "Traceback" not in err


def test_bytes_of_other_encodings_pass_through(here: Path) -> None:
    done = run("convert", "-", data="# -*- coding: latin-1 -*-\nprint 'é'\n".encode("latin-1"))
    assert done.stdout == "# -*- coding: latin-1 -*-\nprint('é')\n".encode("latin-1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Missing argument 'PATHS...'"),
        (("src", "--out", "a", "--in-place"), "choose one of --out and --in-place"),
        (("src", "--diff", "--out", "a"), "--diff and --check write nothing"),
        (("src", "-", "--diff"), "cannot be converted together with files"),
        (("-", "--in-place"), "goes to standard output"),
        (("-", "--to", "python3", "--to", "futures"), "one target only"),
        (("src", "--in-place", "--to", "python3", "--to", "futures"), "one target only"),
        (("src", "--python", "2.7"), "no Python version to convert to"),
        (("src", "--select", "PRT001"), "no rule is called PRT001 (did you mean `PORT001`?)"),
        (("src", "--ignore", "PORT014,NOPE1"), "no rule is called NOPE1"),
        (("src", "--ignore", "PORT001"), "PORT001"),
        (("src", "--to", "python4"), "'python4' is not one of"),
        (("src", "--jobs", "0"), "0 is not in the range x>=1"),
        (("src", "--quiet", "--verbose"), "choose one of --quiet and --verbose"),
        (("src", "--stdin-filename", "x.py"), "--stdin-filename goes with `-`"),
        (("nowhere.py",), "no such file or folder"),
    ],
)
def test_wrong_usage_is_status_2_and_says_why(here: Path, arguments: tuple[str, ...], said: str) -> None:
    status, _, err = convert(*arguments)
    assert status == 2
    assert said in err
    assert "Traceback" not in err


def test_a_misspelt_key_is_status_2(here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool.porter]\ntarget = ['python3']\n")
    status, _, err = convert("src")
    assert status == 2 and "did you mean `targets`?" in err


def test_select_limits_the_rules(here: Path) -> None:
    (here / "src" / "old.py").write_text("d = {}\nprint d.has_key(1)\n")
    assert "in d" not in convert("src", "--diff", "--ignore", "PORT023")[1]
    assert "1 in d" in convert("src", "--diff")[1]


def test_optional_rules_run_where_they_are_named(here: Path) -> None:
    (here / "src" / "old.py").write_text("while 1:\n    print 1\n")
    assert "+while True" not in convert("src", "--diff")[1]
    assert "+while True" not in convert("src", "--diff", "--select", "PORT")[1]
    assert "+while True" in convert("src", "--diff", "--extend-select", "IDM001")[1]
    assert "+while True" in convert("src", "--diff", "--select", "IDM")[1]
    assert "+while True" not in convert("src", "--diff", "--extend-select", "IDM", "--ignore", "IDM001")[1]
    (here / "pyproject.toml").write_text("[tool.porter]\nextend-select = ['IDM']\n")
    assert "+while True" in convert("src", "--diff")[1]


def test_division_by_a_helper(here: Path) -> None:
    (here / "src" / "old.py").write_text("print a / b\n")
    assert "old_div(a, b)" not in convert("src", "--diff")[1]
    assert "+print(old_div(a, b))" in convert("src", "--diff", "--division", "helper")[1]
    (here / "pyproject.toml").write_text("[tool.porter]\ndivision = 'helper'\n")
    assert "+print(old_div(a, b))" in convert("src", "--diff")[1]
    assert "old_div(a, b)" not in convert("src", "--diff", "--division", "report")[1]


def test_exclude(here: Path) -> None:
    assert "0 files would change" in convert("src", "--exclude", "old.py")[1]


def test_changes_of_architecture_are_counted(here: Path) -> None:
    (here / "src" / "old.py").write_text(
        "import threading\nlock = threading.Lock()\nlock.acquire()\ntry:\n    print 1\nfinally:\n    lock.release()\n"
    )
    for target in ("futures", "asyncio"):
        report = json.loads(convert("src", "--format", "json", "--to", target)[1])
        counted = report["summary"][target]["architecture_changes"]
        text = convert("src", "--to", target)[1]
        assert ("`--to python3` gives the port alone" in text) is (counted > 0)


def test_no_colour_in_a_pipe_and_colour_on_a_terminal(here: Path) -> None:
    assert "\x1b[" not in convert("src")[1]
    script = shutil.which("script")
    if script is None:
        pytest.skip("script(1) is not installed")
    command = " ".join([*PORTER, "convert", "src"])
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    shown = subprocess.run([script, "-qec", command, "/dev/null"], capture_output=True, env=environment, check=True)
    assert b"\x1b[32m+print('old')" in shown.stdout
    plain = subprocess.run(
        [script, "-qec", command, "/dev/null"], capture_output=True, env={**environment, "NO_COLOR": "1"}, check=True
    )
    assert b"\r\n+print('old')\r\n" in plain.stdout


def test_names_that_are_no_text_are_shown_and_survive(here: Path) -> None:
    name = os.fsencode(here) + b"/src/caf\xe9\x1b.py"
    Path(os.fsdecode(name)).write_text("print 'x'\n")
    done = run("convert", "src", "--out", "modern", "-v")
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout and b"caf\\udce9\\x1b.py: changed" in done.stdout
    assert (here / "modern" / os.fsdecode(b"caf\xe9\x1b.py")).exists()


def test_an_interrupt_leaves_whole_files_and_no_process(here: Path) -> None:
    for number in range(500):
        (here / "src" / f"m{number}.py").write_text("print 'x'\n" * 100)
    command = [*PORTER, "convert", "src", "--in-place", "--jobs", "2", "--no-cache"]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job of the shell's background ignores it
    )
    deadline = time.monotonic() + 60
    while not any("print(" in path.read_text() for path in (here / "src").glob("m*.py")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert err.decode().startswith("Interrupted") and "Traceback" not in err.decode()
    texts = {path.read_text() for path in (here / "src").glob("m*.py")}
    assert texts <= {"print 'x'\n" * 100, "print('x')\n" * 100}
    with pytest.raises(ProcessLookupError):
        for _ in range(50):
            os.killpg(process.pid, 0)
            time.sleep(0.1)


def test_progress_is_for_people_who_wait(here: Path) -> None:
    script = shutil.which("script")
    if script is None:
        pytest.skip("script(1) is not installed")
    for number in range(200):
        (here / "src" / f"m{number}.py").write_text("print 'x'\n" * 100)
    command = " ".join([*PORTER, "convert", "src", "--out", "modern", "--no-cache", "--to", "python3"])
    environment = {**os.environ, "TERM": "xterm"}
    shown = subprocess.run([script, "-qec", command, "/dev/null"], capture_output=True, env=environment, check=True)
    assert b"converting" in shown.stdout
    piped = convert("src", "--out", "modern2", "--no-cache", "--to", "python3")
    assert "converting" not in piped[1] + piped[2]
