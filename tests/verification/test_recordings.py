"""Recordings stand in for Python 2.7, keep their text, and are refused when stale."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from porter.errors import VerificationError
from porter.interpreters import Interpreter, running
from porter.verification.comparing import compare
from porter.verification.programs import Pair, Program
from porter.verification.recordings import read_recording, recording_path, write_recording
from porter.verification.traces import Trace
from porter.verification.verdicts import Judgement
from porter.verification.verifying import Plan, verify

SOURCE = "import os, threading\nprint 'pid', os.getpid()\nt = threading.Thread(target=os.write, args=(1, 'x\\n'))\nt.start()\n"
MODERN = "import os, threading\nprint('pid', os.getpid())\nt = threading.Thread(target=os.write, args=(1, b'x\\n'))\nt.start()\n"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "legacy").mkdir()
    path = tmp_path / "legacy" / "program.py"
    path.write_text(SOURCE)
    return Program(path)


@pytest.fixture
def recorded(observe: Callable[..., Trace], python2: Interpreter, program: Program, tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    assert write_recording(folder, "program.py", program, [observe(SOURCE, python2)])
    return folder


def test_recording_says_what_the_run_did(
    recorded: Path, program: Program, observe: Callable[..., Trace], python2: Interpreter
) -> None:
    found = read_recording(recorded, "program.py", program)
    assert found.traces[0].python.startswith("2.7")
    assert compare(found.traces[0], observe(SOURCE, python2)).judgement is Judgement.EQUIVALENT


def test_recording_again_changes_nothing(
    recorded: Path, program: Program, observe: Callable[..., Trace], python2: Interpreter
) -> None:
    before = recording_path(recorded, "program.py").read_bytes()
    assert not write_recording(recorded, "program.py", program, [observe(SOURCE, python2)])
    assert recording_path(recorded, "program.py").read_bytes() == before


def test_recording_bears_nothing_of_the_machine(recorded: Path) -> None:
    text = recording_path(recorded, "program.py").read_text()
    assert "/tmp" not in text and "pid 10001" in text


def test_stale_recording_is_refused(recorded: Path, program: Program) -> None:
    program.path.write_text(SOURCE + "# changed\n")
    with pytest.raises(VerificationError, match="stale"):
        read_recording(recorded, "program.py", program)


def test_missing_and_damaged_recordings_are_refused(recorded: Path, program: Program) -> None:
    with pytest.raises(VerificationError, match="no recording"):
        read_recording(recorded, "other.py", program)
    for damage in ("", "{}", "[]", '{"format": 1, "program": "p", "stamp": "s", "traces": [{"format": 1}]}', "\xff"):
        recording_path(recorded, "program.py").write_text(damage, "latin-1")
        with pytest.raises(VerificationError, match="no recording that porter can read"):
            read_recording(recorded, "program.py", program)


def test_recording_of_another_format_is_refused(recorded: Path, program: Program) -> None:
    path = recording_path(recorded, "program.py")
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(VerificationError, match="format 99"):
        read_recording(recorded, "program.py", program)


def test_verify_without_python2_uses_the_recording_and_says_so(
    recorded: Path, program: Program, tmp_path: Path
) -> None:
    modern = tmp_path / "modern.py"
    modern.write_text(MODERN)
    pair = Pair("program.py", "", program, Program(modern))
    [result] = verify([pair], Plan(None, running(), recordings=recorded), jobs=1)
    assert result.judgement is Judgement.EQUIVALENT and not result.live
    assert any("recording" in note for note in result.verdict.notes)
    program.path.write_text(SOURCE + "# changed\n")
    [stale] = verify([pair], Plan(None, running(), recordings=recorded), jobs=1)
    assert stale.judgement is Judgement.INCONCLUSIVE and "stale" in stale.verdict.reasons[0]
    [nothing] = verify([pair], Plan(None, running()), jobs=1)
    assert nothing.judgement is Judgement.INCONCLUSIVE
