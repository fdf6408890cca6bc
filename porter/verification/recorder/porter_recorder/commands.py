"""Programs that this one starts: a Python among them is recorded too, whatever environment it is given."""

import os
import re
import sys

from porter_recorder import activities, hooks, log, processes

# What a Python needs to find the recorder, and the place of `env` among the arguments of Popen.
_NEEDED = ("PORTER_LOG", "PORTER_STREAMS", "PORTER_SCALE", "PORTER_ORIGINS", "PORTER_SEED", "PORTER_PACKAGES")
_ENV = 10
_PYTHON = re.compile(r"^(python|pypy)[0-9.]*$")


def install():
    hooks.on_import("subprocess", _watch_popen)
    for name in ("system", "popen", "posix_spawn", "posix_spawnp"):
        if hasattr(os, name) and not (name == "popen" and sys.version_info[0] > 2):
            setattr(os, name, _telling(getattr(os, name)))
    for name in ("execv", "execve", "execvp", "execvpe"):
        setattr(os, name, _leaving(getattr(os, name)))


def _telling(real):
    def start(command, *args, **kwargs):
        # `platform` asks `uname` on behalf of nobody.
        if sys._getframe(1).f_globals.get("__name__") not in ("platform", "uuid", "ctypes.util"):
            log.write("command", activities.current().key, "", _program(command), "foreign")
        return real(command, *args, **kwargs)

    start.__name__ = real.__name__
    return start


def _leaving(real):
    def exec_(file, *args):
        # The functions of `os` call each other; what waits in the buffers is lost, as it would be.
        if os.environ.get("PORTER_ACTIVITY") != activities.process.key:
            os.environ["PORTER_ACTIVITY"] = activities.process.key
            log.write("exec", activities.current().key, _program(file), _kind(file, args[0] if args else ()))
        try:
            return real(file, *args)
        finally:
            os.environ.pop("PORTER_ACTIVITY", None)

    exec_.__name__ = real.__name__
    return exec_


def _watch_popen(module):
    real = module.Popen.__init__

    def __init__(self, args, *more, **kwargs):
        creator = activities.current()
        kind = _kind(args, args, kwargs.get("shell"))
        key = creator.child_key(("" if kind == "python" else "~") + _program(args))
        environment = more[_ENV - 1] if len(more) >= _ENV else kwargs.get("env")
        environment = _with_recorder(os.environ if environment is None else environment)
        environment["PORTER_ACTIVITY"] = key
        if len(more) >= _ENV:
            more = more[: _ENV - 1] + (environment,) + more[_ENV:]
        else:
            kwargs["env"] = environment
        with processes.forking_as(key):
            real(self, args, *more, **kwargs)
        log.write("command", key, self.pid, _program(args), kind)

    module.Popen.__init__ = __init__


def _with_recorder(environment):
    made = dict(environment)
    for name in _NEEDED:
        if name in os.environ:
            made[name] = os.environ[name]
    folder = os.environ.get("PORTER_RECORDER")
    if folder:
        made["PORTER_RECORDER"] = folder
        paths = [path for path in made.get("PYTHONPATH", "").split(os.pathsep) if path and path != folder]
        made["PYTHONPATH"] = os.pathsep.join([folder] + paths)
    return made


def _first(args):
    if isinstance(args, (list, tuple)):
        return args[0] if args else ""
    return args


def _program(args):
    first = _first(args)
    first = first.decode("latin-1") if isinstance(first, bytes) and bytes is not str else str(first)
    name = os.path.basename((first.split() or [""])[0])
    return "python" if _PYTHON.match(name) else name


def _kind(program, args, shell=None):
    """`python` where the recorder enters, `unseen` for a Python that is told to ignore its environment, else `foreign`."""
    if shell or not isinstance(args, (list, tuple)) or not _PYTHON.match(_program(program)):
        return "foreign"
    for word in list(args)[1:]:
        if not isinstance(word, str) or not word.startswith("-") or word in ("-c", "-m", "-"):
            break
        if not word.startswith("--") and set("EIS") & set(word[1:]):
            return "unseen"
    return "python"
