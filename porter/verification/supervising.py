"""The processes of a run: all of them, however far they went from their parent, and whether any can still do something.

POSIX only. On Linux the process that supervises becomes the one that orphans are given to, so that a daemon of two forks is
still among its descendants.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

_PR_SET_CHILD_SUBREAPER = 36
_END_SECONDS = 5.0


def adopt_orphans() -> None:
    """Have the kernel give this process the orphans among its descendants."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Family:
    """The processes of one run: the descendants of this process that were not there before, and whoever carries the token."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._others = {child.pid for child in psutil.Process().children(recursive=True)}

    def living(self) -> list[psutil.Process]:
        return [child for child in self._children() if _is_alive(child)]

    def end(self) -> int:
        """Kill every process of the run, reap those that are ours, and say how many were still alive."""
        ended: set[int] = set()
        deadline = time.monotonic() + _END_SECONDS
        while time.monotonic() < deadline:
            alive = {child.pid: child for child in (*self.living(), *self._strays())}
            if not alive:
                break
            # All stand still before any is killed, so that none can start another meanwhile.
            for sign in (signal.SIGSTOP, signal.SIGKILL):
                for child in alive.values():
                    _send(child, sign)
            ended.update(alive)
            self.reap()
            time.sleep(0.005)
        self.reap()
        return len(ended)

    def reap(self) -> dict[int, int]:
        """Collect the children of this process that have ended, of this run alone: pid → wait status."""
        found: dict[int, int] = {}
        for child in psutil.Process().children():
            if child.pid not in self._others:
                try:
                    pid, status = os.waitpid(child.pid, os.WNOHANG)
                except ChildProcessError:
                    continue
                if pid:
                    found[pid] = status
        return found

    def _children(self) -> list[psutil.Process]:
        return [child for child in psutil.Process().children(recursive=True) if child.pid not in self._others]

    def _strays(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            try:
                carries = process.pid not in self._others and process.environ().get("PORTER_TOKEN") == self.token
            except (psutil.Error, OSError):
                continue
            if carries and _is_alive(process):
                yield process


def _send(process: psutil.Process, sign: signal.Signals) -> None:
    try:
        process.send_signal(sign)
    except (psutil.Error, OSError):
        return


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD))
    except psutil.Error:
        return False


# System calls that wait, by machine: number → the argument that holds the timeout, or None where there is none.
_WAITS: dict[str, dict[int, int | None]] = {
    "x86_64": {
        0: None,  # read
        7: 2,  # poll
        23: 4,  # select
        34: None,  # pause
        43: None,  # accept
        45: None,  # recvfrom
        47: None,  # recvmsg
        61: None,  # wait4
        128: 2,  # rt_sigtimedwait
        130: None,  # rt_sigsuspend
        202: 3,  # futex
        232: 3,  # epoll_wait
        247: None,  # waitid
        270: 4,  # pselect6
        271: 2,  # ppoll
        281: 3,  # epoll_pwait
        288: None,  # accept4
        441: 3,  # epoll_pwait2
        449: 3,  # futex_waitv
    },
    "aarch64": {
        22: 3,  # epoll_pwait
        63: None,  # read
        72: 4,  # pselect6
        73: 2,  # ppoll
        95: None,  # waitid
        98: 3,  # futex
        133: None,  # rt_sigsuspend
        137: 2,  # rt_sigtimedwait
        202: None,  # accept
        207: None,  # recvfrom
        212: None,  # recvmsg
        242: None,  # accept4
        260: None,  # wait4
        441: 3,  # epoll_pwait2
        449: 3,  # futex_waitv
    },
}
# Among them, those whose timeout is a number of milliseconds (negative: none) and not a pointer (null: none).
_MILLISECONDS = {"x86_64": {7, 232, 281}, "aarch64": {22}}


def where_all_wait(processes: list[psutil.Process]) -> tuple[str, ...] | None:
    """Where every thread of these processes waits, if each waits without a timeout; None if any may go on by itself.

    Processes that wait so for each other, or for somebody outside, do nothing any more. The same answer twice means that none
    ran in between. Without Linux's /proc the answer is None.
    """
    waits = _WAITS.get(os.uname().machine)
    if waits is None or not processes:
        return None
    places: list[str] = []
    for process in processes:
        try:
            for task in Path(f"/proc/{process.pid}/task").iterdir():
                place = (task / "syscall").read_text()
                if not _waits_for_ever(place, waits):
                    return None
                places.append(f"{task.name} {place}")
        except OSError:
            return None
    return tuple(sorted(places))


def _waits_for_ever(place: str, waits: dict[int, int | None]) -> bool:
    fields = place.split()
    if len(fields) < 9 or not fields[0].isdigit():
        return False
    call = int(fields[0])
    if call not in waits:
        return False
    argument = waits[call]
    if argument is None:
        return True
    value = int(fields[1 + argument], 16)
    if call in _MILLISECONDS[os.uname().machine]:
        return bool(value & 0x80000000)
    return value == 0
