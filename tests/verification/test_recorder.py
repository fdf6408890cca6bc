"""The recorder, in real programs under Python 2.7 and every Python 3 found."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from porter.interpreters import Interpreter, all_python2, all_python3
from porter.verification.comparing import compare
from porter.verification.traces import COMMANDS, MAIN, Trace
from porter.verification.verdicts import Judgement

Observe = Callable[..., Trace]

RECORDER = Path(__file__).parents[2] / "porter" / "verification" / "recorder"
EVERY_PYTHON = [*all_python2()[:1], *all_python3()]

POOL2 = """
    from multiprocessing import Pool
    def square(n):
        print 'square of', n
        return n * n
    if __name__ == '__main__':
        pool = Pool(2)
        {use}
        pool.close()
        pool.join()
"""
EXECUTOR = """
    from concurrent.futures import {kind}
    def square(n):
        print('square of', n)
        return n * n
    if __name__ == '__main__':
        with {kind}(2) as pool:
            {use}
"""
ASYNCIO = """
    import asyncio
    async def square(n):
        print('square of', n)
    async def main():
        async with asyncio.TaskGroup() as group:
            for n in range(3):
                group.create_task(square(n))
    asyncio.run(main())
"""
SQUARES = {f"main/square#{n}": f"square of {n}\n" for n in range(3)}


def outputs(trace: Trace) -> dict[str, str]:
    assert trace.doubts == ()
    return {activity.key: activity.stdout for activity in trace.activities if activity.stdout}


@pytest.mark.parametrize("python", EVERY_PYTHON, ids=lambda python: python.name.replace(" ", "-"))
def test_recorder_is_valid_for(python: Interpreter, tmp_path: Path) -> None:
    for path in sorted(RECORDER.rglob("*.py")):
        command = [python.path, "-c", "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "use",
    [
        "pool.map(square, range(3))",
        "[pool.apply_async(square, (n,)) for n in range(3)]",
        "[pool.apply(square, args=(n,)) for n in range(3)]",
        "pool.map_async(square, range(3)).get()",
        "list(pool.imap(square, iter(range(3))))",
        "list(pool.imap_unordered(square, range(3), 2))",
    ],
)
def test_pool_of_python2_attributes_output_to_items(use: str, observe: Observe, python2: Interpreter) -> None:
    assert outputs(observe(POOL2.format(use=use), python2)) == SQUARES


@pytest.mark.parametrize(
    ("kind", "use"),
    [
        ("ProcessPoolExecutor", "[pool.submit(square, n) for n in range(3)]"),
        ("ProcessPoolExecutor", "list(pool.map(square, range(3), chunksize=2))"),
        ("ThreadPoolExecutor", "list(pool.map(square, range(3)))"),
    ],
)
def test_executors_have_the_same_activities(kind: str, use: str, observe: Observe, python3: Interpreter) -> None:
    assert outputs(observe(EXECUTOR.format(kind=kind, use=use), python3)) == SQUARES


def test_starmap_and_thread_pool(observe: Observe, python3: Interpreter) -> None:
    source = """
        from multiprocessing.pool import ThreadPool
        def square(n, more):
            print('square of', n)
        with ThreadPool(2) as pool:
            pool.starmap(square, [(n, None) for n in range(3)])
    """
    assert outputs(observe(source, python3)) == SQUARES


def test_asyncio_tasks_have_the_same_activities(observe: Observe, python3: Interpreter) -> None:
    assert outputs(observe(ASYNCIO, python3)) == SQUARES


def test_threads_have_the_same_activities(observe: Observe, python2: Interpreter) -> None:
    source = """
        import threading, thread, time
        def square(n):
            print 'square of', n
        threading.Thread(target=square, args=(0,)).start()
        thread.start_new_thread(square, (1,))
        time.sleep(0.2)
        threading.Timer(0.1, square, (2,)).start()
    """
    assert outputs(observe(source, python2)) == SQUARES


@pytest.mark.parametrize("spawn", ["gevent.spawn(square, n)", "Pool(3).spawn(square, n)"])
def test_greenlets_have_the_same_activities(spawn: str, observe: Observe, python2: Interpreter) -> None:
    source = f"""
        import gevent
        from gevent.pool import Pool
        def square(n):
            gevent.sleep(0.1)
            print 'square of', n
        gevent.joinall([{spawn} for n in range(3)])
    """
    assert outputs(observe(source, python2)) == SQUARES


def test_thread_that_leaves_by_system_exit_has_not_failed(
    observe: Observe, python2: Interpreter, python3: Interpreter
) -> None:
    source = """
        import sys, threading
        def leave():
            sys.exit(4)
        leaver = threading.Thread(target=leave); leaver.start(); leaver.join()
    """
    for python in (python2, python3):
        endings = {activity.function: activity.ending.how for activity in observe(source, python).activities}
        assert endings["leave"] != "failed", python


def test_thread_subclass_is_named_by_its_class(observe: Observe, python3: Interpreter) -> None:
    source = """
        import threading
        class Worker(threading.Thread):
            def run(self):
                print('at work')
        worker = Worker(); worker.start(); worker.join()
    """
    assert outputs(observe(source, python3)) == {"main/Worker.run#0": "at work\n"}


def test_to_thread_awaited_in_place_is_part_of_its_caller(
    observe: Observe, python2: Interpreter, python3: Interpreter
) -> None:
    legacy = observe("print 'a'\nprint 'b'\nprint 'c'\n", python2)
    source = """
        import asyncio
        async def main():
            print('a')
            await asyncio.to_thread(print_b)
            print('c')
        def print_b():
            print('b')
        asyncio.run(main())
    """
    assert compare(legacy, observe(source, python3)).judgement is Judgement.EQUIVALENT


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_every_start_method_is_recorded(method: str, observe: Observe, python3: Interpreter) -> None:
    source = f"""
        import multiprocessing
        def child(n):
            print('child', n)
            raise SystemExit(n)
        if __name__ == '__main__':
            context = multiprocessing.get_context({method!r})
            children = [context.Process(target=child, args=(n,)) for n in range(2)]
            for one in children:
                one.start()
            for one in children:
                one.join()
                print(one.exitcode)
    """
    trace = observe(source, python3)
    assert outputs(trace) == {"main": "0\n1\n", "main/child#0": "child 0\n", "main/child#1": "child 1\n"}
    ending = trace.activity("main/child#1")
    assert ending is not None and ending.ending.status == 1


def test_python_children_are_recorded_whatever_their_environment(observe: Observe, python3: Interpreter) -> None:
    source = """
        import subprocess, sys
        subprocess.run([sys.executable, '-c', "print('child')"], env={})
    """
    assert outputs(observe(source, python3)) == {"main/python#0": "child\n"}


def test_python_child_that_keeps_the_recorder_out_is_a_doubt(observe: Observe, python3: Interpreter) -> None:
    source = """
        import subprocess, sys
        subprocess.run([sys.executable, '-I', '-c', "print('child')"])
    """
    trace = observe(source, python3)
    assert any("not seen" in doubt for doubt in trace.doubts)
    assert compare(trace, trace).judgement is Judgement.INCONCLUSIVE


def test_output_of_other_programs_is_the_commands_own(observe: Observe, python3: Interpreter) -> None:
    trace = observe("import subprocess\nprint('a')\nsubprocess.run(['echo', 'hello'])\nprint('b')\n", python3)
    assert outputs(trace) == {MAIN: "a\nb\n", COMMANDS: "hello\n"}
    assert trace.unscalable == ("the command echo",)


def test_text_that_python_writes_elsewhere_stays_there(observe: Observe, python3: Interpreter) -> None:
    source = """
        import subprocess, sys
        said = subprocess.check_output([sys.executable, '-c', "print('captured')"])
        print('got', said.decode().strip())
    """
    assert outputs(observe(source, python3)) == {MAIN: "got captured\n"}


def test_pieces_of_two_threads_stay_apart(observe: Observe, python2: Interpreter) -> None:
    source = """
        import threading
        def write(name):
            for n in range(200):
                print name, n
        threads = [threading.Thread(target=write, args=(name,)) for name in 'ab']
        for t in threads: t.start()
        for t in threads: t.join()
    """
    expected = {f"main/write#{at}": "".join(f"{name} {n}\n" for n in range(200)) for at, name in enumerate("ab")}
    assert outputs(observe(source, python2)) == expected


def test_unflushed_text_is_repeated_by_a_fork(observe: Observe, python2: Interpreter) -> None:
    source = "import os, sys\nsys.stdout.write('once')\nif os.fork():\n    os.wait()\n"
    piped = outputs(observe(source, python2, terminal=False))
    assert piped == {"main": "once", "main/fork#0": "once"}


@pytest.mark.parametrize("terminal", [True, False])
def test_os_exit_loses_what_was_not_flushed(terminal: bool, observe: Observe, python2: Interpreter) -> None:
    trace = observe("import os\nprint 'line'\nprint 'rest',\nos._exit(4)\n", python2, terminal=terminal)
    assert outputs(trace) == ({MAIN: "line\n"} if terminal else {})
    assert trace.status == 4


def test_exceptions_that_escape_are_the_ending(observe: Observe, python2: Interpreter) -> None:
    source = """
        import threading
        from multiprocessing import Process
        def fail():
            raise KeyError('gone')
        for kind in threading.Thread, Process:
            one = kind(target=fail)
            one.start()
            one.join()
        fail()
    """
    trace = observe(source, python2)
    endings = {activity.key: activity.ending for activity in trace.activities}
    assert set(endings) == {"main", "main/fail#0", "main/fail#1"}
    assert all((end.how, end.exception, end.text) == ("failed", "KeyError", "'gone'") for end in endings.values())


def test_task_exception_is_its_ending(observe: Observe, python3: Interpreter) -> None:
    source = """
        import asyncio
        async def fail():
            raise KeyError('gone')
        async def main():
            await asyncio.gather(fail(), return_exceptions=True)
        asyncio.run(main())
    """
    activity = observe(source, python3).activity("main/fail#0")
    assert activity is not None and activity.ending.exception == "KeyError"


CHANCE = """
    from __future__ import print_function
    import random, threading
    def draw():
        print([random.random(), random.randint(1, 1000), random.choice('abcdef'), random.sample(range(100), 3)])
    draw()
    threading.Thread(target=draw).start()
    print(random.Random().random() == random.Random().random())
