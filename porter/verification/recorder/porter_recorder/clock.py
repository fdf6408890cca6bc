"""One virtual clock: it runs faster than the real one by one factor, for everything that tells or takes time.

Sleeps, timeouts, timers and clocks must agree: scaling sleep alone lets a timeout of two seconds overtake a sleep of one. What
cannot be scaled is said (`unscalable`), and the run is made again in real time.
"""

import math
import select
import sys
import time

from porter_recorder import hooks, log

_PYTHON2 = sys.version_info[0] == 2


class Clock(object):
    """Virtual time = origin + (real time - origin) / scale; origins are the same in every process of a run."""

    def __init__(self, scale, wall, monotonic):
        self.scale = scale
        self.origins = {"time": wall, "monotonic": monotonic}

    def real(self, seconds):
        """How long a virtual span takes; anything but a positive number is the callee's to refuse."""
        if isinstance(seconds, (int, float)) and seconds > 0:
            return seconds * self.scale
        return seconds


def install(scale, origins):
    """Let time run 1/scale times as fast. At 1 nothing is touched."""
    if scale == 1.0:
        return
    wall, monotonic = [float(part) for part in origins.split(":")]
    clock = Clock(scale, wall, monotonic)
    _scale_time_module(clock)
    _scale_select(clock)
    hooks.on_import("threading", lambda module: _scale_threading(module, clock))
    hooks.on_import("queue", lambda module: _scale_simple_queue(module, clock))
    hooks.on_import("signal", lambda module: _scale_signals(module, clock))
    hooks.on_import("socket", lambda module: _scale_sockets(module, clock))
    hooks.on_import("multiprocessing.synchronize", lambda module: _scale_semaphores(module, clock))
    hooks.on_import("multiprocessing.queues", lambda module: _scale_queue_poll(module, clock))
    hooks.on_import("multiprocessing", _watch_pipes)
    hooks.on_import("gevent.libev.corecext", lambda module: _scale_gevent(module, clock))


def origins():
    """What `install` needs to know, for the processes of a run to agree."""
    return "%r:%r" % (time.time(), getattr(time, "monotonic", time.time)())


def _scale_time_module(clock):
    sleep = time.sleep
    _replace("sleep", lambda seconds: sleep(clock.real(seconds)))
    _replace("time", _faster(time.time, clock.origins["time"], clock.scale))
    for name in ("monotonic", "perf_counter"):
        if hasattr(time, name):
            _replace(name, _faster(getattr(time, name), clock.origins["monotonic"], clock.scale))
    for name in ("time", "monotonic", "perf_counter"):
        if hasattr(time, name + "_ns"):
            _replace(name + "_ns", _in_nanoseconds(getattr(time, name)))


def _replace(name, function):
    function.__name__ = name
    hooks.rebind(getattr(time, name), function)


def _faster(read, origin, scale):
    return lambda: origin + (read() - origin) / scale


def _in_nanoseconds(read):
    return lambda: int(read() * 1e9)


def _scale_select(clock):
    real_select = select.select

    def scaled_select(readers, writers, others, timeout=None):
        if timeout is None:
            return real_select(readers, writers, others)
        return real_select(readers, writers, others, clock.real(timeout))

    select.select = scaled_select
    if hasattr(select, "poll"):
        select.poll = _poller(select.poll, clock, in_milliseconds=True)
    if hasattr(select, "epoll"):
        select.epoll = _poller(select.epoll, clock, in_milliseconds=False)


def _poller(real_class, clock, in_milliseconds):
    """A class that has what `select.poll` or `select.epoll` has, and scales the timeout of `poll`."""

    class Poller(object):
        def __init__(self, *args, **kwargs):
            self._real = real_class(*args, **kwargs)

        def poll(self, timeout=None, *rest, **named):
            if timeout is None:
                return self._real.poll(-1, *rest, **named)
            timeout = clock.real(timeout)
            if in_milliseconds and isinstance(timeout, float):
                timeout = int(math.ceil(timeout))
            return self._real.poll(timeout, *rest, **named)

        def __getattr__(self, name):
            return getattr(self._real, name)

        def __enter__(self):
            self._real.__enter__()
            return self

        def __exit__(self, *error):
            return self._real.__exit__(*error)

    if hasattr(real_class, "fromfd"):
        def fromfd(fd):
            made = Poller.__new__(Poller)
            made._real = real_class.fromfd(fd)
            return made

        Poller.fromfd = staticmethod(fromfd)
    Poller.__name__ = real_class.__name__
    return Poller


