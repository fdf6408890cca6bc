"""The log of one process: a file that is only appended to, one write a record, opened anew after a fork.

A record is a line of fields with tabs between them; what a field holds is escaped to ASCII. The kinds of record and their
fields are listed in porter/verification/logs.py, which reads them.
"""

import errno
import fcntl
import itertools
import os
import sys
import time

_open, _close, _write, _getpid, _fstat = os.open, os.close, os.write, os.getpid, os.fstat
_now = time.time

# Out of the way of the numbers that a program sees when it opens files of its own.
_HIGH_FD = 700
_TEXT = type(u"")

folder = None
fd = -1
_owner = 0
_numbers = itertools.count(1)
_hello = ()


def start(directory, *hello):
    """Begin the log of this process; `hello` is said again, by any process forked from it, before anything else."""
    global folder, _hello
    folder = directory
    _hello = hello
    _reopen()


def number():
    """The next number of this process: an order among what its activities do, taken before the record is written."""
    return next(_numbers)


def write(kind, *fields):
    write_numbered(next(_numbers), kind, *fields)


def write_numbered(order, kind, *fields):
    if folder is None:
        return
    if _owner != _getpid():
        _reopen()
    record = [str(order), repr(_now()), kind]
    record.extend([escape(field) for field in fields])
    _append(("\t".join(record) + "\n").encode("ascii"))


def escape(value):
    """One field of a record, as text that holds no tab, no newline and nothing but ASCII."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    elif not isinstance(value, _TEXT):
        value = str(value)
        if isinstance(value, bytes):
            value = value.decode("latin-1")
    escaped = value.encode("unicode_escape").decode("ascii")
    return escaped if sys.version_info[0] > 2 else str(escaped)


def fault(what):
    """Say that the recorder itself failed: what was seen of this run cannot be relied upon."""
    kind, value = sys.exc_info()[:2]
    write("fault", "%s: %s: %s" % (what, getattr(kind, "__name__", kind), value))


def _append(line):
    try:
        _write(fd, line)
    except OSError as error:
        # A daemon closes every file that it inherited, ours too.
        if error.errno != errno.EBADF:
            raise
        _reopen()
        _write(fd, line)


def _reopen():
    global fd, _owner
    pid = _getpid()
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    low = _open(os.path.join(folder, "%d-%d.log" % (pid, int(_now() * 1000000))), flags, 0o666)
    try:
        fd = fcntl.fcntl(low, fcntl.F_DUPFD, _HIGH_FD)
        _close(low)
    except (OSError, IOError):
        fd = low
    fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    inherited = _owner != 0
    _owner = pid
    write("hello", pid, os.getppid(), "fork" if inherited else "start", *_hello)


def guard_descriptor():
    """Keep the log's file open when a program closes whole ranges of descriptors."""
    real_closerange, real_close = os.closerange, os.close

    def close(descriptor):
        if descriptor == fd:
            raise OSError(errno.EBADF, "Bad file descriptor")
        return real_close(descriptor)

    def closerange(low, high):
        if low <= fd < high:
            real_closerange(low, fd)
            return real_closerange(fd + 1, high)
        return real_closerange(low, high)

    os.close, os.closerange = close, closerange
