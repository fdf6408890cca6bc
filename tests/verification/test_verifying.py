"""How a pair is verified: at what pace, how often, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from porter.interpreters import Interpreter, running
from porter.verification.programs import Pair, Program
from porter.verification.reading import Observation, read_trace
from porter.verification.traces import COMMANDS, STDERR
from porter.verification.verdicts import Judgement
from porter.verification.verifying import Plan, Verification, verify

PACE = "import os\nprint(os.environ['PORTER_SCALE'] == '1.0')\n"


@pytest.fixture
def check(tmp_path: Path, python2: Interpreter) -> object:
    def check(legacy: str, modern: str, **plan: object) -> Verification:
        for name, text in (("old.py", legacy), ("new.py", modern)):
            (tmp_path / name).write_text(text)
        pair = Pair("old.py", "", Program(tmp_path / "old.py"), Program(tmp_path / "new.py"))
        [result] = verify([pair], Plan(python2, running(), **plan), jobs=1)  # type: ignore[arg-type]
        return result

    return check


def test_difference_at_a_faster_pace_is_judged_in_real_time(check) -> None:  # type: ignore[no-untyped-def]
    result = check("print True\n", PACE, scale=0.5)
    assert result.judgement is Judgement.EQUIVALENT
    assert result.verdict.notes == ("judged in real time: at a time scale of 0.5 it was different",)
    assert check("print 'else'\n", PACE, scale=0.5).judgement is Judgement.DIFFERENT


def test_what_cannot_be_scaled_runs_in_real_time_on_both_sides(check) -> None:  # type: ignore[no-untyped-def]
    source = PACE + "import subprocess\nsubprocess.call(['true'])\n"
    result = check(source, source, scale=0.5)
    assert result.judgement is Judgement.EQUIVALENT
    assert {trace.scale for trace in (*result.legacy, *result.modern)} == {1.0}
    assert "time cannot be scaled for the command true" in result.verdict.notes[0]


def test_only_the_new_side_s_command_slows_both_down(check) -> None:  # type: ignore[no-untyped-def]
    result = check(PACE, PACE + "import subprocess\nsubprocess.call(['true'])\n", scale=0.5)
    assert result.judgement is Judgement.EQUIVALENT and {trace.scale for trace in result.legacy} == {1.0}


def test_repeat_runs_each_side_so_often(check) -> None:  # type: ignore[no-untyped-def]
    result = check("print 1\n", "print(1)\n", repeat=3)
    assert (len(result.legacy), len(result.modern)) == (3, 3)
    assert result.verdict.notes == ("3 of 3 new runs are as one of 3 old runs",)


def test_envelope_of_a_racy_program_is_learnt(check) -> None:  # type: ignore[no-untyped-def]
    legacy = "import os, binascii\nprint binascii.hexlify(os.urandom(1))[0] in '01234567'\n"
    result = check(legacy, "import os\nprint(os.urandom(1)[0] < 128)\n", repeat=8)
    assert len({trace.transcript() for trace in result.legacy}) in (1, 2)
    assert result.judgement is Judgement.EQUIVALENT or len({trace.transcript() for trace in result.legacy}) == 1


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b"Unhandled exception in thread started by \nsys.excepthook is missing\nlost sys.stderr\n", ""),
        (b"a\nUnhandled exception in thread started by \nb\n", "a\nb\n"),
        (b"something else\n", "something else\n"),
    ],
)
def test_parting_words_of_python2_do_not_count(said: bytes, heard: str, tmp_path: Path) -> None:
    observation = Observation("p.py", 1, 0.0, 1.0, 1.0, 0, (), ((0.5, STDERR, said),), (), (), {}, tmp_path)
    commands = read_trace(observation, tmp_path).activity(COMMANDS)
    assert (commands.stderr if commands else "") == heard


def test_run_without_the_recorder_is_a_doubt(tmp_path: Path) -> None:
    observation = Observation("p.py", 1, 0.0, 1.0, 1.0, 0, (), (), (), (), {}, tmp_path)
    assert read_trace(observation, tmp_path).doubts == ("the recorder did not start in the program",)
