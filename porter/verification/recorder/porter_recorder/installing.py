"""Install the recorder into this process."""

import os
import sys


def install():
    from porter_recorder import log

    take = os.environ.get
    key = os.environ.pop("PORTER_ACTIVITY", None)
    version = ".".join([str(part) for part in sys.version_info[:3]])
    log.start(take("PORTER_LOG"), version, key or "")
    try:
        _install(take, key)
    except Exception:
        log.fault("install")


def _install(take, key):
    from porter_recorder import activities, chance, clock, commands, greenlets, hooks, log
    from porter_recorder import pools, processes, streams, tasks, threads

    log.guard_descriptor()
    if key:
        activities.become(key)
    else:
        activities.become("main/~started#%d" % os.getpid())
    hooks.install()
    streams.install(dict([part.split("=") for part in take("PORTER_STREAMS").split(",")]))
    clock.install(float(take("PORTER_SCALE", "1")), take("PORTER_ORIGINS", ""))
    chance.install(int(take("PORTER_SEED", "0")))
    for module in (threads, processes, pools, tasks, greenlets, commands):
        module.install()
    log.write("start", activities.process.key, "process", activities._ident())
    for folder in take("PORTER_PACKAGES", "").split(os.pathsep):
        if folder and folder not in sys.path:
            sys.path.append(folder)
