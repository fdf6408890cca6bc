"""Every legacy example runs live under CPython 2.7, on a terminal as a person would start it, and shows what it should."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from porter.interpreters import Interpreter, find_python2
from porter.verification.packages import ensure

EXAMPLES = Path(__file__).parents[2] / "legacy_examples"
_LIMIT_SECONDS = 60.0
# How long a program that never ends is watched: its producer takes five seconds.
_WATCH_SECONDS = 8.0

_PID = r"\d+"

# What each program shows: a regular expression a line. A set of them where nothing orders the lines.
EXPECTED: dict[str, list[str] | frozenset[str]] = {
    "processes/fork_child.py": frozenset(
        {
            rf"Process \({_PID}\) start\.\.\.",
            rf"I \({_PID}\) just created a child process \({_PID}\)\.",
            rf"I am child process \({_PID}\) and my parent is {_PID}\.",
        }
    ),
    "processes/run_process.py": [
        rf"Parent process {_PID}\.",
        r"Process will start\.",
        rf"Run child process test \({_PID}\)\.\.\.",
        r"Process end\.",
    ],
    "processes/process_pool.py": frozenset(
        {
            rf"Parent process {_PID}\.",
            r"Waiting for all subprocesses done\.\.\.",
            *(rf"Run task {task} \({_PID}\)\.\.\." for task in range(5)),
            *(rf"Task {task} runs [0-3]\.\d\d seconds\." for task in range(5)),
            r"All subprocesses done\.",
        }
    ),
    "processes/pool_methods.py": [
        r"map: \[0, 1, 4, 9, 16\]",
        r"map_async: \[0, 1, 4, 9, 16\]",
        r"apply: 36",
        r"apply_async: 49",
        r"Pool closed\.",
        r"Pool joined\.",
    ],
    "processes/process_pipe.py": [r"\[42, None, 'hello'\]"],
    "processes/process_queue.py": frozenset(
        rf"{line}\." for value in "ABC" for line in (rf"Put {value} to queue\.\.", rf"Get {value} from queue")
    ),
    "processes/manager_objects.py": [r"\{1: '1', 2: '2'\}", r"\['hello'\]"],
    "processes/call_command.py": [
        r"total \d+",
        *(
            rf"-rw.* {path.name}"
            for path in sorted((EXAMPLES / "processes").glob("*.py"), key=lambda path: path.name)
        ),
    ],
    "processes/feed_command.py": [r".*python.* subprocess module"],
    "threads/run_thread.py": [
        r"thread MainThread is running\.\.\.",
        r"thread LoopThread is running\.\.\.",
        *(f"thread LoopThread >>> {n}" for n in range(5)),
        r"thread LoopThread ended\.",
        r"thread MainThread ended\.",
    ],
    "threads/lock_balance.py": ["0"],
    "threads/reentrant_lock.py": [r"Alice has deposited\.", r"Bob has deposited\.", r"The balance is 120\."],
    "threads/semaphore_downloads.py": frozenset(
        {*(rf"Download {n} done\." for n in range(10)), r"10 downloads, at most 3 at the same time\."}
    ),
    "threads/producer_consumer.py": frozenset(f"{did} {n}" for n in range(5) for did in ("Produced", "Consumed")),
    "threads/thread_local.py": frozenset({r"Hello, Alice \(in Thread-A\)", r"Hello, Bob \(in Thread-B\)"}),
    "coroutines/generator_consumer.py": [
        line
        for n in range(1, 6)
        for line in (
            rf"\[PRODUCER\] Producing {n}\.\.\.",
            rf"\[CONSUMER\] Consuming {n}\.\.\.",
            r"\[PRODUCER\] Consumer return: 200 OK",
        )
    ],
    "coroutines/gevent_tasks.py": ["Task 1 starting", "Task 2 starting", "Task 1 done", "Task 2 done"],
    "coroutines/gevent_pool.py": frozenset({*(f"Fetched /page/{n}: 200" for n in range(10)), r"All pages fetched\."}),
    "coroutines/gevent_sleep.py": [*(f"{name} counts {n}" for n in range(3) for name in "AB"), r"Both have counted\."],
}
# Two threads of these print at once. Under Python 2 the text of one and the newline of the other may change places, and
# the soft space that a race leaves behind becomes one more newline when the interpreter ends.
INTERLEAVED = {"threads/producer_consumer.py", "threads/thread_local.py"}
ENDLESS = {"threads/producer_consumer.py"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run showed, and its exit status (None: it had to be ended)."""

    text: str
    errors: str
    status: int | None


@pytest.fixture(scope="module")
def python2() -> Interpreter:
    found = find_python2()
    if found is None:
        pytest.skip("no Python 2.7 on this machine")
    return found


@pytest.fixture(scope="module")
def outcomes(python2: Interpreter) -> Iterator[dict[str, Future[Outcome]]]:
    """All of them run side by side, since most of them only sleep."""
    packages = ensure(python2)
    with ThreadPoolExecutor(6) as executor:
        yield {name: executor.submit(_run, python2, name, packages) for name in EXPECTED}


def _run(python2: Interpreter, name: str, packages: Path | None) -> Outcome:
    path = EXAMPLES / name
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
    if packages is not None:
        environment["PYTHONPATH"] = str(packages)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(python2.path), path.name],
        cwd=path.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        text = _read(ours, _WATCH_SECONDS if name in ENDLESS else _LIMIT_SECONDS)
        status = process.poll() if name in ENDLESS else process.wait(_LIMIT_SECONDS)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        _, errors = process.communicate()
        os.close(ours)
    return Outcome(text.decode().replace("\r\n", "\n"), errors.decode(), status)


def _read(terminal: int, seconds: float) -> bytes:
    """What comes until the last writer has closed the terminal, or the time is up."""
    pieces: list[bytes] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux says so when nobody holds the other end any more
            break
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.parametrize("name", EXPECTED)
def test_shows_what_it_should(name: str, outcomes: dict[str, Future[Outcome]]) -> None:
    outcome = outcomes[name].result()
    expected = EXPECTED[name]
    if name in INTERLEAVED:
        pieces = re.findall("|".join(expected), outcome.text)
        assert sorted(pieces) == sorted(re.sub(r"\\(.)", r"\1", line) for line in expected)
        return
    lines = re.sub(r"\x1b\[[0-9;]*[mK]", "", outcome.text).splitlines()
    if isinstance(expected, list):
        assert len(lines) == len(expected), outcome
        assert all(re.fullmatch(pattern, line) for pattern, line in zip(expected, lines, strict=True)), outcome
    else:
        matched = [next((pattern for pattern in expected if re.fullmatch(pattern, line)), line) for line in lines]
        assert sorted(matched) == sorted(expected)


@pytest.mark.parametrize("name", EXPECTED)
def test_ends_well_or_not_at_all(name: str, outcomes: dict[str, Future[Outcome]]) -> None:
    outcome = outcomes[name].result()
    assert outcome.errors == ""
    assert outcome.status == (None if name in ENDLESS else 0)


def test_every_example_is_expected_and_mapped_to_the_seed() -> None:
    names = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.py")}
    assert names == set(EXPECTED)
    rows = re.findall(r"^\| `([^`]+)` \| \S", (EXAMPLES / "README.md").read_text("utf-8"), re.M)
    assert rows == list(EXPECTED)
