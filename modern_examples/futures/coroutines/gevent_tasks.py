import gevent
from gevent import monkey

monkey.patch_all()


def task(n):
    print("Task %s starting" % n)
    gevent.sleep(1)
    print("Task %s done" % n)


g1 = gevent.spawn(task, 1)
g2 = gevent.spawn(task, 2)
gevent.joinall([g1, g2])
