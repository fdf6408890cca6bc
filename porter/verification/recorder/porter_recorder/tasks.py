"""asyncio: each task is an activity; what `asyncio.run` is given is the activity that called it."""

from porter_recorder import activities, hooks, log, pools


def install():
    hooks.on_import("asyncio.base_events", _watch_loop)
    hooks.on_import("asyncio.threads", _watch_to_thread)


def _watch_loop(module):
    loop = module.BaseEventLoop
    real = loop.create_task

    def create_task(self, coro, **kwargs):
        # A task made while its loop stands still is the one that the loop is about to be run for.
        if not self.is_running():
            return real(self, coro, **kwargs)
        creator = activities.current()
        activity = activities.Activity(creator.child_key(_name(coro)))
        activity.started("task")
        task = _created_as(activity, lambda: real(self, coro, **kwargs), kwargs.get("context"))
        task.add_done_callback(_Ending(activity))
        return task

    loop.create_task = create_task


def _created_as(activity, create, context):
    """A task copies the context that it is made in: that is how it comes to be `activity`."""
    if context is not None:
        context.run(activities.enter, activity)
        return create()
    token = activities.enter(activity)
    try:
        return create()
    finally:
        activities.leave(token)


class _Ending(object):
    def __init__(self, activity):
        self._activity = activity

    def __call__(self, task):
        if task.cancelled():
            log.write("cancelled", self._activity.key)
        else:
            # Not task.exception(): asking for it would silence asyncio's own report of an exception nobody asked for.
            self._activity.ended(getattr(task, "_exception", None))


def _name(coro):
    code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
    frame = getattr(coro, "cr_frame", None)
    if getattr(coro, "__name__", "") == "to_thread" and frame is not None and "func" in frame.f_locals:
        return activities.name_of(_plain(frame.f_locals["func"]))
    parts = getattr(coro, "__qualname__", type(coro).__name__).split(".")
    name = ".".join(parts[-2:]) if len(parts) > 1 and parts[-2] != "<locals>" else parts[-1]
    library = code is not None and ("/asyncio/" in code.co_filename)
    return "~" + name if library else name


def _plain(function):
    return function.function if isinstance(function, pools.Work) else function


def _watch_to_thread(module):
    real = module.to_thread

    def to_thread(func, *args, **kwargs):
        return real(pools.work(func, "awaited"), *args, **kwargs)

    to_thread.__name__ = "to_thread"
    module.to_thread = to_thread
