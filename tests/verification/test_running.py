"""Runs are contained: limits hold, programs that never end are observed, and nothing of any is alive afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from porter.errors import VerificationError
from porter.interpreters import Interpreter, running
from porter.verification.comparing import compare
from porter.verification.crew import Crew
from porter.verification.environment import make_scratch
from porter.verification.programs import Program
from porter.verification.running import Limits, RunRequest
from porter.verification.traces import MAIN, Trace
from porter.verification.verdicts import Judgement

Observe = Callable[..., Trace]
LIMITS = Limits()


def alive(mark: str) -> list[int]:
    """The processes whose command line or environment holds a mark."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
            if any(mark in word for word in words) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


DAEMON = """
    import os, sys, time
    sys.stdout.write('parent %d\\n' % os.getpid())
    sys.stdout.flush()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for fd in range(3):
                os.close(fd)
            os.environ['MARK'] = {mark!r}
            os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(1000)', {mark!r}])
        os._exit(0)
    os.wait()
"""


def test_daemon_of_two_forks_is_ended(observe: Observe, python2: Interpreter) -> None:
    mark = f"porter-test-daemon-{os.getpid()}"
    # The daemon sleeps: it is neither ended nor waiting for ever, so the run is broken off.
    trace = observe(DAEMON.format(mark=mark), python2, limits=replace(LIMITS, seconds=2.0))
    assert trace.status == 0
    assert any("still at work" in doubt for doubt in trace.doubts)
    assert alive(mark) == []


def test_program_that_waits_for_ever_did_not_end(observe: Observe, python2: Interpreter) -> None:
    began = time.monotonic()
    trace = observe("import threading\nprint 'waiting'\nthreading.Event().wait()\n", python2)
    main = trace.activity(MAIN)
    assert main is not None and main.ending.how == "unfinished" and main.stdout == "waiting\n"
    assert trace.status is None and trace.doubts == ()
    assert time.monotonic() - began < 10


def test_deadlock_of_processes_is_seen(observe: Observe, python3: Interpreter) -> None:
    source = """
        import multiprocessing
        def child(lock):
            lock.acquire()
        if __name__ == '__main__':
            lock = multiprocessing.get_context('fork').Lock()
            lock.acquire()
            one = multiprocessing.get_context('fork').Process(target=child, args=(lock,))
            one.start()
            one.join()
    """
    trace = observe(source, python3)
    assert trace.status is None and trace.doubts == ()
    assert {activity.ending.how for activity in trace.activities} == {"unfinished"}


def test_program_that_polls_is_listened_to_for_a_while(observe: Observe, python2: Interpreter) -> None:
    source = "import time\nprint 'up'\nwhile True:\n    time.sleep(0.1)\n"
    trace = observe(source, python2, limits=replace(LIMITS, quiet=0.5))
    assert trace.status is None and trace.doubts == ()


def test_long_sleep_is_waited_for(observe: Observe, python2: Interpreter) -> None:
    trace = observe("import time\ntime.sleep(5)\nprint 'late'\n", python2)
    assert trace.status == 0 and trace.transcript() == "late\n"


def test_busy_program_is_broken_off_and_not_judged(observe: Observe, python2: Interpreter) -> None:
    trace = observe("while True: pass\n", python2, limits=replace(LIMITS, seconds=1.0))
    assert trace.doubts == ("it was still at work after 1 seconds",)
    assert compare(trace, trace).judgement is Judgement.INCONCLUSIVE


def test_output_is_limited(observe: Observe, python2: Interpreter) -> None:
    limits = replace(LIMITS, output=1 << 20)
    trace = observe("while True: print 'x' * 10000\n", python2, limits=limits)
    assert trace.doubts == ("it wrote more than 1 MiB",)


def test_memory_is_limited(observe: Observe, python2: Interpreter) -> None:
    trace = observe("x = 'x' * (1 << 30)\n", python2, limits=replace(LIMITS, memory=512 << 20))
    main = trace.activity(MAIN)
    assert main is not None and main.ending.exception == "MemoryError"


