"""Run one program once, contained, and observe it until it has ended or will do nothing any more.

`run` is meant for a process of its own (see `crew`): it takes every child that this process gets meanwhile for the program's.
"""

from __future__ import annotations

import os
import resource
import secrets
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from porter.errors import VerificationError
from porter.interpreters import Interpreter
from porter.verification.environment import Scratch, build_environment, make_scratch
from porter.verification.programs import Program
from porter.verification.reading import Observation, read_trace
from porter.verification.supervising import Family, where_all_wait
from porter.verification.terminals import Outlet, open_outlet
from porter.verification.traces import STDERR, STDOUT, Trace

_TICK = 0.02
# So many looks in a row, this far apart, must find every thread at the same place before nobody is expected to go on.
_LOOKS = 4
_LOOK_SECONDS = 0.06


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use. `quiet` is how long a program that never ends is listened to when it only idles."""

    seconds: float = 60.0
    cpu_seconds: int = 120
    memory: int = 8 << 30
    output: int = 32 << 20
    file_size: int = 1 << 30
    quiet: float = 8.0


@dataclass(frozen=True, slots=True)
class RunRequest:
    """Everything that decides a run. `listing` is the folder whose files the program finds around it."""

    program: Program
    interpreter: Interpreter
    listing: Path
    packages: Path | None = None
    scale: float = 1.0
    terminal: bool = True
    seed: int = 1
    limits: Limits = Limits()


def run(request: RunRequest) -> Trace:
    """Run the program and return what it did; nothing of it is alive afterwards."""
    scratch = make_scratch(request.program, request.listing)
    outlets = (open_outlet(STDOUT, request.terminal), open_outlet(STDERR, request.terminal))
    token = secrets.token_hex(16)
    family = Family(token)
    try:
        observation = _observe(request, scratch, outlets, family, _variables(request, outlets, token, scratch))
        return read_trace(observation, scratch.logs)
    finally:
        family.end()
        for outlet in outlets:
            outlet.close()
        scratch.remove()


def _variables(request: RunRequest, outlets: tuple[Outlet, ...], token: str, scratch: Scratch) -> dict[str, str]:
    recorder = {
        "PORTER_STREAMS": ",".join(f"{outlet.name}={outlet.mark}" for outlet in outlets),
        "PORTER_SCALE": repr(request.scale),
        "PORTER_ORIGINS": f"{time.time()!r}:{time.monotonic()!r}",
        "PORTER_SEED": str(request.seed),
        "PORTER_TOKEN": token,
        "PORTER_PACKAGES": str(request.packages or ""),
    }
    return build_environment(request.interpreter, scratch, recorder)


def _observe(
    request: RunRequest, scratch: Scratch, outlets: tuple[Outlet, ...], family: Family, variables: dict[str, str]
) -> Observation:
    began = time.time()
    child = _start(request, scratch, outlets, variables)
    for outlet in outlets:
        outlet.close_inner()
    watch = _Watch(request, scratch, family, outlets, child)
    verdict = watch.until_done()
    seconds = time.time() - began
    status = child.returncode
    alive = tuple(process.pid for process in family.living())
    family.end()
    watch.listen(0)
    return Observation(
        program=request.program.name,
        main_pid=child.pid,
        began=began,
        seconds=seconds,
        scale=request.scale,
        status=status,
        alive=alive,
        stray=tuple(watch.heard),
        doubts=(verdict,) if verdict else (),
        paths=(str(scratch.program), str(scratch.work), str(scratch.root)),
        reaped=dict(watch.reaped),
        recorded=Path(scratch.logs),
    )


def _start(
    request: RunRequest, scratch: Scratch, outlets: tuple[Outlet, ...], variables: dict[str, str]
) -> subprocess.Popen[bytes]:
    stdout, stderr = outlets
    try:
        return subprocess.Popen(
            [request.interpreter.path, request.program.name],
            cwd=scratch.work,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=stdout.inner,
            stderr=stderr.inner,
            start_new_session=True,
            preexec_fn=lambda: _limit(request.limits),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise VerificationError(f"cannot be started: {error}", path=str(request.program.path)) from error


def _limit(limits: Limits) -> None:
    for what, value in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (wanted, hard))


class _Watch:
    """Watches a run from outside: its output, its processes, and whether the logs grow."""

    def __init__(
        self,
        request: RunRequest,
        scratch: Scratch,
        family: Family,
        outlets: tuple[Outlet, ...],
        child: subprocess.Popen[bytes],
    ) -> None:
        self._limits = request.limits
        self._logs = scratch.logs
        self._family = family
        self._outlets = outlets
        self._child = child
        self.heard: list[tuple[float, str, bytes]] = []
        self.reaped: dict[int, int] = {}
        self._size = 0
        self._grown = time.monotonic()
        self._places: tuple[str, ...] | None = None
        self._looks = 0
        self._looked = 0.0

    def until_done(self) -> str:
        """Watch until the run is over; the answer is why it was broken off, empty if it came to its own end or stands still."""
        deadline = time.monotonic() + self._limits.seconds
        while True:
            self.listen(_TICK)
            if self._child.poll() is not None:
                self.reaped.update(self._family.reap())
                if not self._family.living():
                    return ""
            if self._measure() > self._limits.output:
                return f"it wrote more than {self._limits.output >> 20} MiB"
            now = time.monotonic()
            if now - self._looked >= _LOOK_SECONDS and self._stands_still(now):
                return ""
            if now - self._grown > self._limits.quiet and self._is_idle():
                return ""
            if now > deadline:
                return f"it was still at work after {self._limits.seconds:g} seconds"

    def listen(self, seconds: float) -> None:
        """Take in what programs other than Python write to the terminal."""
        ready, _, _ = select.select([outlet.outer for outlet in self._outlets], [], [], seconds)
        for outlet in self._outlets:
            if outlet.outer in ready:
                data = outlet.read()
                if data:
                    self.heard.append((time.time(), outlet.name, data))
                elif seconds:
                    # The program's end is closed: wait as long as if it were silent.
                    time.sleep(seconds / 2)

    def _measure(self) -> int:
        with os.scandir(self._logs) as entries:
            size = sum(entry.stat().st_size for entry in entries) + sum(len(data) for _, _, data in self.heard)
        if size != self._size:
            self._size, self._grown = size, time.monotonic()
            self._looks = 0
        return size

    def _stands_still(self, now: float) -> bool:
        """Whether every thread waits without a timeout, and was found at the same place several times in a row."""
        self._looked = now
        places = where_all_wait(self._family.living())
        self._looks = self._looks + 1 if places is not None and places == self._places else 0
        self._places = places
        return self._looks >= _LOOKS

    def _is_idle(self) -> bool:
        """Whether the processes use next to no CPU: they poll, or sleep for long."""
        before = self._cpu()
        time.sleep(0.25)
        return self._cpu() - before < 0.1

    def _cpu(self) -> float:
        total = 0.0
        for process in self._family.living():
            times = process.cpu_times()
            total += times.user + times.system
        return total
