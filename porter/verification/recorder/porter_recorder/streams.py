"""Standard output and error: every piece of text, and the activity that wrote it, recorded when it reaches the descriptor.

Text waits in the buffer that it would have waited in (a line for a terminal, a block for a pipe), so what a fork repeats and
what a terminated process loses is repeated and lost here too. Each piece carries its writer with it, because whoever flushes a
buffer need not be who filled it.

What reaches a descriptor that still is the run's own standard output goes to the log instead: what arrives at the terminal
itself can then only come from programs that are not Python.
"""

import atexit
import collections
import errno
import io
import os
import sys

from porter_recorder import activities, log

_real_write = os.write
_real_fdopen = os.fdopen

_BLOCK = 4096

# Identity of an open file -> the stream of the run that it is.
_streams = {}


def identity(fd):
    status = os.fstat(fd)
    return "%d:%d:%d" % (status.st_dev, status.st_ino, status.st_rdev)


def stream_of(fd):
    """The stream of the run that this descriptor leads to, or None where the program sent it elsewhere."""
    try:
        return _streams.get(identity(fd))
    except (OSError, IOError):
        return None


def write_through(fd, data):
    """os.write: to the log where the descriptor is the run's own, else as ever."""
    stream = stream_of(fd) if isinstance(fd, int) else None
    if stream is None:
        return _real_write(fd, data)
    data = bytes(data)
    log.write("out", activities.current().key, stream, data)
    return len(data)


class Sink(object):
    """The bytes on their way to one descriptor, each piece with its writer."""

    def __init__(self, fd, limit):
        self.fd = fd
        self.limit = limit
        self.waiting = collections.deque()
        self.size = 0

    def put(self, data):
        self.waiting.append((os.getpid(), log.number(), activities.current().key, data))
        self.size += len(data)

    def put_line(self, data, whole_lines):
        self.put(data)
        if self.size >= self.limit or (whole_lines and (b"\n" in data or b"\r" in data)):
            self.flush()

    def flush(self):
        pieces = []
        while True:
            try:
                pieces.append(self.waiting.popleft())
            except IndexError:
                break
        self.size = 0
        if pieces:
            self._emit(pieces)

    def _emit(self, pieces):
        stream = stream_of(self.fd)
        if stream is None:
            return self._pass_on(b"".join([piece[3] for piece in pieces]))
        pid = os.getpid()
        for order, writer, data in _joined(pieces, pid):
            log.write_numbered(order, "out", writer, stream, data)

    def _pass_on(self, data):
        while data:
            try:
                data = data[_real_write(self.fd, data) :]
            except (OSError, IOError) as error:
                if error.errno == errno.EINTR:
                    continue
                if sys.version_info[0] == 2:
                    raise IOError(error.errno, error.strerror)
                raise


def _joined(pieces, pid):
    """The pieces, those of one writer in a row made one; what a parent left in the buffer is this process's doing."""
    last = None
    for origin, order, writer, data in pieces:
        if origin != pid:
            writer = activities.process.key
            order = log.number()
        if last is not None and last[1] == writer:
            last = (last[0], writer, last[2] + data)
            continue
        if last is not None:
            yield last
        last = (order, writer, data)
    if last is not None:
        yield last


def install(outputs):
    """Take over the standard streams; `outputs` maps stream names to the identities of the run's own files."""
    for stream, mark in outputs.items():
        _streams[mark] = stream
    os.write = write_through
    os.fdopen = _fdopen
    make = _python3_stream if sys.version_info[0] > 2 else Python2File
    if _is_ours(sys.stdout, 1):
        sys.stdout = sys.__stdout__ = make(sys.stdout, 1)
    if _is_ours(sys.stderr, 2):
        sys.stderr = sys.__stderr__ = make(sys.stderr, 2)
    if sys.version_info[0] == 2:
        # The first to be registered is the last to be called. Python 3 flushes its streams by itself.
        atexit.register(_leave_nothing_behind, [sys.stdout, sys.stderr])


def _leave_nothing_behind(files):
    """What C does with its buffers at the end; what is written after this goes out at once."""
    for one in files:
        if isinstance(one, Python2File) and not one.closed:
            one.flush()
            one.unbuffered = True


def _is_ours(stream, fd):
    try:
        return stream is not None and stream.fileno() == fd and stream_of(fd) is not None
    except (OSError, IOError, ValueError):
        return False