def test_cpu_time_is_limited(observe: Observe, python2: Interpreter) -> None:
    trace = observe("while True: pass\n", python2, limits=replace(LIMITS, cpu_seconds=1))
    assert trace.status in (-signal.SIGXCPU, -signal.SIGKILL)


def test_killed_program_shows_its_signal(observe: Observe, python3: Interpreter) -> None:
    trace = observe("import os\nprint('before')\nos.kill(os.getpid(), 9)\n", python3)
    assert trace.status == -9 and trace.transcript() == "before\n"


def test_environment_is_built_and_not_inherited(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_USER", "x")
    source = """
        import os, sys
        print('SECRET_OF_THE_USER' in os.environ, os.environ['TZ'], sys.stdout.isatty(), sys.stdin.isatty())
        print(sys.argv, os.path.basename(__file__), os.environ['HOME'] == os.path.expanduser('~'))
    """
    lines = observe(source, running()).transcript().splitlines()
    assert lines[0] == "False UTC True False"
    assert lines[1].startswith("['program.py'] program.py True")


def test_program_sees_the_same_files_on_both_sides(
    observe: Observe, tmp_path: Path, python2: Interpreter, python3: Interpreter
) -> None:
    (tmp_path / "data.txt").write_text("12345")
    old = observe("import subprocess\nsubprocess.call(['ls', '-l'])\n", python2)
    new = observe("import subprocess  # longer\nsubprocess.call(['ls', '-l'])\n", python3)
    assert "data.txt" in old.transcript()
    assert compare(old, new).judgement is Judgement.EQUIVALENT


def test_program_cannot_spoil_its_folder(observe: Observe, tmp_path: Path) -> None:
    trace = observe("import os\nopen('new', 'w').close()\nos.remove('data')\n", running(), name="p.py")
    assert trace.status == 1
    (tmp_path / "data").write_text("kept")
    assert observe("import os\nos.remove('data')\n", running(), name="p.py").status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "p.py"]


def test_modules_beside_the_program_are_its_own_side_s(tmp_path: Path, crew: Crew) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, text in ((old, "old"), (new, "new")):
        folder.mkdir()
        (folder / "helper.py").write_text(f"SIDE = {text!r}\n")
        (folder / "program.py").write_text("import helper\nprint(helper.SIDE)\n")
    request = RunRequest(Program(new / "program.py"), running(), listing=old)
    assert crew.submit(request).result().transcript() == "new\n"


def test_nothing_is_left_in_the_temporary_folder(
    observe: Observe, monkeypatch: pytest.MonkeyPatch, python2: Interpreter
) -> None:
    import tempfile

    folder = Path(tempfile.gettempdir())
    before = set(folder.glob("porter-run-*"))
    observe("import tempfile\ntempfile.mkdtemp()\n", python2)
    assert set(folder.glob("porter-run-*")) <= before


def test_folder_that_is_no_program_s_own_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("porter.verification.environment._MOST_FILES", 3)
    for number in range(5):
        (tmp_path / f"{number}.py").write_text("")
    with pytest.raises(VerificationError, match="too large"):
        make_scratch(Program(tmp_path / "0.py"), tmp_path)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_verify_leaves_nothing_alive(sign: signal.Signals, tmp_path: Path, python2: Interpreter) -> None:
    mark = f"porter-test-interrupt-{os.getpid()}-{sign}"
    source = f"import time\nmark = {mark!r}\nimport subprocess\nsubprocess.call(['sleep', '1000.{os.getpid()}'])\n"
    for name in ("old.py", "new.py"):
        (tmp_path / name).write_text(source)
    command = [sys.executable, "-m", "porter", "verify", "old.py", "new.py"]
    verify = subprocess.Popen(command, cwd=tmp_path, start_new_session=True, stdout=subprocess.DEVNULL, env={**os.environ, "MARK": mark})  # fmt: skip
    try:
        _wait_until(lambda: len(alive(f"1000.{os.getpid()}")) > 0)
        verify.send_signal(sign)
        verify.wait(timeout=20)
        _wait_until(lambda: not alive(f"1000.{os.getpid()}") and not alive(mark))
    finally:
        verify.kill()


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
