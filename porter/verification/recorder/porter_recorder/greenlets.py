"""gevent: each Greenlet is an activity."""

from porter_recorder import activities, hooks


def install():
    hooks.on_import("gevent.greenlet", _watch)


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

    Greenlet.__module__ = real.__module__
    module.Greenlet = Greenlet


def _name(greenlet, run):
    if run is None:
        return type(greenlet).__name__ + "._run"
    thread = getattr(run, "__self__", None)
    if type(run) is activities.Body:
        return activities.name_of(run.function)
    if thread is not None and hasattr(thread, "getName"):
        from porter_recorder import threads

        return threads._name(run)
    return activities.name_of(run)
