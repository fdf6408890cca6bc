"""Pools: each piece of work is an activity of its own, whoever takes it."""

from porter_recorder import activities, hooks


def install():
    hooks.on_import("multiprocessing.pool", _watch_pool)
    hooks.on_import("concurrent.futures.thread", lambda module: _watch_executor(module.ThreadPoolExecutor))
    hooks.on_import("concurrent.futures.process", _watch_process_executor)


class Work(object):
    """A function to be called once in a worker, as the activity `key`. Travels to other processes by pickle."""

    def __init__(self, function, key, kind="work"):
        self.function, self.key, self.kind = function, key, kind

    def __call__(self, *args, **kwargs):
        body = activities.Body(self.function, activities.Activity(self.key), self.kind)
        return body(*args, **kwargs)

    def __repr__(self):
        return repr(self.function)


class EachItem(object):
    """A function to be called with many numbered items, (number, argument, ...): each call is an activity of its own."""

    def __init__(self, function, prefix):
        self.function, self.prefix = function, prefix

    def __call__(self, row):
        return Work(self.function, "%s%d" % (self.prefix, row[0]))(*row[1:])

    def __repr__(self):
        return repr(self.function)


class EachRow(EachItem):
    """The same for who spreads an item over the arguments."""

    def __call__(self, *row):
        return EachItem.__call__(self, row)


def work(function, kind="work"):
    """The function as the next activity of the current one; a library's own function stays what it is."""
    name = _name(function)
    if name is None:
        return function
    return Work(function, activities.current().child_key(name), kind)


def _name(function):
    """The name for a piece of work, or None for what is not the program's own."""
    if not callable(function) or isinstance(function, (Work, EachItem)):
        return None
    name = activities.name_of(function)
    return None if name.startswith("~") else name


class _Numbering(object):
    """Gives rows the numbers that the next activities of this name have."""

    def __init__(self, name):
        self._creator, self._name = activities.current(), name
        self.prefix = "%s/%s#" % (self._creator.key, name)

    def __call__(self, row):
        return (int(self._creator.child_key(self._name)[len(self.prefix) :]),) + row

    def lazily(self, items):
        for item in items:
            yield self((item,))


def _watch_pool(module):
    pool = module.Pool
    real_apply = pool.apply_async

    def apply_async(self, func, *args, **kwargs):
        return real_apply(self, work(func), *args, **kwargs)

    pool.apply_async = apply_async
    # The public methods of Python 3 stand on `_map_async`, which is told how an item is spread.
    name = "_map_async" if hasattr(pool, "_map_async") else "map_async"
    for method in (name, "imap", "imap_unordered"):
        setattr(pool, method, _mapping(getattr(pool, method)))


def _mapping(real):
    def mapped(self, func, iterable, *args, **kwargs):
        name = _name(func)
        if name is None:
            return real(self, func, iterable, *args, **kwargs)
        number = _Numbering(name)
        if args and getattr(args[0], "__name__", "") == "starmapstar":
            rows = [number(tuple(item)) for item in iterable]
            return real(self, EachRow(func, number.prefix), rows, *args, **kwargs)
        rows = [number((item,)) for item in iterable] if hasattr(iterable, "__len__") else number.lazily(iterable)
        return real(self, EachItem(func, number.prefix), rows, *args, **kwargs)

    mapped.__name__ = real.__name__
    return mapped


def _watch_executor(executor):
    real = executor.submit

    def submit(*args, **kwargs):
        args = list(args)
        if len(args) > 1:
            args[1] = work(args[1])
        elif "fn" in kwargs:
            kwargs["fn"] = work(kwargs["fn"])
        return real(*args, **kwargs)

    submit.__name__ = "submit"
    executor.submit = submit


def _watch_process_executor(module):
    executor = module.ProcessPoolExecutor
    _watch_executor(executor)
    if "map" not in vars(executor):
        return
    real = executor.map

    def map(self, fn, *iterables, **kwargs):
        name = _name(fn)
        if name is None or not iterables:
            return real(self, fn, *iterables, **kwargs)
        number = _Numbering(name)
        rows = [number(row) for row in zip(*iterables)]
        columns = list(zip(*rows)) if rows else [()] * (len(iterables) + 1)
        return real(self, EachRow(fn, number.prefix), *columns, **kwargs)

    executor.map = map
