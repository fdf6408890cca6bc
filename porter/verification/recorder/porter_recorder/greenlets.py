"""gevent: each Greenlet is an activity."""

from porter_recorder import activities, hooks


def install():
    hooks.on_import("gevent.greenlet", _watch)
    hooks.on_import("gevent.pool", _watch_pool)


def _watch(module):
    real = module.Greenlet

    class Greenlet(real):
        __doc__ = real.__doc__

        def __init__(self, run=None, *args, **kwargs):
            real.__init__(self, run, *args, **kwargs)
            name = _name(self, run)
            self._porter_activity = activities.Activity(activities.current().child_key(name))

        def run(self):
            activity = self._porter_activity
            token = activities.enter(activity)
            activity.started("greenlet")
            try:
                real.run(self)
            finally:
                info = self.exc_info
                activity.ended(info[1] if info and info[1] is not None else None)
                activities.leave(token)

        def join(self, timeout=None):
            real.join(self, timeout)
            _note_join([self])

        def get(self, block=True, timeout=None):
            try:
                return real.get(self, block, timeout)
            finally:
                _note_join([self])

    Greenlet.__module__ = real.__module__
    module.Greenlet = Greenlet
    real_joinall = module.joinall

    def joinall(greenlets, *args, **kwargs):
        greenlets = list(greenlets)
        try:
            return real_joinall(greenlets, *args, **kwargs)
        finally:
            _note_join(greenlets)

    module.joinall = joinall


def _note_join(greenlets):
    current = activities.current()
    for greenlet in greenlets:
        activity = getattr(greenlet, "_porter_activity", None)
        if activity is not None and greenlet.ready():
            current.joined(activity.key)


def _watch_pool(module):
    """A pool's join waits for all that was ever added to it, though it has forgotten those that ended."""
    group = module.Group
    real_add, real_join = group.add, group.join

    def add(self, greenlet):
        self.__dict__.setdefault("_porter_added", []).append(greenlet)
        return real_add(self, greenlet)

    def join(self, *args, **kwargs):
        result = real_join(self, *args, **kwargs)
        added = self.__dict__.pop("_porter_added", [])
        _note_join(added)
        return result

    group.add, group.join = add, join


def _name(greenlet, run):
    if run is None:
        return type(greenlet).__name__ + "._run"
    thread = getattr(run, "__self__", None)
    if type(run) is activities.Body:
        return activities.name_of(run.function)
    if thread is not None and hasattr(thread, "getName"):
        from porter_recorder import threads

        return threads.name_of_body(run)
    return activities.name_of(run)