def _fdopen(fd, mode="r", *args, **kwargs):
    """os.fdopen: an old program's `os.fdopen(1, 'w', 0)` is a way to standard output like every other."""
    opened = _real_fdopen(fd, mode, *args, **kwargs)
    if sys.version_info[0] > 2 or "w" not in mode and "a" not in mode or stream_of(fd) is None:
        return opened
    wrapped = Python2File(opened, fd)
    buffering = args[0] if args else kwargs.get("bufsize", -1)
    wrapped.unbuffered = buffering == 0
    wrapped.whole_lines = buffering == 1 or wrapped.whole_lines
    return wrapped


class Python2File(object):
    """A `file` of Python 2 that is open for writing."""

    mode = "w"
    newlines = None

    def __init__(self, original, fd):
        self._original = original
        self._sink = Sink(fd, _BLOCK)
        self.name = original.name
        self.encoding = original.encoding
        self.errors = original.errors
        self.whole_lines = os.isatty(fd)
        self.unbuffered = fd == 2 or "-u" in getattr(sys, "flags", ()) or bool(os.environ.get("PYTHONUNBUFFERED"))
        self.closed = False
        self._soft = {}

    # What `print a,` leaves for the next print. Kept by activity: shared, it would put a space before another's text, or not,
    # by chance.
    softspace = property(
        lambda self: self._soft.get(activities.current().key, 0),
        lambda self, value: self._soft.__setitem__(activities.current().key, value),
    )

    def write(self, text):
        self._check_open()
        if hasattr(text, "encode") and not isinstance(text, bytes):
            text = text.encode(self.encoding or "ascii", self.errors or "strict")
        elif not isinstance(text, bytes):
            text = bytes(buffer(text))  # noqa: F821
        if self.unbuffered:
            self._sink.put(text)
            self._sink.flush()
        elif text:
            self._sink.put_line(text, self.whole_lines)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        self._check_open()
        self._sink.flush()

    def fileno(self):
        self._check_open()
        return self._sink.fd

    def isatty(self):
        self._check_open()
        return os.isatty(self._sink.fd)

    def close(self):
        if not self.closed:
            self._sink.flush()
            self.closed = True
            self._original.close()

    def read(self, *size):
        self._check_open()
        raise IOError("File not open for reading")

    readline = readlines = next = read

    def seek(self, *where):
        raise IOError(errno.ESPIPE, "Illegal seek")

    tell = truncate = seek

    def __iter__(self):
        return self

    def __enter__(self):
        self._check_open()
        return self

    def __exit__(self, *error):
        self.close()

    def __repr__(self):
        return "<%s file '%s', mode 'w' at 0x%x>" % ("closed" if self.closed else "open", self.name, id(self))

    def _check_open(self):
        if self.closed:
            raise ValueError("I/O operation on closed file")


class _RecordedBuffer(io.BufferedWriter):
    """What is below sys.stdout on Python 3: bytes written here take the same way, in the same order."""

    sink = None

    def write(self, data):
        if self.closed:
            raise ValueError("write to closed file")
        data = bytes(data)
        self.sink.put(data)
        if self.sink.size >= self.sink.limit:
            self.sink.flush()
        return len(data)

    def flush(self):
        if self.closed:
            raise ValueError("flush of closed file")
        self.sink.flush()


class _RecordedText(io.TextIOWrapper):
    """sys.stdout on Python 3."""

    sink = None
    _through = False

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not %s" % type(text).__name__)
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        data = text.encode(self.encoding, self.errors)
        if data:
            self.sink.put(data)
            lines = self.line_buffering and (b"\n" in data or b"\r" in data)
            if lines or self.write_through or self.sink.size >= self.sink.limit:
                self.sink.flush()
        return len(text)

    def flush(self):
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        self.sink.flush()


def _python3_stream(original, fd):
    raw = getattr(original.buffer, "raw", original.buffer)
    buffer = _RecordedBuffer(raw)
    unbuffered = raw is original.buffer or original.write_through
    buffer.sink = Sink(fd, 1 if unbuffered else 2 * _BLOCK)
    text = _RecordedText(
        buffer,
        encoding=original.encoding,
        errors=original.errors,
        newline="\n",
        line_buffering=original.line_buffering,
        write_through=unbuffered,
    )
    text.sink = buffer.sink
    text.mode = "w"
    # The original must neither flush nor close the descriptor when it is collected.
    _kept.append(original)
    return text


_kept = []
