"""Threads: every way to start one ends in `thread.start_new_thread`, or `start_joinable_thread` since 3.13."""

import sys

from porter_recorder import activities, hooks

try:
    import thread as _thread
except ImportError:
    import _thread


def install():
    real_start = _thread.start_new_thread

    def start_new_thread(function, args, *kwargs):
        return real_start(_body(function), args, *kwargs)

    # `thread.start_new` is another object of the same meaning.
    _thread.start_new = start_new_thread
    hooks.rebind(real_start, start_new_thread)
    real_joinable = getattr(_thread, "start_joinable_thread", None)
    if real_joinable is not None:

        def start_joinable_thread(function, *args, **kwargs):
            return real_joinable(_body(function), *args, **kwargs)

        hooks.rebind(real_joinable, start_joinable_thread)
    hooks.on_import("threading", _note_exceptions)
    hooks.on_import("threading", _note_joins)


def _body(function):
    if not callable(function):
        return function
    activity = activities.Activity(activities.current().child_key(name_of_body(function)))
    owner = getattr(function, "__self__", None)
    if hasattr(owner, "join"):
        owner._porter_activity = activity
    return activities.Body(function, activity, "thread")


def name_of_body(function):
    threading = sys.modules.get("threading")
    owner = getattr(function, "__self__", None)
    base = getattr(threading, "Thread", None)
    if base is not None and isinstance(owner, base):
        target = getattr(owner, "_target", None) or getattr(owner, "_Thread__target", None)
        return activities.name_of_runner(owner, base, target)
    return activities.name_of(function)


def _note_exceptions(threading):
    """What escapes from `run` is printed and forgotten by `threading`: note it where it is printed."""
    make_hook = getattr(threading, "_make_invoke_excepthook", None)
    if make_hook is None:
        return _note_python2_exceptions(threading)

    def make_noting_hook():
        invoke = make_hook()

        def invoke_excepthook(thread):
            error = sys.exc_info()[1]
            if not isinstance(error, SystemExit):  # which ends a thread without a word, as Python 2's threads end by it
                activities.current().failed(error)
            return invoke(thread)

        return invoke_excepthook

    threading._make_invoke_excepthook = make_noting_hook


def _note_python2_exceptions(threading):
    real = threading._format_exc

    def format_exc(*args):
        error = sys.exc_info()[1]
        if error is not None:
            activities.current().failed(error)
        return real(*args)

    threading._format_exc = format_exc


def _note_joins(threading):
    real = threading.Thread.join

    def join(self, timeout=None):
        real(self, timeout)
        activity = getattr(self, "_porter_activity", None)
        if activity is not None and not self.is_alive():
            activities.current().joined(activity.key)

    threading.Thread.join = join