def _scale_threading(threading, clock):
    """2.7 waits by polling the clock and is right already; Python 3 hands its timeouts to C."""
    if _PYTHON2:
        return
    _scale_argument(threading.Condition, "wait", clock)
    _scale_argument(threading.Thread, "join", clock)

    class Lock(object):
        """A lock whose timeout is scaled."""

        __slots__ = ("__weakref__", "_lock", "acquire_lock", "locked", "release", "release_lock")

        def __init__(self):
            self._lock = allocate()
            self.release = self.release_lock = self._lock.release
            self.locked = self._lock.locked
            self.acquire_lock = self.acquire

        def acquire(self, blocking=True, timeout=-1):
            return self._lock.acquire(blocking, clock.real(timeout))

        def __enter__(self):
            return self._lock.acquire()

        def __exit__(self, *error):
            self._lock.release()

        def _at_fork_reinit(self):
            self._lock._at_fork_reinit()

        def __repr__(self):
            return repr(self._lock)

    class RLock(threading._CRLock):
        def acquire(self, blocking=True, timeout=-1):
            return super(RLock, self).acquire(blocking, clock.real(timeout))

    allocate = threading._allocate_lock
    threading.Lock = Lock
    threading._CRLock = RLock


def _scale_argument(owner, name, clock):
    """Scale the timeout of a method whose only argument it is."""
    real = getattr(owner, name)

    def scaled(self, timeout=None):
        return real(self, timeout if _gevent_waits() else clock.real(timeout))

    scaled.__name__ = name
    setattr(owner, name, scaled)


def _gevent_waits():
    """Whether gevent has put its own locks below `threading`: its timers are scaled already."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and monkey.is_module_patched("threading")


def _scale_simple_queue(queue, clock):
    real = getattr(queue, "SimpleQueue", None)
    if real is None or real.__module__ == "queue":
        return

    class SimpleQueue(real):
        def get(self, block=True, timeout=None):
            return real.get(self, block, clock.real(timeout))

    queue.SimpleQueue = SimpleQueue


def _scale_signals(signal, clock):
    real_setitimer, real_getitimer = signal.setitimer, signal.getitimer

    def unscaled(pair):
        return tuple([part / clock.scale for part in pair])

    def setitimer(which, seconds, interval=0.0):
        return unscaled(real_setitimer(which, clock.real(seconds), clock.real(interval)))

    def alarm(seconds):
        left = unscaled(real_setitimer(signal.ITIMER_REAL, clock.real(seconds)))[0]
        return int(math.ceil(left))

    signal.setitimer, signal.alarm = setitimer, alarm
    signal.getitimer = lambda which: unscaled(real_getitimer(which))


def _scale_sockets(socket, clock):
    owner = socket._socketobject if _PYTHON2 else socket.socket
    real_set, real_get = owner.settimeout, owner.gettimeout

    def settimeout(self, timeout):
        return real_set(self, clock.real(timeout))

    def gettimeout(self):
        timeout = real_get(self)
        return timeout / clock.scale if timeout else timeout

    owner.settimeout, owner.gettimeout = settimeout, gettimeout


def _scale_semaphores(synchronize, clock):
    real_make = synchronize.SemLock._make_methods

    def make_methods(self):
        real_make(self)
        real_acquire = self.acquire
        self.acquire = lambda block=True, timeout=None: real_acquire(block, clock.real(timeout))

    synchronize.SemLock._make_methods = make_methods


def _scale_queue_poll(queues, clock):
    """2.7's Queue waits in its connection, a type of C; Python 3's in a selector, which is scaled."""
    if not _PYTHON2:
        return
    real_after_fork = queues.Queue._after_fork

    def after_fork(self):
        real_after_fork(self)
        real_poll = self._poll
        self._poll = lambda timeout=0.0: real_poll(clock.real(timeout))

    queues.Queue._after_fork = after_fork


def _watch_pipes(multiprocessing):
    """The timeout of a pipe's poll() is out of reach in 2.7."""
    if not _PYTHON2:
        return
    real = multiprocessing.Pipe

    def Pipe(duplex=True):
        # Queues and pools have pipes too, and wait in ways that are scaled.
        if not sys._getframe(1).f_globals.get("__name__", "").startswith("multiprocessing"):
            log.write("unscalable", "multiprocessing.Pipe of Python 2")
        return real(duplex)

    multiprocessing.Pipe = Pipe


def _scale_gevent(core, clock):
    """gevent's timers are libev's: scale them where they are made."""
    real = core.loop

    class loop(real):
        def timer(self, after, repeat=0.0, *args, **kwargs):
            return real.timer(self, clock.real(after), clock.real(repeat), *args, **kwargs)

    core.loop = loop
