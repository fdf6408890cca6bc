"""Wrong ports: a small edit of a good port each, and each is judged different.

The good ports are the examples' faithful ones, and two programs of this file for what no example does. That the good ports are
judged equivalent is a test too (here, and test_examples.py): a comparison that always says *different* would pass nothing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from porter.interpreters import Interpreter, running
from porter.verification.comparing import compare
from porter.verification.crew import Crew
from porter.verification.packages import ensure
from porter.verification.programs import Program
from porter.verification.running import RunRequest
from porter.verification.traces import Trace
from porter.verification.verdicts import Judgement

ROOT = Path(__file__).parents[2]
LEGACY, MODERN = ROOT / "legacy_examples", ROOT / "modern_examples" / "python3"

FAILING_LEGACY = """\
import sys, threading

def work(n):
    if n == 2:
        raise ValueError('no %s' % n)
    print 'worked', n

for n in range(4):
    thread = threading.Thread(target=work, args=(n,), name='worker-%s' % n)
    thread.start()
    thread.join()
print >>sys.stderr, 'done', n
sys.exit(3)
"""
FAILING_MODERN = """\
import sys, threading

def work(n):
    if n == 2:
        raise ValueError("no %s" % n)
    print("worked", n)

for n in range(4):
    thread = threading.Thread(target=work, args=(n,), name="worker-%s" % n)
    thread.start()
    thread.join()
print("done", n, file=sys.stderr)
sys.exit(3)
"""
FAILING = "failing_threads.py"


@dataclass(frozen=True)
class WrongPort:
    """`pattern` is replaced by `becomes` once in the good port of `example`; `kind` is how it is found out."""

    name: str
    example: str
    pattern: str
    becomes: str
    kind: str


WRONG_PORTS = [
    WrongPort("dropped join", "threads/run_thread.py", r"(?m)^thread\.join\(\)\n", "", "order"),
    WrongPort("dropped join of a process", "processes/run_process.py", r"(?m)^ *p\.join\(\)\n", "", "order"),
    WrongPort("lost message", "processes/process_queue.py", r"q\.put\(value\)", "value == 'C' or q.put(value)", "output"),
    WrongPort("changed format", "threads/run_thread.py", ">>> %s", ">>> %02d", "output"),
    WrongPort("cap not kept", "threads/semaphore_downloads.py", r"Semaphore\(3\)", "Semaphore(5)", "output"),
    WrongPort("lost update", "threads/lock_balance.py", "balance - n", "balance - n + 1", "output"),
    WrongPort("missing newline", "processes/run_process.py", r'"Process end\."', '"Process end.", end=""', "output"),
    WrongPort("exit status", "processes/run_process.py", r"\Z", "\nraise SystemExit(3)\n", "ending"),
    WrongPort("wrong order", "coroutines/generator_consumer.py", r"(?m)^( *)(print.*PRODUCER\] Producing.*)\n( *r = .*)\n", r"\3\n\1\2\n", "output"),
    WrongPort("wrong thread name", "threads/thread_local.py", "Thread-B", "Thread-C", "output"),
    WrongPort("unnamed thread", "threads/run_thread.py", r', name="LoopThread"', "", "output"),
    WrongPort("extra output", "threads/thread_local.py", r"\Z", "\nprint()\n", "output"),
    WrongPort("ends early", "threads/producer_consumer.py", r"Consumer\(\)\.start\(\)", "Consumer(daemon=True).start()", "ending"),
    WrongPort("never ends", "threads/lock_balance.py", r"\Z", "\nthreading.Event().wait()\n", "ending"),
    WrongPort("pid of another", "processes/fork_child.py", r"am child process \(%s\)([^(]*)\(os\.getpid\(\)", r"am child process (%s)\1(os.getppid()", "output"),
    WrongPort("tasks never awaited", "coroutines/gevent_tasks.py", r"(?m)^gevent\.joinall.*\n", "", "output"),
    WrongPort("lost task", "processes/process_pool.py", r"range\(5\)", "range(4)", "missing"),
    WrongPort("task done twice", "coroutines/gevent_pool.py", r"(?m)^( *)(pool\.spawn.*)\n", r"\1\2\n\1url.endswith('9') and \2\n", "extra"),
    WrongPort("wrong result", "processes/pool_methods.py", r"x \* x", "x + x", "output"),
    WrongPort("exception swallowed", FAILING, "    if n == 2:\n        raise .*", "    if n == 2:\n        return", "missing"),
    WrongPort("another exception", FAILING, "ValueError", "KeyError", "output"),
    WrongPort("another message", FAILING, '"no %s"', '"not %s"', "output"),
    WrongPort("exit status lost", FAILING, r"sys\.exit\(3\)", "", "ending"),
    WrongPort("wrong stream", FAILING, r", file=sys\.stderr", "", "output"),
    WrongPort("separator", FAILING, '"worked", n', '"worked" + str(n)', "output"),
]  # fmt: skip

Run = Callable[[str, str, Interpreter], Trace]


@pytest.fixture(scope="module")
def run(crew: Crew, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a text in place of an example, among the example's neighbours."""

    def run(example: str, text: str, interpreter: Interpreter) -> Trace:
        folder = tmp_path_factory.mktemp("port")
        if example != FAILING:
            shutil.copytree((LEGACY / example).parent, folder, dirs_exist_ok=True)
        path = folder / Path(example).name
        path.write_text(text, "utf-8")
        program = Program(path)
        added = ensure(interpreter) if program.imports("gevent") else None
        return crew.submit(RunRequest(program, interpreter, folder, packages=added, scale=0.2)).result(timeout=120)

    return run


@pytest.fixture(scope="module")
def legacy(run: Run, python2: Interpreter) -> Callable[[str], Trace]:
    """The run of a legacy program, made once."""
    made: dict[str, Trace] = {}

    def legacy(example: str) -> Trace:
        if example not in made:
            text = FAILING_LEGACY if example == FAILING else (LEGACY / example).read_text("utf-8")
            made[example] = run(example, text, python2)
        return made[example]

    return legacy


def good_port(example: str) -> str:
    return FAILING_MODERN if example == FAILING else (MODERN / example).read_text("utf-8")


@pytest.mark.parametrize("wrong", WRONG_PORTS, ids=lambda wrong: wrong.name.replace(" ", "-"))
def test_wrong_port_is_different(wrong: WrongPort, run: Run, legacy: Callable[[str], Trace]) -> None:
    text, edits = re.subn(wrong.pattern, wrong.becomes, good_port(wrong.example), count=1)
    assert edits == 1, "the good port has changed: adapt the edit"
    verdict = compare(legacy(wrong.example), run(wrong.example, text, running()))
    assert verdict.judgement is Judgement.DIFFERENT, verdict
    assert wrong.kind in {difference.kind for difference in verdict.unexplained}, verdict.unexplained


@pytest.mark.parametrize("example", sorted({wrong.example for wrong in WRONG_PORTS}))
def test_good_port_is_not(example: str, run: Run, legacy: Callable[[str], Trace]) -> None:
    verdict = compare(legacy(example), run(example, good_port(example), running()))
    assert verdict.judgement.is_good, verdict
