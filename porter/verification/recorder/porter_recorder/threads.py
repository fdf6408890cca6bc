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


def _body(function):
    if not callable(function):
        return function
    creator = activities.current()
    return activities.Body(function, activities.Activity(creator.child_key(_name(function))), "thread")


def _name(function):
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
            activities.current().failed(sys.exc_info()[1])
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
