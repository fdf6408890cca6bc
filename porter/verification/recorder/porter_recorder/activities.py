"""Activities: the threads of control of a program, whatever their kind, and which of them runs at this moment.

A key says who created an activity, the how-manieth of its function it was there, and the function: `main/worker#2`. It does
not say whether that was a process, a thread, a greenlet, a task or an item of a pool's work.
"""

import itertools
import os
import sys

from porter_recorder import log

try:
    import thread as _thread
except ImportError:
    import _thread
try:
    from contextvars import ContextVar as _ContextVar
except ImportError:
    _ContextVar = None

_ident = _thread.get_ident

# Where functions live that are a library's way of doing things, not something that the program says.
LIBRARIES = frozenset(("threading", "multiprocessing", "concurrent", "asyncio", "gevent", "queue", "Queue", "selectors"))


class Activity(object):
    """One activity, as this process knows it."""

    def __init__(self, key):
        self.key = key
        self.failure = None
        self._counts = {}

    def child_key(self, name):
        """The key of the next activity that this one creates for a function of this name."""
        count = self._counts.get(name)
        if count is None:
            count = self._counts.setdefault(name, itertools.count())
        key = "%s/%s#%d" % (self.key, name, next(count))
        log.write("create", self.key, key)
        return key

    def joined(self, key):
        """Note that this activity has seen another come to its end."""
        log.write("join", self.key, key)

    def started(self, kind):
        log.write("start", self.key, kind, _ident())

    def ended(self, error=None):
        """Record the end; `error` is the exception that escaped, unless one was noted on the way."""
        failure = self.failure or (describe_error(error) if error is not None else ("", ""))
        log.write("end", self.key, *failure)

    def failed(self, error):
        """Note an exception that escapes from this activity, before a library swallows it."""
        self.failure = describe_error(error)


def describe_error(error):
    kind = type(error) if isinstance(error, BaseException) else error
    try:
        text = str(error)
    except Exception:
        text = ""
    return getattr(kind, "__name__", str(kind)), text


# The activity that stands for this process as a whole.
process = Activity("main")

if _ContextVar is not None:
    # One variable serves threads, greenlets and asyncio tasks: each has its own context.
    _variable = _ContextVar("porter_activity", default=None)

    def current():
        return _variable.get() or process

    def enter(activity):
        """Make `activity` the current one; what this returns undoes it."""
        return _variable.set(activity)

    def leave(token):
        _variable.reset(token)

else:
    _by_thread = {}

    def _greenlet():
        """The greenlet that runs now, unless it is its thread's main one."""
        module = sys.modules.get("greenlet")
        getcurrent = getattr(module, "getcurrent", None)
        found = getcurrent() if getcurrent is not None else None
        return found if found is not None and found.parent is not None else None

    def current():
        greenlet = _greenlet()
        found = getattr(greenlet, "_porter_activity", None) if greenlet is not None else None
        return found or _by_thread.get(_ident()) or process

    def enter(activity):
        greenlet = _greenlet()
        if greenlet is not None:
            previous = getattr(greenlet, "_porter_activity", None)
            greenlet._porter_activity = activity
        else:
            previous = _by_thread.get(_ident())
            _by_thread[_ident()] = activity
        return (greenlet, previous)

    def leave(token):
        greenlet, previous = token
        if greenlet is not None:
            greenlet._porter_activity = previous
        elif previous is None:
            _by_thread.pop(_ident(), None)
        else:
            _by_thread[_ident()] = previous


def become(key):
    """This process is the activity `key` from here on, and was it from its first record."""
    global process
    if process.key != key:
        process = Activity(key)
        log.write("become", key)
    enter(process)
    return process


class Body(object):
    """A function that runs as an activity of its own; looks like the function where somebody prints it."""

    def __init__(self, function, activity, kind):
        self.function, self.activity, self.kind = function, activity, kind

    def __call__(self, *args, **kwargs):
        activity = self.activity
        token = enter(activity)
        activity.started(self.kind)
        try:
            result = self.function(*args, **kwargs)
        except SystemExit:
            self._end(token)
            raise
        except BaseException as error:
            self._end(token, error)
            raise
        self._end(token)
        return result

    def _end(self, token, error=None):
        try:
            self.activity.ended(error)
            leave(token)
        except:  # noqa: E722
            # Python takes its modules apart while threads are still on their way out, even the names of exceptions.
            pass

    def __repr__(self):
        return repr(self.function)


def name_of(function):
    """What a function is called in keys; a library's own begins with `~`."""
    for _ in range(20):
        inner = _unwrapped(function)
        if inner is None:
            break
        function = inner
    name = _plain_name(function)
    return "~" + name if is_library(function) else name


def is_library(function):
    module = getattr(function, "__module__", None)
    if module is None:
        module = type(function).__module__
    return str(module).split(".")[0] in LIBRARIES


def _unwrapped(function):
    """What a partial, or a call in a copied context, really calls."""
    target, args = getattr(function, "func", None), getattr(function, "args", None)
    if target is None or not isinstance(args, tuple):
        return None
    owner = getattr(target, "__self__", None)
    if type(owner).__name__ == "Context" and getattr(target, "__name__", "") == "run" and args:
        return args[0]
    return target


def _plain_name(function):
    code_owner = getattr(function, "__func__", function)
    name = getattr(code_owner, "__name__", None)
    if name is None:
        return type(function).__name__
    owner = getattr(function, "__self__", None)
    if owner is not None and not isinstance(owner, type(os)):
        return "%s.%s" % (_defining_class(owner, name).__name__, name)
    return name


def _defining_class(owner, name):
    kind = owner if isinstance(owner, type) else getattr(owner, "__class__", type(owner))
    for base in getattr(kind, "__mro__", (kind,)):
        if name in vars(base):
            return base
    return kind


def name_of_runner(owner, base, target):
    """The name for a Thread or a Process: its target, or the class that overrides `run`."""
    kind = owner.__class__
    run = getattr(kind, "run", None)
    run = getattr(run, "__func__", run)
    plain = getattr(base, "run", None)
    plain = getattr(plain, "__func__", plain)
    if run is plain:
        return name_of(target) if target is not None else "~nothing"
    defined = _defining_class(owner, "run")
    if is_library(defined):
        function = getattr(owner, "function", None)  # a Timer's
        return name_of(function) if function is not None else "~" + defined.__name__
    return defined.__name__ + ".run"
