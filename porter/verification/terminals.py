"""What a program's standard output and error lead to: a terminal each, or a pipe each."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
import tty
from dataclasses import dataclass

COLUMNS, LINES = 80, 24
_READ = 65536


@dataclass(slots=True)
class Outlet:
    """One stream: `inner` is the program's end, `outer` is ours; `mark` is how the recorder knows the stream."""

    name: str
    inner: int
    outer: int
    mark: str

    def read(self) -> bytes:
        """What has arrived; empty when there is nothing."""
        try:
            return os.read(self.outer, _READ)
        except (BlockingIOError, OSError):
            return b""

    def close_inner(self) -> None:
        if self.inner >= 0:
            os.close(self.inner)
            self.inner = -1

    def close(self) -> None:
        self.close_inner()
        if self.outer >= 0:
            os.close(self.outer)
            self.outer = -1


def open_outlet(name: str, terminal: bool) -> Outlet:
    outer, inner = _open_terminal() if terminal else os.pipe()
    os.set_blocking(outer, False)
    status = os.fstat(inner)
    return Outlet(name, inner, outer, f"{status.st_dev}:{status.st_ino}:{status.st_rdev}")


def _open_terminal() -> tuple[int, int]:
    outer, inner = pty.openpty()
    # Raw: what the program writes arrives as it wrote it, without a carriage return before each newline.
    tty.setraw(inner)
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    return outer, inner
