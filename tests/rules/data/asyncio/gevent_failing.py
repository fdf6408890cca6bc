import gevent

def fine():
    gevent.sleep(0.02)
    return 'fine'

def broken():
    raise ValueError('broken')

good = gevent.spawn(fine)
bad = gevent.spawn(broken)
gevent.joinall([good, bad])
print good.value, bad.exception
try:
    bad.get()
except ValueError as error:
    print 'caught', error
