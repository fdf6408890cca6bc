"""Run a function on a module when the program imports it: the recorder imports nothing that the program does not."""

import sys

from porter_recorder import log

_hooks = {}
_busy = set()


def on_import(name, function):
    """Call `function(module)` once `name` has been imported; at once where it already is."""
    if name in sys.modules:
        _apply(function, sys.modules[name])
    else:
        _hooks.setdefault(name, []).append(function)


def rebind(old, new):
    """Put `new` where modules that were loaded before the recorder keep `old` under a name of their own."""
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", None)
        if isinstance(names, dict) and not str(getattr(module, "__name__", "")).startswith("porter_recorder"):
            for name in [name for name, value in list(names.items()) if value is old]:
                names[name] = new


def install():
    sys.meta_path.insert(0, _Finder())


def _apply(function, module):
    try:
        function(module)
    except Exception:
        log.fault("%s on %s" % (function.__name__, module.__name__))


def _loaded(name, module):
    for function in _hooks.pop(name, ()):
        _apply(function, module)


class _Finder(object):
    """Finds nothing itself: it asks the others, and has a word with the loader that they name."""

    def find_spec(self, name, path=None, target=None):
        if name not in _hooks or name in _busy:
            return None
        _busy.add(name)
        try:
            for finder in sys.meta_path:
                find = getattr(finder, "find_spec", None)
                spec = find(name, path, target) if find is not None and finder is not self else None
                if spec is not None:
                    if hasattr(spec.loader, "exec_module"):
                        spec.loader = _Loader(spec.loader)
                    return spec
        finally:
            _busy.discard(name)
        return None

    def find_module(self, name, path=None):
        return self if name in _hooks and name not in _busy else None

    def load_module(self, name):
        _busy.add(name)
        try:
            __import__(name)
        finally:
            _busy.discard(name)
        module = sys.modules[name]
        _loaded(name, module)
        return module


class _Loader(object):
    """Stands in for a loader until the module has run, then gives its place back."""

    def __init__(self, loader):
        self._loader = loader

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        spec = module.__spec__
        spec.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        _loaded(spec.name, module)
