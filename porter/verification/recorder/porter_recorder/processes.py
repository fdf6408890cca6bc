"""Processes that are made from this one: fork, and multiprocessing by any start method."""

import atexit
import os
import sys

from porter_recorder import activities, hooks, log

_real_exit = os._exit

# Thread -> the key that the next fork of this thread takes; set while multiprocessing starts a process.
_pending = {}


def install():
    real_fork = os.fork
    os.fork = lambda: _forked(real_fork)
    if hasattr(os, "forkpty"):
        real_forkpty = os.forkpty
        os.forkpty = lambda: _forked(real_forkpty)
    os._exit = _exit
    for name in ("wait", "waitpid", "wait3", "wait4"):
        setattr(os, name, _reaping(getattr(os, name)))
    sys.excepthook = _excepthook(sys.excepthook)
    atexit.register(_finished)
    hooks.on_import("multiprocessing.process", _watch_multiprocessing)


class forking_as(object):
    """While this holds, a fork of this thread makes the activity `key` and no other."""

    def __init__(self, key):
        self._key = key

    def __enter__(self):
        self._previous = _pending.get(activities._ident())
        _pending[activities._ident()] = self._key

    def __exit__(self, *error):
        if self._previous is None:
            _pending.pop(activities._ident(), None)
        else:
            _pending[activities._ident()] = self._previous


def _forked(real_fork):
    thread = activities._ident()
    pending = _pending.get(thread)
    key = pending or activities.current().child_key("fork")
    result = real_fork()
    pid = result[0] if isinstance(result, tuple) else result
    if pid == 0:
        _pending.clear()
        activities.process = activities.Activity(key)
        activities.enter(activities.process)
        log.write("become", key)
        log.write("start", key, "process", activities._ident())
    else:
        log.write("fork", activities.current().key, key, pid)
    return result


def _exit(status):
    log.write("exit", activities.process.key, status)
    _real_exit(status)


def _finished():
    log.write("finished", activities.process.key)


def _reaping(real):
    def wait(*args):
        result = real(*args)
        if result[0]:
            log.write("reaped", activities.current().key, result[0], result[1])
        return result

    wait.__name__ = real.__name__
    return wait


def _excepthook(real):
    def excepthook(kind, value, traceback):
        if not issubclass(kind, SystemExit):
            log.write("uncaught", activities.process.key, *activities.describe_error(value if value is not None else kind))
        return real(kind, value, traceback)

    return excepthook


def _watch_multiprocessing(module):
    base = getattr(module, "BaseProcess", None) or module.Process
    real_start, real_bootstrap = base.start, base._bootstrap

    def start(self):
        target = getattr(self, "_target", None)
        creator = activities.current()
        # Travels with the object to wherever it is run: forked, pickled to a spawned child or to the fork server.
        self._porter_activity = creator.child_key(activities.name_of_runner(self, base, target))
        with forking_as(self._porter_activity):
            real_start(self)

    def _bootstrap(self, *args, **kwargs):
        key = getattr(self, "_porter_activity", None)
        if key is not None and not _in_thread(self):
            activities.become(key)
            if _start_method(self) != "fork":
                log.write("start", key, "process", activities._ident())
            _note_printed_exceptions(key)
        status = real_bootstrap(self, *args, **kwargs)
        return status

    base.start, base._bootstrap = start, _bootstrap


def _in_thread(process):
    """Whether this is a process of multiprocessing.dummy, which is a thread."""
    return "Thread" in [kind.__name__ for kind in type(process).__mro__]


def _start_method(process):
    method = getattr(process, "_start_method", None)
    if method is None and "multiprocessing.context" in sys.modules:
        method = sys.modules["multiprocessing.context"]._default_context.get_start_method()
    return method or "fork"


def _note_printed_exceptions(key):
    """multiprocessing prints what escapes from `run` with traceback.print_exc(), and nobody else in `_bootstrap` does."""
    import traceback

    real = traceback.print_exc

    def print_exc(*args, **kwargs):
        caller = sys._getframe(1).f_code
        if caller.co_name == "_bootstrap" and sys.exc_info()[1] is not None:
            log.write("uncaught", key, *activities.describe_error(sys.exc_info()[1]))
        return real(*args, **kwargs)

    traceback.print_exc = print_exc