"""


def test_chance_is_the_same_on_both_sides(observe: Observe, python2: Interpreter, python3: Interpreter) -> None:
    old, new = observe(CHANCE, python2), observe(CHANCE, python3)
    assert compare(old, new).judgement is Judgement.EQUIVALENT
    first, second = old.activity("main"), old.activity("main/draw#0")
    assert first is not None and second is not None
    assert first.stdout.splitlines()[0] != second.stdout.splitlines()[0] and first.stdout.endswith("False\n")


def test_seeded_chance_is_each_python_s_own(observe: Observe, python3: Interpreter) -> None:
    import random

    trace = observe("import random\nrandom.seed(7)\nprint(random.random())\n", python3)
    assert outputs(trace) == {MAIN: f"{random.Random(7).random()}\n"}


CLOCK = """
    from __future__ import print_function
    import threading, time
    started = time.time()
    {wait}
    print('%.1f' % (time.time() - started))
"""
WAITS = [
    "time.sleep(2)",
    "threading.Event().wait(2)",
    "import select; select.select([], [], [], 2)",
    "t = threading.Thread(target=time.sleep, args=(9,)); t.daemon = True; t.start(); t.join(2)",
    "import signal; signal.signal(signal.SIGALRM, lambda *a: None); signal.alarm(2); signal.pause()",
    "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(1); s.settimeout(2)\n"
    "    try: s.accept()\n    except socket.timeout: pass",
    "import gevent; gevent.sleep(2)",
    "import gevent.event; gevent.event.Event().wait(2)",
    "import multiprocessing; multiprocessing.Semaphore(0).acquire(True, 2)",
    "import subprocess, sys; subprocess.call([sys.executable, '-c', 'import time; time.sleep(2)'])",
]
WAITS3 = [
    "lock = threading.Lock(); lock.acquire(); lock.acquire(timeout=2)",
    "import asyncio; asyncio.run(asyncio.sleep(2))",
    "import queue\n    try: queue.Queue().get(timeout=2)\n    except queue.Empty: pass",
    "import queue\n    try: queue.SimpleQueue().get(timeout=2)\n    except queue.Empty: pass",
    "import multiprocessing; ends = multiprocessing.Pipe(); ends[0].poll(2)",
]


def _wait_is_scaled(trace: Trace) -> None:
    assert trace.doubts == () and trace.status == 0, trace
    assert 1.9 <= float(trace.transcript("stdout")) < 12
    assert trace.seconds < 1.9


@pytest.mark.parametrize("wait", WAITS)
def test_time_is_scaled_on_python2(wait: str, observe: Observe, python2: Interpreter) -> None:
    source = CLOCK.replace("    {wait}", "    " + wait)
    _wait_is_scaled(observe(source, python2, scale=0.1))


@pytest.mark.parametrize("wait", WAITS + WAITS3)
def test_time_is_scaled_on_python3(wait: str, observe: Observe, python3: Interpreter) -> None:
    source = CLOCK.replace("    {wait}", "    " + wait)
    _wait_is_scaled(observe(source, python3, scale=0.1))


def test_pipe_of_python2_cannot_be_scaled(observe: Observe, python2: Interpreter) -> None:
    trace = observe("import multiprocessing\nmultiprocessing.Pipe()[0].poll(0.1)\n", python2)
    assert trace.unscalable == ("multiprocessing.Pipe of Python 2",)


def test_library_waits_are_not_scaled_twice_under_gevent(observe: Observe, python3: Interpreter) -> None:
    source = """
        from gevent import monkey; monkey.patch_all()
        import threading, time
        started = time.time()
        threading.Event().wait(2)
        print('%.1f' % (time.time() - started))
    """
    _wait_is_scaled(observe(source, python3, scale=0.1))


def test_closing_every_descriptor_leaves_the_recorder_working(observe: Observe, python3: Interpreter) -> None:
    trace = observe("import os\nos.closerange(3, 2000)\nprint('still here')\n", python3)
    assert outputs(trace) == {MAIN: "still here\n"}
